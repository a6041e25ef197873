#include "evaluate_parser.hpp"

#include "choice.hpp"
#include "score_parser.hpp"
#include "varisk/core/error.hpp"

namespace varisk::cli {
namespace {

using evaluation::PredictionScale;
using evaluation::ProportionInterval;
using pipeline::OutcomeFamily;

void add_inputs(CLI::App& command, EvaluateArguments& arguments) {
  pipeline::EvaluateOptions& options = arguments.options;
  command
      .add_option("--predictions", options.predictions.path,
                  "risk.tsv, or a table (TSV or CSV) with sample ids and predictions")
      ->type_name("FILE")
      ->check(file_argument());
  command.add_option("--outcomes", options.outcomes, "table with sample ids and outcomes")
      ->type_name("FILE")
      ->check(file_argument());
  command.add_option("--outcome", options.outcome, "column of --outcomes: 0 and 1, classes, or numbers")
      ->type_name("COLUMN");
  command
      .add_option(
          "--prediction", options.predictions.columns,
          "column of --predictions; one for each class, as CLASS=COLUMN or under the class's name [probability]")
      ->delimiter(',')
      ->type_name("COLUMN");
  add_choice<PredictionScale>(command, "--scale", options.scale,
                              {{"probability", PredictionScale::probability},
                               {"linear_predictor", PredictionScale::linear_predictor},
                               {"score", PredictionScale::score}},
                              "of the predictions: probability, linear_predictor (its logit) or score [probability]");
  add_choice<OutcomeFamily>(command, "--family", options.family,
                            {{"auto", OutcomeFamily::automatic},
                             {"binomial", OutcomeFamily::binomial},
                             {"multinomial", OutcomeFamily::multinomial},
                             {"ordinal", OutcomeFamily::ordinal},
                             {"gaussian", OutcomeFamily::gaussian}},
                            "kind of outcome: auto (by the number of classes), binomial, multinomial, ordinal or "
                            "gaussian [auto]");
  command.add_option("--model-id", options.predictions.model_id, "the model whose rows of risk.tsv are judged")
      ->type_name("ID");
  command.add_option("--class", options.class_name, "class that is judged against all others; value of the event")
      ->type_name("NAME");
  command.add_option("--sample-column", options.sample_column, "column with the sample ids [sample_id]")
      ->type_name("COLUMN");
  add_choice<cohort::DuplicatePolicy>(command, "--duplicate-samples", options.duplicate_samples,
                                      {{"error", cohort::DuplicatePolicy::error},
                                       {"first", cohort::DuplicatePolicy::first},
                                       {"last", cohort::DuplicatePolicy::last},
                                       {"identical", cohort::DuplicatePolicy::identical}},
                                      "several rows of one sample in --outcomes: error, first, last or identical "
                                      "[error]");
}

void add_comparisons(CLI::App& command, EvaluateArguments& arguments) {
  pipeline::EvaluateOptions& options = arguments.options;
  const std::string group = "Comparison and subgroups";
  command.add_option("--baseline", arguments.baseline, "predictions to compare with; may be the same file")
      ->type_name("FILE")
      ->group(group)
      ->check(file_argument());
  command.add_option("--baseline-prediction", arguments.baseline_prediction, "its column [as --prediction]")
      ->delimiter(',')
      ->type_name("COLUMN")
      ->group(group);
  command.add_option("--baseline-model-id", arguments.baseline_model_id, "its model")->type_name("ID")->group(group);
  command.add_option("--covariates", options.covariates, "table with further columns for the options below")
      ->type_name("FILE")
      ->group(group)
      ->check(file_argument());
  command.add_option("--subgroups", options.subgroups, "columns whose values make subgroups")
      ->delimiter(',')
      ->type_name("COLUMN")
      ->group(group);
  command.add_option("--bands", options.bands, "cut points of a number among them [quarters]")
      ->type_name("COLUMN=CUT,...")
      ->group(group);
  command
      .add_option("--min-group", options.min_group, "events and non-events that a subgroup must have to be judged [10]")
      ->group(group);
  command.add_option("--adjust", options.adjust, "covariates that the prediction is judged beyond")
      ->delimiter(',')
      ->type_name("COLUMN")
      ->group(group);
}

void add_settings(CLI::App& command, evaluation::Settings& settings) {
  const std::string group = "Metrics";
  command.add_option("--thresholds", settings.thresholds, "probabilities from which on a sample is called positive")
      ->delimiter(',')
      ->type_name("P")
      ->group(group);
  command
      .add_option("--prevalence", settings.prevalence,
                  "of the population, if cases were sampled at another rate than the others")
      ->type_name("P")
      ->group(group);
  command.add_option("--confidence", settings.confidence, "of the intervals [0.95]")->group(group);
  command.add_option("--bootstrap", settings.bootstrap, "replicates, 0 for none [1000]")->group(group);
  command.add_option("--seed", settings.seed, "of the bootstrap [1]")->group(group);
  command.add_option("--bins", settings.bins, "of calibration, by quantiles [10]")->group(group);
  command.add_option("--clip", settings.clip, "moves probabilities below it, or above 1 - it, there [off]")
      ->group(group);
  add_choice<ProportionInterval>(
      command, "--interval", settings.proportions,
      {{"wilson", ProportionInterval::wilson}, {"exact", ProportionInterval::clopper_pearson}},
      "of proportions: wilson or exact (Clopper and Pearson) [wilson]")
      ->group(group);
}

}  // namespace

pipeline::EvaluateOptions EvaluateArguments::settle() const {
  pipeline::EvaluateOptions settled = options;
  if (!baseline) {
    if (!baseline_prediction.empty() || baseline_model_id)
      throw UsageError("--baseline-prediction and --baseline-model-id need --baseline",
                       "the baseline may be the same file");
    return settled;
  }
  pipeline::PredictionChoice choice{*baseline, options.predictions.columns, baseline_model_id};
  if (!baseline_prediction.empty()) choice.columns = baseline_prediction;
  settled.baseline = std::move(choice);
  return settled;
}

CLI::App& add_evaluate(CLI::App& app, EvaluateArguments& arguments) {
  CLI::App& command = *app.add_subcommand("evaluate", "judges predictions by outcomes");
  add_inputs(command, arguments);
  add_comparisons(command, arguments);
  add_settings(command, arguments.options.settings);
  command.add_option("--out", arguments.options.out, "folder for the results")
      ->type_name("FOLDER")
      ->check(file_argument());
  command.add_flag("--overwrite", arguments.options.overwrite, "replace an earlier result");
  command
      .add_option("--threads", arguments.options.threads, "threads of the bootstrap [what the job's allocation has]")
      ->check(CLI::Range(1, 1024));
  command.footer(
      "Examples:\n"
      "  varisk evaluate --predictions results/risk.tsv --outcomes clinic.tsv --outcome t2d --out judged\n"
      "  varisk evaluate --predictions new.csv --baseline old.csv --outcomes clinic.tsv --outcome t2d \\\n"
      "    --thresholds 0.1,0.2 --prevalence 0.08 --subgroups sex,age --bands age=40,60 --out judged\n"
      "Results: metrics.json metrics.tsv calibration.tsv roc.tsv decision.tsv run.json (docs/evaluation.md).");
  return command;
}

}  // namespace varisk::cli
