#include "varisk/pipeline/score_run.hpp"

#include <fmt/format.h>

#include <chrono>

#include "ancestry.hpp"
#include "gene_features.hpp"
#include "group_run.hpp"
#include "result_tables.hpp"
#include "run_notes.hpp"
#include "run_record.hpp"
#include "varisk/core/error.hpp"

namespace varisk::pipeline {
namespace {

void warn(const ScoreInputs& inputs, const Log& log) {
  for (const std::string& warning : inputs.warnings) log.warning(warning);
}

/// --overwrite replaces results, never what they are made of.
void refuse_own_inputs(const ScoreOptions& options, const ScoreInputs& inputs) {
  std::vector<std::string> paths;
  for (const GenotypeFile& file : inputs.files) paths.insert(paths.end(), file.files().begin(), file.files().end());
  for (const auto& file : inputs.scoring_files) paths.push_back(file.path);
  paths.insert(paths.end(), inputs.model_paths.begin(), inputs.model_paths.end());
  if (options.covariates) paths.push_back(*options.covariates);
  if (inputs.panel) paths.push_back(inputs.panel->path);
  if (options.samples) paths.push_back(*options.samples);
  if (options.reference) paths.push_back(*options.reference);
  if (options.frequencies) paths.push_back(*options.frequencies);
  paths.insert(paths.end(), options.dosing.outside_calls.begin(), options.dosing.outside_calls.end());
  for (const std::string& path : paths) {
    if (OutputFolder::holds_result_file(options.out, path)) {
      throw UsageError(path + ": is an input, and would be replaced by the result in --out", "give another --out");
    }
  }
}

/// Nothing without --dosing and models that use genes.
/// \throws UserError for genotypes of another build than the definitions
std::unique_ptr<DosingPlan> plan_dosing(const ScoreOptions& options, const ScoreInputs& inputs, ScorePlans& plans) {
  const auto needed = genes_of(inputs.models);
  if (!options.dosing.enabled && needed.empty()) return nullptr;
  auto plan = std::make_unique<DosingPlan>(options.dosing, needed);
  check_gene_features(inputs, *plan);
  if (inputs.build != sites::GenomeBuild::unknown && inputs.build != sites::GenomeBuild::grch38 &&
      options.build_check != BuildCheck::off) {
    throw UserError(fmt::format("the genotypes are of {}, the positions of pharmacogenes are of GRCh38",
                                sites::to_string(inputs.build)),
                    options.variants.front(), "lift the genotypes over to GRCh38");
  }
  plans.loci = &plan->loci();
  return plan;
}

/// Positions of the genes, as matches.tsv counts rows.
void add_gene_matches(const DosingTables& dosing, ResultTables& tables) {
  using genotypes::LocusState;
  using scoring::RowState;
  for (const auto& gene : dosing.genes()) {
    const auto rows = [&](LocusState state) { return gene->states()[static_cast<std::size_t>(state)]; };
    const std::string& name = gene->gene().name;
    tables.add_match(name, RowState::matched, rows(LocusState::record) + rows(LocusState::block));
    tables.add_match(name, RowState::absent, rows(LocusState::absent) + rows(LocusState::spanned));
    tables.add_match(name, RowState::allele_mismatch, rows(LocusState::reference_mismatch));
    tables.add_match(name, RowState::filtered, rows(LocusState::filtered));
  }
}

/// Refuses what scoring would refuse.
void check_gene_columns(const ScoreInputs& inputs, const DosingTables& genes,
                        std::map<std::string, models::CleaningCounts>& cleaning) {
  for (std::size_t m = 0; m < inputs.models.size(); ++m) {
    for (std::size_t f = 0; f < inputs.models[m].features.size(); ++f) {
      const auto& source = inputs.models[m].features[f].source;
      if (!std::holds_alternative<models::PharmacogeneFeature>(source)) continue;
      static_cast<void>(gene_column(inputs, m, f, genes, cleaning));
    }
  }
}

/// What was noticed in the columns of the models, one text for each.
std::vector<std::string> cleaning_texts(const std::map<std::string, models::CleaningCounts>& cleaning) {
  std::vector<std::string> texts;
  for (const auto& [column, count] : cleaning) {
    const std::size_t outliers = count.outliers + count.winsorised;
    if (count.out_of_range + outliers + count.unknown_level + count.missing == 0) continue;
    std::string beyond;
    if (outliers > 0) {
      beyond = fmt::format(", {} outlier(s) taken for missing, {} winsorised", count.outliers, count.winsorised);
    }
    texts.push_back(fmt::format("{}: {} missing, {} out of range{}, {} of an unknown level; {} imputed", column,
                                count.missing, count.out_of_range, beyond, count.unknown_level, count.imputed));
  }
  return texts;
}

void finish_dosing(DosingTables& dosing, ScoreInputs& inputs) {
  dosing.finish();
  for (const std::string& warning : dosing.warnings()) inputs.warnings.push_back(warning);
}

}  // namespace

ScoreOutcome run_score(const ScoreOptions& options, const std::vector<std::string>& command_line, const Log& log) {
  const auto started = std::chrono::system_clock::now();
  options.validate();
  if (options.out.empty()) throw UsageError("--out is missing", "give a folder for the results");
  ScoreInputs inputs = read_inputs(options);
  refuse_own_inputs(options, inputs);
  OutputFolder folder(options.out, options.overwrite);
  ScorePlans plans(inputs, options, panel_requests(inputs));
  inputs.warnings.insert(inputs.warnings.end(), plans.warnings.begin(), plans.warnings.end());
  const auto dosing_plan = plan_dosing(options, inputs, plans);
  log.info(fmt::format("{} site(s) wanted by {} score(s) and {} model(s); {} file(s)", plans.sites.size(),
                       inputs.score_ids.size(), inputs.models.size(), inputs.files.size()));
  if (options.match_by == scoring::MatchBy::id) {
    log.info("scoring files are matched by id: their positions are not used, their build is not checked");
  }
  ResultTables tables(folder, inputs, options, plans);
  std::optional<AncestryTables> ancestry;
  if (inputs.panel) ancestry.emplace(folder, inputs, options, plans);
  std::optional<DosingTables> dosing;
  if (dosing_plan) dosing.emplace(options.dosing.enabled ? &folder : nullptr, inputs, options, *dosing_plan);
  RunNotes notes(inputs, options);
  for_each_group(inputs, options, plans, [&](GroupResult& result) {
    if (dosing) dosing->add(result);
    tables.add(result, dosing ? &*dosing : nullptr);
    if (ancestry) ancestry->add(result);
    notes.add(result, options.strict);
  });
  if (dosing) add_gene_matches(*dosing, tables);
  tables.finish();
  for (const std::string& text : cleaning_texts(tables.cleaning())) log.info(text);
  notes.finish(inputs, log);
  if (ancestry) ancestry->finish(inputs.warnings);
  if (dosing) finish_dosing(*dosing, inputs);
  warn(inputs, log);
  io::Json record = run_record(inputs, options, plans, tables, notes.counts(), command_line, started);
  if (ancestry) record["reference_panel"] = ancestry->record();
  if (dosing) record["dosing"] = dosing->record();
  folder.commit(record.dump(2, ' ', false, io::Json::error_handler_t::replace) + "\n");
  log.info(fmt::format("results are in {}", folder.path().string()));
  return {notes.below_min_match() && options.min_match.has_value()};
}

void run_check(const ScoreOptions& options, const Log& log) {
  options.validate();
  if (!options.out.empty()) OutputFolder::check(options.out, options.overwrite);
  ScoreInputs inputs = read_inputs(options);
  ScorePlans plans(inputs, options, panel_requests(inputs));
  inputs.warnings.insert(inputs.warnings.end(), plans.warnings.begin(), plans.warnings.end());
  const auto dosing_plan = plan_dosing(options, inputs, plans);
  std::optional<DosingTables> dosing;
  if (dosing_plan) dosing.emplace(nullptr, inputs, options, *dosing_plan);
  std::map<std::string, models::CleaningCounts> cleaning;
  if (options.strict) {
    RunNotes notes(inputs, options);
    for_each_group(inputs, options, plans, [&](GroupResult& result) {
      notes.add(result, true);
      if (!dosing) return;
      dosing->add(result);
      check_gene_columns(inputs, *dosing, cleaning);
    });
    notes.finish(inputs, log);
    if (dosing) finish_dosing(*dosing, inputs);
  }
  for (const SampleGroup& group : inputs.groups) {
    // Covariates are checked as scoring would: what it refuses is refused here.
    for (const models::Model& model : inputs.models) {
      for (const models::Feature& feature : model.features) {
        const auto* const covariate = std::get_if<models::CovariateFeature>(&feature.source);
        if (covariate == nullptr) continue;
        static_cast<void>(models::covariate_column(*covariate, *inputs.covariates, group.sample_ids,
                                                   cleaning[model.id + ": " + covariate->column]));
      }
    }
  }
  for (const std::string& text : cleaning_texts(cleaning)) inputs.warnings.push_back(text);
  warn(inputs, log);
  std::size_t samples = 0;
  for (const SampleGroup& group : inputs.groups) samples += group.sample_ids.size();
  log.info(fmt::format("{} sample(s), {} score(s), {} model(s), {} site(s), build {}: {} warning(s){}", samples,
                       inputs.score_ids.size(), inputs.models.size(), plans.sites.size(),
                       sites::to_string(inputs.build), inputs.warnings.size(),
                       options.strict ? "" : "; genotypes were not read (--strict reads them)"));
}

void run_sites_check(const ScoreOptions& options, const Log& log) {
  const sites::SitePlan nothing_wanted;
  for (const std::string& path : expand_file_lists(options.variants)) {
    ScoreInputs inputs;
    const auto source = io::open_variant_source(path);
    genotypes::SampleColumns samples;
    samples.file_samples = source->header().samples().size();
    PassOptions pass_options;
    pass_options.parse_all = true;
    pass_options.threads = options.threads > 0 ? options.threads : allocated_threads();
    VariantPass pass(nothing_wanted, sites::GenomeBuild::unknown, pass_options, {});
    pass.run(*source, samples);
    Warnings doubts;
    note_file_doubts(pass, options.strict, doubts);
    inputs.warnings = doubts.texts(1);
    warn(inputs, log);
    log.info(fmt::format("{}: {} record(s), {} sample(s)", path, pass.counts().records, samples.file_samples));
  }
}

}  // namespace varisk::pipeline
