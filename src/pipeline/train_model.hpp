#pragma once
/// \file
/// The model of a training and what it predicts.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "train_fit.hpp"
#include "varisk/models/model.hpp"

namespace varisk::pipeline {

/// Predictions of rows that the fit behind them has not seen.
struct PartPredictions {
  std::string name;                      ///< `cross_validation`, `nested`, `validation` or `test`
  std::vector<std::uint32_t> rows;       ///< ascending
  std::vector<std::uint32_t> fold;       ///< of each row, from 0; empty: no folds
  std::vector<double> linear_predictor;  ///< row by row, of each predictor
  std::vector<double> probability;       ///< row by row, of each class; gaussian: empty
};

struct TrainedModel {
  models::Model model;
  /// Of the rows without any coefficient's value none is here.
  std::vector<PartPredictions> parts;
  std::optional<PartPredictions> uncalibrated;  ///< of the folds, if the model is calibrated on them
  std::vector<std::string> warnings;
};

/// The model at the chosen point. It is what `varisk score` will read: the predictors of the parts come from it.
/// \param usable  rows with all values, ascending
/// \throws InternalError if it disagrees with the solver
[[nodiscard]] TrainedModel make_model(const FitContext& context, const TrainFit& fit,
                                      const std::optional<NestedResult>& nested, std::span<const std::uint32_t> usable);

}  // namespace varisk::pipeline
