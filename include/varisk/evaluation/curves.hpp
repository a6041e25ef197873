#pragma once
/// \file
/// Curves behind the metrics, for tables and plots.

#include <cstdint>
#include <optional>
#include <vector>

#include "varisk/evaluation/metric.hpp"

namespace varisk::evaluation {

/// Positive is a prediction ≥ threshold. The first point has no threshold: nobody is positive.
struct RocPoint {
  std::optional<double> threshold;
  double false_positive_rate = 0;
  double true_positive_rate = 0;
  std::optional<double> precision;  ///< nothing while nobody is positive
};

/// Samples whose predictions lie together; ties are never split.
struct CalibrationBin {
  double low = 0;  ///< smallest and largest prediction
  double high = 0;
  std::uint64_t count = 0;
  std::uint64_t events = 0;  ///< of a continuous outcome 0
  double predicted = 0;      ///< mean
  double observed = 0;       ///< fraction of events, or mean of a continuous outcome
  std::optional<Bounds> observed_interval;
};

/// Local linear regression of the outcome on the prediction.
struct SmoothPoint {
  double predicted = 0;
  double observed = 0;
  std::optional<Bounds> interval;  ///< pointwise
};

struct CalibrationCurve {
  std::vector<CalibrationBin> bins;
  std::vector<SmoothPoint> smooth;
};

/// Net benefit at one threshold probability (Vickers and Elkin 2006).
struct DecisionPoint {
  double threshold = 0;
  double model = 0;
  std::optional<Bounds> interval;
  double all = 0;  ///< of treating everybody; of treating nobody it is 0
};

/// Odds of an event in one tenth of the predictions against those in the middle fifth (the fifth and sixth tenth).
struct Decile {
  int number = 1;
  std::uint64_t count = 0;
  std::uint64_t events = 0;
  double low = 0;
  double high = 0;
  Metric odds_ratio;
};

}  // namespace varisk::evaluation
