#include "path_fit.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "varisk/core/error.hpp"

namespace varisk::training {
namespace {

/// A gap is compared with at least this part of the null model's objective: close to a perfect fit nothing is left.
constexpr double least_objective = 1e-3;
/// Ridge has no largest λ; it takes that of this α, as glmnet does.
constexpr double least_alpha = 1e-3;
constexpr double loose_tolerance = 1e-4;
/// Largest violation of a condition of optimality, as part of λ and of the square root of the tolerance of the gap.
constexpr double violation_of_gap = 0.01;
constexpr double least_lambda = 1e-4;
/// Relative, of an objective.
constexpr double rounding = 1e-15;
constexpr double least_gap = 1e-300;
/// Accuracy of Newton's directions.
constexpr double rough = 0.1;
constexpr double fine = 0.01;

std::vector<double> resolved_factors(const PenaltySettings& settings, std::size_t columns) {
  std::vector<double> factors = settings.factors;
  if (factors.empty()) factors.assign(columns, 1.0);
  if (settings.scale == PenaltyScale::glmnet) {
    const double sum = std::accumulate(factors.begin(), factors.end(), 0.0);
    if (sum > 0) {
      for (double& factor : factors) factor *= static_cast<double>(columns) / sum;
    }
  }
  return factors;
}

std::vector<double> effective_weights(const TrainingProblem& problem, const FitRows& rows) {
  std::vector<double> weights = rows.weights;
  if (problem.class_weights.empty()) return weights;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (weights[i] > 0) weights[i] *= problem.class_weights[problem.outcome->classes[i]];
  }
  return weights;
}

}  // namespace

PathFit::PathFit(const TrainingProblem& problem, const FitRows& rows, const PackedKernels& kernels,
                 const Threads& threads)
    : problem_(&problem), factors_(resolved_factors(problem.penalty, problem.design->columns())) {
  const Design& design = *problem.design;
  const std::vector<double> weights = effective_weights(problem, rows);
  statistics_ = column_statistics(design, weights, threads.count());
  rows_ = static_cast<std::size_t>(std::count_if(weights.begin(), weights.end(), [](double w) { return w > 0; }));
  skip_.assign(design.columns(), 0);
  norms_.assign(design.columns(), 0);
  for (const std::uint32_t column : rows.excluded) skip_[column] = 1;
  for (std::size_t j = 0; j < skip_.size(); ++j) {
    if (!(statistics_[j].sd > 0)) skip_[j] = 1;
    if (skip_[j] == 0 && factors_[j] > 0) has_penalised_ = true;
  }
  columns_ = std::make_unique<FitColumns>(design, statistics_, problem.penalty.standardise, kernels);
  loss_ = std::make_unique<Loss>(*problem.outcome, weights, problem.offset, threads);
  const bool grouped = problem.penalty.grouped && problem.outcome->family == Family::multinomial;
  model_ = std::make_unique<FitModel>(*columns_, *loss_, threads, Penalty{problem.penalty.alpha, 0, grouped});
  newton_ = std::make_unique<NewtonStep>(*columns_, threads);
}

double PathFit::tolerance() const noexcept {
  const double relative = loose_ ? loose_tolerance : problem_->solver.tolerance;
  return relative * std::max(objective_, least_objective * null_loss_);
}

/// The gap does not see the slopes of intercepts and unpenalised columns, nor how far a flat objective is from its
/// minimum.
double PathFit::most_violation() const noexcept {
  const double relative = loose_ ? loose_tolerance : problem_->solver.tolerance;
  // Without anything penalised, λ says nothing of the size of slopes.
  const double size = std::max(model_->penalty.lambda, least_lambda * std::max(lambda_max_, std::sqrt(null_loss_)));
  return violation_of_gap * std::sqrt(relative) * size;
}

void PathFit::add_columns(const std::vector<std::uint32_t>& columns) {
  std::vector<Entry> added;
  added.reserve(columns.size());
  for (const std::uint32_t column : columns) {
    added.push_back({column, factors_[column]});
    skip_[column] = 1;
  }
  model_->add_entries(added);
  newton_->forget();
}

ScreenRequest PathFit::request() {
  ScreenRequest request;
  const std::size_t n = loss_->padded();
  request.columns = columns_.get();
  request.exact = &feasible_.predictors;
  for (std::size_t c = 0; c < loss_->predictors(); ++c) {
    request.vectors.emplace_back(std::span<const double>(feasible_.predictors).subspan(c * n, n), loss_->weights());
  }
  request.grouped = model_->penalty.grouped;
  request.skip = skip_;
  request.norms = norms_;
  request.threshold = model_->penalty.kink(1);
  request.factors = factors_;
  return request;
}

void PathFit::finish_null(const ScreenRequest& screened) {
  const std::size_t n = loss_->padded();
  const std::size_t count = loss_->predictors();
  double error = 0;
  for (const QuantisedVector& vector : screened.vectors) error += vector.error();
  const auto most = [&](std::size_t j, double sign) {
    return (static_cast<double>(norms_[j]) * (1 + sign * 1e-6) + sign * error * columns_->norm(j)) / factors_[j];
  };
  double known = 0;
  for (std::size_t j = 0; j < norms_.size(); ++j) {
    if (skip_[j] == 0) known = std::max(known, most(j, -1));
  }
  double largest = 0;
  std::vector<double> here(count);
  for (std::size_t j = 0; j < norms_.size(); ++j) {
    if (skip_[j] != 0 || most(j, 1) < known) continue;
    for (std::size_t c = 0; c < count; ++c) here[c] = columns_->dot(j, feasible_.predictors.data() + c * n);
    double norm = Penalty::length(here);
    if (!model_->penalty.grouped) {
      norm = 0;
      for (const double value : here) norm = std::max(norm, std::abs(value));
    }
    largest = std::max(largest, norm / factors_[j]);
  }
  lambda_max_ = largest / std::max(problem_->penalty.alpha, least_alpha);
  model_->penalty.lambda = lambda_max_;
  remember();
}

void PathFit::remember() {
  before_last_ = std::move(last_);
  last_ = Place{};
  last_->lambda = model_->penalty.lambda;
  last_->intercepts = model_->intercepts;
  const std::size_t count = model_->predictors();
  for (std::size_t e = 0; e < model_->entries.size(); ++e) {
    if (model_->is_zero(e)) continue;
    last_->columns.push_back(model_->entries[e].column);
    const auto b = model_->beta_of(e);
    last_->beta.insert(last_->beta.end(), b.begin(), b.begin() + static_cast<std::ptrdiff_t>(count));
  }
}

/// Goes on as from the step before to the last one; coefficients that would change sign stay 0.
void PathFit::extrapolate(double lambda) {
  if (!last_ || !before_last_ || last_->lambda == before_last_->lambda) return;
  const std::size_t count = model_->predictors();
  const double ratio = (lambda - last_->lambda) / (last_->lambda - before_last_->lambda);
  // Below 0: the first value given is λmax but for rounding, and the step before it led nowhere.
  if (!(ratio >= 0 && ratio <= 1.5)) return;
  for (std::size_t q = 0; q < model_->intercepts.size(); ++q) {
    model_->intercepts[q] += ratio * (last_->intercepts[q] - before_last_->intercepts[q]);
  }
  std::size_t before = 0;
  std::size_t entry = 0;
  for (std::size_t k = 0; k < last_->columns.size(); ++k) {
    const std::uint32_t column = last_->columns[k];
    while (model_->entries[entry].column != column) ++entry;
    while (before < before_last_->columns.size() && before_last_->columns[before] < column) ++before;
    const bool known = before < before_last_->columns.size() && before_last_->columns[before] == column;
    for (std::size_t c = 0; c < count; ++c) {
      const double now = last_->beta[k * count + c];
      const double earlier = known ? before_last_->beta[before * count + c] : 0;
      double next = now + ratio * (now - earlier);
      if (now == 0 || (next * now < 0 && factors_[column] > 0)) next = 0;
      model_->beta[entry * count + c] = next;
    }
  }
}

void PathFit::begin(double lambda, bool loose) {
  loose_ = loose;
  strictness_ = 1;
  rounds_ = 0;
  Penalty& penalty = model_->penalty;
  const double before = std::min(penalty.lambda, lambda_max_);
  penalty.lambda = lambda;
  // Sequential strong rule (Tibshirani and others 2012).
  const double threshold = (2 * lambda - before) * penalty.alpha;
  std::vector<std::uint32_t> strong;
  for (std::size_t j = 0; j < skip_.size(); ++j) {
    if (skip_[j] == 0 && static_cast<double>(norms_[j]) >= threshold * factors_[j])
      strong.push_back(static_cast<std::uint32_t>(j));
  }
  add_columns(strong);
  extrapolate(lambda);
  model_->rebuild_eta();
  newton_->forget();
  model_->passes = 0;
  model_->evaluate();
  objective_ = model_->objective();
}

/// The gap among the entries with slopes that are feasible.
double PathFit::certified_gap() {
  feasible_ = model_->slopes;
  newton_->make_feasible(*model_, feasible_);
  model_->products(feasible_.predictors, products_);
  return objective_ - dual_bound(*loss_, model_->penalty, feasible_, model_->entries, products_).bound;
}

/// One round. Returns false if nothing gets better any more.
bool PathFit::improve(double gap) {
  const double before = objective_;
  const double violation = model_->violation();
  if (model_->penalty.grouped && model_->penalty.alpha > 0) {
    // brings groups in and out, where Newton's step has no derivative
    objective_ = descent_.run(*model_, objective_);
    model_->evaluate();
    objective_ = model_->objective();
  }
  const double wanted = std::min(tolerance() * strictness_ / std::max(std::abs(gap), least_gap),
                                 most_violation() / std::max(model_->violation(), least_gap));
  // At first it is only seen which columns stay; later the gap falls with the accuracy of the direction.
  const double accuracy = rounds_ == 0 ? rough : std::clamp(0.3 * wanted, fine, rough);
  newton_->step(*model_, objective_, accuracy, 300);
  model_->evaluate();
  objective_ = model_->objective();
  // where the objective is flat to its last digit, violations still fall
  const auto better = [&] {
    return objective_ < before - rounding * std::abs(before) || model_->violation() < 0.9 * violation;
  };
  if (better()) return true;
  objective_ = descent_.run(*model_, objective_);
  model_->evaluate();
  objective_ = model_->objective();
  return better();
}

void PathFit::solve() {
  int idle = 0;
  for (; rounds_ < problem_->solver.max_rounds; ++rounds_) {
    double gap =
        objective_ - dual_bound(*loss_, model_->penalty, model_->slopes, model_->entries, model_->gradient).bound;
    if (gap <= tolerance() * strictness_ && model_->violation() <= most_violation()) {
      if (model_->predictors() > 1) {
        // long steps along shifts of all classes leave their rounding behind
        model_->rebuild_eta();
        model_->evaluate();
        objective_ = model_->objective();
      }
      gap = certified_gap();
      if (gap <= tolerance() * strictness_) return;
    }
    idle = improve(gap) ? 0 : idle + 1;
    if (idle > 2) break;
  }
  gap_ = certified_gap();
  give_up(
      rounds_ < problem_->solver.max_rounds
          ? "rounding stands in the way: allow a larger tolerance, or leave out columns that nearly depend on others"
          : "allow more rounds or a larger tolerance, stop at a larger lambda, or choose alpha below 1");
}

void PathFit::give_up(const char* help) {
  PathOutcome outcome;
  outcome.end = PathEnd::not_converged;
  outcome.lambda = model_->penalty.lambda;
  outcome.help = help;
  std::vector<std::pair<double, std::uint32_t>> moving;
  for (std::size_t e = 0; e < model_->entries.size(); ++e) {
    const double violation =
        model_->penalty.violation(model_->gradient_of(e), model_->beta_of(e), model_->entries[e].factor);
    if (violation > 0) moving.emplace_back(-violation, model_->entries[e].column);
  }
  std::sort(moving.begin(), moving.end());
  constexpr std::size_t most = 10;
  for (std::size_t k = 0; k < std::min(most, moving.size()); ++k) outcome.columns.push_back(moving[k].second);
  ended_ = std::move(outcome);
}

bool PathFit::finish(const ScreenRequest& screened) {
  const std::size_t n = loss_->padded();
  const std::size_t count = loss_->predictors();
  std::vector<std::uint32_t> violating;
  std::vector<double> here(count);
  const std::vector<double> zero(count, 0);
  for (const std::uint32_t column : screened.candidates) {
    for (std::size_t c = 0; c < count; ++c) here[c] = columns_->dot(column, feasible_.predictors.data() + c * n);
    if (model_->penalty.violation(here, zero, factors_[column]) > 0) violating.push_back(column);
  }
  if (!violating.empty()) {
    add_columns(violating);
    model_->evaluate();
    return false;
  }
  // all other columns are below their thresholds: the bound of the entries is the bound of all
  gap_ = objective_ - dual_bound(*loss_, model_->penalty, feasible_, model_->entries, products_).bound;
  remember();
  return true;
}

std::size_t PathFit::df() const noexcept {
  std::size_t count = 0;
  for (std::size_t e = 0; e < model_->entries.size(); ++e) {
    if (!model_->is_zero(e)) ++count;
  }
  return count;
}

PenalisedPath PathFit::take_summary() {
  PenalisedPath path;
  path.lambda_max = lambda_max_;
  path.null_deviance = 2 * loss_->total_weight() * null_loss_;
  if (ended_) path.outcome = *ended_;
  path.statistics = statistics_;
  path.collinear = collinear_;
  return path;
}

}  // namespace varisk::training
