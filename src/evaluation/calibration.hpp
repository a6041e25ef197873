#pragma once
/// \file
/// Whether probabilities are as large as they should be.

#include <optional>
#include <vector>

#include "logistic.hpp"
#include "prepared.hpp"
#include "smooth.hpp"

namespace varisk::evaluation {

/// Logistic regression of the outcome on eta (Cox 1958); all eta must be finite. \param slope  false: with slope 1,
/// that is, eta as offset
[[nodiscard]] LogisticFit recalibrate(const Prepared& data, const GroupCounts& counts, bool slope,
                                      bool weighted = false);

/// Intercept, slope, calibration in the large, likelihood ratio test, observed / expected, Spiegelhalter's z.
[[nodiscard]] Metrics calibration_metrics(const Prepared& data, const Settings& settings);

[[nodiscard]] CalibrationCurve calibration_curve(const Prepared& data, const Settings& settings);

/// Mean absolute difference of observed and predicted over quantile bins.
[[nodiscard]] double expected_calibration_error(const Prepared& data, const GroupCounts& counts, std::size_t bins);

/// Mean absolute difference of the smooth curve and the prediction (Austin and Steyerberg 2019).
[[nodiscard]] double integrated_calibration_index(const Prepared& data, const GroupCounts& counts);

}  // namespace varisk::evaluation
