#include "path_checks.hpp"

#include <algorithm>
#include <cmath>

#include "varisk/core/error.hpp"
#include "varisk/core/number.hpp"

namespace varisk::training {
namespace {

void check_length(std::size_t found, std::size_t expected, const char* what) {
  if (found != expected) {
    throw InternalError(std::string(what) + ": " + std::to_string(found) + " where " + std::to_string(expected) +
                        " are expected");
  }
}

void check_lambdas(const LambdaSettings& lambda) {
  for (std::size_t k = 0; k < lambda.values.size(); ++k) {
    const double value = lambda.values[k];
    if (!(value >= 0) || !std::isfinite(value)) {
      throw UserError("a lambda of " + format_double(value), {}, "give numbers above 0");
    }
    if (k > 0 && !(value < lambda.values[k - 1])) {
      throw UserError("lambda " + format_double(value) + " comes after " + format_double(lambda.values[k - 1]), {},
                      "give each lambda once, from the largest to the smallest");
    }
  }
  if (lambda.values.empty() && lambda.count == 0) throw UsageError("a path of 0 lambdas", "give at least 1");
  if (lambda.min_ratio && !(*lambda.min_ratio > 0 && *lambda.min_ratio < 1)) {
    throw UsageError("a smallest lambda of " + format_double(*lambda.min_ratio) + " of the largest one",
                     "give a ratio above 0 and below 1");
  }
}

}  // namespace

void check_problem(const TrainingProblem& problem) {
  if (problem.design == nullptr || problem.outcome == nullptr) throw InternalError("training without data");
  const Outcome& outcome = *problem.outcome;
  const PenaltySettings& penalty = problem.penalty;
  const std::size_t rows = problem.design->rows();
  check_length(outcome.rows(), rows, "rows of the outcome");
  if (!problem.offset.empty()) check_length(problem.offset.size(), rows * outcome.predictors(), "offsets");
  if (!std::all_of(problem.offset.begin(), problem.offset.end(), [](double value) { return std::isfinite(value); })) {
    throw UserError("an offset is not a finite number", {}, "correct or remove the row");
  }
  if (!problem.class_weights.empty()) {
    check_length(problem.class_weights.size(), outcome.class_count, "weights of classes");
  }
  for (const double weight : problem.class_weights) {
    if (!(weight > 0) || !std::isfinite(weight)) {
      throw UserError("a class weight of " + format_double(weight), {}, "give numbers above 0");
    }
  }
  if (!(penalty.alpha >= 0 && penalty.alpha <= 1)) {
    throw UsageError("alpha " + format_double(penalty.alpha), "give a number from 0 (ridge) to 1 (lasso)");
  }
  if (!penalty.factors.empty()) check_length(penalty.factors.size(), problem.design->columns(), "penalty factors");
  for (const double factor : penalty.factors) {
    if (!(factor >= 0) || !std::isfinite(factor)) {
      throw UserError("a penalty factor of " + format_double(factor), {}, "give 0 or numbers above");
    }
  }
  if (!(problem.solver.tolerance > 0)) throw UsageError("a tolerance that is not above 0");
  check_lambdas(problem.lambda);
}

void check_fit(const TrainingProblem& problem, const FitRows& fit, const std::string& what) {
  const Outcome& outcome = *problem.outcome;
  check_length(fit.weights.size(), problem.design->rows(), "weights");
  std::vector<std::size_t> seen(outcome.class_count, 0);
  std::size_t rows = 0;
  double first = 0;
  bool differs = false;
  for (std::size_t i = 0; i < fit.weights.size(); ++i) {
    const double weight = fit.weights[i];
    if (!(weight >= 0) || !std::isfinite(weight)) {
      throw UserError("a weight of " + format_double(weight), what, "weights are numbers above 0");
    }
    if (weight == 0) continue;
    if (outcome.family == Family::gaussian) {
      if (!std::isfinite(outcome.values[i])) throw UserError("an outcome that is not a finite number", what);
      if (rows == 0) first = outcome.values[i];
      differs = differs || outcome.values[i] != first;
    } else {
      if (outcome.classes[i] >= outcome.class_count) throw InternalError("a class beyond the number of classes");
      ++seen[outcome.classes[i]];
    }
    ++rows;
  }
  if (rows < 2) throw UserError(std::to_string(rows) + " rows to fit", what, "a fit needs at least 2");
  if (outcome.family == Family::gaussian && !differs) {
    throw UserError("the outcome is " + format_double(first) + " in all rows", what, "there is nothing to predict");
  }
  for (std::size_t k = 0; k < seen.size(); ++k) {
    if (seen[k] > 0) continue;
    throw UserError("no row of class " + std::to_string(k) + " of " + std::to_string(seen.size()), what,
                    "each class needs rows in each fit");
  }
  for (const std::uint32_t column : fit.excluded) {
    if (column >= problem.design->columns()) throw InternalError("a column to exclude that is not there");
  }
}

}  // namespace varisk::training
