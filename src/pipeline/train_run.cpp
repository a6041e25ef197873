#include "varisk/pipeline/train_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "run_record.hpp"
#include "train_card.hpp"
#include "train_tables.hpp"
#include "varisk/core/error.hpp"
#include "varisk/core/output_folder.hpp"
#include "varisk/core/version.hpp"
#include "varisk/models/write_model.hpp"

namespace varisk::pipeline {
namespace {

/// --overwrite replaces results, never what they are made of.
void refuse_own_inputs(const TrainOptions& options, const ScoreInputs& inputs) {
  std::vector<std::string> paths;
  for (const GenotypeFile& file : inputs.files) paths.insert(paths.end(), file.files().begin(), file.files().end());
  for (const auto& file : inputs.scoring_files) paths.push_back(file.path);
  for (const auto& path :
       {options.inputs.covariates, options.inputs.samples, options.sites, options.cleaning, options.lambda_file,
        options.card_info, options.inputs.frequencies, options.inputs.reference}) {
    if (path) paths.push_back(*path);
  }
  for (const std::string& path : paths) {
    if (OutputFolder::holds_result_file(options.inputs.out, path)) {
      throw UsageError(path + ": is an input, and would be replaced by the result in --out", "give another --out");
    }
  }
}

/// Genotype files and scores; without --variants nothing is in it but the table.
ScoreInputs read_training_inputs(const TrainOptions& options) {
  if (options.inputs.variants.empty()) {
    ScoreInputs inputs;
    inputs.covariates = cohort::CovariateTable::read(*options.inputs.covariates, options.inputs.sample_column,
                                                     options.inputs.duplicate_samples);
    return inputs;
  }
  ScoreInputs inputs = read_inputs(options.inputs);
  if (!inputs.models.empty()) {
    throw UserError("is a model, a scoring file was expected", inputs.model_paths.front(),
                    "--scores takes the scoring files behind it");
  }
  return inputs;
}

io::Json sources_of(const TrainOptions& options, const ScoreInputs& inputs) {
  io::Json sources;
  std::vector<std::string> paths;
  for (const GenotypeFile& file : inputs.files) paths.insert(paths.end(), file.files().begin(), file.files().end());
  std::sort(paths.begin(), paths.end());
  if (!paths.empty()) sources["variants"] = io::Json::array();
  for (const std::string& path : paths) sources["variants"].push_back(file_identity(path));
  sources["covariates"] = file_identity(*options.inputs.covariates);
  if (!inputs.scoring_files.empty()) sources["scores"] = io::Json::array();
  for (const auto& file : inputs.scoring_files) sources["scores"].push_back(file_identity(file.path));
  if (options.sites) sources["genotypes"] = file_identity(*options.sites);
  if (options.cleaning) sources["cleaning"] = file_identity(*options.cleaning);
  if (options.lambda_file) sources["lambdas"] = file_identity(*options.lambda_file);
  return sources;
}

/// Rows that have all their values, ascending.
std::vector<std::uint32_t> usable_rows(const TrainDesign& design, std::vector<std::string>& warnings) {
  std::vector<std::uint32_t> rows;
  for (std::uint32_t i = 0; i < design.complete.size(); ++i) {
    if (design.complete[i] != 0) rows.push_back(i);
  }
  if (rows.size() < design.complete.size()) {
    warnings.push_back(fmt::format("{} sample(s) lack a covariate that is not filled, and are left out",
                                   design.complete.size() - rows.size()));
  }
  return rows;
}

std::vector<std::uint32_t> rows_to_fit(const TrainSamples& samples, std::span<const std::uint32_t> usable) {
  std::vector<std::uint32_t> rows;
  std::copy_if(usable.begin(), usable.end(), std::back_inserter(rows),
               [&](std::uint32_t row) { return samples.part[row] == cohort::Part::train; });
  const std::vector<std::size_t> wide(rows.begin(), rows.end());
  models::require_variation(samples.outcome, wide, "the training part");
  return rows;
}

std::string names_of(const FitContext& context, std::span<const std::uint32_t> columns) {
  constexpr std::size_t shown = 5;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < std::min(shown, columns.size()); ++i) {
    names.push_back(context.design.name_of(columns[i], context.genotypes));
  }
  return fmt::format("{}{}", fmt::join(names, ", "), columns.size() > shown ? ", ..." : "");
}

/// Columns that a fit cannot use, or that say the same.
void note_findings(const FitContext& context, const TrainFit& fit, std::span<const std::uint32_t> rows,
                   std::vector<std::string>& warnings) {
  std::vector<double> weights(context.samples.size(), 0);
  for (const std::uint32_t row : rows) weights[row] = context.samples.weight[row];
  const auto findings =
      training::examine_design(context.design.design, weights, fit.paths.full.statistics, context.threads);
  const auto add = [&](const std::vector<std::uint32_t>& columns, std::string_view what) {
    if (columns.empty()) return;
    warnings.push_back(fmt::format("{} column(s) {}: {}", columns.size(), what, names_of(context, columns)));
  };
  add(findings.all_missing, "have no value in the training part and are not used");
  add(findings.constant, "are the same for everybody in the training part and are not used");
  add(fit.paths.full.collinear, "follow from other unpenalised columns and are left out");
  std::vector<std::uint32_t> repeated;
  for (const auto& duplicate : findings.duplicates) repeated.push_back(duplicate.column);
  add(repeated, "repeat an earlier one; which of them has the coefficient is arbitrary");
}

training::ProgressCallback progress_of(const Log& log) {
  return [&log](const training::PathProgress& progress) {
    log.debug(fmt::format("lambda {} of {}: {:.4g}, {} term(s)", progress.step, progress.steps, progress.lambda,
                          progress.df));
    return true;
  };
}

io::Json provenance_of(const TrainOptions& options, const io::Json& sources, const TrainFit& fit) {
  io::Json json;
  json["software"] = "varisk " + std::string(version());
  json["lambda"] = fit.point().lambda;
  json["alpha"] = options.alpha;
  json["penalty_scale"] = options.penalty_scale == training::PenaltyScale::glmnet ? "glmnet" : "raw";
  json["seed"] = options.seed;
  for (const auto& [role, files] : sources.items()) {
    json["digests"][role] = io::Json::array();
    for (const io::Json& file : files.is_array() ? files : io::Json::array({files})) {
      if (file.contains("xxh3")) json["digests"][role].push_back(file.at("xxh3"));
    }
  }
  return json;
}

/// What the model file says of its performance: the most honest part.
io::Json performance_of(const std::vector<JudgedPart>& judged) {
  for (const std::string_view name : {"test", "nested", "cross_validation", "validation"}) {
    for (const JudgedPart& part : judged) {
      if (part.name != name) continue;
      io::Json json;
      json["part"] = part.name;
      json["metrics"] = report::metrics_json(part.evaluation).at("overall");
      return json;
    }
  }
  return {};
}

io::Json record_of(const FitContext& context, const TrainFit& fit, const std::optional<NestedResult>& nested,
                   std::span<const std::uint32_t> usable, const io::Json& sources,
                   const std::vector<std::string>& command_line) {
  io::Json record = run_header(command_line, context.genotypes.build);
  for (const auto& [role, files] : sources.items()) record[role] = files;
  const TrainSamples& samples = context.samples;
  const auto in_part = [&](cohort::Part part) {
    return std::count_if(usable.begin(), usable.end(), [&](std::uint32_t row) { return samples.part[row] == part; });
  };
  record["counts"] = {{"candidates", samples.candidates},
                      {"without_row", samples.without_row},
                      {"without_outcome", samples.without_outcome},
                      {"without_covariate", samples.size() - usable.size()},
                      {"train", in_part(cohort::Part::train)},
                      {"validation", in_part(cohort::Part::validation)},
                      {"test", in_part(cohort::Part::test)},
                      {"records", context.genotypes.records},
                      {"alleles_not_bases", context.genotypes.symbolic},
                      {"sites_without_calls", context.genotypes.without_calls},
                      {"columns", context.design.columns.size()}};
  record["cleaning"] = models::to_json(context.design.cleaning);
  record["lambda"] = {{"max", fit.paths.full.lambda_max}, {"model", fit.point().lambda}};
  if (fit.min_point) record["lambda"]["min"] = fit.paths.full.points[*fit.min_point].lambda;
  if (fit.one_se_point) record["lambda"]["1se"] = fit.paths.full.points[*fit.one_se_point].lambda;
  if (nested) record["lambda"]["nested"] = nested->lambda;
  return record;
}

}  // namespace

void run_train(const TrainOptions& options, const std::vector<std::string>& command_line, const Log& log) {
  const auto started = std::chrono::system_clock::now();
  options.validate();
  ScoreInputs inputs = read_training_inputs(options);
  refuse_own_inputs(options, inputs);
  OutputFolder folder(options.inputs.out, options.inputs.overwrite);
  const cohort::CovariateTable& table = *inputs.covariates;
  const io::Json sources = sources_of(options, inputs);

  const bool any_genotypes = !options.inputs.variants.empty();
  const auto ids = table.sample_ids();
  const TrainSamples samples = choose_samples(
      options, table, any_genotypes ? genotyped_samples(inputs) : std::vector<std::string>(ids.begin(), ids.end()));
  TrainGenotypes genotypes;
  if (any_genotypes) {
    genotypes = read_genotypes(options, inputs, samples.source, log);
  }
  std::vector<std::string> warnings = inputs.warnings;
  const auto take = [&](const std::vector<std::string>& more) {
    warnings.insert(warnings.end(), more.begin(), more.end());
  };
  take(samples.warnings);
  take(genotypes.warnings);
  const TrainDesign design = make_design(options, table, samples, genotypes);
  take(design.notes);
  const auto usable = usable_rows(design, warnings);
  const auto rows = rows_to_fit(samples, usable);
  const FitContext context = make_context(options, samples, design, genotypes);
  const auto folds = make_folds(options, table, samples, rows);
  take(folds.warnings);
  log.info(fmt::format("{} sample(s) to train on, {} column(s), {} fold(s)", rows.size(), design.columns.size(),
                       folds.count));
  const TrainFit fit = fit_model(context, rows, folds, progress_of(log));
  take(fit.warnings);
  note_findings(context, fit, rows, warnings);
  std::optional<NestedResult> nested;
  if (options.nested_folds > 0) nested = fit_nested(context, rows);

  TrainedModel trained = make_model(context, fit, nested, usable);
  take(trained.warnings);
  const auto judged = judge_parts(context, trained, table, warnings);
  trained.model.provenance = provenance_of(options, sources, fit);
  trained.model.performance = performance_of(judged);

  write_train_tables(folder, context, fit, trained);
  folder.create("model.json").write(models::model_text(trained.model));
  folder.create("metrics.json")
      .write(train_metrics(judged).dump(2, ' ', false, io::Json::error_handler_t::replace) + "\n");
  const auto card = make_card(context, fit, trained, judged, usable, sources, warnings);
  folder.create("card.html").write(report::write_page(report::training_card_page(card)));
  for (const std::string& warning : warnings) log.warning(warning);
  io::Json record = record_of(context, fit, nested, usable, sources, command_line);
  record["flags"] = inputs.flags;
  record["warnings"] = warnings;
  add_usage(record, started);
  folder.commit(record.dump(2, ' ', false, io::Json::error_handler_t::replace) + "\n");
  log.info(fmt::format("the model is in {}: {} term(s) at lambda {:.4g}", (folder.path() / "model.json").string(),
                       trained.model.terms.size(), fit.point().lambda));
}

}  // namespace varisk::pipeline
