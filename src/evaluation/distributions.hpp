#pragma once
/// \file
/// Quantiles, tail probabilities and the intervals made of them.

#include <cmath>
#include <cstdint>
#include <string>

#include "varisk/evaluation/metric.hpp"
#include "varisk/evaluation/settings.hpp"

namespace varisk::evaluation {

/// z such that |Z| < z has this probability.
[[nodiscard]] double normal_width(double confidence);
[[nodiscard]] double student_width(double confidence, double degrees_of_freedom);
/// Upper quantile of the standard normal distribution, and its density there.
[[nodiscard]] double normal_upper_quantile(double probability);
[[nodiscard]] double normal_density(double x);
[[nodiscard]] double two_sided_p(double z);
[[nodiscard]] double two_sided_t(double t, double degrees_of_freedom);
[[nodiscard]] double chi_squared_p(double x, double degrees_of_freedom);

/// Of `hits` of `trials`, which is at least 1.
[[nodiscard]] Bounds wilson(double hits, double trials, double confidence);
[[nodiscard]] Bounds clopper_pearson(double hits, double trials, double confidence);
[[nodiscard]] Bounds proportion_bounds(double hits, double trials, const Settings& settings);
[[nodiscard]] std::string method_of(ProportionInterval interval);

/// A metric with the interval value ± width × standard error.
[[nodiscard]] Metric normal_metric(std::string name, double value, double standard_error, const Settings& settings,
                                   std::string method);
/// A metric that cannot be computed.
[[nodiscard]] Metric absent_metric(std::string name, std::string note);
/// hits / trials; absent with `note` if there are no trials.
[[nodiscard]] Metric proportion_metric(std::string name, std::uint64_t hits, std::uint64_t trials,
                                       const Settings& settings, std::string note);
/// Cuts the interval at the ends of what the value can be, and says so.
void keep_within(Metric& metric, double low, double high);

}  // namespace varisk::evaluation
