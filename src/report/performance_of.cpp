#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "metric_words.hpp"
#include "varisk/core/error.hpp"
#include "varisk/report/evaluation_view.hpp"

namespace varisk::report {
namespace {

using evaluation::BinaryResult;
using evaluation::Bounds;
using evaluation::find_metric;
using evaluation::GaussianResult;
using evaluation::Metric;
using evaluation::Metrics;
using evaluation::MulticlassResult;

constexpr std::size_t histogram_bins = 40;

Estimate estimate(std::optional<double> value, const std::optional<Bounds>& interval) {
  if (!interval) return {value, {}, {}};
  return {value, interval->low, interval->high};
}

Estimate estimate(const Metrics& metrics, std::string_view name) {
  const Metric* metric = find_metric(metrics, name);
  return metric == nullptr ? Estimate() : estimate(metric->value, metric->interval);
}

std::vector<MetricRow> headline_of(const Metrics& metrics, std::initializer_list<std::string_view> names) {
  std::vector<MetricRow> rows;
  for (const std::string_view name : names) {
    const Metric* metric = find_metric(metrics, name);
    if (metric != nullptr && metric->value) rows.push_back(metric_row(*metric));
  }
  return rows;
}

RocCurve roc_of(const BinaryResult& result, const std::string& name) {
  RocCurve curve{name, {}, estimate(result.metrics, "auc")};
  for (const auto& point : result.roc) {
    curve.points.push_back({point.false_positive_rate, point.true_positive_rate, point.threshold, {}, {}});
  }
  return curve;
}

RocCurve precision_recall_of(const BinaryResult& result, const std::string& name) {
  RocCurve curve{name, {}, estimate(result.metrics, "pr_auc")};
  for (const auto& point : result.roc) {
    if (point.precision) curve.points.push_back({point.true_positive_rate, *point.precision, point.threshold, {}, {}});
  }
  return curve;
}

CalibrationCurve calibration_of(const evaluation::CalibrationCurve& given, const Metrics& metrics,
                                const std::string& name) {
  CalibrationCurve curve;
  curve.name = name;
  for (const auto& bin : given.bins) {
    curve.points.push_back(
        {bin.predicted, estimate(bin.observed, bin.observed_interval), static_cast<std::int64_t>(bin.count)});
  }
  for (const auto& point : given.smooth) {
    curve.smooth.push_back({point.predicted, estimate(point.observed, point.interval), {}});
  }
  curve.intercept = estimate(metrics, "citl");
  curve.slope = estimate(metrics, "calibration_slope");
  curve.expected_calibration_error = estimate(metrics, "ece").value;
  return curve;
}

void add_decision(Performance& performance, const BinaryResult& result, const std::string& model) {
  if (result.decision.empty()) return;
  DecisionCurve curve{model, {}};
  for (const auto& point : result.decision) {
    curve.points.push_back({point.threshold, estimate(point.model, point.interval)});
    performance.decision.treat_all.push_back({point.threshold, {point.all, {}, {}}});
  }
  performance.decision.models.push_back(std::move(curve));
}

void add_thresholds(Performance& performance, const BinaryResult& result, const std::string& event) {
  const auto count = [](std::uint64_t number) { return static_cast<std::int64_t>(number); };
  for (const auto& one : result.thresholds) {
    const auto of = [&one](const char* name) { return estimate(one.metrics, name); };
    performance.thresholds.push_back({one.threshold, of("sensitivity"), of("specificity"), of("ppv"), of("npv"),
                                      of("accuracy"), of("f1"), count(one.true_positives + one.false_positives)});
    performance.confusion.push_back({fmt::format("Threshold {:g}", one.threshold),
                                     {"not " + event, event},
                                     {{count(one.true_negatives), count(one.false_positives)},
                                      {count(one.false_negatives), count(one.true_positives)}}});
  }
}

void add_deciles(Performance& performance, const BinaryResult& result) {
  for (const auto& decile : result.deciles) {
    performance.quantiles.push_back({fmt::format("tenth {}", decile.number), static_cast<std::int64_t>(decile.count),
                                     static_cast<std::int64_t>(decile.events),
                                     estimate(decile.odds_ratio.value, decile.odds_ratio.interval)});
  }
}

ConfusionMatrix confusion_of(const MulticlassResult& result) {
  ConfusionMatrix matrix;
  const std::size_t classes = result.classes.size();
  for (std::size_t row = 0; row < classes; ++row) {
    matrix.classes.push_back(result.classes[row].name);
    auto& counts = matrix.counts.emplace_back();
    for (std::size_t column = 0; column < classes; ++column) {
      counts.push_back(static_cast<std::int64_t>(result.confusion.at(row * classes + column)));
    }
  }
  return matrix;
}

const Metrics* metrics_of(const EvaluatedGroup& group) {
  if (const auto* binary = std::get_if<BinaryResult>(&group.result)) return &binary->metrics;
  if (const auto* several = std::get_if<MulticlassResult>(&group.result)) return &several->metrics;
  if (const auto* line = std::get_if<GaussianResult>(&group.result)) return &line->metrics;
  return nullptr;
}

std::vector<std::string_view> subgroup_measures(const EvaluatedGroup& overall) {
  if (std::holds_alternative<BinaryResult>(overall.result)) return {"auc", "calibration_slope", "citl"};
  if (std::holds_alternative<MulticlassResult>(overall.result)) return {"auc_macro", "accuracy"};
  return {"r2", "rmse"};
}

/// What the measure is where predictions are right.
std::optional<double> ideal_value(std::string_view measure) {
  if (measure == "calibration_slope") return 1;
  if (measure == "citl") return 0;
  return std::nullopt;
}

}  // namespace

MetricRow metric_row(const Metric& metric, const std::string& class_name) {
  const MetricWords words = metric_words(metric.name);
  MetricRow row{words.title,  class_name,    estimate(metric.value, metric.interval),
                words.format, metric.method, metric.note};
  if (metric.p_value) {
    const std::string p = *metric.p_value < 0.001 ? "p < 0.001" : fmt::format("p = {:.2g}", *metric.p_value);
    row.note = row.note.empty() ? p : p + "; " + row.note;
  }
  return row;
}

std::vector<MetricRow> metric_rows(const Metrics& metrics, const std::string& class_name) {
  std::vector<MetricRow> rows;
  for (const Metric& metric : metrics) rows.push_back(metric_row(metric, class_name));
  return rows;
}

Performance performance_of(const BinaryResult& result, const std::string& model, const std::string& event) {
  Performance performance;
  performance.outcome = OutcomeKind::binomial;
  performance.samples = static_cast<std::int64_t>(result.count);
  performance.cases = static_cast<std::int64_t>(result.events);
  performance.metrics = metric_rows(result.metrics);
  performance.headline = headline_of(result.metrics, {"auc", "calibration_slope", "brier"});
  if (!result.roc.empty()) {
    performance.roc.push_back(roc_of(result, model));
    performance.precision_recall.push_back(precision_recall_of(result, model));
  }
  if (!result.calibration.bins.empty() || !result.calibration.smooth.empty()) {
    performance.calibration.push_back(calibration_of(result.calibration, result.metrics, {}));
  }
  add_decision(performance, result, model);
  add_thresholds(performance, result, event);
  add_deciles(performance, result);
  return performance;
}

Performance performance_of(const MulticlassResult& result, bool ordered) {
  Performance performance;
  performance.outcome = ordered ? OutcomeKind::ordinal : OutcomeKind::multinomial;
  performance.samples = static_cast<std::int64_t>(result.count);
  performance.metrics = metric_rows(result.metrics);
  performance.headline = headline_of(result.metrics, {"auc_macro", "accuracy", ordered ? "kappa_quadratic" : "brier"});
  for (const auto& one : result.classes) {
    const auto append = [&performance](std::vector<MetricRow> rows) {
      performance.metrics.insert(performance.metrics.end(), rows.begin(), rows.end());
    };
    if (one.judged) {
      append(metric_rows(one.one_vs_rest.metrics, one.name));
      performance.roc.push_back(roc_of(one.one_vs_rest, one.name));
      performance.calibration.push_back(calibration_of(one.one_vs_rest.calibration, one.one_vs_rest.metrics, one.name));
    }
    append(metric_rows(one.predicted, one.name));
  }
  performance.confusion.push_back(confusion_of(result));
  return performance;
}

Performance performance_of(const GaussianResult& result) {
  Performance performance;
  performance.outcome = OutcomeKind::gaussian;
  performance.samples = static_cast<std::int64_t>(result.count);
  performance.metrics = metric_rows(result.metrics);
  performance.headline = headline_of(result.metrics, {"r2", "rmse", "calibration_slope"});
  performance.calibration.push_back(calibration_of(result.calibration, result.metrics, {}));
  return performance;
}

std::vector<Histogram> prediction_histograms(std::span<const std::uint8_t> outcome,
                                             std::span<const double> probability) {
  if (outcome.size() != probability.size()) {
    throw InternalError(fmt::format("{} outcomes and {} predictions", outcome.size(), probability.size()));
  }
  std::array<std::array<std::int64_t, histogram_bins>, 2> counts{};
  for (std::size_t i = 0; i < outcome.size(); ++i) {
    const double place = std::clamp(probability[i], 0.0, 1.0) * histogram_bins;
    const auto bin = std::min(static_cast<std::size_t>(place), histogram_bins - 1);
    ++counts.at(outcome[i] == 1 ? 1 : 0).at(bin);
  }
  std::vector<Histogram> histograms;
  for (const bool cases : {true, false}) {
    Histogram histogram{cases ? "Cases" : "Others", {}};
    for (std::size_t bin = 0; bin < histogram_bins; ++bin) {
      histogram.bins.push_back({static_cast<double>(bin) / histogram_bins,
                                static_cast<double>(bin + 1) / histogram_bins, counts.at(cases ? 1 : 0).at(bin)});
    }
    histograms.push_back(std::move(histogram));
  }
  return histograms;
}

std::vector<FitPoint> fit_points(std::span<const double> outcome, std::span<const double> prediction) {
  if (outcome.size() != prediction.size()) {
    throw InternalError(fmt::format("{} outcomes and {} predictions", outcome.size(), prediction.size()));
  }
  std::vector<FitPoint> points;
  for (std::size_t i = 0; i < outcome.size(); ++i) points.push_back({prediction[i], outcome[i]});
  return points;
}

SubgroupTable subgroup_table(const EvaluatedGroup& overall, const std::vector<EvaluatedGroup>& subgroups) {
  SubgroupTable table;
  const Metrics none;
  const std::vector<std::string_view> names = subgroup_measures(overall);
  const auto estimates = [&](const EvaluatedGroup& group) {
    const Metrics* metrics = metrics_of(group);
    std::vector<Estimate> values;
    values.reserve(names.size());
    for (const std::string_view name : names) values.push_back(estimate(metrics == nullptr ? none : *metrics, name));
    return values;
  };
  for (const std::string_view name : names) {
    const MetricWords words = metric_words(name);
    table.measures.push_back({words.title, words.format, ideal_value(name)});
  }
  table.overall = estimates(overall);
  for (const EvaluatedGroup& group : subgroups) {
    SubgroupRow row{group.column, group.level,      static_cast<std::int64_t>(group.count),
                    {},           estimates(group), group.reason};
    if (group.events) row.cases = static_cast<std::int64_t>(*group.events);
    table.rows.push_back(std::move(row));
  }
  return table;
}

}  // namespace varisk::report
