#include "loss.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "loss_rows.hpp"

namespace varisk::training {
namespace {

constexpr std::size_t piece_rows = 1024;
/// A slope may leave its domain by rounding.
constexpr double rounding = 1e-15;

}  // namespace

Loss::Loss(const Outcome& outcome, std::span<const double> weights, std::span<const double> offset,
           const Threads& threads)
    : outcome_(&outcome), threads_(&threads), weights_(padded_rows(weights.size())) {
  total_ = std::accumulate(weights.begin(), weights.end(), 0.0);
  for (std::size_t i = 0; i < weights.size(); ++i) weights_[i] = weights[i] / total_;
  if (offset.empty()) return;
  offset_.resize(padded() * predictors());
  for (std::size_t c = 0; c < predictors(); ++c) {
    for (std::size_t i = 0; i < weights.size(); ++i) offset_[c * padded() + i] = offset[c * weights.size() + i];
  }
}

/// Adds what `action(first, last)` returns, in the order of the pieces.
template <typename Action>
double Loss::sum_pieces(const Action& action) const {
  const std::size_t rows = outcome_->rows();
  std::vector<double> sums((rows + piece_rows - 1) / piece_rows);
  threads_->pieces(rows, piece_rows,
                   [&](std::size_t first, std::size_t last) { sums[first / piece_rows] = action(first, last); });
  return std::accumulate(sums.begin(), sums.end(), 0.0);
}

/// Adds ω × `row(i)` over the rows of the fit.
template <typename Rows>
double Loss::with_rows(const Rows& row) const {
  return sum_pieces([&](std::size_t first, std::size_t last) {
    double sum = 0;
    for (std::size_t i = first; i < last; ++i) {
      if (weights_[i] > 0) sum += weights_[i] * row(i);
    }
    return sum;
  });
}

double Loss::evaluate(const AlignedVector<double>& eta, std::span<const double> intercepts, Slopes& slopes,
                      Curvature<double>& curvature) const {
  const std::size_t n = padded();
  const std::size_t count = predictors();
  const bool ordinal = family() == Family::ordinal;
  slopes.predictors.resize(n * count);
  if (ordinal) {
    slopes.upper.resize(n);
    slopes.lower.resize(n);
  }
  curvature.family = family();
  curvature.predictors = count;
  curvature.intercepts = this->intercepts();
  curvature.stride = n;
  curvature.classes = outcome_->classes.data();
  curvature.rows.resize(n * Curvature<double>::parts(family(), count));
  double* const u = slopes.predictors.data();
  double* const h = curvature.rows.data();
  const auto shifted = [&](std::size_t c, std::size_t i) {
    return eta[c * n + i] + (offset_.empty() ? 0 : offset_[c * n + i]);
  };
  double value = 0;
  switch (family()) {
    case Family::gaussian:
      value = with_rows([&](std::size_t i) {
        const double difference = shifted(0, i) + intercepts[0] - outcome_->values[i];
        u[i] = weights_[i] * difference;
        h[i] = weights_[i];
        return difference * difference / 2;
      });
      break;
    case Family::binomial:
      value = with_rows([&](std::size_t i) {
        const BinomialRow row(shifted(0, i) + intercepts[0], outcome_->classes[i] == 1);
        u[i] = weights_[i] * row.slope();
        h[i] = weights_[i] * row.curvature;
        return row.value;
      });
      break;
    case Family::multinomial:
      value = with_rows([&](std::size_t i) {
        double most = -infinite;
        for (std::size_t c = 0; c < count; ++c) {
          u[c * n + i] = shifted(c, i) + intercepts[c];
          most = std::max(most, u[c * n + i]);
        }
        const double own = u[outcome_->classes[i] * n + i] - most;
        double sum = 0;
        double others = 0;
        for (std::size_t c = 0; c < count; ++c) {
          const double e = std::exp(u[c * n + i] - most);
          h[(1 + c) * n + i] = e;
          sum += e;
          if (c != outcome_->classes[i]) others += e;
        }
        h[i] = weights_[i];
        for (std::size_t c = 0; c < count; ++c) {
          h[(1 + c) * n + i] /= sum;
          u[c * n + i] = weights_[i] * (c == outcome_->classes[i] ? -others / sum : h[(1 + c) * n + i]);
        }
        return std::log(sum) - own;
      });
      break;
    case Family::ordinal:
      value = with_rows([&](std::size_t i) {
        const std::uint32_t k = outcome_->classes[i];
        const bool has_upper = k < intercepts.size();
        const bool has_lower = k > 0;
        const double here = shifted(0, i);
        const OrdinalRow row(has_upper, has_upper ? intercepts[k] - here : 0, has_lower,
                             has_lower ? intercepts[k - 1] - here : 0);
        slopes.upper[i] = weights_[i] * row.upper;
        slopes.lower[i] = weights_[i] * row.lower;
        u[i] = -(slopes.upper[i] + slopes.lower[i]);
        h[i] = weights_[i] * row.ss;
        h[n + i] = weights_[i] * row.st;
        h[2 * n + i] = weights_[i] * row.tt;
        return row.value;
      });
      break;
  }
  slopes.intercepts.assign(this->intercepts(), 0);
  if (ordinal) {
    for (std::size_t i = 0; i < outcome_->rows(); ++i) {
      if (!(weights_[i] > 0)) continue;
      const std::uint32_t k = outcome_->classes[i];
      if (k < intercepts.size()) slopes.intercepts[k] += slopes.upper[i];
      if (k > 0) slopes.intercepts[k - 1] += slopes.lower[i];
    }
  } else {
    for (std::size_t c = 0; c < count; ++c) {
      slopes.intercepts[c] = std::accumulate(u + c * n, u + (c + 1) * n, 0.0);
    }
  }
  return value;
}

double Loss::value(const AlignedVector<double>& eta, std::span<const double> intercepts) const {
  const std::size_t n = padded();
  const std::size_t count = predictors();
  const auto shifted = [&](std::size_t c, std::size_t i) {
    return eta[c * n + i] + (offset_.empty() ? 0 : offset_[c * n + i]);
  };
  switch (family()) {
    case Family::gaussian:
      return with_rows([&](std::size_t i) {
        const double difference = shifted(0, i) + intercepts[0] - outcome_->values[i];
        return difference * difference / 2;
      });
    case Family::binomial:
      return with_rows(
          [&](std::size_t i) { return BinomialRow(shifted(0, i) + intercepts[0], outcome_->classes[i] == 1).value; });
    case Family::multinomial:
      return with_rows([&](std::size_t i) {
        double most = -infinite;
        for (std::size_t c = 0; c < count; ++c) most = std::max(most, shifted(c, i) + intercepts[c]);
        double sum = 0;
        for (std::size_t c = 0; c < count; ++c) sum += std::exp(shifted(c, i) + intercepts[c] - most);
        const std::uint32_t own = outcome_->classes[i];
        return std::log(sum) - (shifted(own, i) + intercepts[own] - most);
      });
    case Family::ordinal: break;
  }
  return with_rows([&](std::size_t i) {
    const std::uint32_t k = outcome_->classes[i];
    const bool has_upper = k < intercepts.size();
    const bool has_lower = k > 0;
    const double here = shifted(0, i);
    return OrdinalRow(has_upper, has_upper ? intercepts[k] - here : 0, has_lower,
                      has_lower ? intercepts[k - 1] - here : 0)
        .value;
  });
}

void Loss::move_slopes(const Curvature<double>& curvature, std::span<const double> b, AlignedVector<double>& v,
                       Slopes& slopes) const {
  if (family() == Family::ordinal) {
    for (std::size_t i = 0; i < outcome_->rows(); ++i) {
      if (!(weights_[i] > 0)) continue;
      double upper = 0;
      double lower = 0;
      curvature.upper_lower(i, b.data(), v[i], upper, lower);
      slopes.upper[i] += upper;
      slopes.lower[i] += lower;
    }
  }
  curvature.multiply(0, padded(), b.data(), v.data(), padded(), slopes.intercepts.data());
  for (std::size_t i = 0; i < v.size(); ++i) slopes.predictors[i] += v[i];
}

double Loss::dual(const Slopes& slopes, double shrink) const {
  const std::size_t n = padded();
  const std::size_t count = predictors();
  const double* const u = slopes.predictors.data();
  /// ℓ*(v), v being the slopes of the row over ω
  const auto conjugate = [&](std::size_t i) -> double {
    const double factor = shrink / weights_[i];
    switch (family()) {
      case Family::gaussian: {
        const double v = u[i] * factor;
        return v * v / 2 + v * outcome_->values[i];
      }
      case Family::binomial: {
        // a case has slopes from −1 to 0, a control from 0 to 1
        const double part = outcome_->classes[i] == 1 ? -u[i] * factor : u[i] * factor;
        if (part < -rounding || part > 1 + rounding) return infinite;
        return entropy(part) + entropy(1 - part);
      }
      case Family::multinomial: {
        double sum = 0;
        for (std::size_t c = 0; c < count; ++c) {
          const double p = u[c * n + i] * factor + (c == outcome_->classes[i] ? 1 : 0);
          if (p < -rounding) return infinite;
          sum += entropy(p);
        }
        return sum;
      }
      case Family::ordinal: break;
    }
    const std::uint32_t k = outcome_->classes[i];
    return ordinal_conjugate(k<intercepts(), slopes.upper[i] * factor, k> 0, slopes.lower[i] * factor);
  };
  double bound = -with_rows(conjugate);
  if (offset_.empty()) return bound;
  bound += shrink * sum_pieces([&](std::size_t first, std::size_t last) {
             double sum = 0;
             for (std::size_t c = 0; c < count; ++c) {
               for (std::size_t i = first; i < last; ++i) sum += u[c * n + i] * offset_[c * n + i];
             }
             return sum;
           });
  return bound;
}

std::vector<double> Loss::first_intercepts() const {
  std::vector<double> intercepts(this->intercepts(), 0);
  if (family() == Family::gaussian) {
    intercepts[0] = with_rows([&](std::size_t i) { return outcome_->values[i]; });
    return intercepts;
  }
  std::vector<double> share(outcome_->class_count, 0);
  for (std::size_t i = 0; i < outcome_->rows(); ++i) {
    if (weights_[i] > 0) share[outcome_->classes[i]] += weights_[i];
  }
  if (family() == Family::binomial) {
    intercepts[0] = std::log(share[1] / share[0]);
  } else if (family() == Family::multinomial) {
    double mean = 0;
    for (std::size_t k = 0; k < share.size(); ++k) mean += (intercepts[k] = std::log(share[k]));
    for (double& value : intercepts) value -= mean / static_cast<double>(share.size());
  } else {
    double below = 0;
    for (std::size_t k = 0; k < intercepts.size(); ++k) {
      below += share[k];
      intercepts[k] = std::log(below / (1 - below));
    }
  }
  return intercepts;
}

}  // namespace varisk::training
