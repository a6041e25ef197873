#include "varisk/pipeline/evaluate_run.hpp"

#include <fmt/format.h>

#include <chrono>
#include <numeric>

#include "evaluate_data.hpp"
#include "judge.hpp"
#include "parallel.hpp"
#include "run_record.hpp"
#include "varisk/core/error.hpp"
#include "varisk/core/output_folder.hpp"
#include "varisk/pipeline/score_options.hpp"
#include "varisk/report/evaluation_tables.hpp"
#include "varisk/report/evaluation_view.hpp"

namespace varisk::pipeline {
namespace {

using evaluation::PredictionScale;

/// Options that only some outcomes have.
void check_family(const EvaluateOptions& options, OutcomeFamily family) {
  const auto refuse = [&](bool given, const char* what) {
    if (given) throw UsageError(fmt::format("{}, the outcome is {}", what, to_string(family)));
  };
  const auto& settings = options.settings;
  if (family == OutcomeFamily::binomial) {
    if (options.scale == PredictionScale::score && !settings.thresholds.empty())
      throw UsageError("--thresholds are probabilities, and --scale score has none");
    return;
  }
  refuse(settings.prevalence.has_value(), "--prevalence is for outcomes of two classes");
  if (family == OutcomeFamily::gaussian) {
    refuse(!settings.thresholds.empty(), "--thresholds are for classes");
    refuse(options.class_name.has_value(), "--class is for classes");
  } else {
    refuse(!options.adjust.empty(), "--adjust is for two classes and numbers");
  }
}

io::Json record_of(const EvaluateOptions& options, const report::Evaluation& evaluation,
                   const std::vector<std::string>& command_line) {
  io::Json record = run_header(command_line, sites::GenomeBuild::unknown);
  record.erase("genome_build");
  record["predictions"] = file_identity(options.predictions.path);
  record["outcomes"] = file_identity(options.outcomes);
  if (options.baseline) record["baseline"] = file_identity(options.baseline->path);
  if (options.covariates) record["covariates"] = file_identity(*options.covariates);
  record["counts"] = io::Json::object();
  for (const auto& [name, count] : evaluation.counts) record["counts"][name] = count;
  record["warnings"] = evaluation.warnings;
  return record;
}

}  // namespace

void EvaluateOptions::validate() const {
  const auto require = [](bool given, const char* what, const char* help) {
    if (!given) throw UsageError(what, help);
  };
  require(!predictions.path.empty(), "--predictions is missing", "give risk.tsv or any table of predictions");
  require(!outcomes.empty(), "--outcomes is missing", "give a table with sample ids and outcomes");
  require(!outcome.empty(), "--outcome is missing", "name the column of --outcomes that holds the outcome");
  require(!out.empty(), "--out is missing", "give a folder for the results");
  require(!predictions.columns.empty(), "--prediction is empty", "name a column");
  require(min_group >= 2, "--min-group is below 2", "a subgroup needs two events and two non-events or more");
  const bool several = family == OutcomeFamily::multinomial || family == OutcomeFamily::ordinal;
  if (several && class_name)
    throw UsageError("--class judges one class against the others, --family says that all are judged", "leave out one");
  if (scale != PredictionScale::probability && settings.clip)
    throw UsageError("--clip is for probabilities, --scale says that there are none");
  settings.validate();
}

void run_evaluate(const EvaluateOptions& given, const std::vector<std::string>& command_line, const Log& log) {
  const auto started = std::chrono::system_clock::now();
  given.validate();
  EvaluateOptions options = given;
  options.settings.for_each = parallel_for_each(options.threads > 0 ? options.threads : allocated_threads());
  OutputFolder::check(options.out, options.overwrite);
  EvaluateData data = read_evaluate_data(options);
  check_family(options, data.family);
  OutputFolder folder(options.out, options.overwrite);
  const report::Evaluation evaluation = judge(data, options);
  for (const std::string& warning : evaluation.warnings) log.warning(warning);
  report::write_evaluation(folder, evaluation);
  const report::EvaluationReport page = report::evaluation_report_of(evaluation, plotted_samples(data, options));
  folder.create("report.html").write(report::write_page(report::evaluation_report_page(page)));
  io::Json record = record_of(options, evaluation, command_line);
  add_usage(record, started);
  folder.commit(record.dump(2, ' ', false, io::Json::error_handler_t::replace) + "\n");
  log.info(fmt::format("the evaluation is in {}: {} sample(s), {} subgroup(s)", folder.path().string(), data.samples(),
                       evaluation.subgroups.size()));
}

}  // namespace varisk::pipeline
