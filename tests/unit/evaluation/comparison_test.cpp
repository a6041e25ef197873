#include <gmock/gmock.h>

#include <cmath>

#include "sample.hpp"
#include "varisk/core/error.hpp"
#include "varisk/evaluation/binary.hpp"

namespace varisk::evaluation {
namespace {

using test::metric;
using test::Sample;
using test::ten;
using test::value;
using test::without_bootstrap;
using testing::ElementsAre;
using testing::HasSubstr;

const std::vector<double> baseline = {0.3, 0.1, 0.3, 0.4, 0.1, 0.3, 0.2, 0.3, 0.6, 0.8};

TEST(CompareBinary, SubtractsTheBaseline) {
  const Sample sample = ten();
  const auto result = compare_binary(sample.view(), baseline, PredictionScale::probability, without_bootstrap());
  const Sample other{sample.outcome, baseline};
  const auto one = evaluate_binary(sample.view(), without_bootstrap());
  const auto two = evaluate_binary(other.view(), without_bootstrap());
  for (const char* name : {"auc", "brier", "log_loss"}) {
    EXPECT_NEAR(value(result.metrics, std::string(name) + "_difference"),
                value(one.metrics, name) - value(two.metrics, name), 1e-14)
        << name;
  }
  EXPECT_NEAR(value(result.metrics, "idi"),
              value(one.metrics, "discrimination_slope") - value(two.metrics, "discrimination_slope"), 1e-14);
  EXPECT_NEAR(value(result.metrics, "idi"),
              value(result.metrics, "idi_events") + value(result.metrics, "idi_nonevents"), 1e-14);
  ASSERT_EQ(result.decision.size(), 99U);
  for (std::size_t t = 0; t < result.decision.size(); ++t) {
    EXPECT_NEAR(result.decision[t].baseline, two.decision[t].model, 1e-14);
    EXPECT_NEAR(result.decision[t].difference, one.decision[t].model - two.decision[t].model, 1e-14);
  }
}

TEST(CompareBinary, HasTheVarianceOfTheModelAloneAgainstAConstant) {
  const Sample sample = ten();
  const std::vector<double> constant(10, 0.5);
  const auto result = compare_binary(sample.view(), constant, PredictionScale::probability, without_bootstrap());
  const auto alone = evaluate_binary(sample.view(), without_bootstrap());
  EXPECT_NEAR(metric(result.metrics, "auc_difference").standard_error.value(),
              metric(alone.metrics, "auc").standard_error.value(), 1e-15);
}

TEST(CompareBinary, HasNoTestAgainstItself) {
  const Sample sample = ten();
  const auto result =
      compare_binary(sample.view(), sample.prediction, PredictionScale::probability, without_bootstrap());
  for (const char* name : {"auc_difference", "brier_difference", "log_loss_difference"}) {
    EXPECT_EQ(value(result.metrics, name), 0);
    EXPECT_FALSE(metric(result.metrics, name).p_value) << name;
    EXPECT_THAT(metric(result.metrics, name).note, HasSubstr("no test"));
  }
}

TEST(CompareBinary, CountsMovesBetweenRiskGroups) {
  Settings settings = without_bootstrap();
  settings.thresholds = {0.2, 0.5};
  const Sample sample = ten();
  const auto result = compare_binary(sample.view(), baseline, PredictionScale::probability, settings);
  // Non-events move 1>0, 0>0, 1>1, 0>1, 1>2; events 1>0, 1>1, 1>2, 2>2, 2>2. At a threshold one is above it.
  ASSERT_TRUE(result.reclassification);
  EXPECT_THAT(result.reclassification->nonevents, ElementsAre(1, 1, 0, 1, 1, 1, 0, 0, 0));
  EXPECT_THAT(result.reclassification->events, ElementsAre(0, 0, 0, 1, 1, 1, 0, 0, 2));
  EXPECT_NEAR(value(result.metrics, "nri_events"), 0, 1e-15);
  EXPECT_NEAR(value(result.metrics, "nri_nonevents"), (1 - 2) / 5.0, 1e-15);
  EXPECT_NEAR(metric(result.metrics, "nri_events").standard_error.value(), std::sqrt(0.4 / 5), 1e-15);
  EXPECT_NEAR(metric(result.metrics, "nri_nonevents").standard_error.value(), std::sqrt((0.6 - 0.04) / 5), 1e-15);
}

TEST(CompareBinary, HasNoNriWithoutThresholds) {
  const auto result = compare_binary(ten().view(), baseline, PredictionScale::probability, without_bootstrap());
  EXPECT_FALSE(result.reclassification);
  EXPECT_EQ(find_metric(result.metrics, "nri_events"), nullptr);
}

TEST(CompareBinary, TakesTheIntervalOfADecisionFromThePairs) {
  Settings settings = without_bootstrap();
  settings.thresholds = {0.5};
  const auto result = compare_binary(ten().view(), baseline, PredictionScale::probability, settings);
  const auto& point = result.decision[49];
  EXPECT_EQ(point.threshold, 0.5);
  // One event and one non-event are positive for the model alone.
  EXPECT_NEAR(point.difference, 0, 1e-15);
  EXPECT_NEAR(point.interval->high, 1.959963984540054 * std::sqrt(0.2 / 10), 1e-14);
}

TEST(CompareBinary, ComparesAreasOfScoresAlone) {
  const Sample sample{ten().outcome, ten().prediction, PredictionScale::score};
  const auto result = compare_binary(sample.view(), baseline, PredictionScale::score, without_bootstrap());
  EXPECT_EQ(result.metrics.size(), 3U);
  EXPECT_TRUE(result.decision.empty());
}

TEST(AdjustedMetrics, AreThoseOfTheScoreWhereCovariatesSayNothing) {
  Sample sample;
  Covariates covariates{{"x"}, {{}}};
  for (int i = 0; i < 60; ++i) {
    sample.outcome.push_back(i % 3 == 0 ? 1 : 0);
    sample.prediction.push_back((i * 7) % 31 + (i % 3 == 0 ? 6 : 0));
    covariates.columns[0].push_back(1);
  }
  sample.scale = PredictionScale::score;
  const auto metrics = adjusted_metrics(sample.view(), covariates, without_bootstrap());
  const auto plain = evaluate_binary(sample.view(), without_bootstrap());
  EXPECT_NEAR(value(metrics, "auc_adjusted"), value(plain.metrics, "auc"), 1e-15);
  EXPECT_THAT(metric(metrics, "auc_covariates").note, HasSubstr("constant"));
}

TEST(AdjustedMetrics, AScoreThatIsAgeHasNothingBeyondAge) {
  Sample sample;
  Covariates covariates{{"age"}, {{}}};
  for (int i = 0; i < 200; ++i) {
    const double age = (i * 37) % 100;
    sample.outcome.push_back(((i * 61) % 100) < age ? 1 : 0);
    sample.prediction.push_back(2 * age + (i % 2 == 0 ? 0.5 : -0.5));
    covariates.columns[0].push_back(age);
  }
  sample.scale = PredictionScale::score;
  Settings settings;
  settings.bootstrap = 200;
  const auto metrics = adjusted_metrics(sample.view(), covariates, settings);
  EXPECT_GT(value(evaluate_binary(sample.view(), settings).metrics, "auc"), 0.7);
  const Metric& adjusted = metric(metrics, "auc_adjusted");
  EXPECT_LT(adjusted.interval->low, 0.5);
  EXPECT_GT(adjusted.interval->high, 0.5);
  EXPECT_LT(value(metrics, "r2_nagelkerke_incremental"), 0.03);
}

}  // namespace
}  // namespace varisk::evaluation
