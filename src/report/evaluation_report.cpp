#include "varisk/report/evaluation_report.hpp"

#include <fmt/format.h>

#include "blocks.hpp"
#include "performance_sections.hpp"
#include "varisk/core/error.hpp"

namespace varisk::report {
namespace {

Section summary_section(const EvaluationReport& report) {
  const Performance& performance = report.performance;
  Section section{"summary", "Summary", {}, {}, {}};
  std::vector<Fact> figures;
  if (performance.samples) figures.push_back(count_fact("Samples", *performance.samples));
  if (performance.cases) figures.push_back(count_fact("Cases", *performance.cases));
  for (Fact& fact : metric_facts(performance.headline)) figures.push_back(std::move(fact));
  if (!figures.empty()) section.blocks.emplace_back(KeyFigures{std::move(figures)});
  Facts facts;
  facts.facts.push_back(text_fact("Outcome", report.outcome));
  if (!report.classes.empty())
    facts.facts.push_back(text_fact("Classes", fmt::format("{}", fmt::join(report.classes, ", "))));
  facts.facts.insert(facts.facts.end(), report.data.begin(), report.data.end());
  section.blocks.emplace_back(std::move(facts));
  if (!report.counts.empty()) {
    section.blocks.emplace_back(Details{"Counts of rows and samples", {Block(Facts{report.counts})}, false});
  }
  if (!report.limits.empty()) section.blocks.emplace_back(BulletList{report.limits});
  return section;
}

Section comparison_section(const BaselineComparison& comparison, const std::string& id) {
  Section section{id,
                  fmt::format("Compared with {}", comparison.baseline),
                  "Both judged on the same samples; differences are model minus baseline.",
                  {},
                  {}};
  if (comparison.model.size() != comparison.base.size()) {
    throw InternalError(fmt::format("{} measures of the model and {} of the baseline", comparison.model.size(),
                                    comparison.base.size()));
  }
  if (!comparison.model.empty()) {
    Table table;
    table.title = "Side by side";
    table.columns = {text_column("Measure"), text_column("Class"), number_column("Model"),
                     number_column(comparison.baseline)};
    for (std::size_t i = 0; i < comparison.model.size(); ++i) {
      const MetricRow& model = comparison.model[i];
      table.rows.push_back({model.name, cell(model.class_name), model.estimate, comparison.base[i].estimate});
      table.row_formats.push_back(model.format);
    }
    drop_empty_columns(table);
    section.blocks.emplace_back(std::move(table));
  }
  if (!comparison.differences.empty()) {
    section.blocks.emplace_back(metric_table(comparison.differences, "Differences and tests"));
  }
  Columns movements;
  for (const MatrixPlot& plot : comparison.movements) movements.blocks.emplace_back(plot);
  if (!movements.blocks.empty()) section.blocks.emplace_back(std::move(movements));
  return section;
}

}  // namespace

Page evaluation_report_page(const EvaluationReport& report) {
  Page page;
  page.kind = "Evaluation report";
  page.title = report.title;
  page.subtitle = report.subtitle;
  page.notices = report.notices;
  page.sections.push_back(summary_section(report));
  Performance performance = report.performance;
  performance.headline.clear();  // in the summary already
  for (Section& section : performance_sections(performance, {}, {})) page.sections.push_back(std::move(section));
  for (std::size_t i = 0; i < report.comparisons.size(); ++i) {
    page.sections.push_back(
        comparison_section(report.comparisons[i], i == 0 ? "comparison" : fmt::format("comparison-{}", i + 1)));
  }
  if (!report.software.empty()) {
    page.sections.push_back({"software", "Software and provenance", {}, {}, {Facts{report.software}}});
  }
  return page;
}

}  // namespace varisk::report
