#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>

namespace varisk::training {

/// λ pf (α ‖b‖ + (1 − α) ‖b‖² / 2) of the coefficients b of one column: one for each predictor.
struct Penalty {
  double alpha = 1;
  double lambda = 0;
  bool grouped = false;  ///< ‖b‖ is the Euclidean norm, else coefficient by coefficient

  [[nodiscard]] double kink(double factor) const noexcept { return lambda * factor * alpha; }
  [[nodiscard]] double ridge(double factor) const noexcept { return lambda * factor * (1 - alpha); }

  [[nodiscard]] double value(std::span<const double> b, double factor) const noexcept {
    double squares = 0;
    double sum = 0;
    for (const double value : b) {
      squares += value * value;
      sum += std::abs(value);
    }
    return kink(factor) * (grouped ? std::sqrt(squares) : sum) + ridge(factor) * squares / 2;
  }

  /// By how much the gradient of the loss g fails the condition of optimality at b, coefficient by coefficient or for
  /// the group.
  [[nodiscard]] double violation(std::span<const double> g, std::span<const double> b, double factor) const noexcept {
    const double threshold = kink(factor);
    const double norm = length(b);
    double worst = 0;
    double squares = 0;
    for (std::size_t c = 0; c < b.size(); ++c) {
      const double smooth = g[c] + ridge(factor) * b[c];
      double here = 0;
      if (grouped) {
        here = norm > 0 ? smooth + threshold * b[c] / norm : smooth;
      } else if (b[c] != 0) {
        here = smooth + (b[c] > 0 ? threshold : -threshold);
      } else {
        here = std::max(std::abs(smooth) - threshold, 0.0);
      }
      squares += here * here;
      worst = std::max(worst, std::abs(here));
    }
    if (!grouped) return worst;
    return norm > 0 ? std::sqrt(squares) : std::max(std::sqrt(squares) - threshold, 0.0);
  }

  [[nodiscard]] static double length(std::span<const double> b) noexcept {
    double squares = 0;
    for (const double value : b) squares += value * value;
    return std::sqrt(squares);
  }
};

}  // namespace varisk::training
