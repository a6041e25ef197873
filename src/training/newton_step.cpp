#include "newton_step.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace varisk::training {
namespace {

/// Part of the diagonal that is added to it: classes may be shifted together without a change of the loss.
constexpr double damping = 1e-9;
/// Of an objective: sums over rows are not better.
constexpr double rounding = 1e-14;
constexpr int most_halvings = 40;
constexpr std::size_t entries_of_task = 64;

}  // namespace

void NewtonStep::choose_active(const FitModel& model) {
  const std::size_t count = model.predictors();
  const std::size_t intercepts = model.intercepts.size();
  const Penalty& penalty = model.penalty;
  active_.clear();
  active_columns_.clear();
  orthant_.assign(intercepts, 0);
  fixed_.assign(intercepts, 0);
  free_at_.resize(intercepts);
  for (std::size_t q = 0; q < intercepts; ++q) free_at_[q] = q;
  for (std::size_t e = 0; e < model.entries.size(); ++e) {
    const double factor = model.entries[e].factor;
    const double threshold = penalty.kink(factor);
    const auto b = model.beta_of(e);
    const auto g = model.gradient_of(e);
    const bool smooth = threshold == 0;
    bool wanted = smooth || !model.is_zero(e);
    for (std::size_t c = 0; c < count && !wanted && !penalty.grouped; ++c) wanted = std::abs(g[c]) > threshold;
    if (!wanted) continue;
    active_.push_back(static_cast<std::uint32_t>(e));
    active_columns_.push_back(model.entries[e].column);
    for (std::size_t c = 0; c < count; ++c) {
      if (factor == 0) free_at_.push_back(fixed_.size());
      const bool any_sign = smooth || penalty.grouped;
      const bool moves = any_sign || b[c] != 0 || std::abs(g[c]) > threshold;
      fixed_.push_back(moves ? 0 : 1);
      orthant_.push_back(any_sign || !moves ? 0 : b[c] != 0 ? (b[c] > 0 ? 1 : -1) : (g[c] > 0 ? -1 : 1));
    }
  }
}

void NewtonStep::prepare(const FitModel& model) {
  const std::size_t count = model.predictors();
  const std::size_t intercepts = model.intercepts.size();
  const Penalty& penalty = model.penalty;
  if (!free_block_) build_free_block(model);
  if (diagonal_known_.size() != model.entries.size()) {
    diagonal_known_.assign(model.entries.size(), 0);
    diagonal_.resize(model.entries.size() * count);
  }
  std::vector<std::uint32_t> unknown;
  for (const std::uint32_t e : active_) {
    if (diagonal_known_[e] == 0) unknown.push_back(e);
    diagonal_known_[e] = 1;
  }
  if (!unknown.empty()) {
    AlignedVector<double> curvature(model.curvature.stride);
    for (std::size_t c = 0; c < count; ++c) {
      model.curvature.diagonal(c, curvature.data());
      threads_->pieces(unknown.size(), entries_of_task, [&](std::size_t first, std::size_t last) {
        for (std::size_t k = first; k < last; ++k) {
          diagonal_[unknown[k] * count + c] = columns_->dot_square(model.entries[unknown[k]].column, curvature.data());
        }
      });
    }
  }
  const auto size = static_cast<Eigen::Index>(fixed_.size());
  slope_.resize(size);
  inverse_ = Eigen::VectorXd::Zero(size);
  for (std::size_t q = 0; q < intercepts; ++q) slope_[static_cast<Eigen::Index>(q)] = model.slopes.intercepts[q];
  for (std::size_t a = 0; a < active_.size(); ++a) {
    const std::size_t e = active_[a];
    const double factor = model.entries[e].factor;
    const double kink = penalty.kink(factor);
    const double ridge = penalty.ridge(factor);
    const auto b = model.beta_of(e);
    const double norm = penalty.grouped ? Penalty::length(b) : 0;
    for (std::size_t c = 0; c < count; ++c) {
      const std::size_t at = intercepts + a * count + c;
      const auto v = static_cast<Eigen::Index>(at);
      double slope = model.gradient_of(e)[c] + ridge * b[c] + kink * orthant_[at];
      double second = diagonal_[e * count + c] + ridge;
      if (norm > 0) {
        slope += kink * b[c] / norm;
        second += kink * (1 - b[c] * b[c] / (norm * norm)) / norm;
      }
      slope_[v] = fixed_[at] != 0 ? 0 : slope;
      inverse_[v] = fixed_[at] != 0 ? 0 : 1 / std::max(second, 1e-300);
    }
  }
}

void NewtonStep::build_free_block(const FitModel& model) {
  FreeBlock block;
  std::vector<std::uint32_t>& columns = block.columns;
  for (const Entry& entry : model.entries) {
    if (entry.factor == 0) columns.push_back(entry.column);
  }
  const std::size_t count = model.predictors();
  const std::size_t intercepts = model.intercepts.size();
  const std::size_t size = intercepts + columns.size() * count;
  ExactHessian product(*columns_, *threads_);
  product.assign(columns, model.curvature);
  Eigen::MatrixXd matrix(size, size);
  std::vector<double> unit(size, 0);
  for (std::size_t k = 0; k < size; ++k) {
    unit[k] = 1;
    product.multiply(unit, {matrix.data() + k * size, size});
    unit[k] = 0;
  }
  const Eigen::MatrixXd symmetric = (matrix + matrix.transpose()) / 2;
  matrix = symmetric;
  matrix.diagonal() *= 1 + damping;
  block.factor.compute(matrix);
  free_block_ = std::move(block);
}

void NewtonStep::curvature_of_penalty(const FitModel& model, const Eigen::VectorXd& v, Eigen::VectorXd& to) const {
  const std::size_t count = model.predictors();
  const std::size_t intercepts = model.intercepts.size();
  for (std::size_t a = 0; a < active_.size(); ++a) {
    const std::size_t e = active_[a];
    const double factor = model.entries[e].factor;
    if (factor == 0) continue;
    const double ridge = model.penalty.ridge(factor);
    const auto at = static_cast<Eigen::Index>(intercepts + a * count);
    const auto b = model.beta_of(e);
    double along = 0;
    double group = 0;
    if (model.penalty.grouped && model.penalty.kink(factor) > 0) {
      const double norm = Penalty::length(b);
      group = model.penalty.kink(factor) / norm;
      for (std::size_t c = 0; c < count; ++c) along += b[c] * v[at + static_cast<Eigen::Index>(c)];
      along /= norm * norm;
    }
    for (std::size_t c = 0; c < count; ++c) {
      const Eigen::Index i = at + static_cast<Eigen::Index>(c);
      to[i] += ridge * v[i] + group * (v[i] - along * b[c]);
    }
  }
}

void NewtonStep::precondition(const FitModel& model, const Eigen::VectorXd& residual, Eigen::VectorXd& to) const {
  to = residual.cwiseProduct(inverse_);
  if (model.penalty.grouped) precondition_groups(model, residual, to);
  Eigen::VectorXd free(free_at_.size());
  for (std::size_t k = 0; k < free_at_.size(); ++k) {
    free[static_cast<Eigen::Index>(k)] = residual[static_cast<Eigen::Index>(free_at_[k])];
  }
  const Eigen::VectorXd solved = free_block_->factor.solve(free);
  for (std::size_t k = 0; k < free_at_.size(); ++k) {
    to[static_cast<Eigen::Index>(free_at_[k])] = solved[static_cast<Eigen::Index>(k)];
  }
}

/// Along a group's coefficients its norm is straight, across them it bends the more the smaller it is: both are
/// scaled apart. The loss counts with the mean of its diagonal.
void NewtonStep::precondition_groups(const FitModel& model, const Eigen::VectorXd& residual,
                                     Eigen::VectorXd& to) const {
  const auto count = static_cast<Eigen::Index>(model.predictors());
  for (std::size_t a = 0; a < active_.size(); ++a) {
    const std::size_t e = active_[a];
    const double kink = model.penalty.kink(model.entries[e].factor);
    if (kink == 0) continue;
    const auto b = model.beta_of(e);
    const Eigen::Map<const Eigen::VectorXd> direction(b.data(), count);
    const double norm = direction.norm();
    const Eigen::Map<const Eigen::VectorXd> diagonal(diagonal_.data() + e * model.predictors(), count);
    const double along = diagonal.mean() + model.penalty.ridge(model.entries[e].factor);
    const auto at = static_cast<Eigen::Index>(model.intercepts.size() + a * model.predictors());
    const Eigen::VectorXd here = residual.segment(at, count);
    const Eigen::VectorXd straight = (direction.dot(here) / (norm * norm)) * direction;
    to.segment(at, count) = straight / along + (here - straight) / (along + kink / norm);
  }
}

std::size_t NewtonStep::solve(const FitModel& model, double accuracy, std::size_t most_products) {
  product_.assign(active_columns_, model.curvature);
  const Eigen::Index size = slope_.size();
  direction_ = Eigen::VectorXd::Zero(size);
  Eigen::VectorXd residual = -slope_;
  Eigen::VectorXd better(size);
  precondition(model, residual, better);
  Eigen::VectorXd along = better;
  Eigen::VectorXd image(size);
  double length = residual.dot(better);
  const double wanted = accuracy * accuracy * length;
  std::size_t products = 0;
  while (length > wanted && length > 0 && products < most_products) {
    product_.multiply({along.data(), static_cast<std::size_t>(size)}, {image.data(), static_cast<std::size_t>(size)});
    ++products;
    curvature_of_penalty(model, along, image);
    for (Eigen::Index i = 0; i < size; ++i) {
      if (fixed_[static_cast<std::size_t>(i)] != 0) {
        image[i] = 0;
      } else if (inverse_[i] > 0) {
        image[i] += damping / inverse_[i] * along[i];
      }
    }
    const double curvature = along.dot(image);
    if (!(curvature > 0)) break;
    const double step = length / curvature;
    direction_ += step * along;
    residual -= step * image;
    precondition(model, residual, better);
    const double next = residual.dot(better);
    along = better + (next / length) * along;
    length = next;
  }
  if (products == 0 || direction_.squaredNorm() == 0) direction_ = -slope_.cwiseProduct(inverse_);
  return products;
}

/// The loss does not see a shift of all classes, and the norm of a group is least without one.
void NewtonStep::centre_groups(const FitModel& model) {
  const auto count = static_cast<Eigen::Index>(model.predictors());
  for (std::size_t a = 0; a < active_.size(); ++a) {
    const auto b = model.beta_of(active_[a]);
    auto here = direction_.segment(static_cast<Eigen::Index>(model.intercepts.size() + a * b.size()), count);
    here.array() -= here.mean() + Eigen::Map<const Eigen::VectorXd>(b.data(), count).mean();
  }
}

/// The part of the direction at which the first coefficient reaches 0.
double NewtonStep::first_crossing(const FitModel& model) const {
  const std::size_t count = model.predictors();
  const std::size_t intercepts = model.intercepts.size();
  double first = std::numeric_limits<double>::infinity();
  for (std::size_t a = 0; a < active_.size(); ++a) {
    for (std::size_t c = 0; c < count; ++c) {
      const std::size_t at = intercepts + a * count + c;
      const double b = model.beta_of(active_[a])[c];
      const double d = direction_[static_cast<Eigen::Index>(at)];
      if (orthant_[at] != 0 && b * d < 0) first = std::min(first, -b / d);
    }
  }
  return first;
}

bool NewtonStep::try_length(FitModel& model, double length, double objective, double& reached) {
  const std::size_t count = model.predictors();
  const std::size_t intercepts = model.intercepts.size();
  const std::size_t n = model.loss().padded();
  beta_trial_ = model.beta;
  intercepts_trial_ = model.intercepts;
  for (std::size_t q = 0; q < intercepts; ++q)
    intercepts_trial_[q] += length * direction_[static_cast<Eigen::Index>(q)];
  eta_trial_ = model.eta;
  for (std::size_t i = 0; i < eta_trial_.size(); ++i) eta_trial_[i] += length * eta_direction_[i];
  for (std::size_t a = 0; a < active_.size(); ++a) {
    for (std::size_t c = 0; c < count; ++c) {
      const std::size_t at = intercepts + a * count + c;
      double& b = beta_trial_[active_[a] * count + c];
      b += length * direction_[static_cast<Eigen::Index>(at)];
      if (orthant_[at] == 0 || b * orthant_[at] >= 0) continue;
      // beyond 0: it stays there
      columns_->add(model.entries[active_[a]].column, -b, eta_trial_.data() + c * n);
      b = 0;
    }
  }
  if (model.penalty.grouped) drop_turned_groups(model);
  model.beta.swap(beta_trial_);
  reached = model.loss().value(eta_trial_, intercepts_trial_) + model.penalty_value();
  if (reached <= objective + rounding * std::abs(objective)) {
    model.eta.swap(eta_trial_);
    model.intercepts.swap(intercepts_trial_);
    return true;
  }
  model.beta.swap(beta_trial_);
  return false;
}

/// A group that points back has passed 0: it stays there.
void NewtonStep::drop_turned_groups(const FitModel& model) {
  const std::size_t count = model.predictors();
  const std::size_t n = model.loss().padded();
  for (const std::uint32_t e : active_) {
    if (model.penalty.kink(model.entries[e].factor) == 0) continue;
    double along = 0;
    for (std::size_t c = 0; c < count; ++c) along += model.beta[e * count + c] * beta_trial_[e * count + c];
    if (along > 0) continue;
    for (std::size_t c = 0; c < count; ++c) {
      double& b = beta_trial_[e * count + c];
      if (b != 0) columns_->add(model.entries[e].column, -b, eta_trial_.data() + c * n);
      b = 0;
    }
  }
}

StepResult NewtonStep::search(FitModel& model, double objective) {
  const std::size_t count = model.predictors();
  const std::size_t n = model.loss().padded();
  block_.assign(active_columns_);
  eta_direction_.assign(n * count, 0.0);
  ColumnBlock::Scaled scaled;
  for (std::size_t c = 0; c < count; ++c) {
    block_.scale(direction_.data() + model.intercepts.size() + c, count, scaled);
    threads_->pieces(n, rows_of_task(n), [&](std::size_t first, std::size_t last) {
      block_.add(scaled, first, last, eta_direction_.data() + c * n + first);
    });
  }
  StepResult result;
  double length = 1;
  for (int attempt = 0; attempt < most_halvings; ++attempt) {
    if (try_length(model, length, objective, result.objective)) {
      result.moved = true;
      return result;
    }
    // first as far as all signs hold, then half of that and so on
    const double crossing = first_crossing(model);
    length = attempt == 2 && crossing < length && crossing > 0 ? crossing : length / 2;
  }
  result.objective = objective;
  return result;
}

StepResult NewtonStep::step(FitModel& model, double objective, double accuracy, std::size_t most_products) {
  choose_active(model);
  prepare(model);
  const std::size_t products = solve(model, accuracy, most_products);
  if (model.penalty.grouped) centre_groups(model);
  StepResult result = search(model, objective);
  result.products = products;
  model.passes += products + 1;
  return result;
}

double NewtonStep::make_feasible(const FitModel& model, Slopes& slopes) {
  if (!free_block_) build_free_block(model);
  constexpr int most_rounds = 8;
  const std::size_t count = model.predictors();
  const std::size_t intercepts = model.intercepts.size();
  const std::size_t n = model.loss().padded();
  const auto& columns = free_block_->columns;
  ColumnBlock block(*columns_);
  block.assign(columns);
  Eigen::VectorXd products(static_cast<Eigen::Index>(intercepts + columns.size() * count));
  AlignedVector<double> rows(n * count);
  std::vector<double> unused(intercepts);
  double left = std::numeric_limits<double>::infinity();
  for (int round = 0; round < most_rounds; ++round) {
    for (std::size_t q = 0; q < intercepts; ++q) products[static_cast<Eigen::Index>(q)] = slopes.intercepts[q];
    for (std::size_t k = 0; k < columns.size(); ++k) {
      for (std::size_t c = 0; c < count; ++c) {
        products[static_cast<Eigen::Index>(intercepts + k * count + c)] =
            columns_->dot(columns[k], slopes.predictors.data() + c * n);
      }
    }
    const double now = products.lpNorm<Eigen::Infinity>();
    if (!(now < left) || now < 1e-17) return std::min(now, left);
    left = now;
    const Eigen::VectorXd move = free_block_->factor.solve(-products);
    std::fill(rows.begin(), rows.end(), 0.0);
    ColumnBlock::Scaled scaled;
    for (std::size_t c = 0; c < count; ++c) {
      block.scale(move.data() + intercepts + c, count, scaled);
      block.add(scaled, 0, n, rows.data() + c * n);
    }
    model.loss().move_slopes(model.curvature, {move.data(), intercepts}, rows, slopes);
  }
  return left;
}

}  // namespace varisk::training
