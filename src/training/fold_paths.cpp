#include "varisk/training/fold_paths.hpp"

#include <string>

#include "path_checks.hpp"
#include "path_driver.hpp"
#include "varisk/core/error.hpp"

namespace varisk::training {
namespace {

/// The rows of the full fit without those of one fold.
FitRows rows_without(const FoldRequest& request, std::size_t fold) {
  FitRows rows = request.full;
  for (std::size_t i = 0; i < rows.weights.size(); ++i) {
    if (request.fold[i] == fold) rows.weights[i] = 0;
  }
  if (!request.excluded.empty()) rows.excluded = request.excluded[fold];
  return rows;
}

/// predictors += offset
void add_offset(const TrainingProblem& problem, std::span<const std::uint32_t> rows, std::vector<double>& predictors) {
  if (problem.offset.empty()) return;
  for (std::size_t c = 0; c < problem.outcome->predictors(); ++c) {
    for (std::size_t k = 0; k < rows.size(); ++k) {
      predictors[c * rows.size() + k] += problem.offset[c * problem.design->rows() + rows[k]];
    }
  }
}

std::vector<std::uint32_t> rows_of(const FoldRequest& request, std::size_t fold) {
  std::vector<std::uint32_t> rows;
  for (std::size_t i = 0; i < request.full.weights.size(); ++i) {
    if (request.full.weights[i] > 0 && request.fold[i] == fold) rows.push_back(static_cast<std::uint32_t>(i));
  }
  return rows;
}

void check_folds(const FoldRequest& request) {
  if (request.fold.size() != request.full.weights.size() ||
      (!request.excluded.empty() && request.excluded.size() != request.folds)) {
    throw InternalError("folds do not fit the rows");
  }
  for (std::size_t i = 0; i < request.fold.size(); ++i) {
    if (request.full.weights[i] > 0 && request.fold[i] >= request.folds) {
      throw InternalError("a row of fold " + std::to_string(request.fold[i]) + " of " + std::to_string(request.folds));
    }
  }
}

}  // namespace

FoldPaths fit_folds(const TrainingProblem& problem, const FoldRequest& request, const ProgressCallback& progress) {
  check_problem(problem);
  check_folds(request);
  check_fit(problem, request.full, {});
  const Threads threads(problem.solver.threads);
  PathDriver driver(problem, packed_kernels(problem.solver.simd), threads);
  driver.add(request.full);
  FoldPaths paths;
  paths.folds.resize(request.folds);
  for (std::size_t k = 0; k < request.folds; ++k) {
    const std::string name = "fold " + std::to_string(k);
    paths.folds[k].held_out = rows_of(request, k);
    if (paths.folds[k].held_out.empty()) throw UserError("no rows", name, "give each fold rows, or fewer folds");
    const FitRows rows = rows_without(request, k);
    check_fit(problem, rows, "without " + name);
    driver.add(rows);
  }
  std::vector<std::vector<PathPoint>> points(request.folds + 1);
  const auto take = [&](std::size_t f, const PathFit& state) {
    points[f].push_back(state.point());
    if (f == 0) return;
    FoldPath& fold = paths.folds[f - 1];
    if (!request.keep_coefficients) {
      points[f].back().columns = {};
      points[f].back().coefficients = {};
    }
    fold.predictors.push_back(state.predictors_of(fold.held_out));
    add_offset(problem, fold.held_out, fold.predictors.back());
  };
  driver.run(take, progress);
  paths.full = driver.fit(0).take_summary();
  paths.full.points = std::move(points[0]);
  for (std::size_t k = 0; k < request.folds; ++k) {
    paths.folds[k].path = driver.fit(k + 1).take_summary();
    paths.folds[k].path.points = std::move(points[k + 1]);
  }
  return paths;
}

}  // namespace varisk::training
