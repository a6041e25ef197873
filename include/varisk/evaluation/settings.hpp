#pragma once
/// \file
/// How predictions are judged.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace varisk::evaluation {

/// Calls `action(i)` for all i below `count`, in any order and on any thread; results do not depend on either.
using ForEach = std::function<void(std::size_t count, const std::function<void(std::size_t)>& action)>;

/// Of sensitivity, specificity, …: Wilson's score interval (1927) or the exact one of Clopper and Pearson (1934).
enum class ProportionInterval : std::uint8_t { wilson, clopper_pearson };

struct Settings {
  double confidence = 0.95;          ///< of all intervals
  std::size_t bootstrap = 1000;      ///< replicates; 0: no intervals where no closed form holds
  std::uint64_t seed = 1;            ///< of the bootstrap
  std::vector<double> thresholds;    ///< ascending, inside (0, 1); positive is p ≥ threshold
  std::optional<double> prevalence;  ///< of the population, if cases were sampled more or less often than others
  std::size_t bins = 10;             ///< of calibration, by quantiles of the predictions
  std::optional<double> clip;        ///< probabilities below it and above 1 − it are moved there; off by default
  std::size_t roc_points = 1000;     ///< at most so many; the steepest corners may be left out beyond that
  ProportionInterval proportions = ProportionInterval::wilson;
  ForEach for_each;  ///< runs bootstrap replicates; empty: one after the other

  /// \throws UsageError for values out of range
  void validate() const;
};

}  // namespace varisk::evaluation
