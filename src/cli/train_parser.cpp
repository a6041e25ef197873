#include "train_parser.hpp"

#include <fmt/format.h>

#include "choice.hpp"
#include "score_parser.hpp"
#include "varisk/core/error.hpp"
#include "varisk/core/number.hpp"

namespace varisk::cli {
namespace {

using models::Family;
using pipeline::TrainOptions;

/// Without it a minus sign becomes a number that is far too large.
CLI::Validator whole_number() {
  return CLI::Validator(
      [](std::string& text) {
        const bool digits = !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
        return digits ? std::string() : fmt::format("'{}' is not a whole number from 0", text);
      },
      "");
}

void add_inputs(CLI::App& command, TrainArguments& arguments) {
  TrainOptions& options = arguments.options;
  command
      .add_option("--variants", options.inputs.variants,
                  "VCF, VCF.gz, BCF or PLINK .bed files of one cohort; without them covariates alone are trained on")
      ->type_name("FILE...")
      ->check(file_argument());
  command.add_option("--covariates", options.inputs.covariates, "table with sample ids, the outcome and covariates")
      ->type_name("FILE")
      ->check(file_argument());
  command.add_option("--outcome", options.outcome, "column of --covariates that is predicted")->type_name("COLUMN");
  add_choice<Family>(command, "--family", options.family,
                     {{"binomial", Family::binomial},
                      {"multinomial", Family::multinomial},
                      {"ordinal", Family::ordinal},
                      {"gaussian", Family::gaussian}},
                     "of the outcome: binomial (0 and 1), multinomial, ordinal or gaussian [binomial]");
  command.add_option("--classes", options.classes, "the outcome's values, in their order; of two the second is a case")
      ->delimiter(',')
      ->type_name("NAME,...");
  add_choice<models::OnMissingOutcome>(
      command, "--missing-outcome", options.missing_outcome,
      {{"leave-out", models::OnMissingOutcome::leave_out}, {"error", models::OnMissingOutcome::error}},
      "samples without outcome: leave-out or error [leave-out]");
  command.add_option("--samples", options.inputs.samples, "sample sheet: selects, renames, gives the sex")
      ->check(file_argument());
  command.add_option("--sample-column", options.inputs.sample_column, "column with the sample ids [sample_id]")
      ->type_name("COLUMN");
  add_choice<cohort::DuplicatePolicy>(command, "--duplicate-samples", options.inputs.duplicate_samples,
                                      {{"error", cohort::DuplicatePolicy::error},
                                       {"first", cohort::DuplicatePolicy::first},
                                       {"last", cohort::DuplicatePolicy::last},
                                       {"identical", cohort::DuplicatePolicy::identical}},
                                      "several rows of one sample: error, first, last or identical [error]");
  command.add_option("--out", options.inputs.out, "folder for the results")
      ->type_name("FOLDER")
      ->check(file_argument());
  command.add_flag("--overwrite", options.inputs.overwrite, "replace an earlier result");
  command.add_option("--threads", options.inputs.threads, "threads [what the job's allocation has]")
      ->check(CLI::Range(1, 1024));
  command.add_flag("--strict", options.inputs.strict, "warnings about damaged input are errors");
}

void add_features(CLI::App& command, TrainArguments& arguments) {
  TrainOptions& options = arguments.options;
  const std::string group = "Features";
  command
      .add_option("--genotypes", arguments.genotypes,
                  "variants to train on: all, none, or a file that lists them (VCF, BCF, .bed, scoring file) [all]")
      ->type_name("all|none|FILE")
      ->group(group);
  command.add_option("--scores", options.inputs.models, "scoring files whose sums are features")
      ->type_name("FILE...")
      ->group(group)
      ->check(file_argument());
  command
      .add_option("--features", options.features,
                  "covariates that are used, or none [all columns that nothing else uses]")
      ->delimiter(',')
      ->type_name("COLUMN,...")
      ->group(group);
  command
      .add_option("--unpenalized", options.unpenalized,
                  "covariates without penalty [all, if there are genotypes or scores]")
      ->delimiter(',')
      ->type_name("COLUMN,...")
      ->group(group);
  command.add_option("--products", options.products, "products of two features; variants are named CONTIG:POS:REF:ALT")
      ->delimiter(',')
      ->type_name("A*B,...")
      ->group(group);
  command
      .add_option(
          "--select", options.select,
          "leave variants out before the fit, anew in each fold: missing, maf, hwe, marginal, top, prune, window")
      ->type_name("maf=0.01,...")
      ->group(group);
  command
      .add_option("--penalty-factors", arguments.penalty_factors,
                  "of covariates, scores, genotypes, products: 0 is no penalty [1]")
      ->delimiter(',')
      ->type_name("KIND=F,...")
      ->group(group);
  command
      .add_option("--memory", arguments.memory,
                  "genotypes that may be in memory; what is beyond lies in a file of --out [all]")
      ->type_name("SIZE")
      ->group(group);
  add_choice<training::DosageBits>(command, "--dosage-bits", options.dosage_bits,
                                   {{"8", training::DosageBits::eight}, {"16", training::DosageBits::sixteen}},
                                   "a dosage is kept in: 8 (steps of 0.01) or 16 (of 0.0001) [16]")
      ->group(group);
}

void add_cleaning(CLI::App& command, TrainArguments& arguments) {
  TrainOptions& options = arguments.options;
  const std::string group = "Cleaning of covariates";
  command.add_option("--cleaning", options.cleaning, "rules for single columns (docs/formats.md, Cleaning file)")
      ->type_name("FILE")
      ->group(group)
      ->check(file_argument());
  command
      .add_option("--outliers", arguments.outliers,
                  "of numbers: none, z=K or iqr=K, then :missing, :winsorise or :error [none]")
      ->type_name("RULE")
      ->group(group);
  command.add_option("--fill", arguments.fill_number, "missing numbers: mean, median, mode, na or error [median]")
      ->type_name("WORD")
      ->group(group);
  command.add_option("--fill-categories", arguments.fill_category, "missing categories: mode, na or error [mode]")
      ->type_name("WORD")
      ->group(group);
  command.add_flag("--indicators", options.cleaning_defaults.indicator, "a further term for values that were missing")
      ->group(group);
}

void add_fit(CLI::App& command, TrainArguments& arguments) {
  TrainOptions& options = arguments.options;
  const std::string group = "Fit";
  command.add_option("--weights", options.weights, "column with observation weights")
      ->type_name("COLUMN")
      ->group(group);
  command.add_option("--offset", options.offset, "column that is added to the linear predictor")
      ->type_name("COLUMN")
      ->group(group);
  add_choice<pipeline::ClassWeights>(
      command, "--class-weights", options.class_weights,
      {{"none", pipeline::ClassWeights::none}, {"balanced", pipeline::ClassWeights::balanced}},
      "none, or balanced: all classes weigh the same; the intercept is corrected for it [none]")
      ->group(group);
  command
      .add_option("--prevalence", options.prevalence,
                  "cases in the population, if they were sampled more or less often: corrects the intercept")
      ->type_name("P")
      ->group(group);
  command.add_option("--alpha", options.alpha, "1 is the lasso, 0 ridge [1]")->group(group);
  command.add_flag("--grouped", options.grouped, "multinomial: a term has coefficients in all classes or in none")
      ->group(group);
  command.add_option("--lambdas", arguments.lambdas, "how many values, or a file with one a line, descending [100]")
      ->type_name("N|FILE")
      ->group(group);
  command
      .add_option("--lambda-min-ratio", options.lambda_min_ratio,
                  "smallest lambda, as a part of the largest [1e-4, or 1e-2 with more columns than samples]")
      ->group(group);
  command.add_flag("--early-stop", options.early_stop, "end the path where the deviance hardly falls, as glmnet does")
      ->group(group);
  command.add_option("--standardize", arguments.standardize, "penalise coefficients of one SD: on or off [on]")
      ->check(CLI::IsMember({"on", "off"}).description(""))
      ->type_name("WORD")
      ->group(group);
  add_choice<training::PenaltyScale>(
      command, "--penalty-scale", options.penalty_scale,
      {{"raw", training::PenaltyScale::raw}, {"glmnet", training::PenaltyScale::glmnet}},
      "penalty factors: raw, or glmnet (scaled to add up to the number of columns) [raw]")
      ->group(group);
  command.add_option("--tolerance", options.tolerance, "duality gap of a fit, as a part of its objective [1e-10]")
      ->group(group);
  command.add_option("--max-rounds", options.max_rounds, "of the solver at one lambda [1000]")
      ->check(whole_number())
      ->group(group);
}

void add_validation(CLI::App& command, TrainArguments& arguments) {
  TrainOptions& options = arguments.options;
  const std::string group = "Validation";
  command.add_option("--folds", options.folds, "of the cross-validation, stratified; 0: none [10]")
      ->check(whole_number())
      ->group(group);
  command.add_option("--fold-column", options.fold_column, "column with the folds, 1 to K")
      ->type_name("COLUMN")
      ->group(group);
  command.add_option("--nested-folds", options.nested_folds, "outer folds that judge the choice of lambda too [off]")
      ->check(whole_number())
      ->group(group);
  command
      .add_option("--group-by", options.group_by,
                  "column of people or families: their rows stay together in folds and parts")
      ->type_name("COLUMN")
      ->group(group);
  command.add_option("--split", options.split, "shares of train, validation and test, such as 70:15:15 [off]")
      ->type_name("T:V:T")
      ->group(group);
  command.add_option("--split-column", options.split_column, "column with train, validation, test (or holdout)")
      ->type_name("COLUMN")
      ->group(group);
  add_choice<pipeline::ChooseLambda>(
      command, "--choose", options.choose,
      {{"min", pipeline::ChooseLambda::min}, {"1se", pipeline::ChooseLambda::one_se}},
      "lambda of the model: min (least deviance) or 1se (sparsest within one standard error) [min]")
      ->group(group);
  command.add_option("--lambda", options.lambda, "lambda of the model, instead of a choice")->group(group);
  add_choice<pipeline::CalibrateOn>(command, "--calibrate", options.calibrate,
                                    {{"auto", pipeline::CalibrateOn::automatic},
                                     {"none", pipeline::CalibrateOn::none},
                                     {"validation", pipeline::CalibrateOn::validation},
                                     {"folds", pipeline::CalibrateOn::folds}},
                                    "what calibrates the model: none, validation, folds or auto (the validation part, "
                                    "where there is one) [auto]")
      ->group(group);
  command.add_option("--seed", options.seed, "of folds, splits and the bootstrap [1]")
      ->check(whole_number())
      ->group(group);
  command.add_option("--thresholds", options.thresholds, "probabilities to judge as cut points")
      ->delimiter(',')
      ->type_name("P,...")
      ->group(group);
  command.add_option("--subgroups", options.subgroups, "columns whose values are judged one by one")
      ->delimiter(',')
      ->type_name("COLUMN,...")
      ->group(group);
  command.add_option("--bands", options.bands, "cut points of a number among them [quarters]")
      ->type_name("COLUMN=CUT,...")
      ->group(group);
  command.add_option("--bootstrap", options.bootstrap, "replicates where no closed form holds, 0 for none [1000]")
      ->check(whole_number())
      ->group(group);
}

void add_words(CLI::App& command, TrainOptions& options) {
  const std::string group = "Model";
  command.add_option("--model-id", options.model_id, "id of the model [the outcome's name]")
      ->type_name("ID")
      ->group(group);
  command.add_option("--name", options.model_name, "title of the model")->type_name("TEXT")->group(group);
  command.add_option("--description", options.description, "of the model")->type_name("TEXT")->group(group);
  command.add_option("--intended-population", options.intended_population, "whom the model is for")
      ->type_name("TEXT")
      ->group(group);
  command.add_option("--card-info", options.card_info, "JSON with the author's words for card.html (docs/training.md)")
      ->type_name("FILE")
      ->group(group)
      ->check(file_argument());
}

std::uint64_t bytes_of(const std::string& text) {
  const std::size_t digits = text.find_first_not_of("0123456789.");
  const auto number = parse_double(std::string_view(text).substr(0, digits));
  const std::string unit = digits == std::string::npos ? "" : text.substr(digits);
  const std::map<std::string, double> units = {{"", 1}, {"K", 1e3}, {"M", 1e6}, {"G", 1e9}, {"T", 1e12}};
  const auto known = units.find(unit);
  if (!number || *number < 0 || known == units.end()) {
    throw UsageError(fmt::format("--memory is '{}', expected a size such as 4G or 500M", text));
  }
  return static_cast<std::uint64_t>(*number * known->second);
}

void set_factor(const std::string& text, pipeline::PenaltyFactors& factors) {
  const std::size_t equals = text.find('=');
  const std::string kind = text.substr(0, equals);
  const auto value =
      equals == std::string::npos ? std::nullopt : parse_double(std::string_view(text).substr(equals + 1));
  if (!value) throw UsageError(fmt::format("--penalty-factors has '{}', expected KIND=NUMBER", text));
  if (kind == "covariates") {
    factors.covariates = *value;
  } else if (kind == "scores") {
    factors.scores = *value;
  } else if (kind == "genotypes") {
    factors.genotypes = *value;
  } else if (kind == "products") {
    factors.products = *value;
  } else {
    throw UsageError(fmt::format("--penalty-factors names '{}'", kind),
                     "expected covariates, scores, genotypes or products");
  }
}

}  // namespace

TrainOptions TrainArguments::settle() const {
  TrainOptions settled = options;
  settled.inputs.covariate_samples = pipeline::CovariateSamples::any;
  settled.no_genotypes = genotypes == "none";
  if (genotypes != "all" && genotypes != "none") settled.sites = genotypes;
  settled.no_covariates = settled.features == std::vector<std::string>{"none"};
  if (settled.no_covariates) settled.features.clear();
  if (const auto count = parse_integer(lambdas)) {
    if (*count < 1 || *count > 100'000)
      throw UsageError(fmt::format("--lambdas is {}, expected 1 to 100000, or a file", lambdas));
    settled.lambda_count = static_cast<std::size_t>(*count);
  } else {
    settled.lambda_file = lambdas;
  }
  settled.standardize = standardize == "on";
  settled.cleaning_defaults.outliers = models::parse_outlier_policy(outliers);
  settled.cleaning_defaults.fill_number = models::parse_fill(fill_number);
  const models::FillBy of_categories = models::parse_fill(fill_category);
  if (of_categories == models::FillBy::mean || of_categories == models::FillBy::median) {
    throw UsageError(fmt::format("--fill-categories is {}, expected mode, na or error", fill_category));
  }
  settled.cleaning_defaults.fill_category = of_categories;
  if (!memory.empty()) settled.memory = bytes_of(memory);
  for (const std::string& factor : penalty_factors) set_factor(factor, settled.penalty_factors);
  return settled;
}

CLI::App& add_train(CLI::App& app, TrainArguments& arguments) {
  CLI::App& command = *app.add_subcommand("train", "trains a penalised model on genotypes, scores and covariates");
  add_matching_options(command, arguments.options.inputs);
  add_genotype_options(command, arguments.options.inputs);
  // Here it is the weights of the samples; those of scoring files are as given.
  command.remove_option(command.get_option("--weights"));
  add_inputs(command, arguments);
  add_features(command, arguments);
  add_cleaning(command, arguments);
  add_fit(command, arguments);
  add_validation(command, arguments);
  add_words(command, arguments.options);
  command.footer(
      "Examples:\n"
      "  varisk train --variants cohort.bed --covariates clinic.tsv --outcome t2d --out model\n"
      "  varisk train --covariates clinic.tsv --outcome stage --family ordinal --split 70:15:15 --out model\n"
      "  varisk train --variants cohort.vcf.gz --genotypes none --scores PGS000014.txt.gz --covariates clinic.tsv \\\n"
      "    --outcome t2d --group-by family --folds 5 --calibrate folds --out model\n"
      "  varisk score --variants new.vcf.gz --model model/model.json --covariates new.tsv --out results\n"
      "Results: model.json path.tsv coefficients.tsv cv.tsv predictions.tsv metrics.json card.html run.json\n"
      "(docs/training.md).");
  return command;
}

}  // namespace varisk::cli
