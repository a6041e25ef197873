#include "varisk/evaluation/multiclass.hpp"

#include <gmock/gmock.h>

#include <cmath>

#include "sample.hpp"
#include "varisk/core/error.hpp"

namespace varisk::evaluation {
namespace {

using test::metric;
using test::value;
using test::without_bootstrap;
using testing::ElementsAre;
using testing::HasSubstr;

struct Six {
  std::vector<std::uint32_t> outcome = {0, 0, 1, 1, 2, 2};
  std::vector<double> probability = {0.7, 0.2, 0.1, 0.4, 0.5, 0.1, 0.2, 0.6, 0.2,
                                     0.3, 0.3, 0.4, 0.1, 0.1, 0.8, 0.3, 0.4, 0.3};
  [[nodiscard]] MulticlassSample view(bool ordered = true) const {
    return {{"a", "b", "c"}, outcome, probability, ordered};
  }
};

TEST(EvaluateMulticlass, CountsTheMostProbableClasses) {
  const Six six;
  const auto result = evaluate_multiclass(six.view(), without_bootstrap());
  EXPECT_THAT(result.confusion, ElementsAre(1, 1, 0, 0, 1, 1, 0, 1, 1));
  EXPECT_DOUBLE_EQ(value(result.metrics, "accuracy"), 0.5);
  EXPECT_DOUBLE_EQ(value(result.metrics, "balanced_accuracy"), 0.5);
  EXPECT_DOUBLE_EQ(value(result.classes[1].predicted, "ppv"), 1.0 / 3);
  EXPECT_DOUBLE_EQ(value(result.classes[2].predicted, "sensitivity"), 0.5);
  // Rows 2, 2, 2; columns 1, 3, 2: by chance (2 + 6 + 4) / 36.
  EXPECT_NEAR(value(result.metrics, "kappa"), (0.5 - 1.0 / 3) / (1 - 1.0 / 3), 1e-14);
  // Squared distances: found 1 + 1 + 1, by chance Σ (i − j)² r_i c_j / 6 = (2·3 + 8·2 + 2·1 + 2·2 + 8·1 + 2·3) / 6.
  EXPECT_NEAR(value(result.metrics, "kappa_quadratic"), 1 - 3 / (42.0 / 6), 1e-14);
  EXPECT_NEAR(value(result.metrics, "f1_macro"), (2.0 / 3 + 2.0 / 5 + 2.0 / 4) / 3, 1e-14);
}

TEST(EvaluateMulticlass, HasQuadraticKappaOfOrderedClassesOnly) {
  const Six six;
  EXPECT_EQ(find_metric(evaluate_multiclass(six.view(false), without_bootstrap()).metrics, "kappa_quadratic"), nullptr);
}

TEST(EvaluateMulticlass, AveragesAreasOfClassesAndOfPairs) {
  const Six six;
  const auto result = evaluate_multiclass(six.view(), without_bootstrap());
  // Class a: 0.7 and 0.4 beat all. b: 0.6 beats 4; 0.3 beats 0.2 and 0.1. c: 0.8 beats 4; 0.3 beats 3.
  EXPECT_DOUBLE_EQ(value(result.classes[0].one_vs_rest.metrics, "auc"), 1);
  EXPECT_DOUBLE_EQ(value(result.classes[1].one_vs_rest.metrics, "auc"), 6.0 / 8);
  EXPECT_DOUBLE_EQ(value(result.classes[2].one_vs_rest.metrics, "auc"), 7.0 / 8);
  EXPECT_DOUBLE_EQ(value(result.metrics, "auc_macro"), (1 + 0.75 + 0.875) / 3);
  // a|b 1, b|a 3/4; a|c 1, c|a 1; b|c 3/4, c|b 3/4.
  EXPECT_DOUBLE_EQ(value(result.metrics, "auc_hand_till"), (1 + 0.75 + 1 + 1 + 0.75 + 0.75) / 6);
}

TEST(EvaluateMulticlass, CountsTiesAsOneHalf) {
  Six six;
  six.probability.assign(18, 1.0 / 3);
  const auto result = evaluate_multiclass(six.view(), without_bootstrap());
  EXPECT_DOUBLE_EQ(value(result.metrics, "auc_macro"), 0.5);
  EXPECT_DOUBLE_EQ(value(result.metrics, "auc_hand_till"), 0.5);
  EXPECT_DOUBLE_EQ(value(result.metrics, "accuracy"), 1.0 / 3) << "of equal classes the first";
}

TEST(EvaluateMulticlass, AddsSquaresOverTheClasses) {
  const Six six;
  const auto result = evaluate_multiclass(six.view(), without_bootstrap());
  const double brier = 0.09 + 0.04 + 0.01 + 0.36 + 0.25 + 0.01 + 0.04 + 0.16 + 0.04 + 0.09 + 0.49 + 0.16 + 0.01 + 0.01 +
                       0.04 + 0.09 + 0.16 + 0.49;
  EXPECT_NEAR(value(result.metrics, "brier"), brier / 6, 1e-14);
  EXPECT_NEAR(value(result.metrics, "log_loss"), -std::log(0.7 * 0.4 * 0.6 * 0.3 * 0.8 * 0.3) / 6, 1e-14);
}

TEST(EvaluateMulticlass, LeavesOutClassesThatNobodyHas) {
  Six six;
  six.outcome = {0, 0, 1, 1, 0, 1};
  const auto result = evaluate_multiclass(six.view(), without_bootstrap());
  EXPECT_FALSE(result.classes[2].judged);
  EXPECT_DOUBLE_EQ(
      value(result.metrics, "auc_macro"),
      (value(result.classes[0].one_vs_rest.metrics, "auc") + value(result.classes[1].one_vs_rest.metrics, "auc")) / 2);
  EXPECT_THAT(metric(result.classes[2].predicted, "sensitivity").note, HasSubstr("nobody"));
}

TEST(EvaluateMulticlass, CallsTheLossOfAnImpossibleOutcomeInfinite) {
  Six six;
  six.probability[0] = 0;
  six.probability[1] = 0.9;
  EXPECT_THAT(metric(evaluate_multiclass(six.view(), without_bootstrap()).metrics, "log_loss").note,
              HasSubstr("infinite"));
}

TEST(EvaluateMulticlass, RefusesWhatDoesNotFit) {
  Six six;
  six.outcome = {1, 1, 1, 1, 1, 1};
  EXPECT_THROW(static_cast<void>(evaluate_multiclass(six.view(), without_bootstrap())), UserError);
  six.outcome = {0, 0, 1, 1, 2, 3};
  EXPECT_THROW(static_cast<void>(evaluate_multiclass(six.view(), without_bootstrap())), InternalError);
  Six short_one;
  short_one.probability.pop_back();
  EXPECT_THROW(static_cast<void>(evaluate_multiclass(short_one.view(), without_bootstrap())), InternalError);
  Settings settings = without_bootstrap();
  settings.prevalence = 0.1;
  EXPECT_THROW(static_cast<void>(evaluate_multiclass(Six().view(), settings)), UsageError);
}

TEST(CompareMulticlass, SubtractsTheBaseline) {
  const Six six;
  Six other;
  other.probability = {0.5, 0.3, 0.2, 0.3, 0.3, 0.4, 0.3, 0.4, 0.3, 0.2, 0.5, 0.3, 0.2, 0.2, 0.6, 0.3, 0.4, 0.3};
  const auto metrics = compare_multiclass(six.view(), other.probability, without_bootstrap());
  const auto one = evaluate_multiclass(six.view(), without_bootstrap());
  const auto two = evaluate_multiclass(other.view(), without_bootstrap());
  for (const char* name : {"auc_macro", "brier", "log_loss", "accuracy"}) {
    EXPECT_NEAR(value(metrics, std::string(name) + "_difference"), value(one.metrics, name) - value(two.metrics, name),
                1e-14)
        << name;
  }
}

}  // namespace
}  // namespace varisk::evaluation
