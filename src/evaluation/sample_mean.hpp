#pragma once
/// \file
/// Means over samples with normal intervals.

#include <span>
#include <string>

#include "overall.hpp"

namespace varisk::evaluation {

/// Mean of one value per sample, two or more.
[[nodiscard]] Mean mean_of(std::span<const double> values);

/// The same over the population: strata apart under a prevalence. \param outcome  1: an event
[[nodiscard]] Mean mean_of(const Prepared& data, std::span<const std::uint8_t> outcome, std::span<const double> values);

/// A mean difference with its two-sided test against 0. \param absent  why there may be none: a value is not finite
[[nodiscard]] Metric difference_metric(std::string name, const Mean& mean, const Settings& settings,
                                       const std::string& absent);

}  // namespace varisk::evaluation
