#include <algorithm>
#include <cmath>

#include "path_fit.hpp"

namespace varisk::training {
namespace {

/// What is left of a column beside earlier ones, as part of its variance, if it depends on them.
constexpr double dependent = 1e-10;
constexpr int most_iterations = 60;
/// Newton's method has long converged by then, unless coefficients grow without end.
constexpr int suspicious = 15;
constexpr double converged = 1e-13;

double largest_predictor(const FitModel& model) {
  double largest = 0;
  for (std::size_t i = 0; i < model.loss().outcome().rows(); ++i) {
    if (!(model.loss().weights()[i] > 0)) continue;
    for (std::size_t c = 0; c < model.predictors(); ++c) {
      largest = std::max(largest, std::abs(model.eta[c * model.loss().padded() + i]));
    }
  }
  return largest;
}

}  // namespace

/// Cholesky factorisation column by column; one that is nearly 0 beside the earlier ones is left out.
std::vector<std::uint32_t> PathFit::independent_columns(std::span<const std::uint32_t> columns) {
  std::vector<std::uint32_t> kept;
  std::vector<std::vector<double>> rows;  // of the factor
  AlignedVector<double> weighted(loss_->padded());
  for (const std::uint32_t column : columns) {
    std::fill(weighted.begin(), weighted.end(), 0.0);
    columns_->add_weighted(column, 1, loss_->weights().data(), weighted.data());
    std::vector<double> row(kept.size());
    double left = columns_->dot(column, weighted.data());
    const double all = left;
    for (std::size_t k = 0; k < kept.size(); ++k) {
      double value = columns_->dot(kept[k], weighted.data());
      for (std::size_t i = 0; i < k; ++i) value -= row[i] * rows[k][i];
      row[k] = value / rows[k][k];
      left -= row[k] * row[k];
    }
    if (left <= dependent * all) {
      collinear_.push_back(column);
      skip_[column] = 1;
      continue;
    }
    row.push_back(std::sqrt(left));
    rows.push_back(std::move(row));
    kept.push_back(column);
  }
  return kept;
}

void PathFit::fit_null() {
  model_->penalty.lambda = 0;
  converge_null({});
  null_loss_ = model_->loss_value;
  std::vector<std::uint32_t> unpenalised;
  for (std::size_t j = 0; j < skip_.size(); ++j) {
    if (skip_[j] == 0 && factors_[j] == 0) unpenalised.push_back(static_cast<std::uint32_t>(j));
  }
  const std::vector<std::uint32_t> kept = independent_columns(unpenalised);
  add_columns(kept);
  if (!ended_) converge_null(kept);
  feasible_ = model_->slopes;
  newton_->forget();
  newton_->make_feasible(*model_, feasible_);
}

void PathFit::converge_null(std::span<const std::uint32_t> free_columns) {
  model_->rebuild_eta();
  model_->evaluate();
  objective_ = model_->objective();
  double reach = largest_predictor(*model_);
  double best = model_->violation();
  int growing = 0;
  int worse = 0;
  for (int iteration = 0; iteration < most_iterations; ++iteration) {
    if (best <= converged) return;
    const std::vector<double> before = model_->beta;
    newton_->forget();
    const StepResult step = newton_->step(*model_, objective_, 1e-6, 50);
    model_->evaluate();
    objective_ = model_->objective();
    const double now = model_->violation();
    worse = now < best / 2 ? 0 : worse + 1;
    best = std::min(best, now);
    const double further = largest_predictor(*model_);
    growing = further > reach + 0.3 ? growing + 1 : 0;
    reach = further;
    if (problem_->outcome->family != Family::gaussian && iteration >= suspicious && growing >= 5) {
      say_separated(before);
      return;
    }
    if (worse >= 3 || !step.moved) return;  // as far as rounding allows
  }
  static_cast<void>(free_columns);
}

void PathFit::say_separated(std::span<const double> before) {
  PathOutcome outcome;
  outcome.end = PathEnd::separated;
  outcome.help =
      "unpenalised columns predict a class perfectly, so that their coefficients grow without end: penalise them, or "
      "leave them out";
  const std::size_t count = model_->predictors();
  std::vector<std::pair<double, std::uint32_t>> moving;
  for (std::size_t e = 0; e < model_->entries.size(); ++e) {
    double change = 0;
    for (std::size_t c = 0; c < count; ++c) {
      change = std::max(change, std::abs(model_->beta[e * count + c] - before[e * count + c]));
    }
    moving.emplace_back(-change, model_->entries[e].column);
  }
  std::sort(moving.begin(), moving.end());
  for (const auto& [change, column] : moving) {
    if (-change >= 0.1 * -moving.front().first) outcome.columns.push_back(column);
  }
  ended_ = std::move(outcome);
}

}  // namespace varisk::training
