#pragma once
/// \file
/// What follows from calling everybody positive whose probability reaches a threshold.

#include "prepared.hpp"

namespace varisk::evaluation {

struct Confusion {
  std::uint64_t true_positives = 0;
  std::uint64_t false_positives = 0;
  std::uint64_t true_negatives = 0;
  std::uint64_t false_negatives = 0;
};

/// Looks thresholds up in the sorted predictions.
class ThresholdTable {
 public:
  explicit ThresholdTable(const Prepared& data);
  [[nodiscard]] Confusion at(double threshold) const;

 private:
  const Prepared* data_;
  std::vector<std::uint64_t> events_from_;  ///< events in this group or above
  std::vector<std::uint64_t> nonevents_from_;
};

[[nodiscard]] ThresholdResult threshold_result(const Prepared& data, double threshold, const Confusion& confusion,
                                               const Settings& settings);

[[nodiscard]] std::vector<DecisionPoint> decision_curve(const Prepared& data, const ThresholdTable& table,
                                                        const Settings& settings);

/// 0.01, 0.02, … 0.99 and the thresholds of the settings, ascending.
[[nodiscard]] std::vector<double> decision_thresholds(const Settings& settings);

[[nodiscard]] std::vector<RocPoint> roc_curve(const Prepared& data, std::size_t most);

}  // namespace varisk::evaluation
