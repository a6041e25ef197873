#pragma once
/// \file
/// Local linear regression with tricube weights (Cleveland 1979, without the robustness steps) on sorted points.

#include <span>
#include <vector>

namespace varisk::evaluation {

/// Points of ascending x, each the mean of some samples.
struct SmoothInput {
  std::vector<double> x;
  std::vector<double> y;
  std::vector<double> weight;  ///< samples behind a point, above 0
};

inline constexpr double smooth_span = 2.0 / 3.0;  ///< fraction of the samples that a fit looks at
inline constexpr std::size_t smooth_inputs = 1000;
inline constexpr std::size_t smooth_outputs = 200;

/// Joins neighbours until about `smooth_inputs` points are left; fewer points stay as they are.
[[nodiscard]] SmoothInput condense(const SmoothInput& input);

struct SmoothFit {
  std::vector<std::size_t> at;   ///< indices of the points that were fitted, the first and the last among them
  std::vector<double> value;     ///< fit there
  std::vector<double> leverage;  ///< variance of the fit / variance of one sample
};

/// At all points, or about `smooth_outputs` of them.
[[nodiscard]] SmoothFit smooth(const SmoothInput& input);

/// The fit at all points, linear between those that were fitted.
[[nodiscard]] std::vector<double> interpolate(const SmoothInput& input, const SmoothFit& fit);

}  // namespace varisk::evaluation
