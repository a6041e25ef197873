#include "ancestry.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "panel_rules.hpp"
#include "parallel.hpp"
#include "run_record.hpp"
#include "varisk/core/error.hpp"
#include "varisk/scoring/row_value.hpp"

namespace varisk::pipeline {
namespace {

using scoring::RowState;
using scoring::RowUse;

/// Below this, the nearest population is doubtful: pgsc_calc's threshold for Mahalanobis distances.
constexpr double least_p_value = 1e-10;
/// Least part of the panel's sites that should be called.
constexpr double least_overlap = 0.75;
/// Most of a score's weight that may stand on rows that only the panel or only the run could use.
constexpr double most_incomparable = 0.01;
/// More weight than this on rows that the panel has calls for and the run has not narrows the scores.
constexpr double many_expected = 0.05;

std::string places_header(const scoring::Panel& panel) {
  std::string header = "sample_id\tpopulation\tdistance\tp_value\toutside_range\tsites_used\tflags";
  for (std::size_t c = 1; c <= panel.components; ++c) header += fmt::format("\tPC{}", c);
  return header;
}

constexpr std::string_view scores_header =
    "sample_id\tscore_id\tpopulation\tz_most_similar\tz_norm1\tz_norm2\tpercentile\tflags";

std::string joined(const std::vector<std::string>& flags) { return fmt::format("{}", fmt::join(flags, ";")); }

}  // namespace

std::vector<sites::SiteRequest> panel_requests(const ScoreInputs& inputs) {
  std::vector<sites::SiteRequest> requests;
  if (!inputs.panel) return requests;
  for (const scoring::PanelSite& site : inputs.panel->sites) {
    requests.push_back({site.contig, site.position, site.effect_allele, site.other_allele});
  }
  return requests;
}

void join_panel(const ScoreOptions& options, ScoreInputs& inputs) {
  if (!inputs.panel) return;
  const scoring::Panel& panel = *inputs.panel;
  if (options.impute != scoring::ImputePolicy::file) {
    throw UsageError("--reference-panel needs --impute file, the panel's sums were made that way",
                     "leave --impute out");
  }
  const auto require = [&](std::string_view option, const std::string& here, const std::string& there) {
    if (panel.scores.empty() || here == there) return;
    throw UsageError(
        fmt::format("{}: its scores were made with {} {}, this run has {}", panel.path, option, there, here),
        "use the same for both");
  };
  require("--haploid", name_of(options.decode.haploid), panel.haploid);
  require("--impute-model", name_of(options.impute_model), panel.impute_model);
  for (scoring::ScoringFile& file : inputs.scoring_files) {
    for (const scoring::ScoreColumn& column : file.scores) {
      const scoring::PanelScore* const known = panel.find_score(column.id);
      if (known == nullptr || known->digest != scoring::score_digest(file, column)) continue;
      for (std::size_t i = 0; i < known->rows.size(); ++i) {
        file.rows[column.row[i]].panel_frequency = known->rows[i].frequency;
      }
    }
  }
}

/// Where one sample lies.
struct AncestryTables::Place {
  std::size_t sites_used = 0;
  std::optional<std::vector<double>> pcs;  ///< nothing: too few sites
  scoring::NearestPopulation nearest;
  bool outside = false;
  std::vector<std::string> flags;
};

/// Shares of a score's weight.
struct AncestryTables::Comparison {
  double incomparable = 0;  ///< on rows that only the panel or only this run could use
  double expected = 0;      ///< on rows that the panel has calls for and this run has not
};

AncestryTables::AncestryTables(OutputFolder& folder, const ScoreInputs& inputs, const ScoreOptions& options,
                               const ScorePlans& plans)
    : inputs_(&inputs),
      plans_(&plans),
      panel_(&*inputs.panel),
      threads_(options.threads > 0 ? options.threads : allocated_threads()),
      gram_(*inputs.panel),
      places_(folder.create("ancestry.tsv"), places_header(*inputs.panel)),
      scores_(folder.create("normalized_scores.tsv"), scores_header) {
  std::vector<double> pcs;
  std::vector<std::uint32_t> population;
  for (const scoring::PanelSample& sample : panel_->samples) {
    if (!sample.unrelated) continue;
    pcs.insert(pcs.end(), sample.pcs.begin(), sample.pcs.end());
    population.push_back(sample.population);
  }
  const std::size_t count = panel_->populations.size();
  populations_.emplace(pcs, panel_->components, population, count,
                       std::min(scoring::population_components, panel_->components));
  if (populations_->singular()) {
    throw UserError(fmt::format("the samples of population {} do not differ in all of the first components",
                                panel_->populations[*populations_->singular()]),
                    panel_->path);
  }
  const auto scores = plans.scores.scores();
  for (std::size_t s = 0; s < scores.size(); ++s) {
    Reference& reference = references_.emplace_back();
    reference.score = panel_->find_score(inputs.score_ids[s]);
    reference.same_rows = reference.score != nullptr &&
                          reference.score->digest == scoring::score_digest(*scores[s].file, *scores[s].column);
    if (!reference.same_rows) continue;
    std::vector<double> sums;
    for (std::size_t i = 0; i < panel_->samples.size(); ++i) {
      if (panel_->samples[i].unrelated) sums.push_back(reference.score->sums[i]);
    }
    reference.norms.emplace(sums, pcs, panel_->components, std::min(scoring::adjustment_components, panel_->components),
                            population, count);
  }
}

std::vector<AncestryTables::Place> AncestryTables::find_places(const GroupResult& result) {
  std::vector<bool> present;
  for (const SiteId site : plans_->further_sites) {
    const RowState state = row_state(result.pass().outcome(site).state);
    present.push_back(state == RowState::matched || state == RowState::flipped || result.is_assumed(site));
  }
  const scoring::PanelProjection projection(*panel_, gram_, present);
  const auto all = static_cast<double>(present.size());
  overlap_ = std::min(overlap_, static_cast<double>(projection.present_sites()) / all);
  std::vector<Place> places(result.group().sample_ids.size());
  parallel_for_each(threads_)(places.size(), [&](std::size_t i) {
    Place& place = places[i];
    const auto products = result.projection().products(i);
    place.sites_used = projection.sites_used(products);
    place.pcs = projection.project(products);
    if (!place.pcs) {
      place.flags.emplace_back("no_overlap");
      return;
    }
    place.nearest = populations_->nearest(*place.pcs);
    place.outside = populations_->is_outside(*place.pcs);
    if (place.nearest.p_value < least_p_value) place.flags.emplace_back("low_confidence");
    if (static_cast<double>(place.sites_used) < least_overlap * all) place.flags.emplace_back("low_overlap");
    if (place.outside) place.flags.emplace_back("outside_range");
  });
  return places;
}

AncestryTables::Comparison AncestryTables::compare_rows(const GroupResult& result, std::size_t s) const {
  const scoring::PlannedScore& score = plans_->scores.scores()[s];
  Comparison comparison;
  double total = 0;
  for (std::size_t i = 0; i < score.settled.size(); ++i) {
    const double weight = row_weights(*score.file, score.row(i), score.column->weight[i]).bound();
    const RowState state = result.row_state(s, i);
    RowUse use = RowUse::none;
    if (state == RowState::matched || state == RowState::flipped) use = RowUse::called;
    if (state == RowState::absent && !score.is_joint(i) && !score.dropped_if_found[i]) {
      if (result.is_assumed(score.site[i])) {
        use = RowUse::called;
      } else if (result.scores().impute_frequency(s, i, nullptr)) {
        use = RowUse::expected;
      }
    }
    const RowUse there = references_[s].score->rows[i].use;
    if (there != RowUse::none) total += weight;
    if ((there == RowUse::none) != (use == RowUse::none)) comparison.incomparable += weight;
    if (there == RowUse::called && use == RowUse::expected) comparison.expected += weight;
  }
  if (total > 0) {
    comparison.incomparable /= total;
    comparison.expected /= total;
  }
  return comparison;
}

void AncestryTables::write_place(const std::string& id, const Place& place) {
  places_ << std::string_view(id);
  if (place.pcs) {
    places_ << std::string_view(panel_->populations[place.nearest.population]) << place.nearest.distance
            << place.nearest.p_value << std::string_view(place.outside ? "yes" : "no");
  } else {
    for (int i = 0; i < 4; ++i) places_ << std::string_view("NA");
  }
  places_ << static_cast<std::int64_t>(place.sites_used) << std::string_view(joined(place.flags));
  for (std::size_t c = 0; c < panel_->components; ++c) {
    places_ << (place.pcs ? std::optional((*place.pcs)[c]) : std::nullopt);
  }
  places_.end_row();
}

void AncestryTables::write_scores(const GroupResult& result, const std::vector<Place>& places) {
  struct Usable {
    std::vector<std::string> flags;
    bool comparable = false;
  };
  std::vector<Usable> usable(references_.size());
  for (std::size_t s = 0; s < references_.size(); ++s) {
    Reference& reference = references_[s];
    auto& flags = usable[s].flags;
    if (!result.passes(s)) flags.emplace_back("below_min_match");
    if (reference.score == nullptr) flags.emplace_back("score_not_in_panel");
    if (reference.score != nullptr && !reference.same_rows) flags.emplace_back("score_differs");
    if (reference.norms) {
      const Comparison comparison = compare_rows(result, s);
      reference.incomparable = std::max(reference.incomparable, comparison.incomparable);
      if (comparison.incomparable > most_incomparable) flags.emplace_back("rows_differ");
      if (!reference.norms->has_variance()) flags.emplace_back("no_variance");
    }
    usable[s].comparable = flags.empty();
    if (!usable[s].comparable) continue;
    if (compare_rows(result, s).expected > many_expected) flags.emplace_back("many_rows_absent");
    if (!reference.norms->converged()) flags.emplace_back("norm2_not_converged");
  }
  const auto& ids = result.group().sample_ids;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const Place& place = places[i];
    for (std::size_t s = 0; s < references_.size(); ++s) {
      scoring::NormalizedScore value;
      if (usable[s].comparable && place.pcs) {
        const double sum = result.scores().value(s, result.scores().result(s, i).sum);
        value = references_[s].norms->normalize(sum, *place.pcs, place.nearest.population);
      }
      std::vector<std::string> flags = usable[s].flags;
      flags.insert(flags.end(), place.flags.begin(), place.flags.end());
      scores_ << std::string_view(ids[i]) << std::string_view(inputs_->score_ids[s])
              << std::string_view(place.pcs ? panel_->populations[place.nearest.population] : "NA")
              << value.z_most_similar << value.z_norm1 << value.z_norm2 << value.percentile
              << std::string_view(joined(flags));
      scores_.end_row();
    }
  }
}

void AncestryTables::add(const GroupResult& result) {
  const auto places = find_places(result);
  const auto& ids = result.group().sample_ids;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    write_place(ids[i], places[i]);
    ++samples_;
    if (places[i].pcs) ++samples_of_population_[panel_->populations[places[i].nearest.population]];
    for (const std::string& flag : places[i].flags) ++flagged_[flag];
  }
  write_scores(result, places);
}

void AncestryTables::finish(std::vector<std::string>& warnings) {
  places_.flush();
  scores_.flush();
  if (overlap_ < least_overlap) {
    warnings.push_back(
        fmt::format("the genotypes have {:.1f}% of the reference panel's sites, at least {:.0f}% are "
                    "good for a reliable projection",
                    100 * overlap_, 100 * least_overlap));
  }
  for (const auto& [flag, samples] : flagged_)
    warnings.push_back(fmt::format("reference panel: {} of {} sample(s) are flagged {}", samples, samples_, flag));
  for (std::size_t s = 0; s < references_.size(); ++s) {
    const Reference& reference = references_[s];
    const std::string& id = inputs_->score_ids[s];
    if (reference.score == nullptr) {
      warnings.push_back(fmt::format("score {}: the reference panel does not have it, it is not normalised", id));
    } else if (!reference.same_rows) {
      warnings.push_back(
          fmt::format("score {}: its rows or weights are not those of the reference panel's score of "
                      "this id, it is not normalised",
                      id));
    } else if (reference.incomparable > most_incomparable) {
      warnings.push_back(
          fmt::format("score {}: {:.1f}% of its weight is on rows that could be used only here or only "
                      "in the reference panel, it is not normalised",
                      id, 100 * reference.incomparable));
    } else if (!reference.norms->has_variance()) {
      warnings.push_back(fmt::format("score {}: all samples of the reference panel have the same sum", id));
    } else if (!reference.norms->converged()) {
      warnings.push_back(fmt::format("score {}: the fit behind z_norm2 did not converge", id));
    }
  }
}

io::Json AncestryTables::record() const {
  io::Json record;
  record["file"] = file_identity(panel_->path);
  record["sites"] = panel_->sites.size();
  record["panel_overlap"] = overlap_;
  record["populations"] = samples_of_population_;
  record["flagged"] = flagged_;
  return record;
}

}  // namespace varisk::pipeline
