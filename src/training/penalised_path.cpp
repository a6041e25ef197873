#include "varisk/training/penalised_path.hpp"

#include "path_checks.hpp"
#include "path_driver.hpp"

namespace varisk::training {

PenalisedPath penalised_path(const TrainingProblem& problem, const FitRows& fit, const ProgressCallback& progress) {
  check_problem(problem);
  check_fit(problem, fit, {});
  const Threads threads(problem.solver.threads);
  PathDriver driver(problem, packed_kernels(problem.solver.simd), threads);
  driver.add(fit);
  std::vector<PathPoint> points;
  driver.run([&](std::size_t, const PathFit& state) { points.push_back(state.point()); }, progress);
  PenalisedPath path = driver.fit(0).take_summary();
  path.points = std::move(points);
  return path;
}

}  // namespace varisk::training
