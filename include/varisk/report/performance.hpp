#pragma once
/// \file
/// How well predictions do, as the pages show it. Rates and probabilities are fractions, intervals those that the
/// method names. Whatever is missing or empty is left out of the page.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "varisk/report/page.hpp"

namespace varisk::report {

/// Of the outcome; what is shown depends on it.
enum class OutcomeKind : std::uint8_t { binomial, multinomial, ordinal, gaussian };

/// One measure.
struct MetricRow {
  std::string name;
  std::string class_name;  ///< of measures of one class; else empty
  Estimate estimate;
  NumberFormat format;
  std::string method;  ///< of the interval, such as `DeLong` or `bootstrap, 2000`
  std::string note;    ///< such as why there is no interval
};

struct RocPoint {
  double false_positive_rate = 0;
  double true_positive_rate = 0;
  std::optional<double> threshold;
  std::optional<double> low;  ///< band of the true positive rate
  std::optional<double> high;
};
struct RocCurve {
  std::string name;              ///< of the model, the class or the part of the data
  std::vector<RocPoint> points;  ///< from (0, 0) to (1, 1)
  Estimate auc;
};

struct CalibrationPoint {
  double mean_prediction = 0;
  Estimate observed;
  std::optional<std::int64_t> samples;
};
struct HistogramBin {
  double from = 0;
  double to = 0;
  std::int64_t count = 0;
};
/// Of the predictions of one group, such as the cases.
struct Histogram {
  std::string name;
  std::vector<HistogramBin> bins;
};
struct CalibrationCurve {
  std::string name;
  std::vector<CalibrationPoint> points;  ///< groups of samples with similar predictions
  std::vector<CalibrationPoint> smooth;  ///< a smooth curve, with its band where observed has an interval
  Estimate intercept;                    ///< calibration in the large
  Estimate slope;
  std::optional<double> expected_calibration_error;
  std::vector<Histogram> predictions;
};

struct DecisionPoint {
  double threshold = 0;
  Estimate net_benefit;
};
struct DecisionCurve {
  std::string name;
  std::vector<DecisionPoint> points;
};
struct DecisionCurves {
  std::vector<DecisionCurve> models;
  std::vector<DecisionPoint> treat_all;
  std::optional<double> prevalence;  ///< that the net benefit stands for
  std::string note;                  ///< such as where the prevalence is from
};

/// One line of the table of subgroups, with one estimate for each measure of SubgroupTable.
struct SubgroupRow {
  std::string variable;
  std::string level;
  std::int64_t samples = 0;
  std::optional<std::int64_t> cases;
  std::vector<Estimate> estimates;
  std::string note;  ///< such as `too few cases`
};
struct SubgroupMeasure {
  std::string name;
  NumberFormat format;
  std::optional<double> reference;  ///< a line in the forest plot: 1 for a calibration slope
};
struct SubgroupTable {
  std::vector<SubgroupMeasure> measures;  ///< each has a forest plot
  std::vector<Estimate> overall;          ///< one for each measure, or none
  std::vector<SubgroupRow> rows;
};

/// \invariant counts: one row of each observed class, one number of each predicted class
struct ConfusionMatrix {
  std::string title;  ///< such as `Threshold 0.2`
  std::vector<std::string> classes;
  std::vector<std::vector<std::int64_t>> counts;
};

/// Measures at one threshold.
struct ThresholdRow {
  double threshold = 0;
  Estimate sensitivity;
  Estimate specificity;
  Estimate positive_predictive_value;
  Estimate negative_predictive_value;
  Estimate accuracy;
  Estimate f1;
  std::optional<std::int64_t> flagged;  ///< samples at or above the threshold
};

/// Observed against predicted, of a continuous outcome.
struct FitPoint {
  double predicted = 0;
  double observed = 0;
};

struct QuantileRow {
  std::string name;  ///< such as `decile 10`
  std::int64_t samples = 0;
  std::optional<std::int64_t> cases;
  Estimate odds_ratio;
};

/// Everything about the predictions of one model on one part of the data.
struct Performance {
  OutcomeKind outcome = OutcomeKind::binomial;
  std::string data;  ///< what was predicted: `10-fold cross-validation of the training part`, `test part`
  std::optional<std::int64_t> samples;
  std::optional<std::int64_t> cases;
  std::vector<MetricRow> metrics;
  std::vector<MetricRow> headline;  ///< the few that stand first; may be empty
  std::vector<MetricRow> adjusted;  ///< what predictions say beyond covariates
  std::string adjusted_for;         ///< names of these covariates
  std::vector<RocCurve> roc;
  std::vector<RocCurve> precision_recall;  ///< x: recall (as false_positive_rate), y: precision
  std::vector<CalibrationCurve> calibration;
  DecisionCurves decision;
  std::vector<ThresholdRow> thresholds;
  std::vector<ConfusionMatrix> confusion;
  std::vector<QuantileRow> quantiles;
  SubgroupTable subgroups;
  std::vector<FitPoint> fit;
};

}  // namespace varisk::report
