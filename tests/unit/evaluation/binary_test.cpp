#include "varisk/evaluation/binary.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include "sample.hpp"
#include "varisk/core/error.hpp"

namespace varisk::evaluation {
namespace {

using test::metric;
using test::Sample;
using test::ten;
using test::value;
using test::without_bootstrap;
using testing::HasSubstr;

Sample random_sample(std::size_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<double> normal(-1, 1.5);
  std::uniform_real_distribution<double> uniform;
  Sample sample;
  for (std::size_t i = 0; i < count; ++i) {
    const double p = 1 / (1 + std::exp(-normal(random)));
    sample.prediction.push_back(p);
    sample.outcome.push_back(uniform(random) < p ? 1 : 0);
  }
  return sample;
}

TEST(EvaluateBinary, CountsPairsWithTiesAsOneHalf) {
  const auto result = evaluate_binary(ten().view(), without_bootstrap());
  // Of the events: 0.15 beats 2 non-events, 0.3 beats 3 and ties with one, the others beat all 5.
  EXPECT_DOUBLE_EQ(value(result.metrics, "auc"), (2 + 3.5 + 15) / 25);
  EXPECT_EQ(result.count, 10U);
  EXPECT_EQ(result.events, 5U);
}

TEST(EvaluateBinary, TakesDelongsVarianceFromTheComponents) {
  const auto result = evaluate_binary(ten().view(), without_bootstrap());
  // Components of the events 0.4, 0.7, 1, 1, 1 and of the non-events 1, 1, 0.8, 0.7, 0.6, each around 0.82.
  const double of_events = (0.42 * 0.42 + 0.12 * 0.12 + 3 * 0.18 * 0.18) / 4;
  const double of_others = (2 * 0.18 * 0.18 + 0.02 * 0.02 + 0.12 * 0.12 + 0.22 * 0.22) / 4;
  const Metric& auc = metric(result.metrics, "auc");
  const double error = std::sqrt((of_events + of_others) / 5);
  EXPECT_NEAR(auc.standard_error.value(), error, 1e-15);
  EXPECT_NEAR(auc.interval.value().low, 0.82 - 1.959963984540054 * error, 1e-14);
  EXPECT_EQ(auc.interval->high, 1) << "cut at the end of the scale";
  EXPECT_THAT(auc.note, HasSubstr("cut"));
}

TEST(EvaluateBinary, SaysThatDelongIsUndefinedAtPerfectSeparation) {
  Sample sample{{0, 0, 0, 0, 1, 1, 1}, {0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7}};
  for (const bool reversed : {false, true}) {
    if (reversed) std::reverse(sample.prediction.begin(), sample.prediction.end());
    if (reversed) sample.outcome = {0, 0, 0, 1, 1, 1, 1};
    const auto result = evaluate_binary(sample.view(), without_bootstrap());
    const Metric& auc = metric(result.metrics, "auc");
    EXPECT_EQ(auc.value, reversed ? 0 : 1);
    EXPECT_THAT(auc.note, HasSubstr("undefined"));
    EXPECT_FALSE(auc.standard_error);
    // Three independent pairs in order: 0.025^(1/3).
    EXPECT_NEAR(reversed ? 1 - auc.interval->high : auc.interval->low, std::cbrt(0.025), 1e-12);
    EXPECT_FALSE(metric(result.metrics, "calibration_slope").value);
    EXPECT_THAT(metric(result.metrics, "calibration_slope").note, HasSubstr("separated"));
    EXPECT_TRUE(metric(result.metrics, "citl").value) << "the offset alone does not separate";
  }
}

TEST(EvaluateBinary, HasNoIntervalWhereAllPredictionsAreEqual) {
  const Sample sample{{0, 1, 0, 1}, {0.5, 0.5, 0.5, 0.5}};
  const auto result = evaluate_binary(sample.view(), without_bootstrap());
  const Metric& auc = metric(result.metrics, "auc");
  EXPECT_EQ(auc.value, 0.5);
  EXPECT_FALSE(auc.interval);
  EXPECT_THAT(auc.note, HasSubstr("variance is 0"));
  EXPECT_THAT(metric(result.metrics, "calibration_slope").note, HasSubstr("constant"));
}

TEST(EvaluateBinary, TakesBrierScoreAndLogLossFromTheirDefinitions) {
  const Sample sample{{1, 0, 1, 0}, {0.8, 0.4, 0.5, 0.1}};
  const auto result = evaluate_binary(sample.view(), without_bootstrap());
  EXPECT_NEAR(value(result.metrics, "brier"), (0.04 + 0.16 + 0.25 + 0.01) / 4, 1e-15);
  EXPECT_NEAR(value(result.metrics, "brier_scaled"), 1 - 0.115 / 0.25, 1e-15);
  EXPECT_NEAR(value(result.metrics, "log_loss"), -std::log(0.8 * 0.6 * 0.5 * 0.9) / 4, 1e-15);
  EXPECT_NEAR(value(result.metrics, "discrimination_slope"), 0.65 - 0.25, 1e-15);
  EXPECT_NEAR(value(result.metrics, "observed_expected_ratio"), 0.5 / 0.45, 1e-15);
  // Squared errors 0.04, 0.16, 0.25, 0.01 around 0.115.
  const double squares = 0.075 * 0.075 + 0.045 * 0.045 + 0.135 * 0.135 + 0.105 * 0.105;
  EXPECT_NEAR(metric(result.metrics, "brier").standard_error.value(), std::sqrt(squares / 3 / 4), 1e-15);
}

TEST(EvaluateBinary, CallsTheLossOfAnImpossibleOutcomeInfinite) {
  Sample sample = ten();
  sample.prediction[9] = 0;
  Settings settings = without_bootstrap();
  const auto result = evaluate_binary(sample.view(), settings);
  const Metric& loss = metric(result.metrics, "log_loss");
  EXPECT_FALSE(loss.value);
  EXPECT_THAT(loss.note, HasSubstr("infinite: 1 outcome"));
  for (const char* name :
       {"r2_nagelkerke", "r2_nagelkerke_refitted", "citl", "calibration_slope", "odds_ratio_per_sd"}) {
    EXPECT_FALSE(metric(result.metrics, name).value) << name;
    EXPECT_NE(metric(result.metrics, name).note, "") << name;
  }
  settings.clip = 1e-6;
  const auto clipped = evaluate_binary(sample.view(), settings);
  const auto by_hand = evaluate_binary(ten().view(), settings);
  EXPECT_NEAR(value(clipped.metrics, "log_loss"),
              value(by_hand.metrics, "log_loss") + (std::log(0.9) - std::log(1e-6)) / 10, 1e-12);
  EXPECT_TRUE(metric(clipped.metrics, "calibration_slope").value);
}

TEST(EvaluateBinary, AnImpossibleOutcomeThatDidNotComeCostsNothing) {
  Sample sample = ten();
  sample.prediction[0] = 0;
  const auto result = evaluate_binary(sample.view(), without_bootstrap());
  EXPECT_TRUE(metric(result.metrics, "log_loss").value);
  EXPECT_THAT(metric(result.metrics, "citl").note, HasSubstr("1 prediction(s) are exactly 0 or 1"));
}

TEST(EvaluateBinary, StepsThroughPrecisionAtDistinctPredictions) {
  // From above: 1 of 1, 1 of 2, then a tie of one event and one non-event: 2 of 4, 3 of 5.
  const Sample sample{{1, 0, 1, 0, 1}, {0.9, 0.8, 0.5, 0.5, 0.2}};
  const auto result = evaluate_binary(sample.view(), without_bootstrap());
  EXPECT_NEAR(value(result.metrics, "average_precision"), (1 + 0.5 + 0.6) / 3, 1e-15);
  // x/x on the first event, x/(1 + x + (x − 1)) = ½ along the tie, x/(x + 2) on the last.
  EXPECT_NEAR(value(result.metrics, "pr_auc"), (1 + 0.5 + 1 - 2 * std::log(5.0 / 4)) / 3, 1e-14);
}

TEST(EvaluateBinary, CountsPositivesFromTheThresholdOn) {
  Settings settings = without_bootstrap();
  settings.thresholds = {0.3, 0.5};
  const auto result = evaluate_binary(ten().view(), settings);
  ASSERT_EQ(result.thresholds.size(), 2U);
  const ThresholdResult& first = result.thresholds[0];
  EXPECT_EQ(first.true_positives, 4U);
  EXPECT_EQ(first.false_positives, 2U);
  EXPECT_EQ(first.true_negatives, 3U);
  EXPECT_EQ(first.false_negatives, 1U);
  EXPECT_DOUBLE_EQ(value(first.metrics, "sensitivity"), 0.8);
  EXPECT_DOUBLE_EQ(value(first.metrics, "specificity"), 0.6);
  EXPECT_DOUBLE_EQ(value(first.metrics, "ppv"), 4.0 / 6);
  EXPECT_DOUBLE_EQ(value(first.metrics, "npv"), 0.75);
  EXPECT_DOUBLE_EQ(value(first.metrics, "accuracy"), 0.7);
  EXPECT_DOUBLE_EQ(value(first.metrics, "f1"), 8.0 / 11);
  EXPECT_NEAR(value(first.metrics, "net_benefit"), 0.4 - 0.2 * 3 / 7, 1e-15);
  // +1 four times, −3/7 twice, else 0.
  const double mean = 0.4 - 0.2 * 3 / 7;
  const double variance = (4 + 2 * 9.0 / 49) / 10 - mean * mean;
  EXPECT_NEAR(metric(first.metrics, "net_benefit").standard_error.value(), std::sqrt(variance / 10), 1e-15);
}

TEST(EvaluateBinary, HasNoPredictiveValueOfNobody) {
  Settings settings = without_bootstrap();
  settings.thresholds = {0.01, 0.95};
  const auto result = evaluate_binary(ten().view(), settings);
  EXPECT_THAT(metric(result.thresholds[0].metrics, "npv").note, HasSubstr("nobody is negative"));
  EXPECT_THAT(metric(result.thresholds[1].metrics, "ppv").note, HasSubstr("nobody is positive"));
  EXPECT_EQ(value(result.thresholds[1].metrics, "f1"), 0);
}

/// What a population would look like of which half of the events and a tenth of the others were sampled.
TEST(EvaluateBinary, AppliesThePrevalenceOfThePopulation) {
  const Sample sampled = ten();
  Sample population;
  for (std::size_t i = 0; i < 10; ++i) {
    const int copies = sampled.outcome[i] == 1 ? 2 : 10;
    population.outcome.insert(population.outcome.end(), static_cast<std::size_t>(copies), sampled.outcome[i]);
    population.prediction.insert(population.prediction.end(), static_cast<std::size_t>(copies), sampled.prediction[i]);
  }
  Settings settings = without_bootstrap();
  settings.thresholds = {0.3};
  const auto whole = evaluate_binary(population.view(), settings);
  settings.prevalence = 1.0 / 6;
  const auto part = evaluate_binary(sampled.view(), settings);
  for (const char* name : {"auc", "brier", "brier_scaled", "log_loss", "average_precision", "pr_auc",
                           "observed_expected_ratio", "r2_nagelkerke", "r2_nagelkerke_refitted"}) {
    EXPECT_NEAR(value(part.metrics, name), value(whole.metrics, name), 2e-12) << name;
  }
  for (const char* name : {"sensitivity", "specificity", "ppv", "npv", "accuracy", "f1", "net_benefit"}) {
    EXPECT_NEAR(value(part.thresholds[0].metrics, name), value(whole.thresholds[0].metrics, name), 1e-14) << name;
  }
  for (std::size_t t = 0; t < whole.decision.size(); ++t) {
    EXPECT_NEAR(part.decision[t].model, whole.decision[t].model, 1e-13);
    EXPECT_NEAR(part.decision[t].all, whole.decision[t].all, 1e-13);
  }
  for (std::size_t i = 1; i < part.roc.size(); ++i) EXPECT_NEAR(*part.roc[i].precision, *whole.roc[i].precision, 1e-14);
}

TEST(EvaluateBinary, MovesOnlyTheInterceptUnderCaseControlSampling) {
  const Sample sample = random_sample(400, 3);
  Settings settings = without_bootstrap();
  const auto plain = evaluate_binary(sample.view(), settings);
  const double fraction = static_cast<double>(plain.events) / 400;
  settings.prevalence = 0.05;
  const auto weighted = evaluate_binary(sample.view(), settings);
  const double shift = std::log(0.05 / 0.95) - std::log(fraction / (1 - fraction));
  EXPECT_NEAR(value(weighted.metrics, "calibration_slope"), value(plain.metrics, "calibration_slope"), 1e-12);
  EXPECT_NEAR(value(weighted.metrics, "calibration_intercept"), value(plain.metrics, "calibration_intercept") + shift,
              1e-10);
  EXPECT_NEAR(value(weighted.metrics, "citl"), value(plain.metrics, "citl") + shift, 1e-10);
}

TEST(EvaluateBinary, TakesThePpvsIntervalFromItsLogit) {
  Settings settings = without_bootstrap();
  settings.thresholds = {0.3};
  settings.prevalence = 0.1;
  const auto result = evaluate_binary(ten().view(), settings);
  const Metric& ppv = metric(result.thresholds[0].metrics, "ppv");
  const double logit = std::log(0.8 * 0.1 / (0.4 * 0.9));
  EXPECT_NEAR(ppv.value.value(), 0.08 / (0.08 + 0.36), 1e-15);
  const double error = std::sqrt(0.2 / (0.8 * 5) + 0.6 / (0.4 * 5));
  EXPECT_NEAR(ppv.interval.value().low, 1 / (1 + std::exp(1.959963984540054 * error - logit)), 1e-14);
}

/// Lee et al. 2012: K = P, so the scale is K(1 − K)/z².
TEST(EvaluateBinary, PutsRSquaredOnTheLiabilityScale) {
  Settings settings = without_bootstrap();
  settings.prevalence = 0.5;
  Sample sample{{0, 0, 1, 0, 1, 1}, {1, 2, 3, 4, 5, 6}, PredictionScale::score};
  const auto result = evaluate_binary(sample.view(), settings);
  const double r = 3.5 / std::sqrt(17.5 * 1.5);  // Σ around the means 3.5 and 0.5
  EXPECT_NEAR(value(result.metrics, "r2_liability"), r * r * 0.25 * 2 * 3.14159265358979323846, 1e-12);
  settings.prevalence = 0.01;
  const double t = 2.3263478740408408;
  const double z = std::exp(-t * t / 2) / std::sqrt(2 * 3.14159265358979323846);
  const double m = z / 0.01;
  const double c = std::pow(0.01 * 0.99 / z, 2) / 0.25;
  const double theta = m * 0.49 / 0.99 * (m * 0.49 / 0.99 - t);
  const auto rare = evaluate_binary(sample.view(), settings);
  EXPECT_NEAR(value(rare.metrics, "r2_liability"), r * r * c / (1 + r * r * theta * c), 1e-12);
  settings.prevalence.reset();
  EXPECT_THAT(metric(evaluate_binary(sample.view(), settings).metrics, "r2_liability").note, HasSubstr("prevalence"));
}

TEST(EvaluateBinary, ComparesTenthsWithTheMiddleFifth) {
  Sample sample;
  for (int i = 0; i < 200; ++i) {
    sample.prediction.push_back((i + 0.5) / 200);
    // Of the 20 people in the k-th tenth, k + 4 have the event.
    sample.outcome.push_back(i % 20 < i / 20 + 5 ? 1 : 0);
  }
  const auto deciles = evaluate_binary(sample.view(), without_bootstrap()).deciles;
  ASSERT_EQ(deciles.size(), 10U);
  EXPECT_EQ(deciles[0].count, 20U);
  EXPECT_EQ(deciles[0].events, 5U);
  // Middle fifth: 9 + 10 events of 40.
  EXPECT_NEAR(deciles[9].odds_ratio.value.value(), (14.0 / 6) / (19.0 / 21), 1e-14);
  const double half = 1.959963984540054 * std::sqrt(1.0 / 14 + 1.0 / 6 + 1.0 / 19 + 1.0 / 21);
  EXPECT_NEAR(std::log(deciles[9].odds_ratio.interval->high / deciles[9].odds_ratio.value.value()), half, 1e-12);
  EXPECT_EQ(deciles[4].odds_ratio.note, "reference");
  EXPECT_EQ(deciles[5].odds_ratio.note, "reference");
}

TEST(EvaluateBinary, KeepsTiesInOneBin) {
  Sample sample;
  for (int i = 0; i < 100; ++i) {
    sample.prediction.push_back(i < 35 ? 0.1 : 0.1 + i / 200.0);
    sample.outcome.push_back(i % 3 == 0 ? 1 : 0);
  }
  const auto bins = evaluate_binary(sample.view(), without_bootstrap()).calibration.bins;
  EXPECT_EQ(bins[0].count, 35U);
  EXPECT_EQ(bins[0].low, bins[0].high);
  std::uint64_t all = 0;
  for (const auto& bin : bins) all += bin.count;
  EXPECT_EQ(all, 100U);
}

TEST(EvaluateBinary, TakesEceFromTheBins) {
  const Sample sample = random_sample(250, 9);
  Settings settings = without_bootstrap();
  settings.bins = 7;
  const auto result = evaluate_binary(sample.view(), settings);
  ASSERT_EQ(result.calibration.bins.size(), 7U);
  double sum = 0;
  for (const auto& bin : result.calibration.bins)
    sum += static_cast<double>(bin.count) * std::abs(bin.observed - bin.predicted) / 250;
  EXPECT_NEAR(value(result.metrics, "ece"), sum, 1e-14);
}

TEST(EvaluateBinary, JudgesALinearPredictorAsItsProbability) {
  const Sample p = random_sample(100, 4);
  Sample eta = p;
  eta.scale = PredictionScale::linear_predictor;
  for (double& x : eta.prediction) x = std::log(x / (1 - x));
  Settings settings = without_bootstrap();
  settings.thresholds = {0.25};
  const auto one = evaluate_binary(p.view(), settings);
  const auto other = evaluate_binary(eta.view(), settings);
  ASSERT_EQ(one.metrics.size(), other.metrics.size());
  for (std::size_t i = 0; i < one.metrics.size(); ++i) {
    ASSERT_EQ(one.metrics[i].value.has_value(), other.metrics[i].value.has_value());
    if (one.metrics[i].value) {
      EXPECT_NEAR(*one.metrics[i].value, *other.metrics[i].value, 1e-9) << one.metrics[i].name;
    }
  }
  EXPECT_EQ(one.thresholds[0].true_positives, other.thresholds[0].true_positives);
}

TEST(EvaluateBinary, ALargeLinearPredictorIsNoProbabilityOfOne) {
  Sample sample = ten();
  sample.scale = PredictionScale::linear_predictor;
  sample.prediction[9] = 60;
  sample.prediction[0] = -800;
  const auto result = evaluate_binary(sample.view(), without_bootstrap());
  EXPECT_TRUE(metric(result.metrics, "log_loss").value);
  EXPECT_TRUE(metric(result.metrics, "citl").value);
}

TEST(EvaluateBinary, JudgesAScoreByItsOrderAlone) {
  Sample sample = ten();
  sample.scale = PredictionScale::score;
  for (double& x : sample.prediction) x = std::pow(x, 3) - 5;
  const auto result = evaluate_binary(sample.view(), without_bootstrap());
  EXPECT_DOUBLE_EQ(value(result.metrics, "auc"), 0.82);
  EXPECT_EQ(find_metric(result.metrics, "brier"), nullptr);
  EXPECT_TRUE(result.calibration.bins.empty());
  EXPECT_TRUE(result.decision.empty());
}

TEST(EvaluateBinary, ThinsALongRocCurveAndKeepsItsEnds) {
  const Sample sample = random_sample(5000, 5);
  Settings settings = without_bootstrap();
  settings.roc_points = 100;
  const auto curve = evaluate_binary(sample.view(), settings).roc;
  EXPECT_LE(curve.size(), 100U);
  EXPECT_GE(curve.size(), 80U);
  EXPECT_FALSE(curve.front().threshold);
  EXPECT_FALSE(curve.front().precision);
  EXPECT_EQ(curve.back().true_positive_rate, 1);
  EXPECT_EQ(curve.back().false_positive_rate, 1);
  for (std::size_t i = 1; i < curve.size(); ++i) {
    EXPECT_GE(curve[i].true_positive_rate, curve[i - 1].true_positive_rate);
    EXPECT_GE(curve[i].false_positive_rate, curve[i - 1].false_positive_rate);
  }
}

TEST(EvaluateBinary, LeavesOutCornersOnAStraightLine) {
  const Sample sample{{0, 0, 0, 1, 1, 1}, {0.1, 0.2, 0.3, 0.4, 0.5, 0.6}};
  EXPECT_EQ(evaluate_binary(sample.view(), without_bootstrap()).roc.size(), 3U);
}

TEST(EvaluateBinary, RefusesOneClassAndWrongSettings) {
  const Sample one{{1, 1, 1}, {0.1, 0.2, 0.3}};
  EXPECT_THROW(static_cast<void>(evaluate_binary(one.view(), without_bootstrap())), UserError);
  const Sample sample = ten();
  const auto refused = [&](const auto& change) {
    Settings settings = without_bootstrap();
    change(settings);
    EXPECT_THROW(static_cast<void>(evaluate_binary(sample.view(), settings)), UsageError);
  };
  refused([](Settings& s) { s.thresholds = {0}; });
  refused([](Settings& s) { s.thresholds = {1}; });
  refused([](Settings& s) { s.thresholds = {0.5, 0.2}; });
  refused([](Settings& s) { s.thresholds = {0.2, 0.2}; });
  refused([](Settings& s) { s.thresholds = {std::numeric_limits<double>::quiet_NaN()}; });
  refused([](Settings& s) { s.prevalence = 0; });
  refused([](Settings& s) { s.prevalence = 1; });
  refused([](Settings& s) { s.confidence = 1; });
  refused([](Settings& s) { s.confidence = 0.49; });
  refused([](Settings& s) { s.bootstrap = 99; });
  refused([](Settings& s) { s.bins = 1; });
  refused([](Settings& s) { s.bins = 1001; });
  refused([](Settings& s) { s.clip = 0.5; });
  refused([](Settings& s) { s.clip = 0; });
  Settings settings = without_bootstrap();
  settings.thresholds = {1e-9, 1 - 1e-9};
  settings.prevalence = 1e-9;
  settings.bins = 2;
  settings.clip = 0.49;
  settings.confidence = 0.5;
  EXPECT_NO_THROW(static_cast<void>(evaluate_binary(sample.view(), settings)));
}

TEST(EvaluateBinary, RefusesSpansThatDoNotFit) {
  Sample sample = ten();
  sample.outcome.pop_back();
  EXPECT_THROW(static_cast<void>(evaluate_binary(sample.view(), without_bootstrap())), InternalError);
  sample = ten();
  sample.prediction[0] = 1.5;
  EXPECT_THROW(static_cast<void>(evaluate_binary(sample.view(), without_bootstrap())), InternalError);
  sample.prediction[0] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THROW(static_cast<void>(evaluate_binary(sample.view(), without_bootstrap())), InternalError);
  sample = ten();
  sample.outcome[0] = 2;
  EXPECT_THROW(static_cast<void>(evaluate_binary(sample.view(), without_bootstrap())), InternalError);
}

TEST(EvaluateBinary, GoesThroughWithTwoSamples) {
  const Sample sample{{0, 1}, {0.2, 0.6}};
  Settings settings;
  settings.bootstrap = 100;
  settings.thresholds = {0.5};
  const auto result = evaluate_binary(sample.view(), settings);
  EXPECT_EQ(value(result.metrics, "auc"), 1);
  EXPECT_TRUE(result.deciles.empty());
  settings.prevalence = 0.1;
  EXPECT_FALSE(metric(evaluate_binary(sample.view(), settings).metrics, "brier").interval);
}

}  // namespace
}  // namespace varisk::evaluation
