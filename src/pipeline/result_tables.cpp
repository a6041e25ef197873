#include "result_tables.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "row_blocks.hpp"

namespace varisk::pipeline {
namespace {

using scoring::RowState;

constexpr std::size_t rows_per_block = 4096;

std::string settled_reason(const scoring::ScoringRow& row, RowState state) {
  switch (state) {
    case RowState::unsupported:
    case RowState::not_harmonised: return row.reason;
    case RowState::duplicate: return "another row has this effect allele of this site";
    case RowState::ambiguous:
      if (row.joint) return "one of its variants is palindromic: the strand cannot be told";
      return "an insertion or deletion without its other allele";
    default: return {};
  }
}

std::string_view name_of(Sex sex) {
  switch (sex) {
    case Sex::male: return "male";
    case Sex::female: return "female";
    case Sex::unknown: break;
  }
  return "unknown";
}

}  // namespace

ResultTables::ResultTables(OutputFolder& folder, const ScoreInputs& inputs, const ScoreOptions& options,
                           const ScorePlans& plans)
    : inputs_(&inputs),
      options_(&options),
      plans_(&plans),
      threads_(options.threads > 0 ? options.threads : allocated_threads()),
      scores_(folder.create("scores.tsv"), report::scores_header),
      risk_(folder.create("risk.tsv"), report::risk_header),
      samples_(folder.create("samples.tsv"), report::samples_header),
      matches_(folder.create("matches.tsv"), report::matches_header),
      states_(plans.scores.scores().size()),
      model_states_(inputs.models.size()),
      score_lines_(plans.scores.row_sets()) {
  if (options.sites != SiteRows::none) sites_.emplace(folder.create("sites.tsv"), report::sites_header);
  if (options.explain > 0) explain_.emplace(folder.create("explain.tsv"), report::explain_header);
}

void ResultTables::add(const GroupResult& result, const DosingTables* genes) {
  write_scores(result);
  write_risks(result, genes);
  write_samples(result);
  collect_sites(result);
}

void ResultTables::write_scores(const GroupResult& result) {
  const auto& ids = result.group().sample_ids;
  // What the rows of a score have in common.
  std::vector<report::ScoreRow> scores(inputs_->score_ids.size());
  std::vector<bool> passes;
  for (std::size_t s = 0; s < scores.size(); ++s) {
    const auto& states = result.states(s);
    const auto used = static_cast<std::int64_t>(result.rows_used(s));
    const auto assumed = static_cast<std::int64_t>(result.rows_assumed(s));
    const auto absent = static_cast<std::int64_t>(states[static_cast<std::size_t>(RowState::absent)]) - assumed;
    scores[s].score_id = inputs_->score_ids[s];
    scores[s].allele_count = 2 * (used + absent);
    scores[s].rows_used = used;
    scores[s].rows_total = static_cast<std::int64_t>(plans_->scores.scores()[s].settled.size());
    scores[s].rows_assumed_reference = assumed;
    scores[s].rows_observed = used + absent;
    passes.push_back(result.passes(s));
  }
  const std::size_t block = std::max<std::size_t>(rows_per_block / std::max<std::size_t>(scores.size(), 1), 1);
  write_rows(scores_, ids.size(), block, threads_, [&](std::size_t first, std::size_t last, report::TsvRows& rows) {
    for (std::size_t i = first; i < last; ++i) {
      for (std::size_t s = 0; s < scores.size(); ++s) {
        const scoring::SampleScore score = result.scores().result(s, i);
        report::ScoreRow row = scores[s];
        row.sample_id = ids[i];
        if (passes[s]) row.sum = result.scores().value(s, score.sum);
        row.allele_count -= score.fewer_alleles;
        row.rows_imputed = score.imputed;
        row.rows_observed -= score.unobserved;
        write_row(rows, row);
      }
    }
  });
}

void ResultTables::write_risks(const GroupResult& result, const DosingTables* genes) {
  const auto& ids = result.group().sample_ids;
  std::vector<std::vector<models::FeatureColumn>> columns;
  std::vector<std::vector<std::string>> low;
  for (std::size_t m = 0; m < inputs_->models.size(); ++m) {
    columns.push_back(result.feature_columns(m, genes, cleaning_));
    low.push_back(result.low_scores(m));
  }
  for (std::size_t i = 0; i < ids.size(); ++i) {
    for (std::size_t m = 0; m < inputs_->models.size(); ++m) {
      const models::Model& model = inputs_->models[m];
      models::Prediction prediction = models::predict(model, columns[m], i);
      for (const std::string& id : low[m]) prediction.flags.push_back("below_min_match:" + id);
      std::sort(prediction.flags.begin(), prediction.flags.end());
      write_risk(risk_, ids[i], model, prediction);
      if (!explain_) continue;
      for (std::size_t k = 0; k < model.intercepts.size(); ++k) {
        const bool is_one = model.family != models::Family::multinomial;
        write_contributions(*explain_, ids[i], model, models::explain(model, columns[m], i, k),
                            static_cast<std::size_t>(options_->explain),
                            is_one ? std::string{} : fmt::format(" [{}]", model.classes[k]));
      }
    }
  }
}

void ResultTables::write_samples(const GroupResult& result) {
  const SampleGroup& group = result.group();
  std::vector<std::string> paths;
  for (const std::size_t file : group.files) paths.push_back(inputs_->files[file].path());
  std::sort(paths.begin(), paths.end());
  const std::string sources = fmt::format("{}", fmt::join(paths, ";"));
  const auto spell = [&](std::size_t first, std::size_t last, report::TsvRows& rows) {
    for (std::size_t i = first; i < last; ++i) {
      const SampleCounts counts = result.samples().counts(i);
      const Sex inferred = result.samples().inferred_sex(i);
      const bool known = !group.sex.empty() && group.sex[i] != Sex::unknown;
      const bool differs = known && inferred != Sex::unknown && inferred != group.sex[i];
      const std::optional<double> heterozygosity =
          counts.hard_diploid > 0 ? std::optional(static_cast<double>(counts.heterozygous) / counts.hard_diploid)
                                  : std::nullopt;
      rows << group.sample_ids[i] << sources << static_cast<std::int64_t>(plans_->sites.size())
           << static_cast<std::int64_t>(result.matched_sites()) - counts.unobserved << heterozygosity
           << name_of(inferred) << std::string_view(differs ? "sex_differs" : "");
      rows.end_row();
    }
  };
  write_rows(samples_, group.sample_ids.size(), rows_per_block, threads_, spell);
}

void ResultTables::collect(Lines& lines, std::size_t row, SiteLine line) const {
  const bool problem = line.state != RowState::matched || !line.outcome.reason.empty();
  if (options_->sites == SiteRows::none || (options_->sites == SiteRows::problems && !problem)) return;
  auto& known = lines[row];
  const auto same = std::find_if(known.begin(), known.end(), [&](const SiteLine& other) {
    return other.state == line.state && other.outcome.reason == line.outcome.reason;
  });
  if (same == known.end()) {
    known.push_back(std::move(line));
    return;
  }
  same->outcome.observed += line.outcome.observed;
  same->outcome.missing += line.outcome.missing;
  same->outcome.observed_alleles += line.outcome.observed_alleles;
  same->outcome.effect_alleles += line.outcome.effect_alleles;
  same->imputed += line.imputed;
}

void ResultTables::describe_absent(SiteLine& line, const GroupResult& result, bool assumed) {
  if (assumed) {
    line.outcome.reason = "taken for homozygous reference (--absent reference)";
    return;
  }
  line.outcome.missing = static_cast<std::int64_t>(result.group().sample_ids.size());
  if (result.pass().has_blocks()) line.outcome.reason = "not within one reference block";
}

/// Of a row about several sites: the site that decides its state, and who has a value.
void ResultTables::describe_joint(SiteLine& line, const GroupResult& result, const scoring::JointSites& joint) const {
  const SiteId site = result.deciding_site(joint);
  const SiteOutcome& outcome = result.pass().outcome(site);
  if (line.state != RowState::matched) {
    line.outcome.reason =
        fmt::format("{}{}{}", plans_->sites.describe(site), outcome.reason.empty() ? "" : ": ", outcome.reason);
  }
  const auto values = result.joints().values(joint);
  line.outcome.observed =
      std::count_if(values.begin(), values.end(), [](const auto& value) { return value.has_value(); });
  line.outcome.missing = static_cast<std::int64_t>(values.size()) - line.outcome.observed;
}

void ResultTables::collect_sites(const GroupResult& result) {
  for (std::size_t s = 0; s < states_.size(); ++s) {
    for (std::size_t k = 0; k < scoring::row_states; ++k) states_[s][k] += result.states(s)[k];
  }
  for (std::size_t r = 0; r < score_lines_.size() && options_->sites != SiteRows::none; ++r) {
    const scoring::PlannedRows& rows = plans_->scores.rows(r);
    for (std::size_t i = 0; i < rows.settled.size(); ++i) {
      SiteLine line;
      line.state = result.state_of(rows, i);
      if (rows.settled[i]) {
        line.outcome.reason = settled_reason(rows.row_of(i), line.state);
      } else if (rows.is_joint(i)) {
        describe_joint(line, result, plans_->scores.joints()[rows.joint.at(i)]);
      } else {
        line.outcome = result.pass().outcome(rows.site[i]);
        genotypes::CallBlock calls;
        calls.observed_alleles = line.outcome.observed_alleles;
        const bool absent = line.state == RowState::absent;
        const bool assumed = result.is_assumed(rows.site[i]) && !rows.dropped_if_found[i];
        if (absent) describe_absent(line, result, assumed);
        if (rows.dropped_if_found[i] && line.state == RowState::ambiguous) {
          line.outcome.reason = "palindromic alleles: the strand cannot be told";
        }
        const bool used = (absent && !assumed) || line.state == RowState::matched || line.state == RowState::flipped;
        if (used && result.scores().impute_frequency(rows.scores.front(), i, absent ? nullptr : &calls))
          line.imputed = line.outcome.missing;
      }
      collect(score_lines_[r], i, std::move(line));
    }
  }
  for (std::size_t use = 0; use < plans_->variant_uses.size(); ++use) {
    SiteLine line;
    line.outcome = result.pass().outcome(plans_->variant_sites[use]);
    line.state = row_state(line.outcome.state);
    if (line.state == RowState::absent) describe_absent(line, result, result.is_assumed(plans_->variant_sites[use]));
    const VariantUse& entry = plans_->variant_uses[use];
    const auto& feature = std::get<models::VariantFeature>(inputs_->models[entry.model].features[entry.feature].source);
    if (feature.mean) line.imputed = line.outcome.missing;
    ++model_states_[entry.model][line.state];
    collect(variant_lines_, use, std::move(line));
  }
}

void ResultTables::write_matches() {
  const auto write = [&](const std::string& consumer, RowState state, std::size_t rows) {
    matches_ << std::string_view(consumer) << to_string(state) << static_cast<std::int64_t>(rows);
    matches_.end_row();
  };
  for (std::size_t s = 0; s < states_.size(); ++s) {
    for (std::size_t k = 0; k < scoring::row_states; ++k) {
      if (states_[s][k] > 0) write(inputs_->score_ids[s], static_cast<RowState>(k), states_[s][k]);
    }
  }
  for (std::size_t m = 0; m < model_states_.size(); ++m) {
    for (const auto& [state, rows] : model_states_[m]) write(inputs_->models[m].id, state, rows);
  }
  for (const OtherMatch& other : other_matches_) write(other.consumer, other.state, other.rows);
}

void ResultTables::add_match(std::string_view consumer, scoring::RowState state, std::size_t rows) {
  if (rows > 0) other_matches_.push_back({std::string(consumer), state, rows});
}

void ResultTables::write_site(const std::string& consumer, std::int64_t row, const std::string& variant,
                              const SiteLine& line) {
  const SiteOutcome& outcome = line.outcome;
  const std::optional<double> frequency =
      outcome.observed_alleles > 0
          ? std::optional(outcome.effect_alleles / static_cast<double>(outcome.observed_alleles))
          : std::nullopt;
  *sites_ << std::string_view(consumer) << row << std::string_view(variant) << to_string(line.state)
          << std::string_view(outcome.reason) << std::string_view(outcome.record)
          << std::string_view(line.state == RowState::flipped ? "yes" : "no") << frequency << outcome.observed
          << outcome.missing << line.imputed;
  sites_->end_row();
}

void ResultTables::write_sites() {
  const auto scores = plans_->scores.scores();
  for (std::size_t s = 0; s < scores.size(); ++s) {
    for (const auto& [i, lines] : score_lines_[scores[s].rows]) {
      const scoring::ScoringRow& row = scores[s].row(i);
      if (scores[s].is_joint(i)) {
        const std::string joint = scoring::to_string(*plans_->scores.joints()[scores[s].joint.at(i)].row);
        for (const SiteLine& line : lines) write_site(inputs_->score_ids[s], row.number, joint, line);
        continue;
      }
      const std::string place = scores[s].file->match_by == scoring::MatchBy::id
                                    ? (row.id.empty() ? "?" : row.id)
                                    : fmt::format("{}:{}", row.contig, row.position.value);
      const std::string variant = fmt::format("{}:{}:{}", place, row.effect_allele, row.other_allele.value_or("?"));
      for (const SiteLine& line : lines) write_site(inputs_->score_ids[s], row.number, variant, line);
    }
  }
  for (const auto& [use, lines] : variant_lines_) {
    const VariantUse& entry = plans_->variant_uses[use];
    const models::Model& model = inputs_->models[entry.model];
    const sites::WantedSite& site = plans_->sites.site(plans_->variant_sites[use]);
    const std::string variant = fmt::format("{}:{}:{}:{}", plans_->sites.contig(site.contig), site.position.value,
                                            site.effect_allele, site.other_allele.value_or("?"));
    for (const SiteLine& line : lines)
      write_site(model.id, static_cast<std::int64_t>(entry.feature + 1), variant, line);
  }
}

void ResultTables::finish() {
  write_matches();
  if (sites_) write_sites();
  for (report::TsvWriter* table : {&scores_, &risk_, &samples_, &matches_}) table->flush();
  if (sites_) sites_->flush();
  if (explain_) explain_->flush();
}

}  // namespace varisk::pipeline
