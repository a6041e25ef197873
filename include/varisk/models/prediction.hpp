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
  std::vector<double> linear_predictors;  ///< one (of multinomial models one of each class); empty: no result
  std::vector<double> probabilities;      ///< of each class; empty: no result, or the family has no classes
  std::optional<double> standard_error;   ///< of the linear predictor; only with a covariance in the model
  std::optional<std::string> band;
  double observed_fraction = 1;  ///< features that were observed, of all
  /// Sorted, each once: `imputed:F`, `assumed:F`, `winsorised:F`, `missing:F`, `not_positive:F` (logarithm of F ≤ 0),
  /// `not_finite` (overflow), `negative_variance` (the model's covariance is none; no standard error).
  std::vector<std::string> flags;
};

[[nodiscard]] Prediction predict(const Model& model, std::span<const FeatureColumn> columns, std::size_t sample);

/// A linear predictor at the terms' reference values. Of multinomial models `predictor` is the index of the class, of
/// others it is 0.
[[nodiscard]] double baseline(const Model& model, std::size_t predictor = 0);

struct Contribution {
  std::string term;
  double value = 0;         ///< product of the term's factors
  double reference = 0;     ///< the same in the reference person
  double contribution = 0;  ///< coefficient × (value − reference), × the slope of the calibration
};

/// One contribution per term, the largest absolute value first, then by name; they add up to linear predictor −
/// baseline. Empty if `predict` has no result.
[[nodiscard]] std::vector<Contribution> explain(const Model& model, std::span<const FeatureColumn> columns,
                                                std::size_t sample, std::size_t predictor = 0);

/// 1 / (1 + exp(−x)) without overflow.
[[nodiscard]] double logistic(double x) noexcept;

/// ln(p / (1 − p)), for p inside (0, 1).
[[nodiscard]] double logit(double p) noexcept;

/// exp(x_k) / Σ_j exp(x_j) without overflow, of finite numbers.
[[nodiscard]] std::vector<double> softmax(std::span<const double> x);

/// Of each class, with F the logistic function: P(Y ≤ k) = F(θ_k − η), so P(Y = k) = F(θ_k − η) − F(θ_{k−1} − η), taken
/// as F(θ_k − η) F(η − θ_{k−1}) (1 − exp(θ_{k−1} − θ_k)), which loses nothing where both are near 0 or 1. \param
/// thresholds  ascending
[[nodiscard]] std::vector<double> cumulative_logit(std::span<const double> thresholds, double linear_predictor);

}  // namespace varisk::models
