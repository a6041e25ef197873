#include "varisk/report/evaluation_view.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <vector>

#include "varisk/core/error.hpp"

namespace varisk::report {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct Sample {
  std::vector<std::uint8_t> outcome;
  std::vector<double> prediction;
  std::vector<double> baseline;
  Sample() {
    for (int i = 0; i < 200; ++i) {
      prediction.push_back(0.05 + 0.9 * ((i * 37) % 200) / 200.0);
      baseline.push_back(0.05 + 0.9 * ((i * 71) % 200) / 200.0);
      outcome.push_back((i * 13) % 100 < 100 * prediction.back() ? 1 : 0);
    }
  }
};

Evaluation binary_evaluation() {
  const Sample sample;
  Evaluation evaluation;
  evaluation.family = "binomial";
  evaluation.outcome = "disease";
  evaluation.model_id = "m";
  evaluation.baseline_id = "b";
  evaluation.event = "1";
  evaluation.settings.bootstrap = 0;
  evaluation.settings.thresholds = {0.2, 0.5};
  evaluation.counts = {{"missing_outcome", 3}};
  evaluation.warnings = {"few samples"};
  evaluation.overall.count = 200;
  evaluation.overall.result = evaluate_binary(
      {sample.outcome, sample.prediction, evaluation::PredictionScale::probability}, evaluation.settings);
  evaluation.overall.comparison =
      compare_binary({sample.outcome, sample.prediction, evaluation::PredictionScale::probability}, sample.baseline,
                     evaluation::PredictionScale::probability, evaluation.settings);
  EvaluatedGroup small;
  small.column = "sex";
  small.level = "female";
  small.count = 4;
  small.events = 1;
  small.reason = "too small";
  evaluation.subgroups.push_back(small);
  return evaluation;
}

std::vector<std::string> section_ids(const Page& page) {
  std::vector<std::string> ids;
  for (const Section& section : page.sections) ids.push_back(section.id);
  return ids;
}

TEST(MetricRow, IsNamedInWordsAndKeepsWhatIsMissing) {
  evaluation::Metric metric;
  metric.name = "r2_liability";
  metric.note = "needs the prevalence";
  const MetricRow row = metric_row(metric);
  EXPECT_EQ(row.name, "R\u00b2 (liability scale)");
  EXPECT_FALSE(row.estimate.value);
  EXPECT_EQ(row.note, "needs the prevalence");
}

TEST(MetricRow, APValueIsInTheNote) {
  evaluation::Metric metric;
  metric.name = "not_known_here";
  metric.value = 1;
  metric.p_value = 0.0321;
  EXPECT_EQ(metric_row(metric).name, "Not known here");
  EXPECT_EQ(metric_row(metric).note, "p = 0.032");
  metric.p_value = 1e-9;
  metric.note = "n";
  EXPECT_EQ(metric_row(metric).note, "p < 0.001; n");
}

TEST(PerformanceOf, BinaryResultsKeepEveryNumber) {
  const Evaluation evaluation = binary_evaluation();
  const auto& result = std::get<evaluation::BinaryResult>(evaluation.overall.result);
  const Performance performance = performance_of(result, "m", "1");
  EXPECT_EQ(performance.metrics.size(), result.metrics.size());
  ASSERT_EQ(performance.roc.size(), 1);
  EXPECT_EQ(performance.roc[0].points.size(), result.roc.size());
  EXPECT_FALSE(performance.roc[0].points[0].threshold);
  EXPECT_EQ(performance.roc[0].auc.value, evaluation::find_metric(result.metrics, "auc")->value);
  EXPECT_EQ(performance.calibration[0].points.size(), result.calibration.bins.size());
  EXPECT_EQ(performance.decision.treat_all.size(), result.decision.size());
  ASSERT_EQ(performance.thresholds.size(), 2);
  const auto& first = result.thresholds[0];
  EXPECT_EQ(performance.thresholds[0].flagged, static_cast<std::int64_t>(first.true_positives + first.false_positives));
  EXPECT_EQ(performance.confusion[0].counts[1][1], static_cast<std::int64_t>(first.true_positives));
  EXPECT_EQ(performance.confusion[0].counts[0][1], static_cast<std::int64_t>(first.false_positives));
  EXPECT_EQ(performance.confusion[0].counts[1][0], static_cast<std::int64_t>(first.false_negatives));
}

TEST(PerformanceOf, MulticlassResultsHaveACurveForEachClass) {
  std::vector<std::uint32_t> outcome;
  std::vector<double> probability;
  for (std::uint32_t i = 0; i < 90; ++i) {
    outcome.push_back(i % 3);
    for (std::uint32_t k = 0; k < 3; ++k) probability.push_back(k == (i * 7 / 5) % 3 ? 0.6 : 0.2);
  }
  evaluation::Settings settings;
  settings.bootstrap = 0;
  const auto result = evaluate_multiclass({{"a", "b", "c"}, outcome, probability, true}, settings);
  const Performance performance = performance_of(result, true);
  EXPECT_EQ(performance.outcome, OutcomeKind::ordinal);
  EXPECT_EQ(performance.roc.size(), 3);
  EXPECT_EQ(performance.roc[1].name, "b");
  ASSERT_EQ(performance.confusion.size(), 1);
  for (std::size_t row = 0; row < 3; ++row) {
    for (std::size_t column = 0; column < 3; ++column) {
      EXPECT_EQ(performance.confusion[0].counts[row][column],
                static_cast<std::int64_t>(result.confusion[3 * row + column]));
    }
  }
}

TEST(PredictionHistograms, EverybodyIsInOneBin) {
  const auto histograms =
      prediction_histograms(std::vector<std::uint8_t>{1, 0, 0, 1}, std::vector<double>{1.0, 0.0, 0.0249, 0.5});
  ASSERT_EQ(histograms.size(), 2);
  EXPECT_EQ(histograms[0].bins.back().count, 1);
  EXPECT_EQ(histograms[0].bins[20].count, 1);
  EXPECT_EQ(histograms[1].bins[0].count, 2);
  EXPECT_THROW(static_cast<void>(prediction_histograms(std::vector<std::uint8_t>{1}, std::vector<double>{})),
               InternalError);
}

TEST(EvaluationReport, HasEverySectionThatHasContent) {
  const Page page = evaluation_report_page(evaluation_report_of(binary_evaluation()));
  EXPECT_THAT(section_ids(page), ElementsAre("summary", "performance", "discrimination", "calibration", "decision",
                                             "classes", "subgroups", "comparison", "software"));
  EXPECT_EQ(page.title, "m");
  ASSERT_EQ(page.notices.size(), 1);
  EXPECT_EQ(page.notices[0].title, "few samples");
}

TEST(EvaluationReport, SubgroupsThatWereNotJudgedSayWhy) {
  const EvaluationReport report = evaluation_report_of(binary_evaluation());
  ASSERT_EQ(report.performance.subgroups.rows.size(), 1);
  EXPECT_EQ(report.performance.subgroups.rows[0].note, "too small");
  EXPECT_FALSE(report.performance.subgroups.rows[0].estimates[0].value);
}

TEST(EvaluationReport, TheBaselineStandsBesideTheModel) {
  const EvaluationReport report = evaluation_report_of(binary_evaluation());
  ASSERT_EQ(report.comparisons.size(), 1);
  const BaselineComparison& comparison = report.comparisons[0];
  ASSERT_EQ(comparison.model.size(), 1);
  ASSERT_EQ(comparison.base.size(), 1);
  EXPECT_GT(comparison.model[0].estimate.value, comparison.base[0].estimate.value);
  ASSERT_EQ(comparison.movements.size(), 2);
  EXPECT_THAT(comparison.movements[0].rows, ElementsAre("below 0.2", "0.2 to below 0.5", "0.5 and above"));
  ASSERT_EQ(report.performance.decision.models.size(), 2);
  EXPECT_EQ(report.performance.decision.models[1].name, "b");
}

TEST(EvaluationReport, CountsOfWhatWasLeftOutAreThere) {
  const EvaluationReport report = evaluation_report_of(binary_evaluation());
  ASSERT_EQ(report.counts.size(), 1);
  EXPECT_EQ(report.counts[0].name, "Missing outcome");
  EXPECT_EQ(std::get<std::int64_t>(report.counts[0].value), 3);
}

TEST(EvaluationReport, PredictionsOutsideTheCalibrationPlotAreCounted) {
  Evaluation evaluation = binary_evaluation();
  auto& result = std::get<evaluation::BinaryResult>(evaluation.overall.result);
  result.calibration.bins = {{0, 0.1, 10, 1, 0.05, 0.1, {}}};
  result.calibration.smooth.clear();
  std::vector<Histogram> histograms = {{"Cases", {{0, 0.1, 999}, {0.9, 1, 1}}}};
  const Page page = evaluation_report_page(evaluation_report_of(evaluation, {histograms, {}}));
  const auto& columns = std::get<Columns>(page.sections[3].blocks[0].content);
  const auto& plot = std::get<XyPlot>(columns.blocks[0].content);
  EXPECT_EQ(plot.x.high, 0.1);
  EXPECT_THAT(plot.description, HasSubstr("1 predictions are above 0.1"));
}

}  // namespace
}  // namespace varisk::report
