#include "varisk/evaluation/gaussian.hpp"

#include <gmock/gmock.h>

#include <cmath>

#include "sample.hpp"
#include "varisk/core/error.hpp"

namespace varisk::evaluation {
namespace {

using test::metric;
using test::value;
using test::without_bootstrap;
using testing::HasSubstr;

const std::vector<double> outcome = {1, 2, 4, 3, 7};
const std::vector<double> prediction = {1.5, 2.5, 2.5, 4, 6};

TEST(EvaluateGaussian, TakesErrorsFromTheirDefinitions) {
  const auto result = evaluate_gaussian({outcome, prediction}, without_bootstrap());
  // Errors −0.5, −0.5, 1.5, −1, 1; squares around the mean 3.4 add up to 21.2.
  EXPECT_NEAR(value(result.metrics, "r2"), 1 - 4.75 / 21.2, 1e-14);
  EXPECT_NEAR(value(result.metrics, "rmse"), std::sqrt(4.75 / 5), 1e-14);
  EXPECT_NEAR(value(result.metrics, "mae"), 0.9, 1e-14);
  EXPECT_NEAR(value(result.metrics, "bias"), -0.1, 1e-14);
}

TEST(EvaluateGaussian, CorrelatesMidranks) {
  const auto result = evaluate_gaussian({outcome, prediction}, without_bootstrap());
  // Ranks 1, 2, 4, 3, 5 and 1, 2.5, 2.5, 4, 5 around 3.
  EXPECT_NEAR(value(result.metrics, "spearman"), (4 + 0.5 - 0.5 + 0 + 4) / std::sqrt(10 * 9.5), 1e-14);
}

TEST(EvaluateGaussian, SaysWhatPredictionsThatAreEqualLack) {
  const std::vector<double> equal(5, 3.0);
  const auto result = evaluate_gaussian({outcome, equal}, without_bootstrap());
  for (const char* name : {"calibration_slope", "calibration_intercept", "pearson", "spearman"}) {
    EXPECT_THAT(metric(result.metrics, name).note, HasSubstr("equal")) << name;
  }
  EXPECT_TRUE(metric(result.metrics, "r2").value);
  EXPECT_EQ(result.calibration.bins.size(), 1U);
}

TEST(EvaluateGaussian, PutsEqualNumbersIntoBins) {
  std::vector<double> y;
  std::vector<double> x;
  for (int i = 0; i < 10; ++i) {
    x.push_back((i * 3) % 10);
    y.push_back(i);
  }
  Settings settings = without_bootstrap();
  settings.bins = 5;
  const auto bins = evaluate_gaussian({y, x}, settings).calibration.bins;
  ASSERT_EQ(bins.size(), 5U);
  for (std::size_t b = 0; b < 5; ++b) {
    EXPECT_EQ(bins[b].count, 2U);
    EXPECT_EQ(bins[b].low, 2.0 * static_cast<double>(b));
  }
  settings.bins = 3;
  const auto three = evaluate_gaussian({y, x}, settings).calibration.bins;
  EXPECT_EQ(three[0].count, 3U);
  EXPECT_EQ(three[1].count, 4U) << "the middle of the ranks decides";
  // The predictions 0 and 1 are those of outcomes 0 and 7; t of one degree of freedom.
  EXPECT_DOUBLE_EQ(bins[0].observed, 3.5);
  EXPECT_NEAR(bins[0].observed_interval->high, 3.5 + 12.706204736432095 * 3.5, 1e-9);
}

TEST(EvaluateGaussian, HasAnExactLine) {
  std::vector<double> y;
  std::vector<double> x;
  for (int i = 0; i < 30; ++i) {
    x.push_back(i);
    y.push_back(2 * i + 1);
  }
  const auto result = evaluate_gaussian({y, x}, without_bootstrap());
  EXPECT_NEAR(value(result.metrics, "calibration_slope"), 2, 1e-14);
  EXPECT_NEAR(value(result.metrics, "calibration_intercept"), 1, 1e-12);
  EXPECT_THAT(metric(result.metrics, "pearson").note, HasSubstr("infinite"));
  for (const auto& point : result.calibration.smooth) EXPECT_NEAR(point.observed, 2 * point.predicted + 1, 1e-9);
}

TEST(EvaluateGaussian, RefusesWhatCannotBeJudged) {
  const std::vector<double> equal(5, 3.0);
  EXPECT_THROW(static_cast<void>(evaluate_gaussian({equal, prediction}, without_bootstrap())), UserError);
  const std::vector<double> two = {1, 2};
  EXPECT_THROW(static_cast<void>(evaluate_gaussian({two, two}, without_bootstrap())), InternalError);
  Settings settings = without_bootstrap();
  settings.thresholds = {0.5};
  EXPECT_THROW(static_cast<void>(evaluate_gaussian({outcome, prediction}, settings)), UsageError);
}

TEST(CompareGaussian, SubtractsTheBaseline) {
  const std::vector<double> baseline = {2, 2, 3, 3, 5};
  const auto metrics = compare_gaussian({outcome, prediction}, baseline, without_bootstrap());
  EXPECT_NEAR(value(metrics, "mse_difference"), (4.75 - 6) / 5, 1e-14);
  EXPECT_NEAR(value(metrics, "r2_difference"), (6 - 4.75) / 21.2, 1e-14);
}

}  // namespace
}  // namespace varisk::evaluation
