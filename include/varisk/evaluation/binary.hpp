#pragma once
/// \file
/// Judging predictions of an outcome that is there or not.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "varisk/evaluation/curves.hpp"
#include "varisk/evaluation/metric.hpp"
#include "varisk/evaluation/settings.hpp"

namespace varisk::evaluation {

enum class PredictionScale : std::uint8_t {
  probability,       ///< from 0 to 1
  linear_predictor,  ///< logit of the probability
  score,             ///< larger means more likely; what needs a probability is not computed
};

/// One entry per sample in each span, two samples or more, none of them missing.
struct BinarySample {
  std::span<const std::uint8_t> outcome;  ///< 1: an event
  std::span<const double> prediction;     ///< finite
  PredictionScale scale = PredictionScale::probability;
};

struct ThresholdResult {
  double threshold = 0;
  std::uint64_t true_positives = 0;
  std::uint64_t false_positives = 0;
  std::uint64_t true_negatives = 0;
  std::uint64_t false_negatives = 0;
  /// sensitivity, specificity, ppv, npv, accuracy, balanced_accuracy, f1, net_benefit. With a prevalence ppv, npv,
  /// accuracy, f1 and net_benefit are those of the population.
  Metrics metrics;
};

struct BinaryResult {
  std::uint64_t count = 0;
  std::uint64_t events = 0;
  Metrics metrics;
  std::vector<ThresholdResult> thresholds;
  std::vector<Decile> deciles;  ///< empty with fewer than 10 samples
  std::vector<RocPoint> roc;
  CalibrationCurve calibration;
  std::vector<DecisionPoint> decision;  ///< at 0.01, 0.02, … 0.99 and at the thresholds
};

/// \throws UsageError for settings, UserError if the outcome has one class only, InternalError if the spans do not fit
///         each other or hold what they must not
[[nodiscard]] BinaryResult evaluate_binary(const BinarySample& sample, const Settings& settings);

/// Columns of numbers, one entry per sample in each, and an intercept besides.
struct Covariates {
  std::vector<std::string> names;
  std::vector<std::vector<double>> columns;
};

/// Area under the ROC curve alone; ties count one half. Nothing if there is one class only.
[[nodiscard]] std::optional<double> area_under_roc(const BinarySample& sample);

/// What the prediction says beyond covariates: covariate-adjusted AUC (Janes and Pepe 2009), AUC, Nagelkerke's R² and
/// likelihood ratio of logistic models with and without it, odds ratio per standard deviation.
[[nodiscard]] Metrics adjusted_metrics(const BinarySample& sample, const Covariates& covariates,
                                       const Settings& settings);

/// How samples move between the risk groups that the thresholds make.
struct Reclassification {
  std::size_t groups = 0;
  std::vector<std::uint64_t> events;     ///< row: group of the baseline, column: group of the model
  std::vector<std::uint64_t> nonevents;  ///< the same
};

struct DecisionDifference {
  double threshold = 0;
  double baseline = 0;    ///< net benefit of the baseline
  double difference = 0;  ///< model − baseline
  std::optional<Bounds> interval;
};

struct BinaryComparison {
  std::uint64_t count = 0;
  std::uint64_t events = 0;
  Metrics metrics;                                   ///< differences are model − baseline
  std::optional<Reclassification> reclassification;  ///< with thresholds
  std::vector<DecisionDifference> decision;
};

/// Two predictions of the same outcomes. \param baseline  one entry per sample
[[nodiscard]] BinaryComparison compare_binary(const BinarySample& model, std::span<const double> baseline,
                                              PredictionScale baseline_scale, const Settings& settings);

}  // namespace varisk::evaluation
