#pragma once
/// \file
/// What a model says about one sample (formulas: docs/formats.md, "Model file").
///
/// In all functions `columns` holds one column per feature of the model, in its order, and `sample` is the index of one
/// sample in them; anything else is an InternalError.

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "varisk/models/feature_column.hpp"
#include "varisk/models/model.hpp"

namespace varisk::models {

/// A sample that lacks a feature has flags and no result.
struct Prediction {
  std::optional<double> linear_predictor;  ///< log odds, after prevalence shift and calibration
  std::optional<double> probability;       ///< of the second class
  std::optional<double> standard_error;    ///< of the linear predictor; only with a covariance in the model
  std::optional<std::string> band;
  double observed_fraction = 1;  ///< features that were observed, of all
  /// Sorted, each once: `imputed:F`, `missing:F`, `not_positive:F` (logarithm of F ≤ 0), `not_finite` (overflow),
  /// `negative_variance` (the model's covariance is none; no standard error).
  std::vector<std::string> flags;
};

[[nodiscard]] Prediction predict(const Model& model, std::span<const FeatureColumn> columns, std::size_t sample);

/// The linear predictor at the terms' reference values.
[[nodiscard]] double baseline(const Model& model);

struct Contribution {
  std::string term;
  double value = 0;         ///< product of the term's factors
  double reference = 0;     ///< the same in the reference person
  double contribution = 0;  ///< coefficient × (value − reference), × the slope of the calibration
};

/// One contribution per term, the largest absolute value first, then by name; they add up to linear predictor −
/// baseline. Empty if `predict` has no result.
[[nodiscard]] std::vector<Contribution> explain(const Model& model, std::span<const FeatureColumn> columns,
                                                std::size_t sample);

/// 1 / (1 + exp(−x)) without overflow.
[[nodiscard]] double logistic(double x) noexcept;

/// ln(p / (1 − p)), for p inside (0, 1).
[[nodiscard]] double logit(double p) noexcept;

}  // namespace varisk::models
