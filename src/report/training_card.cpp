#include "varisk/report/training_card.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "blocks.hpp"
#include "card_fit.hpp"
#include "card_items.hpp"
#include "performance_sections.hpp"

namespace varisk::report {
namespace {

std::string_view model_kind(OutcomeKind family) {
  switch (family) {
    case OutcomeKind::binomial: return "Logistic regression";
    case OutcomeKind::multinomial: return "Multinomial logistic regression";
    case OutcomeKind::ordinal: return "Ordinal regression (cumulative logits)";
    case OutcomeKind::gaussian: return "Linear regression";
  }
  return {};
}

std::string_view output_kind(OutcomeKind family) {
  switch (family) {
    case OutcomeKind::binomial: return "Probability of the outcome";
    case OutcomeKind::multinomial: return "Probability of each class";
    case OutcomeKind::ordinal: return "Probability of each class, in order";
    case OutcomeKind::gaussian: return "Expected value of the outcome";
  }
  return {};
}

std::string joined(const std::vector<std::string>& texts) { return fmt::format("{}", fmt::join(texts, ", ")); }

Section summary_section(const TrainingCard& card) {
  Section section{"summary", "Summary", card.description, {}, {}};
  std::vector<Fact> figures;
  std::int64_t samples = 0;
  for (const CardPart& part : card.parts) samples += part.samples;
  if (!card.parts.empty()) figures.push_back(count_fact("Samples", samples));
  std::int64_t candidates = 0;
  std::int64_t selected = 0;
  for (const CardFeatureGroup& group : card.features) {
    candidates += group.candidates;
    selected += group.selected;
  }
  if (!card.features.empty()) {
    figures.push_back(count_fact("Features in the model", selected, fmt::format("of {} candidates", candidates)));
  }
  if (!card.performance.empty()) {
    for (Fact& fact : metric_facts(card.performance.front().headline)) figures.push_back(std::move(fact));
  }
  if (!figures.empty()) section.blocks.emplace_back(KeyFigures{std::move(figures)});
  if (!card.performance.empty() && !card.performance.front().data.empty()) {
    section.blocks.emplace_back(Paragraph{fmt::format("Performance in: {}.", card.performance.front().data)});
  }
  Facts facts;
  facts.facts = {text_fact("Model", card.model_id), text_fact("Type", std::string(model_kind(card.family))),
                 text_fact("Outcome", card.outcome), text_fact("Output", std::string(output_kind(card.family)))};
  if (!card.classes.empty()) facts.facts.push_back(text_fact("Classes", joined(card.classes)));
  section.blocks.emplace_back(std::move(facts));
  return section;
}

Section use_section(const TrainingCard& card) {
  Section section{"use", "Intended use and limits", {}, {}, {}};
  const auto fact = [](const char* name, const std::string& text) {
    return text.empty() ? open_fact(name) : text_fact(name, text);
  };
  section.blocks.emplace_back(
      Facts{{fact("Intended use", card.intended_use), fact("Intended population", card.intended_population)}});
  if (!card.limits.empty()) section.blocks.emplace_back(BulletList{card.limits});
  return section;
}

Table parts_table(const TrainingCard& card) {
  Table table;
  table.title = "Samples";
  table.note = card.split;
  table.columns = {text_column("Part"), number_column("Samples", as_integer), number_column("Groups", as_integer)};
  for (const std::string& name : card.classes) table.columns.push_back(number_column(name, as_integer));
  table.columns.push_back(text_column("Used for"));
  for (const CardPart& part : card.parts) {
    std::vector<Cell> cells{part.name, part.samples, cell(part.groups)};
    for (std::size_t i = 0; i < card.classes.size(); ++i) {
      cells.push_back(cell_at(part.class_counts, i));
    }
    cells.push_back(cell(part.use));
    table.rows.push_back(std::move(cells));
  }
  drop_empty_columns(table);
  return table;
}

Section data_section(const TrainingCard& card) {
  Section section{"data", "Data", "What the model was trained and judged on.", {}, {}};
  if (!card.parts.empty()) section.blocks.emplace_back(parts_table(card));
  if (!card.data.empty()) section.blocks.emplace_back(Facts{card.data});
  if (!card.sources.empty()) {
    Table table;
    table.title = "Sources";
    table.columns = {text_column("Role"), text_column("File"), number_column("Bytes", as_integer),
                     text_column("Digest")};
    for (const CardSource& source : card.sources) {
      table.rows.push_back({source.role, source.path, cell(source.bytes), cell(source.digest)});
    }
    drop_empty_columns(table);
    section.blocks.emplace_back(std::move(table));
  }
  return section;
}

Section cleaning_section(const TrainingCard& card) {
  Section section{"cleaning",
                  "Cleaning of covariates",
                  "Learned from the training samples, stored in the model and applied in the same way when it scores.",
                  {},
                  {}};
  if (card.cleaning.empty()) return section;
  Table table;
  table.columns = {text_column("Covariate"),
                   text_column("Kind"),
                   number_column("Values", as_integer),
                   number_column("Missing", as_integer),
                   number_column("Outside limits", as_integer),
                   number_column("Limits"),
                   text_column("Limits by"),
                   text_column("Imputed with"),
                   text_column("Becomes")};
  for (const CardCleaning& one : card.cleaning) {
    table.rows.push_back({one.covariate, cell(one.kind), one.values, one.missing, one.outside_limits,
                          Estimate{{}, one.lower_limit, one.upper_limit}, cell(one.limits_by), cell(one.imputed_with),
                          cell(one.result)});
  }
  table.searchable = table.rows.size() > 30;
  table.rows_at_first = 30;
  drop_empty_columns(table);
  section.blocks.emplace_back(std::move(table));
  return section;
}

Section features_section(const TrainingCard& card) {
  Section section{"features", "Features", "What could enter the model, and what did.", {}, {}};
  if (!card.features.empty()) {
    Table table;
    table.title = "Groups of features";
    table.columns = {text_column("Group"), number_column("Candidates", as_integer),
                     number_column("In the model", as_integer), number_column("Penalty factor")};
    for (const CardFeatureGroup& group : card.features) {
      table.rows.push_back({group.name, group.candidates, group.selected, cell(group.penalty_factor)});
    }
    drop_empty_columns(table);
    section.blocks.emplace_back(std::move(table));
  }
  if (!card.selection.empty()) {
    Table table;
    table.title = "Selection before the fit";
    table.sortable = false;
    table.columns = {text_column("Step"), number_column("Left", as_integer), text_column("Note")};
    for (const CardSelectionStep& step : card.selection) table.rows.push_back({step.name, step.left, cell(step.note)});
    drop_empty_columns(table);
    section.blocks.emplace_back(std::move(table));
  }
  return section;
}

void add_performance(Page& page, const std::vector<Performance>& all) {
  for (std::size_t i = 0; i < all.size(); ++i) {
    const std::string id = i == 0 ? "" : fmt::format("-{}", i + 1);
    const bool named = i > 0 && !all[i].data.empty();
    for (Section& section : performance_sections(all[i], id, named ? fmt::format(": {}", all[i].data) : "")) {
      page.sections.push_back(std::move(section));
    }
  }
}

}  // namespace

Page training_card_page(const TrainingCard& card) {
  Page page;
  page.kind = "Model card";
  page.title = card.model_name.empty() ? card.model_id : card.model_name;
  page.subtitle = fmt::format("{} for {}", model_kind(card.family), card.outcome);
  page.notices = card.notices;
  for (Section& section :
       std::vector<Section>{summary_section(card), use_section(card), data_section(card), cleaning_section(card),
                            features_section(card), fit_section(card), coefficients_section(card)}) {
    if (!section.blocks.empty()) page.sections.push_back(std::move(section));
  }
  add_performance(page, card.performance);
  if (!card.software.empty()) {
    page.sections.push_back({"software", "Software and provenance", {}, {}, {Facts{card.software}}});
  }
  add_reporting_items(page, card);
  return page;
}

}  // namespace varisk::report
