#include "descent_pass.hpp"

#include <algorithm>
#include <cmath>

namespace varisk::training {
namespace {

constexpr int most_halvings = 30;

/// argmin over b of curvature × ‖b − centre‖² / 2 + penalty
void shrink(std::span<double> centre, const Penalty& penalty, double factor, double curvature) {
  const double threshold = penalty.kink(factor) / curvature;
  const double ridge = 1 + penalty.ridge(factor) / curvature;
  const double norm = Penalty::length(centre);
  for (double& value : centre) {
    const double length = penalty.grouped ? norm : std::abs(value);
    value = length > threshold ? value * (1 - threshold / length) / ridge : 0;
  }
}

}  // namespace

void DescentPass::update(const FitModel& model, std::size_t entry) {
  const std::size_t count = model.predictors();
  const std::size_t n = model.loss().padded();
  const FitColumns& columns = model.columns();
  const std::uint32_t column = model.entries[entry].column;
  const double curvature = columns.dot_square(column, bound_.data());
  if (!(curvature > 0)) return;
  const std::span<double> now = std::span(beta_).subspan(entry * count, count);
  std::vector<double> next(count);
  for (std::size_t c = 0; c < count; ++c) {
    next[c] = now[c] - columns.dot(column, slopes_.data() + c * n) / curvature;
  }
  shrink(next, model.penalty, model.entries[entry].factor, curvature);
  for (std::size_t c = 0; c < count; ++c) {
    const double change = next[c] - now[c];
    if (change == 0) continue;
    columns.add_weighted(column, change, bound_.data(), slopes_.data() + c * n);
    now[c] = next[c];
  }
}

double DescentPass::run(FitModel& model, double objective) {
  const std::size_t count = model.predictors();
  const std::size_t n = model.loss().padded();
  bound_.resize(n);
  model.curvature.bound(bound_.data());
  slopes_ = model.slopes.predictors;
  beta_ = model.beta;
  for (std::size_t e = 0; e < model.entries.size(); ++e) {
    if (!model.is_zero(e) ||
        model.penalty.violation(model.gradient_of(e), model.beta_of(e), model.entries[e].factor) > 0) {
      update(model, e);
    }
  }
  const std::vector<double> start = model.beta;
  const AlignedVector<double> eta_start = model.eta;
  model.beta = beta_;
  model.rebuild_eta();
  const AlignedVector<double> eta_end = model.eta;
  double length = 1;
  for (int attempt = 0; attempt < most_halvings; ++attempt) {
    const double reached = model.loss().value(model.eta, model.intercepts) + model.penalty_value();
    if (reached <= objective) return reached;
    length /= 2;
    for (std::size_t i = 0; i < beta_.size(); ++i) model.beta[i] = start[i] + length * (beta_[i] - start[i]);
    for (std::size_t i = 0; i < count * n; ++i) model.eta[i] = eta_start[i] + length * (eta_end[i] - eta_start[i]);
  }
  model.beta = start;
  model.eta = eta_start;
  return objective;
}

}  // namespace varisk::training
