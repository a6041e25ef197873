#pragma once
#include <functional>
#include <memory>
#include <vector>

#include "path_fit.hpp"

namespace varisk::training {

/// Several fits side by side along the λ sequence of the first.
class PathDriver {
 public:
  /// Called for each fit at each λ that it reached.
  using Take = std::function<void(std::size_t fit, const PathFit& state)>;

  PathDriver(const TrainingProblem& problem, const PackedKernels& kernels, const Threads& threads)
      : problem_(&problem), kernels_(&kernels), threads_(&threads) {}
  void add(const FitRows& rows) { fits_.push_back(std::make_unique<PathFit>(*problem_, rows, *kernels_, *threads_)); }
  void run(const Take& take, const ProgressCallback& progress);
  [[nodiscard]] PathFit& fit(std::size_t index) noexcept { return *fits_[index]; }

 private:
  [[nodiscard]] std::vector<std::size_t> live() const;
  std::vector<ScreenRequest> screen_all(std::span<const std::size_t> which);
  void fit_null();
  [[nodiscard]] std::vector<double> lambdas() const;
  void step(double lambda, bool loose);
  [[nodiscard]] bool ends_early(double previous_ratio) const;

  const TrainingProblem* problem_;
  const PackedKernels* kernels_;
  const Threads* threads_;
  std::vector<std::unique_ptr<PathFit>> fits_;
};

}  // namespace varisk::training
