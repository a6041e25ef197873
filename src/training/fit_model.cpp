#include "fit_model.hpp"

#include <algorithm>
#include <cmath>

#include "loss_rows.hpp"

namespace varisk::training {
namespace {

constexpr std::size_t entries_of_task = 64;
/// Sums have the digits of a double.
constexpr std::size_t number_levels = 3;

}  // namespace

FitModel::FitModel(const FitColumns& columns, const Loss& loss, const Threads& threads, Penalty penalty_of_fit)
    : penalty(penalty_of_fit),
      intercepts(loss.first_intercepts()),
      eta(loss.padded() * loss.predictors()),
      columns_(&columns),
      loss_(&loss),
      threads_(&threads) {}

void FitModel::add_entries(std::span<const Entry> added) {
  if (added.empty()) return;
  const std::size_t count = predictors();
  std::vector<Entry> all(entries.size() + added.size());
  std::vector<double> values(all.size() * count);
  std::size_t from = 0;
  std::size_t next = 0;
  for (std::size_t e = 0; e < all.size(); ++e) {
    if (next == added.size() || (from < entries.size() && entries[from].column < added[next].column)) {
      all[e] = entries[from];
      std::copy_n(beta.begin() + static_cast<std::ptrdiff_t>(from * count), count,
                  values.begin() + static_cast<std::ptrdiff_t>(e * count));
      ++from;
    } else {
      all[e] = added[next++];
    }
  }
  entries = std::move(all);
  beta = std::move(values);
}

void FitModel::rebuild_eta() {
  const std::size_t count = predictors();
  std::vector<std::uint32_t> active;
  std::vector<double> coefficients;
  for (std::size_t e = 0; e < entries.size(); ++e) {
    if (is_zero(e)) continue;
    active.push_back(entries[e].column);
    const auto b = beta_of(e);
    coefficients.insert(coefficients.end(), b.begin(), b.end());
  }
  ColumnBlock block(*columns_);
  block.assign(active);
  ColumnBlock::Scaled scaled;
  const std::size_t n = loss_->padded();
  std::fill(eta.begin(), eta.end(), 0.0);
  for (std::size_t c = 0; c < count; ++c) {
    block.scale(coefficients.data() + c, count, scaled);
    threads_->pieces(n, rows_of_task(n), [&](std::size_t first, std::size_t last) {
      block.add(scaled, first, last, eta.data() + c * n + first);
    });
  }
  ++passes;
}

void FitModel::products(const AlignedVector<double>& vector, std::vector<double>& to) const {
  const std::size_t count = predictors();
  const std::size_t n = loss_->padded();
  to.resize(entries.size() * count);
  for (std::size_t c = 0; c < count; ++c) {
    const SplitNumbers numbers(vector.data() + c * n, n / line_rows, number_levels);
    threads_->pieces(entries.size(), entries_of_task, [&](std::size_t first, std::size_t last) {
      std::vector<std::uint32_t> columns;
      for (std::size_t e = first; e < last; ++e) columns.push_back(entries[e].column);
      std::vector<double> here(columns.size());
      columns_->dots(columns, vector.data() + c * n, numbers, here.data());
      for (std::size_t e = first; e < last; ++e) to[e * count + c] = here[e - first];
    });
  }
}

void FitModel::evaluate() {
  loss_value = loss_->evaluate(eta, intercepts, slopes, curvature);
  products(slopes.predictors, gradient);
  ++passes;
}

double FitModel::penalty_value() const {
  double sum = 0;
  for (std::size_t e = 0; e < entries.size(); ++e) sum += penalty.value(beta_of(e), entries[e].factor);
  return sum;
}

double FitModel::violation() const {
  double worst = 0;
  for (const double slope : slopes.intercepts) worst = std::max(worst, std::abs(slope));
  for (std::size_t e = 0; e < entries.size(); ++e) {
    worst = std::max(worst, penalty.violation(gradient_of(e), beta_of(e), entries[e].factor));
  }
  return worst;
}

DualBound dual_bound(const Loss& loss, const Penalty& penalty, const Slopes& slopes, std::span<const Entry> entries,
                     std::span<const double> products) {
  const std::size_t count = loss.predictors();
  /// Calls `action(‖xᵀu‖, entry)` for each norm that is penalised on its own.
  const auto norms = [&](const auto& action) {
    for (std::size_t e = 0; e < entries.size(); ++e) {
      if (entries[e].factor == 0) continue;
      const auto here = products.subspan(e * count, count);
      if (penalty.grouped) {
        action(Penalty::length(here), entries[e]);
      } else {
        for (const double value : here) action(std::abs(value), entries[e]);
      }
    }
  };
  double within = 1;  // everything below its threshold
  norms([&](double norm, const Entry& entry) {
    const double threshold = penalty.kink(entry.factor);
    if (norm > threshold) within = std::min(within, threshold / norm);
  });
  const auto bound_at = [&](double shrink) {
    double beyond = 0;
    norms([&](double norm, const Entry& entry) {
      const double excess = shrink * norm - penalty.kink(entry.factor);
      if (excess > 0 && penalty.ridge(entry.factor) > 0) beyond += excess * excess / (2 * penalty.ridge(entry.factor));
    });
    return loss.dual(slopes, shrink) - beyond;
  };
  DualBound best{bound_at(within), within};
  if (penalty.alpha < 1 && within < 1) {
    const double whole = bound_at(1);
    if (whole > best.bound) best = {whole, 1};
  }
  return best;
}

}  // namespace varisk::training
