#include "varisk/report/evaluation_view.hpp"

#include <fmt/format.h>

#include "blocks.hpp"
#include "metric_words.hpp"
#include "varisk/core/version.hpp"

namespace varisk::report {
namespace {

using evaluation::BinaryResult;
using evaluation::GaussianResult;
using evaluation::Metric;
using evaluation::MulticlassResult;

std::string model_name(const Evaluation& evaluation) { return evaluation.model_id.value_or("Predictions"); }

Performance overall_performance(const Evaluation& evaluation) {
  const EvaluatedGroup& group = evaluation.overall;
  if (const auto* binary = std::get_if<BinaryResult>(&group.result)) {
    return performance_of(*binary, model_name(evaluation), evaluation.event.value_or("event"));
  }
  if (const auto* several = std::get_if<MulticlassResult>(&group.result)) {
    return performance_of(*several, evaluation.family == "ordinal");
  }
  if (const auto* line = std::get_if<GaussianResult>(&group.result)) return performance_of(*line);
  return {};
}

/// Where people go from the risk group of the baseline.
MatrixPlot movement_plot(const char* who, const std::vector<std::uint64_t>& counts, std::size_t groups,
                         const std::vector<double>& thresholds) {
  MatrixPlot plot;
  plot.title = fmt::format("Risk groups of {}", who);
  plot.description = "Counts, and their share within the group of the baseline.";
  plot.row_name = "Baseline";
  plot.column_name = "Model";
  plot.row_shares = true;
  for (std::size_t group = 0; group < groups; ++group) {
    std::string name = group == 0 ? fmt::format("below {:g}", thresholds.at(0)) : "";
    if (group > 0 && group < thresholds.size()) {
      name = fmt::format("{:g} to below {:g}", thresholds[group - 1], thresholds[group]);
    }
    if (group > 0 && group == thresholds.size()) name = fmt::format("{:g} and above", thresholds.back());
    plot.rows.push_back(name);
    auto& row = plot.values.emplace_back();
    for (std::size_t to = 0; to < groups; ++to) row.emplace_back(static_cast<double>(counts.at(group * groups + to)));
  }
  plot.columns = plot.rows;
  return plot;
}

BaselineComparison comparison_of(const Evaluation& evaluation) {
  const EvaluatedGroup& group = evaluation.overall;
  BaselineComparison comparison;
  comparison.baseline = evaluation.baseline_id.value_or("the baseline");
  const evaluation::Metrics& metrics = group.comparison ? group.comparison->metrics : *group.comparison_metrics;
  for (const Metric& metric : metrics) {
    MetricRow row = metric_row(metric);
    if (metric.name == "auc_model" || metric.name == "auc_baseline") {
      row.name = "AUC";
      (metric.name == "auc_model" ? comparison.model : comparison.base).push_back(std::move(row));
    } else {
      comparison.differences.push_back(std::move(row));
    }
  }
  if (group.comparison && group.comparison->reclassification) {
    const auto& moved = *group.comparison->reclassification;
    const auto& thresholds = evaluation.settings.thresholds;
    comparison.movements = {movement_plot("events", moved.events, moved.groups, thresholds),
                            movement_plot("non-events", moved.nonevents, moved.groups, thresholds)};
  }
  return comparison;
}

void add_baseline_curve(Performance& performance, const Evaluation& evaluation) {
  if (!evaluation.overall.comparison || performance.decision.models.empty()) return;
  DecisionCurve curve{evaluation.baseline_id.value_or("Baseline"), {}};
  for (const auto& point : evaluation.overall.comparison->decision) {
    curve.points.push_back({point.threshold, {point.baseline, {}, {}}});
  }
  performance.decision.models.push_back(std::move(curve));
}

void set_prevalence(Performance& performance, const Evaluation& evaluation) {
  if (performance.outcome != OutcomeKind::binomial || !performance.samples || *performance.samples == 0) return;
  const EvaluatedGroup& group = evaluation.overall;
  if (group.prevalence) {
    performance.decision.prevalence = group.prevalence;
    performance.decision.note = "as given; PPV, NPV and net benefit are those of such a population";
  } else {
    performance.decision.prevalence =
        static_cast<double>(performance.cases.value_or(0)) / static_cast<double>(*performance.samples);
    performance.decision.note = "in these samples; none was given for the population";
  }
}

std::vector<Fact> facts_of(const Evaluation& evaluation) {
  std::vector<Fact> facts;
  if (evaluation.model_id) facts.push_back(text_fact("Model", *evaluation.model_id));
  if (evaluation.event) facts.push_back(text_fact("Event", *evaluation.event));
  facts.push_back(text_fact("Predictions are", in_words(evaluation.scale)));
  facts.push_back({"Confidence of intervals", evaluation.settings.confidence, as_share, {}, false});
  return facts;
}

}  // namespace

EvaluationReport evaluation_report_of(const Evaluation& evaluation, PredictedSamples samples) {
  EvaluationReport report;
  report.title = model_name(evaluation);
  report.outcome = evaluation.outcome;
  report.subtitle = fmt::format("Predictions judged by the outcome {}", evaluation.outcome);
  report.data = facts_of(evaluation);
  for (const auto& [name, count] : evaluation.counts) {
    report.counts.push_back(count_fact(in_words(name), static_cast<std::int64_t>(count)));
  }
  if (const auto* several = std::get_if<MulticlassResult>(&evaluation.overall.result)) {
    for (const auto& one : several->classes) report.classes.push_back(one.name);
  }
  Performance& performance = report.performance;
  performance = overall_performance(evaluation);
  performance.data = "all samples with a prediction and an outcome";
  if (!performance.calibration.empty() && performance.outcome == OutcomeKind::binomial) {
    performance.calibration.front().predictions = std::move(samples.histograms);
  }
  performance.fit = std::move(samples.fit);
  if (evaluation.overall.adjusted) {
    performance.adjusted = metric_rows(*evaluation.overall.adjusted);
    performance.adjusted_for = fmt::format("{}", fmt::join(evaluation.adjusted_for, ", "));
  }
  performance.subgroups = subgroup_table(evaluation.overall, evaluation.subgroups);
  add_baseline_curve(performance, evaluation);
  set_prevalence(performance, evaluation);
  if (evaluation.overall.comparison || evaluation.overall.comparison_metrics) {
    report.comparisons.push_back(comparison_of(evaluation));
  }
  for (const std::string& warning : evaluation.warnings) report.notices.push_back({Severity::warning, warning, {}});
  report.software = {text_fact("varisk", std::string(version()))};
  return report;
}

}  // namespace varisk::report
