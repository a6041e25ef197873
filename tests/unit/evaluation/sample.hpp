#pragma once
/// \file
/// Small samples for the tests of metrics.

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "varisk/evaluation/binary.hpp"

namespace varisk::evaluation::test {

struct Sample {
  std::vector<std::uint8_t> outcome;
  std::vector<double> prediction;
  PredictionScale scale = PredictionScale::probability;
  [[nodiscard]] BinarySample view() const { return {outcome, prediction, scale}; }
};

/// Ten people, two of them with equal predictions.
inline Sample ten() { return {{0, 0, 1, 0, 0, 1, 0, 1, 1, 1}, {0.05, 0.1, 0.15, 0.2, 0.3, 0.3, 0.55, 0.6, 0.8, 0.9}}; }

inline Settings without_bootstrap() {
  Settings settings;
  settings.bootstrap = 0;
  return settings;
}

inline const Metric& metric(const Metrics& metrics, std::string_view name) {
  static const Metric none{"(none)", {}, {}, {}, {}, {}, {}};
  const Metric* found = find_metric(metrics, name);
  return found != nullptr ? *found : none;
}

/// NaN if the metric has no value.
inline double value(const Metrics& metrics, std::string_view name) {
  return metric(metrics, name).value.value_or(__builtin_nan(""));
}

}  // namespace varisk::evaluation::test
