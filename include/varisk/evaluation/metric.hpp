#pragma once
/// \file
/// One value that judges predictions, with its uncertainty and where that comes from.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace varisk::evaluation {

struct Bounds {
  double low = 0;
  double high = 0;
};

/// What cannot be computed is not there, and `note` says why. Names and definitions: docs/evaluation.md.
struct Metric {
  std::string name;
  std::optional<double> value;
  std::optional<double> standard_error;
  std::optional<Bounds> interval;  ///< at the confidence of the settings
  std::optional<double> p_value;   ///< two-sided, or of a chi-squared test
  std::string method;              ///< of the interval or the test; empty if there is none
  std::string note;                ///< why a value or an interval is not there, or what it refers to; often empty
};

using Metrics = std::vector<Metric>;

/// The metric with this name, or nullptr.
[[nodiscard]] const Metric* find_metric(const Metrics& metrics, std::string_view name) noexcept;

}  // namespace varisk::evaluation
