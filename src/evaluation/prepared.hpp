#pragma once
/// \file
/// The samples of one binary evaluation, put in order once.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "varisk/evaluation/binary.hpp"

namespace varisk::evaluation {

/// Samples of equal predictions are one group; groups ascend by prediction. How many events and non-events each has may
/// be those of the data or of a bootstrap replicate.
struct GroupCounts {
  std::vector<std::uint32_t> events;
  std::vector<std::uint32_t> nonevents;
};

/// Weights make the sample look like the population: 1 without a prevalence; with it π/(events/n) and
/// (1 − π)/(nonevents/n), so that they add up to n.
struct ClassWeights {
  double event = 1;
  double nonevent = 1;
};

struct Prepared {
  std::uint64_t count = 0;
  std::uint64_t events = 0;
  std::uint64_t nonevents = 0;
  ClassWeights weights;
  double prevalence = 0;            ///< of the population if the settings have one, else of the sample
  std::vector<double> value;        ///< of each group, on the scale given
  std::vector<double> probability;  ///< empty on the scale `score`
  std::vector<double> eta;          ///< logit of the probability, infinite at 0 and 1; or the score
  std::vector<double> log_p;        ///< ln p and ln(1 − p), −∞ at 0 and 1; empty on the scale `score`
  std::vector<double> log_q;
  GroupCounts counts;
  std::vector<std::uint32_t> group_of;  ///< of each sample
  std::uint64_t infinite = 0;           ///< samples with an infinite eta
  std::uint64_t clipped = 0;            ///< samples that the settings moved away from 0 or 1

  [[nodiscard]] bool has_probability() const noexcept { return !probability.empty(); }
  [[nodiscard]] std::size_t groups() const noexcept { return value.size(); }
  /// Why there is no logit; empty if there is.
  [[nodiscard]] std::string no_logit() const;
};

/// \throws UserError if there is one class only, InternalError if the spans are wrong
[[nodiscard]] Prepared prepare(const BinarySample& sample, const Settings& settings);

/// Weighted number of samples of a group.
[[nodiscard]] inline double weight_of(const Prepared& data, const GroupCounts& counts, std::size_t group) {
  return data.weights.event * counts.events[group] + data.weights.nonevent * counts.nonevents[group];
}

/// Number of the quantile bin of each group: ⌊bins · (midrank − ½) / n⌋, so that ties stay together.
[[nodiscard]] std::vector<std::uint32_t> quantile_bins(const GroupCounts& counts, std::size_t bins);

}  // namespace varisk::evaluation
