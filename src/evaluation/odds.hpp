#pragma once
/// \file
/// Odds ratios of a prediction.

#include "prepared.hpp"

namespace varisk::evaluation {

/// Of one standard deviation (over all samples, divisor n − 1) of eta, by logistic regression.
[[nodiscard]] Metric odds_ratio_per_sd(const Prepared& data, const Settings& settings);

/// Tenths by quantiles, against the fifth and sixth together, with Woolf's interval (1955); empty with fewer than ten
/// samples.
[[nodiscard]] std::vector<Decile> decile_odds(const Prepared& data, const Settings& settings);

}  // namespace varisk::evaluation
