#pragma once
/// \file
/// Judging predictions of a continuous outcome.

#include <cstdint>
#include <span>

#include "varisk/evaluation/binary.hpp"
#include "varisk/evaluation/curves.hpp"
#include "varisk/evaluation/metric.hpp"
#include "varisk/evaluation/settings.hpp"

namespace varisk::evaluation {

/// One entry per sample in each span, finite, three samples or more.
struct GaussianSample {
  std::span<const double> outcome;
  std::span<const double> prediction;
};

struct GaussianResult {
  std::uint64_t count = 0;
  Metrics metrics;
  CalibrationCurve calibration;
};

/// \throws UserError if all outcomes are equal, else as evaluate_binary
[[nodiscard]] GaussianResult evaluate_gaussian(const GaussianSample& sample, const Settings& settings);

/// R² of linear regressions with the covariates, and with the prediction besides.
[[nodiscard]] Metrics adjusted_metrics(const GaussianSample& sample, const Covariates& covariates,
                                       const Settings& settings);

/// Differences model − baseline of R² and mean squared error.
[[nodiscard]] Metrics compare_gaussian(const GaussianSample& model, std::span<const double> baseline,
                                       const Settings& settings);

}  // namespace varisk::evaluation
