#include "score_cohort.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "run_notes.hpp"
#include "varisk/core/error.hpp"

namespace varisk::pipeline {
namespace {

using scoring::RowState;
using sites::ReferenceAllele;

bool is_used(RowState state) { return state == RowState::matched || state == RowState::flipped; }

PassOptions pass_options(const ScoreOptions& options, int threads) {
  PassOptions pass;
  pass.decode = options.decode;
  pass.keep_palindromic = options.palindromic == scoring::PalindromicPolicy::keep;
  pass.pass_only = options.pass_only;
  pass.min_r2 = options.min_r2;
  pass.min_block_gq = options.min_block_gq;
  pass.parse_all = options.strict;
  // Whether absent sites may be taken for reference depends on the whole file: it must not have reference blocks.
  pass.use_index = options.absent != AbsentPolicy::reference;
  pass.keep_all_records = options.sites == SiteRows::all;
  pass.threads = threads;
  return pass;
}

/// The variant features of all models, as requests.
std::vector<sites::SiteRequest> variant_requests(const std::vector<models::Model>& models,
                                                 std::vector<VariantUse>& uses) {
  std::vector<sites::SiteRequest> requests;
  for (std::size_t m = 0; m < models.size(); ++m) {
    for (std::size_t f = 0; f < models[m].features.size(); ++f) {
      const auto* const variant = std::get_if<models::VariantFeature>(&models[m].features[f].source);
      if (variant == nullptr) continue;
      uses.push_back({m, f});
      const std::string& other = variant->effect_allele == variant->ref ? variant->alt : variant->ref;
      requests.push_back({variant->contig, variant->position, variant->effect_allele, other});
    }
  }
  return requests;
}

/// Which allele of each site is REF, as far as the FASTA or a model says it.
std::vector<sites::ReferenceMatch> reference_alleles(const ScoreInputs& inputs, const ScorePlans& plans) {
  std::vector<sites::ReferenceMatch> found(plans.sites.size());
  for (std::uint32_t i = 0; i < found.size() && inputs.reference; ++i) {
    const sites::WantedSite& site = plans.sites.site(SiteId{i});
    found[i] = sites::reference_allele(site, plans.sites.contig(site.contig), *inputs.reference);
  }
  for (std::size_t use = 0; use < plans.variant_uses.size(); ++use) {
    const VariantUse& entry = plans.variant_uses[use];
    const auto& variant = std::get<models::VariantFeature>(inputs.models[entry.model].features[entry.feature].source);
    auto& match = found[to_number(plans.variant_sites[use])];
    if (match.allele != sites::ReferenceAllele::unknown) continue;
    match.allele =
        variant.effect_allele == variant.ref ? sites::ReferenceAllele::effect : sites::ReferenceAllele::other;
  }
  // A panel's effect alleles are the ALTs of the genotypes that it was made from.
  for (const SiteId site : plans.further_sites) {
    auto& match = found[to_number(site)];
    if (match.allele == sites::ReferenceAllele::unknown) match.allele = sites::ReferenceAllele::other;
  }
  return found;
}

}  // namespace

RowState row_state(SiteState state) {
  switch (state) {
    case SiteState::absent: return RowState::absent;
    case SiteState::allele_mismatch: return RowState::allele_mismatch;
    case SiteState::ambiguous: return RowState::ambiguous;
    case SiteState::filtered: return RowState::filtered;
    case SiteState::flipped: return RowState::flipped;
    case SiteState::matched: return RowState::matched;
  }
  throw InternalError("unknown site state");
}

std::size_t score_index(const ScoreInputs& inputs, const std::string& id) {
  const auto found = std::find(inputs.score_ids.begin(), inputs.score_ids.end(), id);
  if (found == inputs.score_ids.end()) throw InternalError("a model's score is not in the plan: " + id);
  return static_cast<std::size_t>(found - inputs.score_ids.begin());
}

ScorePlans::ScorePlans(const ScoreInputs& inputs, const ScoreOptions& options,
                       const std::vector<sites::SiteRequest>& further)
    : scores(inputs.scoring_files, options.palindromic, options.duplicate_rows) {
  std::vector<sites::SiteRequest> requests = scores.requests();
  const std::size_t score_requests = requests.size();
  auto variants = variant_requests(inputs.models, variant_uses);
  std::move(variants.begin(), variants.end(), std::back_inserter(requests));
  requests.insert(requests.end(), further.begin(), further.end());
  std::vector<SiteId> ids;
  sites = sites::SitePlan(requests, ids);
  const auto split = ids.begin() + static_cast<std::ptrdiff_t>(score_requests);
  const auto last = ids.end() - static_cast<std::ptrdiff_t>(further.size());
  variant_sites.assign(split, last);
  further_sites.assign(last, ids.end());
  required.resize(sites.size());
  for (auto id = ids.begin(); id != last; ++id) required[to_number(*id)] = true;
  scores.set_sites({ids.data(), score_requests}, sites.size());
  reference = reference_alleles(inputs, *this);
}

GroupResult::GroupResult(const ScoreInputs& inputs, const ScoreOptions& options, const ScorePlans& plans,
                         const SampleGroup& group, int threads, genotypes::CallSink* further)
    : inputs_(&inputs), options_(&options), plans_(&plans), group_(&group) {
  const std::size_t n = group.sample_ids.size();
  PassOptions pass = pass_options(options, threads);
  scores_ = std::make_unique<scoring::ScoreSink>(plans.scores, n, options.impute, options.impute_model,
                                                 best_simd_level(), pass.threads);
  features_ = std::make_unique<FeatureSink>(plans.variant_uses, plans.variant_sites, n);
  samples_ = std::make_unique<SampleSink>(n);
  std::vector<genotypes::CallSink*> sinks = {scores_.get(), features_.get(), samples_.get()};
  if (inputs.panel) {
    projection_ = std::make_unique<scoring::ProjectionSink>(*inputs.panel, plans.further_sites, plans.sites.size(), n);
    sinks.push_back(projection_.get());
  }
  if (further != nullptr) sinks.push_back(further);
  pass.reference = plans.reference;
  if (options.sites != SiteRows::none) {
    pass.keep_records_of.resize(plans.sites.size());
    for (std::size_t r = 0; r < plans.scores.row_sets(); ++r) {
      const scoring::PlannedRows& rows = plans.scores.rows(r);
      for (std::size_t i = 0; i < rows.settled.size(); ++i) {
        if (!rows.settled[i] && rows.dropped_if_found[i]) pass.keep_records_of[to_number(rows.site[i])] = true;
      }
    }
  }
  pass_ = std::make_unique<VariantPass>(plans.sites, inputs.build, pass, sinks);
}

void GroupResult::read_genotypes() {
  for (std::size_t i = 0; i < group_->files.size(); ++i) {
    pass_->run(*inputs_->files[group_->files[i]].open(), group_->columns[i]);
  }
  pass_->finish();
  if (group_->files.size() > 1 && !options_->absent) require_contigs();
  for (std::uint32_t i = 0; i < plans_->sites.size(); ++i) {
    if (is_used(pipeline::row_state(pass_->outcome(SiteId{i}).state))) ++matched_sites_;
  }
  add_absent_rows();
  assume_variants();
  if (projection_) assume_panel_sites();
}

bool GroupResult::is_assumed(SiteId site) const {
  if (options_->absent != AbsentPolicy::reference || pass_->has_blocks()) return false;
  const auto allele = plans_->reference[to_number(site)].allele;
  const bool known = allele == sites::ReferenceAllele::effect || allele == sites::ReferenceAllele::other;
  return known && pass_->outcome(site).state == SiteState::absent;
}

/// With one file per contig, a forgotten file looks like absent sites.
void GroupResult::require_contigs() const {
  for (std::uint32_t c = 0; c < plans_->sites.contigs().size(); ++c) {
    const std::string& contig = plans_->sites.contig(ContigId{c});
    const auto range = plans_->sites.range(ContigId{c});
    const auto wanted = std::count(plans_->required.begin() + range.first, plans_->required.begin() + range.last, true);
    if (wanted > 0 && !pass_->has_contig(contig)) {
      throw UserError(
          fmt::format("no file has records on contig {}, which {} site(s) of the models are on", contig, wanted),
          "--variants", "add its file, or say --absent missing if it is meant to be so");
    }
  }
}

genotypes::CopyRule GroupResult::rule_at(std::string_view contig, Position position) const {
  const bool doubled = options_->decode.haploid == genotypes::HaploidPolicy::as_diploid;
  return doubled ? genotypes::CopyRule::diploid : copy_rule(inputs_->build, contig, position);
}

void GroupResult::assume_variants() {
  for (std::size_t use = 0; use < plans_->variant_uses.size(); ++use) {
    const SiteId id = plans_->variant_sites[use];
    if (!is_assumed(id)) continue;
    const sites::WantedSite& site = plans_->sites.site(id);
    const bool is_effect = plans_->reference[to_number(id)].allele == sites::ReferenceAllele::effect;
    features_->assume(use, is_effect, rule_at(plans_->sites.contig(site.contig), site.position), group_->sex);
  }
}

void GroupResult::assume_panel_sites() {
  for (std::size_t i = 0; i < plans_->further_sites.size(); ++i) {
    const SiteId site = plans_->further_sites[i];
    if (!is_assumed(site)) continue;
    projection_->add_assumed(i, plans_->reference[to_number(site)].allele == sites::ReferenceAllele::effect);
  }
}

void GroupResult::add_absent_rows() {
  states_.assign(plans_->scores.scores().size(), {});
  assumed_rows_.assign(states_.size(), 0);
  for (std::size_t r = 0; r < plans_->scores.row_sets(); ++r) {
    const scoring::PlannedRows& rows = plans_->scores.rows(r);
    std::array<std::size_t, scoring::row_states> states{};
    std::size_t assumed_rows = 0;
    for (std::size_t i = 0; i < rows.settled.size(); ++i) {
      const RowState state = state_of(rows, i);
      ++states[static_cast<std::size_t>(state)];
      if (state != RowState::absent) continue;
      const scoring::ScoringRow& row = rows.row_of(i);
      const auto rule = rule_at(row.contig, row.position);
      const bool assumed = is_assumed(rows.site[i]) && !rows.dropped_if_found[i];
      const bool is_effect = assumed && plans_->reference[to_number(rows.site[i])].allele == ReferenceAllele::effect;
      assumed_rows += assumed ? 1 : 0;
      for (const std::uint32_t score : rows.scores) {
        if (assumed) {
          scores_->add_assumed(score, i, is_effect, rule, group_->sex);
        } else {
          scores_->add_absent(score, i, rule, group_->sex);
        }
      }
    }
    for (const std::uint32_t score : rows.scores) {
      states_[score] = states;
      assumed_rows_[score] = assumed_rows;
    }
  }
}

RowState GroupResult::state_of(const scoring::PlannedRows& rows, std::size_t entry) const {
  if (rows.settled[entry]) return *rows.settled[entry];
  const RowState state = pipeline::row_state(pass_->outcome(rows.site[entry]).state);
  return is_used(state) && rows.dropped_if_found[entry] ? RowState::ambiguous : state;
}

std::size_t GroupResult::rows_used(std::size_t score) const {
  const auto& states = states_[score];
  return states[static_cast<std::size_t>(RowState::matched)] + states[static_cast<std::size_t>(RowState::flipped)] +
         assumed_rows_[score];
}

double GroupResult::match_rate(std::size_t score) const {
  const std::size_t total = plans_->scores.scores()[score].settled.size();
  return total == 0 ? 0 : static_cast<double>(rows_used(score)) / static_cast<double>(total);
}

bool GroupResult::passes(std::size_t score) const {
  return match_rate(score) >= options_->min_match.value_or(default_min_match);
}

std::vector<models::FeatureColumn> GroupResult::feature_columns(
    std::size_t model, std::map<std::string, models::CleaningCounts>& cleaning) const {
  const std::size_t n = group_->sample_ids.size();
  std::vector<models::FeatureColumn> columns;
  const auto& features = inputs_->models[model].features;
  for (std::size_t f = 0; f < features.size(); ++f) {
    if (const auto* const covariate = std::get_if<models::CovariateFeature>(&features[f].source)) {
      columns.push_back(models::covariate_column(*covariate, *inputs_->covariates, group_->sample_ids,
                                                 cleaning[inputs_->models[model].id + ": " + covariate->column]));
    } else if (const auto* const variant = std::get_if<models::VariantFeature>(&features[f].source)) {
      const auto use =
          std::find_if(plans_->variant_uses.begin(), plans_->variant_uses.end(),
                       [&](const VariantUse& entry) { return entry.model == model && entry.feature == f; });
      columns.push_back(features_->column(static_cast<std::size_t>(use - plans_->variant_uses.begin()), *variant));
    } else {
      const auto& score = std::get<models::ScoreFeature>(features[f].source);
      const std::size_t index = score_index(*inputs_, std::get<models::ScoreFeature::Id>(score.score).text);
      models::FeatureColumn& column = columns.emplace_back();
      for (std::size_t i = 0; i < n; ++i) {
        const auto sum =
            passes(index) ? std::optional(scores_->value(index, scores_->result(index, i).sum)) : std::nullopt;
        const models::FeatureValue value = models::score_value(score, sum);
        column.value.push_back(value.value);
        column.state.push_back(value.state);
      }
    }
  }
  return columns;
}

void GroupResult::warn(Warnings& warnings) const {
  bool unknown_reference = false;
  std::vector<bool> without_calls;  // of each set of rows
  for (std::size_t r = 0; r < plans_->scores.row_sets(); ++r) {
    const scoring::PlannedRows& rows = plans_->scores.rows(r);
    std::int64_t observed = 0;
    bool any_record = false;
    for (std::size_t i = 0; i < rows.settled.size(); ++i) {
      const RowState state = state_of(rows, i);
      any_record = any_record || is_used(state);
      if (is_used(state)) observed += pass_->outcome(rows.site[i]).observed;
      unknown_reference = unknown_reference || (state == RowState::absent && !is_assumed(rows.site[i]));
    }
    without_calls.push_back(any_record && observed == 0);
  }
  for (const scoring::PlannedScore& score : plans_->scores.scores()) {
    if (!without_calls[score.rows]) continue;
    warnings.add(
        fmt::format("score {}: nobody has an observed call at any of its sites (--dosage, --min-gq and "
                    "--min-dp leave none, or the file has none)",
                    score.column->id));
  }
  const bool assumes = options_->absent == AbsentPolicy::reference && !pass_->has_blocks();
  if (assumes && unknown_reference) {
    warnings.add("absent sites whose REF is not known are missing; --reference tells it");
  }
  if (pass_->has_blocks() && !inputs_->reference) {
    warnings.add("reference blocks say nothing of a site within them unless --reference tells which allele is REF");
  }
  for (std::size_t use = 0; use < plans_->variant_uses.size(); ++use) {
    const SiteState state = pass_->outcome(plans_->variant_sites[use]).state;
    if (is_used(pipeline::row_state(state)) || is_assumed(plans_->variant_sites[use])) continue;
    const models::Model& model = inputs_->models[plans_->variant_uses[use].model];
    warnings.add(fmt::format("model {}: the variant of feature {} is {}, everybody's is missing", model.id,
                             model.features[plans_->variant_uses[use].feature].name,
                             to_string(pipeline::row_state(state))));
  }
}

std::vector<std::string> GroupResult::low_scores(std::size_t model) const {
  std::vector<std::string> ids;
  for (const models::Feature& feature : inputs_->models[model].features) {
    const auto* const score = std::get_if<models::ScoreFeature>(&feature.source);
    if (score == nullptr) continue;
    const std::string& id = std::get<models::ScoreFeature::Id>(score->score).text;
    if (!passes(score_index(*inputs_, id))) ids.push_back(id);
  }
  return ids;
}

}  // namespace varisk::pipeline
