#pragma once
/// \file
/// The full fit and one fit for each fold, which share their passes over the genotypes.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "varisk/training/penalised_path.hpp"

namespace varisk::training {

/// What a fold says about the rows that it left out.
struct FoldPath {
  PenalisedPath path;  ///< at the λ sequence of the full fit; its coefficients only if `keep_coefficients`
  std::vector<std::uint32_t> held_out;  ///< rows of this fold, ascending
  /// For each point of the path: η of the held-out rows (held_out.size() × predictors, one predictor after the other),
  /// with offset; for ordinal without the thresholds, which are in the point.
  std::vector<std::vector<double>> predictors;
};

struct FoldPaths {
  PenalisedPath full;
  std::vector<FoldPath> folds;
};

struct FoldRequest {
  FitRows full;
  /// Fold of each row that the full fit has, from 0; others may hold anything.
  std::vector<std::uint32_t> fold;
  std::size_t folds = 0;
  /// Columns that the fit without fold k must not use; empty: as the full fit, else one list for each fold.
  std::vector<std::vector<std::uint32_t>> excluded;
  bool keep_coefficients = false;
};

/// K + 1 fits. Each has its own means and SDs, of its rows only. A fold whose path ends before the others says so in
/// its `outcome`; the others go on. The same bytes for any number of threads. Throws `UserError` as `penalised_path`
/// does, and for a fold without rows or whose other rows lack a class.
[[nodiscard]] FoldPaths fit_folds(const TrainingProblem& problem, const FoldRequest& request,
                                  const ProgressCallback& progress = {});

}  // namespace varisk::training
