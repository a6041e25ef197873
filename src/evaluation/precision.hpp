#pragma once
/// \file
/// Areas under the precision-recall curve.

#include <optional>

#include "prepared.hpp"

namespace varisk::evaluation {

/// Σ (recall step) × precision, over the distinct predictions from above.
[[nodiscard]] double average_precision(const Prepared& data, const GroupCounts& counts);

/// Area with the interpolation of Davis and Goadrich (2006) between neighbouring points, integrated exactly (Boyd, Eng
/// and Page 2013).
[[nodiscard]] double interpolated_precision(const Prepared& data, const GroupCounts& counts);

}  // namespace varisk::evaluation
