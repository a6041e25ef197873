#pragma once
/// \file
/// Area under the ROC curve with its variance (DeLong, DeLong and Clarke-Pearson 1988), by midranks in O(n log n) (Sun
/// and Xu 2014).

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "prepared.hpp"

namespace varisk::evaluation {

/// Ties count one half.
[[nodiscard]] double area_under_roc(const GroupCounts& counts);

struct DelongArea {
  double value = 0;
  std::optional<double> variance;  ///< nothing where it is 0 or there are fewer than two events or non-events
};
[[nodiscard]] DelongArea delong(const GroupCounts& counts);

/// auc with DeLong's interval; where it is undefined, with the bounds that independent pairs give.
[[nodiscard]] Metric auc_metric(std::string name, const GroupCounts& counts, const Settings& settings);

/// Structural components of each sample: of an event the fraction of non-events below it, of a non-event the fraction
/// of events above it.
[[nodiscard]] std::vector<double> delong_components(const Prepared& data, std::span<const std::uint8_t> outcome);

/// Variance of the area that the components in one vector (or the difference of two) belong to.
[[nodiscard]] double delong_variance(std::span<const double> components, std::span<const std::uint8_t> outcome);

}  // namespace varisk::evaluation
