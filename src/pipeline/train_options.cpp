#include "varisk/pipeline/train_options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "varisk/core/error.hpp"
#include "varisk/core/number.hpp"
#include "varisk/evaluation/settings.hpp"
#include "varisk/training/selection.hpp"

namespace varisk::pipeline {
namespace {

using models::Family;

void require(bool given, const std::string& what, const std::string& help) {
  if (!given) throw UsageError(what, help);
}

void exclude(bool first, bool second, const std::string& what, const std::string& help) {
  if (first && second) throw UsageError(what, help);
}

void require_inside(std::string_view option, double value, double low, double high, bool open) {
  const bool inside = open ? value > low && value < high : value >= low && value <= high;
  if (inside) return;
  throw UsageError(fmt::format("{} is {}, expected a number {} {} and {}", option, format_double(value),
                               open ? "between" : "from", format_double(low), format_double(high)));
}

void check_factor(std::string_view kind, double factor) {
  if (std::isfinite(factor) && factor >= 0) return;
  throw UsageError(fmt::format("the penalty factor of {} is {}, expected 0 or more", kind, format_double(factor)));
}

}  // namespace

void TrainOptions::validate() const {
  require(inputs.covariates.has_value(), "--covariates is missing", "give the table that has the outcome");
  require(!outcome.empty(), "--outcome is missing", "name the column of --covariates that holds the outcome");
  require(!inputs.out.empty(), "--out is missing", "give a folder for the results");
  const bool any_genotypes = !inputs.variants.empty();
  require(any_genotypes || inputs.models.empty(), "--scores needs --variants", "give the genotypes to score");
  require(any_genotypes || !sites, "--genotypes names sites, and there are no --variants", "give the genotypes");
  const bool standard_input = std::find(inputs.variants.begin(), inputs.variants.end(), "-") != inputs.variants.end();
  exclude(standard_input, !no_genotypes && !sites, "--variants - is read once, training lists the sites first",
          "give a file");
  exclude(no_genotypes && inputs.models.empty(), any_genotypes,
          "--genotypes none leaves nothing to read --variants for", "add --scores, or leave --variants out");
  exclude(no_covariates, !features.empty(), "--features none excludes other features", "leave one out");
  exclude(no_covariates, !any_genotypes, "there is nothing to train on", "give --variants or --features");
  exclude(split.has_value(), split_column.has_value(), "--split and --split-column exclude each other",
          "leave one out");
  exclude(fold_column.has_value(), nested_folds > 0,
          "--nested-folds deals the samples itself, --fold-column gives folds", "leave one out");
  exclude(nested_folds > 0, folds == 0, "--nested-folds judges a choice of lambda by folds, and there are none",
          "give --folds, or leave --nested-folds out");
  exclude(lambda_file.has_value(), lambda_min_ratio.has_value(),
          "--lambda-min-ratio is for automatic paths, --lambdas gives one", "leave one out");
  exclude(grouped, family != Family::multinomial, "--grouped is for multinomial outcomes", "leave it out");
  exclude(class_weights != ClassWeights::none, family == Family::gaussian, "--class-weights is for classes",
          "leave it out");
  exclude(prevalence.has_value(), family != Family::binomial, "--prevalence is for outcomes of two classes",
          "leave it out");
  exclude(!thresholds.empty(), family == Family::gaussian, "--thresholds is for classes", "leave it out");
  require(folds != 1 && nested_folds != 1, "one fold leaves nothing to train on", "give 0 for none, or 2 and more");
  require(lambda_count >= 1, "--lambdas is 0", "give 1 or more values, or a file");
  require(folds > 0 || fold_column || lambda || lambda_count == 1 || lambda_file,
          "without folds there is no choice of lambda", "give --lambda, or --folds");
  exclude(calibrate == CalibrateOn::folds, folds == 0 && !fold_column, "--calibrate folds needs folds", "give --folds");
  const bool one_line = family == Family::binomial || family == Family::gaussian;
  const bool calibrates = calibrate == CalibrateOn::folds || calibrate == CalibrateOn::validation;
  exclude(calibrates, !one_line, "--calibrate is for outcomes of two classes and numbers", "leave it out");
  exclude(calibrate == CalibrateOn::validation, !split && !split_column,
          "--calibrate validation needs a validation part", "give --split or --split-column");
  if (select) static_cast<void>(training::parse_selection(*select));
  evaluation::Settings judging;
  judging.thresholds = thresholds;
  judging.prevalence = prevalence;
  judging.bootstrap = bootstrap;
  judging.validate();
  require_inside("--alpha", alpha, 0, 1, false);
  if (lambda_min_ratio) require_inside("--lambda-min-ratio", *lambda_min_ratio, 0, 1, true);
  if (prevalence) require_inside("--prevalence", *prevalence, 0, 1, true);
  require_inside("--tolerance", tolerance, 0, 1, true);
  if (lambda && !(*lambda > 0 && std::isfinite(*lambda))) {
    throw UsageError(fmt::format("--lambda is {}, expected a number above 0", format_double(*lambda)));
  }
  if (penalty_factors.covariates) check_factor("covariates", *penalty_factors.covariates);
  check_factor("scores", penalty_factors.scores);
  check_factor("genotypes", penalty_factors.genotypes);
  check_factor("products", penalty_factors.products);
}

}  // namespace varisk::pipeline
