#include "varisk/evaluation/binary.hpp"

#include <fmt/format.h>

#include <utility>

#include "auc.hpp"
#include "bootstrap.hpp"
#include "calibration.hpp"
#include "distributions.hpp"
#include "odds.hpp"
#include "overall.hpp"
#include "precision.hpp"
#include "prepared.hpp"
#include "threshold.hpp"
#include "varisk/core/error.hpp"

namespace varisk::evaluation {
namespace {

/// What has no closed interval: computed from the data and from each replicate.
struct Resampled {
  std::string name;
  std::function<std::optional<double>(const GroupCounts&)> compute;
  std::string absent;  ///< why there may be no value
};

std::vector<Resampled> of_ranks(const Prepared& data) {
  return {{"average_precision", [&](const GroupCounts& c) { return average_precision(data, c); }, {}},
          {"pr_auc", [&](const GroupCounts& c) { return interpolated_precision(data, c); }, {}}};
}

std::vector<Resampled> of_probabilities(const Prepared& data, const Settings& settings) {
  return {
      {"brier_scaled", [&](const GroupCounts& c) { return scaled_brier_score(data, c); }, {}},
      {"ece", [&](const GroupCounts& c) { return expected_calibration_error(data, c, settings.bins); }, {}},
      {"ici", [&](const GroupCounts& c) { return integrated_calibration_index(data, c); }, {}},
  };
}

std::vector<Resampled> of_eta(const Prepared& data) {
  return {{"r2_liability", [&](const GroupCounts& c) { return liability_r2(data, c, data.prevalence); },
           "all predictions are equal"}};
}

void append(std::vector<Resampled>& list, std::vector<Resampled> more) {
  for (Resampled& one : more) list.push_back(std::move(one));
}

void add_resampled(const Prepared& data, const Settings& settings, Metrics& metrics) {
  std::vector<Resampled> list = of_ranks(data);
  if (data.has_probability()) append(list, of_probabilities(data, settings));
  if (settings.prevalence && data.infinite == 0) append(list, of_eta(data));
  // What has no value in the data is not resampled.
  std::vector<std::optional<double>> values;
  std::vector<const Resampled*> defined;
  for (const Resampled& one : list) {
    values.push_back(one.compute(data.counts));
    if (values.back()) defined.push_back(&one);
  }
  const auto intervals = bootstrap_groups(data, settings, defined.size(), [&](const GroupCounts& counts) {
    Statistics statistics;
    for (const Resampled* one : defined) statistics.push_back(one->compute(counts));
    return statistics;
  });
  std::size_t next = 0;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const auto interval = values[i] ? intervals[next++] : std::nullopt;
    metrics.push_back(bootstrap_metric(list[i].name, values[i], interval, settings, "outcome", list[i].absent));
  }
  if (!settings.prevalence) metrics.push_back(absent_metric("r2_liability", "needs the prevalence"));
  if (settings.prevalence && data.infinite > 0) metrics.push_back(absent_metric("r2_liability", data.no_logit()));
}

}  // namespace

BinaryResult evaluate_binary(const BinarySample& sample, const Settings& settings) {
  settings.validate();
  if (sample.scale == PredictionScale::score && !settings.thresholds.empty())
    throw UsageError("thresholds are given, but the predictions are no probabilities");
  const Prepared data = prepare(sample, settings);
  BinaryResult result;
  result.count = data.count;
  result.events = data.events;
  result.metrics.push_back(auc_metric("auc", data.counts, settings));
  if (data.has_probability()) {
    result.metrics.push_back(brier_metric(data, settings));
    result.metrics.push_back(log_loss_metric(data, settings));
    for (Metric& metric : calibration_metrics(data, settings)) result.metrics.push_back(std::move(metric));
    result.metrics.push_back(discrimination_slope(data, settings));
    result.metrics.push_back(nagelkerke_as_given(data, settings));
    result.calibration = calibration_curve(data, settings);
    const ThresholdTable table(data);
    for (const double threshold : settings.thresholds)
      result.thresholds.push_back(threshold_result(data, threshold, table.at(threshold), settings));
    result.decision = decision_curve(data, table, settings);
  }
  result.metrics.push_back(nagelkerke_refitted(data, settings));
  result.metrics.push_back(odds_ratio_per_sd(data, settings));
  add_resampled(data, settings, result.metrics);
  result.deciles = decile_odds(data, settings);
  result.roc = roc_curve(data, settings.roc_points);
  return result;
}

std::optional<double> area_under_roc(const BinarySample& sample) {
  const auto events = std::count(sample.outcome.begin(), sample.outcome.end(), std::uint8_t{1});
  if (events == 0 || events == static_cast<std::ptrdiff_t>(sample.outcome.size())) return std::nullopt;
  return area_under_roc(prepare(sample, {}).counts);
}

}  // namespace varisk::evaluation
