#pragma once
/// \file
/// The path of a training, its folds, and which point of it becomes the model.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "train_design.hpp"
#include "train_samples.hpp"
#include "varisk/training/fold_paths.hpp"
#include "varisk/training/selection.hpp"

namespace varisk::pipeline {

/// How the folds judge one λ. As glmnet has it: means over the folds, weighted by their rows' weights, and the standard
/// error of that mean from the folds' spread (cv.glmnet 4.1, `cvm` and `cvsd`).
struct FoldMean {
  double mean = 0;
  double standard_error = 0;
};
struct CvPoint {
  double lambda = 0;
  FoldMean deviance;
  std::optional<FoldMean> auc;  ///< binomial, where each fold has both classes
};

/// What a fold says of its rows at the chosen λ.
struct HeldOut {
  std::vector<std::uint32_t> rows;              ///< ascending
  std::vector<std::uint32_t> fold;              ///< of each of them
  std::vector<double> predictors;               ///< row by row: of each predictor one, offset included
  std::vector<std::vector<double>> thresholds;  ///< of each fold; ordinal only
};

struct TrainFit {
  training::FoldPaths paths;
  std::size_t folds = 0;
  std::vector<CvPoint> cv;  ///< one for each λ that all folds have; empty: no folds
  std::optional<std::size_t> min_point;
  std::optional<std::size_t> one_se_point;
  std::size_t chosen = 0;                        ///< point of the path
  HeldOut held_out;                              ///< empty: no folds
  std::optional<training::Selection> selection;  ///< of the full fit
  std::vector<std::string> warnings;

  [[nodiscard]] const training::PathPoint& point() const { return paths.full.points[chosen]; }
};

/// What all fits of a training have in common.
struct FitContext {
  const TrainOptions& options;
  const TrainSamples& samples;
  const TrainDesign& design;
  const TrainGenotypes& genotypes;
  training::Outcome outcome;
  training::TrainingProblem problem;  ///< λ settings included
  std::optional<training::SelectionRules> selection;
  int threads = 1;
};

/// \throws UserError, UsageError
[[nodiscard]] FitContext make_context(const TrainOptions& options, const TrainSamples& samples,
                                      const TrainDesign& design, const TrainGenotypes& genotypes);

/// \param rows   of the fit, ascending
/// \param folds  of these rows; `count` 0: none
/// \throws UserError if there is no model at the λ that is wanted
[[nodiscard]] TrainFit fit_model(const FitContext& context, std::span<const std::uint32_t> rows,
                                 const cohort::Folds& folds, const training::ProgressCallback& progress);

/// Fits that never saw the rows that they predict: for each outer fold λ is chosen by folds within the others.
struct NestedResult {
  HeldOut held_out;
  std::vector<double> lambda;  ///< that each outer fold chose
};
[[nodiscard]] NestedResult fit_nested(const FitContext& context, std::span<const std::uint32_t> rows);

}  // namespace varisk::pipeline
