#include "varisk/pipeline/panel_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "genotype_sink.hpp"
#include "panel_labels.hpp"
#include "panel_rules.hpp"
#include "panel_writer.hpp"
#include "parallel.hpp"
#include "run_notes.hpp"
#include "run_record.hpp"
#include "score_cohort.hpp"
#include "site_list.hpp"
#include "varisk/core/error.hpp"
#include "varisk/pipeline/score_inputs.hpp"
#include "varisk/scoring/ld_pruning.hpp"
#include "varisk/scoring/panel_projection.hpp"
#include "varisk/scoring/populations.hpp"
#include "varisk/scoring/principal_components.hpp"

namespace varisk::pipeline {
namespace {

using scoring::PackedSite;
using scoring::Panel;
using scoring::RowState;
using scoring::RowUse;

/// Components kept for the augmentation, for each that is reported (Zhang, Dey and Lee 2020).
constexpr std::size_t loaded_of_component = 4;
constexpr std::size_t sites_of_component = 10;

ScoreInputs read_panel_inputs(const PanelOptions& options) {
  ScoreInputs inputs = read_inputs(options.score);
  if (!inputs.models.empty()) {
    throw UserError("is a model, a scoring file was expected", inputs.model_paths.front(),
                    "give the scoring files behind it");
  }
  if (inputs.groups.size() != 1) {
    throw UserError(fmt::format("the files hold {} different sets of samples, a panel is one", inputs.groups.size()),
                    "--variants", "merge them first, with bcftools merge");
  }
  return inputs;
}

std::vector<sites::SiteRequest> list_sites(const PanelOptions& options, const ScoreInputs& inputs,
                                           SiteList::Counts& counts, bool& reference_known) {
  SiteList list(options.exclude_regions ? read_regions(*options.exclude_regions) : std::vector<Region>{});
  for (const std::size_t file : inputs.groups.front().files) {
    const std::string& path = inputs.files[file].path();
    if (path == "-") throw UsageError("--variants - is read once, a panel reads its genotypes twice", "give a file");
    list.add(*io::open_variant_source(path));
  }
  auto sites = list.take();
  counts = list.counts();
  reference_known = list.reference_known();
  if (sites.empty()) {
    throw UserError("the genotypes have no biallelic substitution on an autosome that could be used",
                    inputs.files.front().path());
  }
  return sites;
}

std::vector<std::uint32_t> numbers_of(const std::vector<bool>& chosen) {
  std::vector<std::uint32_t> numbers;
  for (std::uint32_t i = 0; i < chosen.size(); ++i) {
    if (chosen[i]) numbers.push_back(i);
  }
  return numbers;
}

/// \return how many sites were left out
std::size_t prune(const PanelOptions& options, const ScorePlans& plans, const std::vector<std::uint32_t>& unrelated,
                  std::vector<PackedSite>& sites) {
  if (!options.prune_r2) return 0;
  std::vector<scoring::SitePlace> places;
  places.reserve(sites.size());
  for (const PackedSite& site : sites) {
    const sites::WantedSite& wanted = plans.sites.site(site.site());
    places.push_back({to_number(wanted.contig), wanted.position.value});
  }
  const auto keep = scoring::prune_by_ld(sites, places, unrelated, {*options.prune_r2, options.prune_window});
  std::vector<PackedSite> kept;
  for (std::size_t i = 0; i < sites.size(); ++i) {
    if (keep[i]) kept.push_back(std::move(sites[i]));
  }
  const std::size_t left_out = sites.size() - kept.size();
  sites = std::move(kept);
  return left_out;
}

scoring::PrincipalComponents decompose(const PanelOptions& options, const std::vector<PackedSite>& sites,
                                       const std::vector<std::uint32_t>& unrelated, int threads) {
  const auto wanted = static_cast<std::size_t>(options.components);
  if (unrelated.size() <= wanted) {
    throw UserError(fmt::format("{} unrelated samples have at most {} components, --components is {}", unrelated.size(),
                                unrelated.size() - 1, wanted),
                    options.labels, "give fewer --components, or more samples");
  }
  if (sites.size() < sites_of_component * wanted) {
    throw UserError(fmt::format("{} site(s) are left to make {} components, at least {} are needed", sites.size(),
                                wanted, sites_of_component * wanted),
                    "--variants", "loosen --maf, --missing and --prune-r2, or give fewer --components");
  }
  scoring::PcaRequest request;
  request.accurate = wanted;
  request.components =
      std::min({loaded_of_component * wanted, unrelated.size() - 1, sites.size() / sites_of_component});
  request.seed = options.seed;
  auto pca = scoring::principal_components(sites, unrelated, request, parallel_for_each(threads));
  if (pca.components < wanted) {
    throw UserError(
        fmt::format("the genotypes have {} independent component(s), --components is {}", pca.components, wanted),
        "--variants", "give fewer --components");
  }
  return pca;
}

void add_sites(const scoring::PrincipalComponents& pca, const std::vector<PackedSite>& packed, const ScorePlans& plans,
               Panel& panel) {
  panel.singular_values = pca.singular_values;
  panel.total_variance = pca.total_variance;
  panel.loadings = pca.loadings;
  for (const PackedSite& site : packed) {
    const sites::WantedSite& wanted = plans.sites.site(site.site());
    panel.sites.push_back({plans.sites.contig(wanted.contig), wanted.position, wanted.effect_allele,
                           wanted.other_allele.value_or(""), site.frequency()});
  }
}

/// What a pass over the panel's own sites would add up for one sample.
scoring::SampleProducts products_of(const Panel& panel, const std::vector<PackedSite>& packed, std::size_t sample) {
  scoring::SampleProducts result;
  result.products.resize(panel.loaded_components());
  for (std::size_t i = 0; i < packed.size(); ++i) {
    const scoring::HardCall call = packed[i].call(sample);
    if (call == scoring::HardCall::missing) {
      ++result.unobserved;
      continue;
    }
    const double value = scoring::Standardisation(packed[i].frequency())(static_cast<double>(call));
    const auto loadings = panel.loadings_of(i);
    for (std::size_t c = 0; c < loadings.size(); ++c) {
      result.products[c] += value * static_cast<double>(loadings[c]);
    }
    result.squared_norm += value * value;
  }
  return result;
}

/// Unrelated samples are part of the decomposition, the others are projected on it.
void add_samples(const scoring::PrincipalComponents& pca, const std::vector<PackedSite>& packed,
                 const SampleGroup& group, const PanelLabels& labels, Panel& panel) {
  panel.populations = labels.populations;
  const scoring::LoadingsGram gram(panel);
  const scoring::PanelProjection projection(panel, gram, std::vector<bool>(panel.sites.size(), true));
  std::size_t row = 0;
  for (std::size_t i = 0; i < group.sample_ids.size(); ++i) {
    scoring::PanelSample sample;
    sample.id = group.sample_ids[i];
    sample.population = labels.population[i];
    sample.unrelated = labels.unrelated[i];
    if (sample.unrelated) {
      for (std::size_t c = 0; c < panel.components; ++c) {
        sample.pcs.push_back(pca.sample_vectors[row * pca.components + c] * pca.singular_values[c]);
      }
      ++row;
    } else {
      auto pcs = projection.project(products_of(panel, packed, i));
      if (!pcs) {
        throw UserError(fmt::format("sample {} has too few calls to be projected", i + 1), "--variants",
                        "leave it out with --samples");
      }
      sample.pcs = std::move(*pcs);
    }
    panel.samples.push_back(std::move(sample));
  }
}

void check_spread(const Panel& panel, const std::string& labels) {
  std::vector<double> pcs;
  std::vector<std::uint32_t> population;
  for (const scoring::PanelSample& sample : panel.samples) {
    if (!sample.unrelated) continue;
    pcs.insert(pcs.end(), sample.pcs.begin(), sample.pcs.end());
    population.push_back(sample.population);
  }
  const scoring::PopulationModel model(pcs, panel.components, population, panel.populations.size(),
                                       std::min(scoring::population_components, panel.components));
  if (!model.singular()) return;
  throw UserError(fmt::format("the samples of population {} do not differ in all of the first components",
                              panel.populations[*model.singular()]),
                  labels, "are there copies of one sample among them?");
}

/// \return true if a score matched too few rows to be in the panel
bool add_scores(const GroupResult& result, const ScorePlans& plans, ScoreInputs& inputs, Panel& panel) {
  bool low = false;
  const auto scores = plans.scores.scores();
  for (std::size_t s = 0; s < scores.size(); ++s) {
    if (!result.passes(s)) {
      inputs.warnings.push_back(fmt::format("score {}: match rate {:.4f} is too low, the panel does not have it",
                                            inputs.score_ids[s], result.match_rate(s)));
      low = true;
      continue;
    }
    scoring::PanelScore score;
    score.id = inputs.score_ids[s];
    score.digest = scoring::score_digest(*scores[s].file, *scores[s].column);
    for (std::size_t i = 0; i < scores[s].settled.size(); ++i) {
      scoring::PanelRow row;
      const RowState state = result.row_state(s, i);
      if (state == RowState::matched || state == RowState::flipped) {
        row.use = RowUse::called;
        if (scores[s].is_joint(i)) {  // no single frequency stands for it
          score.rows.push_back(row);
          continue;
        }
        const SiteOutcome& outcome = result.pass().outcome(scores[s].site[i]);
        if (outcome.observed_alleles > 0)
          row.frequency = outcome.effect_alleles / static_cast<double>(outcome.observed_alleles);
      } else if (state == RowState::absent && !scores[s].is_joint(i) &&
                 result.scores().impute_frequency(s, i, nullptr)) {
        row.use = RowUse::expected;
      }
      score.rows.push_back(row);
    }
    for (std::size_t i = 0; i < panel.samples.size(); ++i)
      score.sums.push_back(result.scores().value(s, result.scores().result(s, i).sum));
    panel.scores.push_back(std::move(score));
  }
  return low;
}

}  // namespace

void PanelOptions::validate() const {
  if (score.variants.empty()) throw UsageError("--variants is missing", "give one or more VCF or BCF files");
  if (labels.empty()) throw UsageError("--labels is missing", "give a table with sample_id and population");
  if (score.out.empty()) throw UsageError("--out is missing", "give a folder for the panel");
  const auto require = [](bool good, const std::string& what) {
    if (!good) throw UsageError(what);
  };
  require(components >= 1 && components <= 100, fmt::format("--components is {}, expected 1 to 100", components));
  require(min_frequency > 0 && min_frequency < 0.5,
          fmt::format("--maf is {}, expected a number above 0 and below 0.5", min_frequency));
  require(max_missing >= 0 && max_missing < 1,
          fmt::format("--missing is {}, expected a number from 0 to below 1", max_missing));
  require(!prune_r2 || (*prune_r2 > 0 && *prune_r2 < 1),
          fmt::format("--prune-r2 is {}, expected a number above 0 and below 1", prune_r2.value_or(0)));
  require(prune_window >= 1, fmt::format("--prune-window is {}, expected 1 or more", prune_window));
}

ScoreOutcome run_panel(const PanelOptions& panel_options, const std::vector<std::string>& command_line,
                       const Log& log) {
  const auto started = std::chrono::system_clock::now();
  panel_options.validate();
  PanelOptions options = panel_options;
  options.score.impute = scoring::ImputePolicy::file_or_cohort;
  options.score.sites = SiteRows::none;
  const int threads = options.score.threads > 0 ? options.score.threads : allocated_threads();
  ScoreInputs inputs = read_panel_inputs(options);
  const SampleGroup& group = inputs.groups.front();
  const PanelLabels labels = read_labels(options.labels, group.sample_ids);
  OutputFolder folder(options.score.out, options.score.overwrite);

  SiteList::Counts listed;
  Panel panel;
  const auto requests = list_sites(options, inputs, listed, panel.other_is_ref);
  const ScorePlans plans(inputs, options.score, requests);
  std::vector<bool> wanted(plans.sites.size());
  for (const SiteId site : plans.further_sites) wanted[to_number(site)] = true;
  GenotypeSink calls(std::move(wanted), labels.unrelated, {options.min_frequency, options.max_missing});
  GroupResult result(inputs, options.score, plans, group, threads, &calls);
  result.read_genotypes();
  auto packed = calls.take_sites();
  const auto unrelated = numbers_of(labels.unrelated);
  const std::size_t pruned = prune(options, plans, unrelated, packed);
  log.info(fmt::format("{} of {} site(s) are used: {} too rare, {} with too few calls, {} pruned", packed.size(),
                       requests.size(), calls.counts().rare, calls.counts().missing, pruned));

  const auto pca = decompose(options, packed, unrelated, threads);
  panel.build = inputs.build;
  panel.components = static_cast<std::size_t>(options.components);
  panel.haploid = name_of(options.score.decode.haploid);
  panel.impute_model = name_of(options.score.impute_model);
  add_sites(pca, packed, plans, panel);
  add_samples(pca, packed, group, labels, panel);
  check_spread(panel, options.labels);
  const bool low = add_scores(result, plans, inputs, panel);
  Warnings doubts;
  note_file_doubts(result.pass(), options.score.strict, doubts);
  for (const std::string& text : doubts.texts(1)) inputs.warnings.push_back(text);
  note_counts(result.pass().counts(), inputs);

  io::Json made_with = {{"maf", options.min_frequency}, {"missing", options.max_missing}, {"seed", options.seed}};
  if (options.prune_r2) made_with["prune"] = {{"r2", *options.prune_r2}, {"window", options.prune_window}};
  write_panel(folder, panel, made_with);
  for (const std::string& warning : inputs.warnings) log.warning(warning);
  io::Json record = run_header(command_line, inputs.build);
  record["variants"] = io::Json::array();
  for (const GenotypeFile& genotypes : inputs.files) {
    for (const std::string& path : genotypes.files()) record["variants"].push_back(file_identity(path));
  }
  record["labels"] = file_identity(options.labels);
  record["counts"] = {{"samples", panel.samples.size()},   {"unrelated", unrelated.size()},
                      {"records", listed.records},         {"other_kinds", listed.other_kinds},
                      {"palindromic", listed.palindromic}, {"excluded", listed.excluded},
                      {"repeated", listed.repeated},       {"rare", calls.counts().rare},
                      {"missing", calls.counts().missing}, {"pruned", pruned},
                      {"sites", panel.sites.size()},       {"iterations", pca.iterations}};
  record["warnings"] = inputs.warnings;
  add_usage(record, started);
  folder.commit(record.dump(2, ' ', false, io::Json::error_handler_t::replace) + "\n");
  log.info(fmt::format("the panel is in {}: {} site(s), {} sample(s), {} population(s), {} score(s)",
                       folder.path().string(), panel.sites.size(), panel.samples.size(), panel.populations.size(),
                       panel.scores.size()));
  return {low && options.score.min_match.has_value()};
}

}  // namespace varisk::pipeline
