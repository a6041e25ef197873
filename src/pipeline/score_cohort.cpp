#include "score_cohort.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "gene_features.hpp"
#include "run_notes.hpp"
#include "varisk/core/error.hpp"

namespace varisk::pipeline {
namespace {

using scoring::RowState;

bool is_used(RowState state) { return state == RowState::matched || state == RowState::flipped; }

PassOptions pass_options(const ScoreOptions& options, int threads) {
  PassOptions pass;
  pass.decode = options.decode;
  pass.keep_palindromic = options.palindromic == scoring::PalindromicPolicy::keep;
  pass.strand_by_frequency = options.palindromic == scoring::PalindromicPolicy::frequency;
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

bool is_unsure(const sites::ReferenceMatch& match) {
  return match.allele == sites::ReferenceAllele::unknown || match.allele == sites::ReferenceAllele::ambiguous;
}

/// Which allele of each site is REF, as far as the FASTA, --frequencies or a model says it.
std::vector<sites::ReferenceMatch> reference_alleles(const ScoreInputs& inputs, const ScorePlans& plans) {
  std::vector<sites::ReferenceMatch> found(plans.sites.size());
  for (std::uint32_t i = 0; i < found.size() && inputs.reference; ++i) {
    const sites::WantedSite& site = plans.sites.site(SiteId{i});
    found[i] = sites::reference_allele(site, plans.sites.contig(site.contig), *inputs.reference);
  }
  for (std::uint32_t i = 0; i < found.size() && plans.frequencies; ++i) {
    const auto& line = plans.frequencies->reference()[i];
    // An insertion of what stands there already cannot be told from a deletion; a line with REF tells.
    if (is_unsure(found[i]) && line.allele != sites::ReferenceAllele::unknown) found[i] = line;
  }
  for (std::size_t use = 0; use < plans.variant_uses.size(); ++use) {
    const VariantUse& entry = plans.variant_uses[use];
    const auto& variant = std::get<models::VariantFeature>(inputs.models[entry.model].features[entry.feature].source);
    auto& match = found[to_number(plans.variant_sites[use])];
    if (!is_unsure(match)) continue;
    match.allele =
        variant.effect_allele == variant.ref ? sites::ReferenceAllele::effect : sites::ReferenceAllele::other;
  }
  const bool panel_knows = inputs.panel && inputs.panel->other_is_ref;
  for (const SiteId site : plans.further_sites) {
    auto& match = found[to_number(site)];
    if (panel_knows && match.allele == sites::ReferenceAllele::unknown) match.allele = sites::ReferenceAllele::other;
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
    : scores(inputs.scoring_files, options.palindromic, options.duplicate_rows, inputs.reference.get()) {
  std::vector<sites::SiteRequest> requests = scores.take_requests();
  const std::size_t score_requests = requests.size();
  auto variants = variant_requests(inputs.models, variant_uses);
  for (sites::SiteRequest& variant : variants) {
    requests.push_back(inputs.reference ? sites::left_aligned(std::move(variant), *inputs.reference)
                                        : std::move(variant));
  }
  requests.insert(requests.end(), further.begin(), further.end());
  std::vector<SiteId> ids;
  sites = sites::SitePlan(requests, ids);
  if (inputs.reference) repeats = sites::RepeatSites(sites, *inputs.reference);
  const auto split = ids.begin() + static_cast<std::ptrdiff_t>(score_requests);
  const auto last = ids.end() - static_cast<std::ptrdiff_t>(further.size());
  variant_sites.assign(split, last);
  further_sites.assign(last, ids.end());
  required.resize(sites.size());
  for (auto id = ids.begin(); id != last; ++id) required[to_number(*id)] = true;
  const std::span<const SiteId> score_sites(ids.data(), score_requests);
  if (options.frequencies) read_frequencies(inputs, options, score_sites);
  scores.set_sites(score_sites, sites.size(),
                   frequencies ? std::span(frequencies->effect()) : std::span<const std::optional<double>>{});
  reference = reference_alleles(inputs, *this);
  for (const std::string& contig : sites.contigs()) {
    if (!inputs.reference || contig.empty() || inputs.reference->has_contig(contig)) continue;
    warnings.push_back(
        fmt::format("{}: has no sequence {}, which wanted sites are on", inputs.reference->path(), contig));
  }
}

std::optional<bool> ScorePlans::reference_is_effect(SiteId id) const {
  const auto allele = reference[to_number(id)].allele;
  if (allele != sites::ReferenceAllele::effect && allele != sites::ReferenceAllele::other) return std::nullopt;
  const bool is_effect = allele == sites::ReferenceAllele::effect;
  const sites::WantedSite& site = sites.site(id);
  if (site.side == sites::FrequencySide::unknown || !site.other_allele) return is_effect;
  const auto side = sites::frequency_side(frequencies ? frequencies->effect()[to_number(id)] : std::nullopt);
  if (side == sites::FrequencySide::unknown) return std::nullopt;
  return is_effect == (side == site.side);
}

void ScorePlans::read_frequencies(const ScoreInputs& inputs, const ScoreOptions& options,
                                  std::span<const SiteId> score_sites) {
  constexpr std::size_t enough_to_tell = 10;
  const std::string& path = *options.frequencies;
  frequencies.emplace(path, sites, scores.sites_of_id(score_sites));
  const auto& found = *frequencies;
  const auto build = found.file().build;
  if (options.build_check != BuildCheck::off && build != sites::GenomeBuild::unknown &&
      inputs.build != sites::GenomeBuild::unknown && build != inputs.build) {
    throw UserError(fmt::format("its contig lengths are those of {}, the genotypes are of {}", sites::to_string(build),
                                sites::to_string(inputs.build)),
                    path, "give frequencies of that build, or --build-check off");
  }
  if (found.found() == 0) {
    throw UserError(fmt::format("none of the {} wanted site(s) has a frequency there", sites.size()), path,
                    "lines are found by POS, by ids like 1:1000:A:G, or by the rsID of the scoring file's row");
  }
  const std::string differ = fmt::format("{} wanted site(s) have a frequency there, {} have other alleles",
                                         found.found(), found.other_alleles());
  if (found.other_alleles() == 0) return;
  if (found.other_alleles() > found.found() && found.other_alleles() >= enough_to_tell &&
      options.build_check != BuildCheck::off) {
    throw UserError(differ, path, "it may be of another build; --build-check off takes it");
  }
  warnings.push_back(path + ": " + differ);
}

GroupResult::GroupResult(const ScoreInputs& inputs, const ScoreOptions& options, const ScorePlans& plans,
                         const SampleGroup& group, int threads, genotypes::CallSink* further)
    : inputs_(&inputs), options_(&options), plans_(&plans), group_(&group), threads_(threads), further_(further) {
  start_pass({});
}

void GroupResult::start_pass(const std::unordered_set<SiteId>& repeated_ids) {
  const std::size_t n = group_->sample_ids.size();
  PassOptions pass = pass_options(*options_, threads_);
  scores_ = std::make_unique<scoring::ScoreSink>(plans_->scores, n, options_->impute, options_->impute_model,
                                                 best_simd_level(), pass.threads);
  features_ = std::make_unique<FeatureSink>(plans_->variant_uses, plans_->variant_sites, n);
  samples_ = std::make_unique<SampleSink>(n);
  joints_ = std::make_unique<JointSink>(plans_->scores, n);
  std::vector<genotypes::CallSink*> sinks = {scores_.get(), features_.get(), samples_.get(), joints_.get()};
  if (inputs_->panel) {
    projection_ =
        std::make_unique<scoring::ProjectionSink>(*inputs_->panel, plans_->further_sites, plans_->sites.size(), n);
    sinks.push_back(projection_.get());
  }
  if (further_ != nullptr) sinks.push_back(further_);
  pass.reference = plans_->reference;
  pass.loci = plans_->loci;
  pass.repeated_ids = repeated_ids;
  if (inputs_->reference) {
    pass.genome = inputs_->reference.get();
    pass.repeats = &plans_->repeats;
  }
  if (plans_->frequencies) pass.frequencies = plans_->frequencies->effect();
  if (options_->sites != SiteRows::none) {
    pass.keep_records_of.resize(plans_->sites.size());
    for (std::size_t r = 0; r < plans_->scores.row_sets(); ++r) {
      const scoring::PlannedRows& rows = plans_->scores.rows(r);
      for (std::size_t i = 0; i < rows.settled.size(); ++i) {
        if (rows.wants_site(i) && rows.dropped_if_found[i]) pass.keep_records_of[to_number(rows.site[i])] = true;
      }
    }
  }
  pass_ = std::make_unique<VariantPass>(plans_->sites, inputs_->build, pass, sinks);
}

void GroupResult::run_pass() {
  for (std::size_t i = 0; i < group_->files.size(); ++i) {
    const auto source = inputs_->files[group_->files[i]].open();
    if (inputs_->reference) other_length_ = inputs_->reference->other_length(source->header());
    pass_->run(*source, group_->columns[i]);
  }
  pass_->finish();
}

void GroupResult::read_genotypes() {
  run_pass();
  if (const std::unordered_set<SiteId> repeated = pass_->repeated_ids(); !repeated.empty()) {
    // What was added of these sites before they were seen again is in the sums.
    for (const std::size_t file : group_->files) {
      if (inputs_->files[file].path() != "-") continue;
      throw UserError(fmt::format("records at several positions have the id of one row, of {} row(s)", repeated.size()),
                      "-", "standard input cannot be read again: save it to a file first");
    }
    start_pass(repeated);
    run_pass();
  }
  if (inputs_->reference) check_reference();
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
  return pass_->outcome(site).state == SiteState::absent && plans_->reference_is_effect(site).has_value();
}

/// A FASTA of other sequences would tell REF wrongly, and nothing else would show it: one of two alleles fits any base
/// on one of the strands.
void GroupResult::check_reference() const {
  constexpr std::int64_t enough_to_tell = 3;
  constexpr std::int64_t most_of_ten = 1;
  const std::int64_t checks = pass_->counts().reference_checks;
  const std::int64_t mismatches = pass_->counts().reference_mismatches;
  const bool other_sequences = mismatches >= enough_to_tell && 10 * mismatches > most_of_ten * checks;
  if (!other_sequences && !(options_->strict && mismatches > 0)) return;
  throw UserError(fmt::format("REF of {} of {} wanted record(s) is not what stands there", mismatches, checks),
                  inputs_->reference->path(), "give the FASTA that the genotypes were called against");
}

/// With one file per contig, a forgotten file looks like absent sites.
void GroupResult::require_contigs() const {
  for (std::uint32_t c = 0; c < plans_->sites.contigs().size(); ++c) {
    const std::string& contig = plans_->sites.contig(ContigId{c});
    const auto range = plans_->sites.range(ContigId{c});
    const auto wanted = std::count(plans_->required.begin() + range.first, plans_->required.begin() + range.last, true);
    if (wanted > 0 && !contig.empty() && !pass_->has_contig(contig)) {
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
      if (rows.is_joint(i)) {
        add_joint_row(rows, i, state);
        continue;
      }
      if (state != RowState::absent) continue;
      const scoring::ScoringRow& row = rows.row_of(i);
      const auto rule = rule_at(row.contig, row.position);
      const auto is_effect = is_assumed(rows.site[i]) && !rows.dropped_if_found[i]
                                 ? plans_->reference_is_effect(rows.site[i])
                                 : std::nullopt;
      if (is_effect) ++assumed_rows;
      for (const std::uint32_t score : rows.scores) {
        if (is_effect) {
          scores_->add_assumed(score, i, *is_effect, rule, group_->sex);
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

/// An absent site of theirs makes the value unknown to everybody, whatever is said about absent sites.
void GroupResult::add_joint_row(const scoring::PlannedRows& rows, std::size_t entry, RowState state) {
  if (!is_used(state) && state != RowState::absent) return;
  const auto values = joints_->values(plans_->scores.joints()[rows.joint.at(entry)]);
  for (const std::uint32_t score : rows.scores) scores_->add_joint(score, entry, values);
}

SiteId GroupResult::deciding_site(const scoring::JointSites& joint) const {
  const auto badness = [&](SiteId site) {
    const SiteState state = pass_->outcome(site).state;
    return state == SiteState::matched ? 0 : state == SiteState::flipped ? 1 : 2;
  };
  return *std::max_element(joint.sites.begin(), joint.sites.end(),
                           [&](SiteId a, SiteId b) { return badness(a) < badness(b); });
}

RowState GroupResult::state_of(const scoring::PlannedRows& rows, std::size_t entry) const {
  if (rows.settled[entry]) return *rows.settled[entry];
  if (rows.is_joint(entry)) {
    const SiteId site = deciding_site(plans_->scores.joints()[rows.joint.at(entry)]);
    return pipeline::row_state(pass_->outcome(site).state);
  }
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
    std::size_t model, const DosingTables* genes, std::map<std::string, models::CleaningCounts>& cleaning) const {
  const std::size_t n = group_->sample_ids.size();
  std::vector<models::FeatureColumn> columns;
  const auto& features = inputs_->models[model].features;
  for (std::size_t f = 0; f < features.size(); ++f) {
    if (const auto* const covariate = std::get_if<models::CovariateFeature>(&features[f].source)) {
      columns.push_back(models::covariate_column(*covariate, *inputs_->covariates, group_->sample_ids,
                                                 cleaning[inputs_->models[model].id + ": " + covariate->column]));
    } else if (const auto* const variant = std::get_if<models::VariantFeature>(&features[f].source)) {
      const auto use = std::lower_bound(plans_->variant_uses.begin(), plans_->variant_uses.end(), VariantUse{model, f});
      columns.push_back(features_->column(static_cast<std::size_t>(use - plans_->variant_uses.begin()), *variant));
    } else if (std::holds_alternative<models::PharmacogeneFeature>(features[f].source)) {
      columns.push_back(gene_column(*inputs_, model, f, *genes, cleaning));
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
      if (rows.is_joint(i)) continue;
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
  if (other_length_) warnings.add(*other_length_);
  const bool assumes = options_->absent == AbsentPolicy::reference && !pass_->has_blocks();
  if (assumes && unknown_reference) {
    warnings.add("absent sites whose REF is not known are missing; --reference tells it");
  }
  if (pass_->has_blocks() && !inputs_->reference) {
    warnings.add("reference blocks say nothing of a site within them unless --reference tells which allele is REF");
  }
  warn_of_variants(warnings);
}

void GroupResult::warn_of_variants(Warnings& warnings) const {
  constexpr std::size_t most_named = 10;
  std::map<std::pair<std::size_t, RowState>, std::vector<std::string>> lost;  // by model and state
  for (std::size_t use = 0; use < plans_->variant_uses.size(); ++use) {
    const RowState state = pipeline::row_state(pass_->outcome(plans_->variant_sites[use]).state);
    if (is_used(state) || is_assumed(plans_->variant_sites[use])) continue;
    const VariantUse& entry = plans_->variant_uses[use];
    lost[{entry.model, state}].push_back(inputs_->models[entry.model].features[entry.feature].name);
  }
  for (const auto& [key, features] : lost) {
    const std::string& id = inputs_->models[key.first].id;
    const std::string_view state = to_string(key.second);
    if (features.size() > most_named) {
      warnings.add(fmt::format("model {}: the variants of {} features are {}, everybody's are missing (--sites all)",
                               id, features.size(), state));
      continue;
    }
    for (const std::string& feature : features) {
      warnings.add(
          fmt::format("model {}: the variant of feature {} is {}, everybody's is missing", id, feature, state));
    }
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
