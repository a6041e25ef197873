#pragma once
/// What one row adds to the loss, family by family.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace varisk::training {

inline constexpr double infinite = std::numeric_limits<double>::infinity();

/// log(1 + e^x)
[[nodiscard]] inline double softplus(double x) noexcept {
  return x > 0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x));
}

[[nodiscard]] inline double logistic(double x) noexcept {
  if (x >= 0) return 1 / (1 + std::exp(-x));
  const double e = std::exp(x);
  return e / (1 + e);
}

/// x log x
[[nodiscard]] inline double entropy(double x) noexcept { return x > 0 ? x * std::log(x) : 0; }

struct BinomialRow {
  double value = 0;
  double probability = 0;
  double curvature = 0;

  BinomialRow(double eta, bool is_case) noexcept {
    // one exponential serves all; of the outcome's own sign, so that small numbers keep their digits
    const double e = std::exp(-std::abs(eta));
    const double large = 1 / (1 + e);
    const double small = e * large;
    probability = eta >= 0 ? large : small;
    curvature = large * small;
    const double agreeing = is_case ? eta : -eta;
    value = std::log1p(e) + (agreeing < 0 ? -agreeing : 0);
    slope_ = is_case ? (eta >= 0 ? -small : -large) : probability;
  }
  [[nodiscard]] double slope() const noexcept { return slope_; }

 private:
  double slope_ = 0;
};

/// −log(σ(s) − σ(t)); without lower threshold t is −∞, without upper one s is ∞.
struct OrdinalRow {
  double value = 0;
  double upper = 0, lower = 0;    ///< slopes in s and t
  double ss = 0, st = 0, tt = 0;  ///< second derivatives

  /// \param s, t  thresholds minus η
  OrdinalRow(bool has_upper, double s, bool has_lower, double t) noexcept {
    double q = 0;
    if (has_upper && has_lower) {
      const double apart = s - t;
      if (!(apart > 0)) {
        value = infinite;
        return;
      }
      q = 1 / std::expm1(apart);
      value -= std::log(-std::expm1(-apart));
    }
    if (has_upper) {
      value += softplus(-s);
      upper = -logistic(-s) - q;
      ss = logistic(s) * logistic(-s) + q * (1 + q);
    }
    if (has_lower) {
      value += softplus(t);
      lower = logistic(t) + q;
      tt = logistic(t) * logistic(-t) + q * (1 + q);
    }
    if (has_upper && has_lower) st = -q * (1 + q);
  }
};

/// Conjugate of `OrdinalRow` at slopes; infinite outside of its domain.
[[nodiscard]] inline double ordinal_conjugate(bool has_upper, double upper, bool has_lower, double lower) noexcept {
  if (!has_lower) return upper > 0 || upper < -1 ? infinite : entropy(1 + upper) + entropy(-upper);
  if (!has_upper) return lower < 0 || lower > 1 ? infinite : entropy(lower) + entropy(1 - lower);
  if (upper > 0 || lower < 0) return infinite;
  const double product = upper * lower;
  const double q = -2 * product / (1 + std::sqrt(1 - 4 * product));
  const double above_s = -upper - q;  // 1 − σ(s)
  const double below_t = lower - q;   // σ(t)
  const double between = 1 - above_s - below_t;
  if (above_s < 0 || below_t < 0 || between < 0) return infinite;
  const double s = std::log1p(-above_s) - std::log(above_s);
  const double t = std::log(below_t) - std::log1p(-below_t);
  double conjugate = std::log(between);
  if (upper != 0) conjugate += upper * s;
  if (lower != 0) conjugate += lower * t;
  return conjugate;
}

}  // namespace varisk::training
