#include "varisk/models/prediction.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <string>
#include <vector>

#include "framingham.hpp"
#include "varisk/core/error.hpp"

namespace varisk::models {
namespace {

using io::Json;
using testing::DoubleNear;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using enum ValueState;

FeatureColumn value(double number, ValueState state = observed) { return {{number}, {state}}; }

/// In the order of the model: age, sex, parent, bmi, pressure, hdl, triglycerides, glucose.
std::vector<FeatureColumn> person(double age, double sex, double parent, double bmi, double pressure, double hdl,
                                  double triglycerides, double glucose) {
  return {value(age),      value(sex), value(parent),        value(bmi),
          value(pressure), value(hdl), value(triglycerides), value(glucose)};
}

std::vector<FeatureColumn> man_at_risk() { return person(52, 1, 1, 32, 1, 38, 160, 110); }

Json with(Json json, const std::string& key, const Json& value) {
  json[key] = value;
  return json;
}

Model framingham(const std::string& key = {}, const Json& value = {}) {
  const Json json = test::framingham();
  return parse_model(key.empty() ? json : with(json, key, value), "model.json");
}

/// 0.5 + 1 x + 2 ln(y), of two numbers.
Json two_numbers() {
  return Json::parse(R"json({"format": "varisk-model/1", "id": "m", "outcome": "o", "family": "binomial",
    "features": {"x": {"type": "covariate", "column": "x", "value": "number"},
                 "y": {"type": "covariate", "column": "y", "value": "number"}},
    "intercept": 0.5,
    "terms": [{"name": "x", "coefficient": 1, "reference": 0.5, "factors": [{"feature": "x"}]},
              {"name": "ln y", "coefficient": 2, "reference": 1, "factors": [{"feature": "y", "log": true}]}]})json");
}

/// Of the same numbers: η = 0.5 + x, 1.7 − 2 ln(y), −0.9 + 0.25 x.
Json three_classes() {
  Json json = two_numbers();
  json["family"] = "multinomial";
  json["classes"] = {"low", "middle", "high"};
  json.erase("intercept");
  json["intercepts"] = {0.5, 1.7, -0.9};
  for (Json& term : json["terms"]) term.erase("coefficient");
  json["terms"][0]["coefficients"] = {1, 0, 0.25};
  json["terms"][1]["coefficients"] = {0, -2, 0};
  return json;
}

/// Of the same numbers: η = x + 2 ln(y), thresholds −1 and 1.5.
Json ordered_classes() {
  Json json = two_numbers();
  json["family"] = "ordinal";
  json["classes"] = {"low", "middle", "high"};
  json.erase("intercept");
  json["thresholds"] = {-1, 1.5};
  return json;
}

// By hand: −5.517 − 0.018 − 0.010 + 0.565 + 0.920 + 0.498 + 0.944 + 0.575 + 1.980 = −0.063;
// plogis(−0.063) = 0.484255207245754 (30 digit decimal arithmetic).
TEST(Predict, AgreesWithTheFraminghamModelByHand) {
  const Model model = framingham();
  const Prediction out = predict(model, man_at_risk(), 0);
  EXPECT_NEAR(out.linear_predictors.at(0), -0.063, 1e-12);
  EXPECT_NEAR(out.probabilities.at(1), 0.484255207245754, 1e-12);
  EXPECT_EQ(out.band, "high");
  EXPECT_EQ(out.standard_error, std::nullopt);
  EXPECT_EQ(out.observed_fraction, 1);
  EXPECT_THAT(out.flags, IsEmpty());
}

// A woman of 45 without any risk factor is at the intercept: plogis(−5.517) = 0.00400180474489639.
TEST(Predict, GivesTheInterceptWhereNoTermApplies) {
  const Prediction out = predict(framingham(), person(45, 0, 0, 22, 0, 60, 100, 85), 0);
  EXPECT_NEAR(out.linear_predictors.at(0), -5.517, 1e-12);
  EXPECT_NEAR(out.probabilities.at(1), 0.00400180474489639, 1e-15);
  EXPECT_EQ(out.band, "low");
}

TEST(Predict, IntervalsHoldTheirLowerEndAndNotTheirUpperOne) {
  const Model model = framingham();
  const double base = -5.517 - 0.010;
  const auto at_age = [&](double age) {
    return predict(model, person(age, 1, 0, 22, 0, 60, 100, 85), 0).linear_predictors.at(0);
  };
  EXPECT_NEAR(at_age(49.999), base, 1e-12);
  EXPECT_NEAR(at_age(50), base - 0.018, 1e-12);
  EXPECT_NEAR(at_age(64.999), base - 0.018, 1e-12);
  EXPECT_NEAR(at_age(65), base - 0.081, 1e-12);
}

// logit(0.08) − logit(0.5) = −2.442347035369204; −0.063 + that = −2.505347035369204, plogis 0.0754841820509264;
// 0.2 + 0.9 × that = −2.054812331832284, plogis 0.113567024319907.
TEST(Predict, ShiftsToThePopulationAndThenCalibrates) {
  const Json prevalence = {{"training", 0.5}, {"population", 0.08}};
  const Json calibration = {{"intercept", 0.2}, {"slope", 0.9}};
  const Prediction shifted = predict(framingham("prevalence", prevalence), man_at_risk(), 0);
  EXPECT_NEAR(shifted.linear_predictors.at(0), -2.505347035369204, 1e-12);
  EXPECT_NEAR(shifted.probabilities.at(1), 0.0754841820509264, 1e-12);
  EXPECT_EQ(shifted.band, "average");
  const Json both = with(with(test::framingham(), "prevalence", prevalence), "calibration", calibration);
  const Prediction calibrated = predict(parse_model(both, "model.json"), man_at_risk(), 0);
  EXPECT_NEAR(calibrated.linear_predictors.at(0), -2.054812331832284, 1e-12);
  EXPECT_NEAR(calibrated.probabilities.at(1), 0.113567024319907, 1e-12);
}

// (ln 70 − 4) / 0.5 = 0.496990484098718; times level and the other factor 2 × 3.
TEST(Predict, TakesTheLogarithmBeforeCentringAndMultipliesFactors) {
  Json json = two_numbers();
  json["terms"] = Json::parse(R"([{"name": "xy", "coefficient": 3, "factors": [
      {"feature": "x", "log": true, "center": 4, "scale": 0.5}, {"feature": "y"}]}])");
  const std::vector<FeatureColumn> columns = {value(70), value(2)};
  const Prediction out = predict(parse_model(json, "model.json"), columns, 0);
  EXPECT_NEAR(out.linear_predictors.at(0), 0.5 + 6 * 0.496990484098718, 1e-12);
}

// x = (1, 2, 3): 0.04 + 0.09 × 4 + 0.16 × 9 + 2 (0.01 × 2) + 2 (−0.02 × 2 × 3) = 1.64.
TEST(Predict, TheStandardErrorIsThatOfTheLinearPredictor) {
  Json json = two_numbers();
  json["terms"][1]["factors"][0].erase("log");
  json["covariance"] = Json::parse("[[0.04, 0.01, 0], [0.01, 0.09, -0.02], [0, -0.02, 0.16]]");
  const std::vector<FeatureColumn> columns = {value(2), value(3)};
  EXPECT_NEAR(predict(parse_model(json, "m"), columns, 0).standard_error.value(), std::sqrt(1.64), 1e-14);
  json["calibration"] = {{"intercept", 1}, {"slope", -0.5}};
  EXPECT_NEAR(predict(parse_model(json, "m"), columns, 0).standard_error.value(), 0.5 * std::sqrt(1.64), 1e-14);
}

TEST(Predict, ANegativeVarianceIsFlaggedAndHasNoStandardError) {
  Json json = two_numbers();
  json["covariance"] = Json::parse("[[0, 1, 0], [1, 0, 0], [0, 0, 0]]");
  const std::vector<FeatureColumn> columns = {value(-2), value(1)};
  const Prediction out = predict(parse_model(json, "m"), columns, 0);
  EXPECT_THAT(out.probabilities, SizeIs(2));
  EXPECT_EQ(out.standard_error, std::nullopt);
  EXPECT_THAT(out.flags, ElementsAre("negative_variance"));
}

TEST(Predict, ImputedFeaturesAreFlaggedAndMissingOnesLeaveNoResult) {
  const Model model = framingham();
  std::vector<FeatureColumn> columns = man_at_risk();
  columns[1].state[0] = imputed;
  columns[0].state[0] = imputed;
  const Prediction with_imputed = predict(model, columns, 0);
  EXPECT_THAT(with_imputed.flags, ElementsAre("imputed:age", "imputed:sex"));
  EXPECT_NEAR(with_imputed.linear_predictors.at(0), -0.063, 1e-12);
  EXPECT_EQ(with_imputed.observed_fraction, 0.75);
  columns[7].state[0] = missing;
  const Prediction without = predict(model, columns, 0);
  EXPECT_THAT(without.flags, ElementsAre("imputed:age", "imputed:sex", "missing:glucose"));
  EXPECT_THAT(without.linear_predictors, IsEmpty());
  EXPECT_THAT(without.probabilities, IsEmpty());
  EXPECT_EQ(without.band, std::nullopt);
  EXPECT_EQ(without.observed_fraction, 0.625);
  EXPECT_THAT(explain(model, columns, 0), IsEmpty());
}

TEST(Predict, WhatHasNoLogarithmOrOverflowsIsFlaggedAndHasNoResult) {
  const Model model = parse_model(two_numbers(), "m");
  for (const double y : {0.0, -1.0}) {
    const std::vector<FeatureColumn> columns = {value(1), value(y)};
    const Prediction out = predict(model, columns, 0);
    EXPECT_THAT(out.probabilities, IsEmpty());
    EXPECT_THAT(out.flags, ElementsAre("not_positive:y"));
  }
  Json json = two_numbers();
  json["terms"][0]["coefficient"] = 1e308;
  const std::vector<FeatureColumn> columns = {value(1e10), value(1)};
  EXPECT_THAT(predict(parse_model(json, "m"), columns, 0).flags, ElementsAre("not_finite"));
}

TEST(Predict, ColumnsOfAnotherShapeAreAFaultOfTheProgram) {
  const Model model = parse_model(two_numbers(), "m");
  const std::vector<FeatureColumn> one = {value(1)};
  EXPECT_THROW((void)predict(model, one, 0), InternalError);
  const std::vector<FeatureColumn> two = {value(1), value(1)};
  EXPECT_THROW((void)predict(model, two, 1), InternalError);
}

// exp(0.5), exp(1.7), exp(−0.9) over their sum (40 digit decimal arithmetic).
TEST(Predict, AMultinomialModelGivesEachClassItsLinearPredictorAndProbability) {
  const Model model = parse_model(three_classes(), "m");
  const std::vector<FeatureColumn> columns = {value(0), value(1)};
  const Prediction out = predict(model, columns, 0);
  EXPECT_THAT(out.linear_predictors, ElementsAre(0.5, 1.7, -0.9));
  EXPECT_THAT(out.probabilities,
              ElementsAre(DoubleNear(0.218975837947098547, 1e-15), DoubleNear(0.727025385238577730, 1e-15),
                          DoubleNear(0.0539987768143237236, 1e-15)));
  EXPECT_EQ(out.standard_error, std::nullopt);
  EXPECT_EQ(out.band, std::nullopt);
}

// F(−1 − 0.3), F(1.5 − 0.3) − F(−1 − 0.3), 1 − F(1.5 − 0.3) (40 digit decimal arithmetic).
TEST(Predict, AnOrdinalModelTakesTheLinearPredictorFromItsThresholds) {
  const Model model = parse_model(ordered_classes(), "m");
  const std::vector<FeatureColumn> columns = {value(0.3), value(1)};
  const Prediction out = predict(model, columns, 0);
  EXPECT_THAT(out.linear_predictors, ElementsAre(DoubleNear(0.3, 1e-15)));
  EXPECT_THAT(out.probabilities,
              ElementsAre(DoubleNear(0.214165016957441387, 1e-15), DoubleNear(0.554359766541576256, 1e-15),
                          DoubleNear(0.231475216500982357, 1e-15)));
}

TEST(Predict, AnOrdinalModelOfTwoClassesIsABinomialOne) {
  Json json = ordered_classes();
  json["classes"] = {"no", "yes"};
  json["thresholds"] = {-0.5};
  const std::vector<FeatureColumn> columns = {value(0.25), value(3)};
  const Prediction ordinal = predict(parse_model(json, "m"), columns, 0);
  const Prediction binomial = predict(parse_model(two_numbers(), "m"), columns, 0);
  EXPECT_DOUBLE_EQ(ordinal.probabilities.at(0), binomial.probabilities.at(0));
  EXPECT_DOUBLE_EQ(ordinal.probabilities.at(1), binomial.probabilities.at(1));
}

TEST(Predict, NoClassHasAResultIfOneOverflowsOrAFeatureIsMissing) {
  Json json = three_classes();
  json["terms"][0]["coefficients"] = {1, 1e308, 0};
  const std::vector<FeatureColumn> large = {value(1e10), value(1)};
  const Prediction out = predict(parse_model(json, "m"), large, 0);
  EXPECT_THAT(out.flags, ElementsAre("not_finite"));
  EXPECT_THAT(out.probabilities, IsEmpty());
  const std::vector<FeatureColumn> without = {value(1), value(1, missing)};
  EXPECT_THAT(predict(parse_model(json, "m"), without, 0).flags, ElementsAre("missing:y"));
  EXPECT_THAT(predict(parse_model(ordered_classes(), "m"), without, 0).probabilities, IsEmpty());
}

TEST(Explain, ContributionsOfAMultinomialModelAddUpForEachClass) {
  const Model model = parse_model(three_classes(), "m");
  const std::vector<FeatureColumn> columns = {value(3), value(7)};
  const Prediction out = predict(model, columns, 0);
  for (std::size_t k = 0; k < 3; ++k) {
    double sum = 0;
    for (const Contribution& item : explain(model, columns, 0, k)) sum += item.contribution;
    EXPECT_NEAR(sum, out.linear_predictors.at(k) - baseline(model, k), 1e-14);
  }
  // By hand: 0.25 × (3 − 0.5); −2 × (ln 7 − 1).
  EXPECT_DOUBLE_EQ(explain(model, columns, 0, 2)[0].contribution, 0.625);
  EXPECT_DOUBLE_EQ(explain(model, columns, 0, 1)[0].contribution, -2 * (std::log(7.0) - 1));
}

Json number_model() {
  Json json = two_numbers();
  json["family"] = "gaussian";
  return json;
}

// 0.5 + 3 + 2 ln 7.
TEST(Predict, AGaussianModelGivesTheNumberAndNoProbabilities) {
  const Model model = parse_model(with(number_model(), "residual_sd", 2), "m");
  const std::vector<FeatureColumn> columns = {value(3), value(7)};
  const Prediction out = predict(model, columns, 0);
  EXPECT_DOUBLE_EQ(out.linear_predictors.at(0), 3.5 + 2 * std::log(7.0));
  EXPECT_THAT(out.probabilities, IsEmpty());
  EXPECT_EQ(out.band, std::nullopt);
  EXPECT_EQ(out.standard_error, std::nullopt);
  EXPECT_DOUBLE_EQ(baseline(model), 0.5 + 0.5 + 2);
  EXPECT_EQ(explain(model, columns, 0).size(), 2U);
}

// Variance 0.04 + 9 × 0.01 + 2 × 3 × 0.002 = 0.142, with y = 1 (ln 1 = 0); slope 0.5 halves its root.
TEST(Predict, AGaussianModelMayHaveCovarianceAndCalibration) {
  Json json = with(number_model(), "covariance", {{0.04, 0.002, 0}, {0.002, 0.01, 0}, {0, 0, 1}});
  json["calibration"] = {{"intercept", 10}, {"slope", 0.5}};
  const Prediction out = predict(parse_model(json, "m"), std::vector<FeatureColumn>{value(3), value(1)}, 0);
  EXPECT_DOUBLE_EQ(out.linear_predictors.at(0), 10 + 0.5 * 3.5);
  EXPECT_DOUBLE_EQ(out.standard_error.value(), 0.5 * std::sqrt(0.142));
}

// η = 3 + 2 ln 7; calibrated 0.25 + 0.5 η; thresholds −1 and 1.5 stay.
TEST(Predict, AnOrdinalModelIsCalibratedBeforeItsThresholds) {
  const Model model = parse_model(with(ordered_classes(), "calibration", {{"intercept", 0.25}, {"slope", 0.5}}), "m");
  const Prediction out = predict(model, std::vector<FeatureColumn>{value(3), value(7)}, 0);
  const double eta = 0.25 + 0.5 * (3 + 2 * std::log(7.0));
  EXPECT_DOUBLE_EQ(out.linear_predictors.at(0), eta);
  EXPECT_DOUBLE_EQ(out.probabilities.at(0), 1 / (1 + std::exp(eta + 1)));
  EXPECT_DOUBLE_EQ(out.probabilities.at(2), 1 - 1 / (1 + std::exp(eta - 1.5)));
}

TEST(Predict, AMultinomialModelHasACalibrationInterceptForEachClass) {
  const Json calibration = {{"intercepts", {1, 0, -1}}, {"slope", 0.5}};
  const Model model = parse_model(with(three_classes(), "calibration", calibration), "m");
  const Prediction out = predict(model, std::vector<FeatureColumn>{value(3), value(1)}, 0);
  EXPECT_THAT(out.linear_predictors, ElementsAre(1 + 0.5 * 3.5, 0.5 * 1.7, -1 + 0.5 * (-0.9 + 0.75)));
}

/// 1 + 10 [x missing] + 100 index of stage + 1000 [stage missing] + 10000 x (index − 1) / 2.
Model with_indicators() {
  return parse_model(Json::parse(R"json({"format": "varisk-model/1", "id": "m", "outcome": "o", "family": "gaussian",
    "features": {"x": {"type": "covariate", "column": "x", "value": "number", "missing": {"value": 7}},
                 "stage": {"type": "covariate", "column": "s", "value": "category", "levels": ["I", "II", "III"],
                           "missing": {"value": "II"}}},
    "intercept": 1,
    "terms": [{"name": "x missing", "coefficient": 10, "factors": [{"feature": "x", "missing": true}]},
              {"name": "stage", "coefficient": 100, "factors": [{"feature": "stage", "ordinal": true}]},
              {"name": "stage missing", "coefficient": 1000, "factors": [{"feature": "stage", "missing": true}]},
              {"name": "x by stage", "coefficient": 10000,
               "factors": [{"feature": "x"}, {"feature": "stage", "ordinal": true, "center": 1, "scale": 2}]}]
    })json"),
                     "m");
}

TEST(Predict, IndicatorsAreOneWhereTheModelsValueWasTaken) {
  const auto of = [](FeatureColumn x, FeatureColumn stage) {
    return predict(with_indicators(), std::vector<FeatureColumn>{std::move(x), std::move(stage)}, 0);
  };
  EXPECT_EQ(of(value(5), value(2)).linear_predictors.at(0), 1 + 200 + 10000 * 5 * 0.5);
  EXPECT_EQ(of(value(7, imputed), value(2)).linear_predictors.at(0), 1 + 10 + 200 + 10000 * 7 * 0.5);
  EXPECT_EQ(of(value(5), value(1, imputed)).linear_predictors.at(0), 1 + 100 + 1000);
  EXPECT_EQ(of(value(5, winsorised), value(0)).linear_predictors.at(0), 1 - 10000 * 5 * 0.5);
}

TEST(Predict, AWinsorisedValueIsObservedAndFlagged) {
  const Prediction out =
      predict(with_indicators(), std::vector<FeatureColumn>{value(5, winsorised), value(0, imputed)}, 0);
  EXPECT_EQ(out.observed_fraction, 0.5);
  EXPECT_THAT(out.flags, ElementsAre("imputed:stage", "winsorised:x"));
}

TEST(Predict, ManyFlagsOfOneKindAreCounted) {
  Model model;
  model.intercepts = {0};
  std::vector<FeatureColumn> columns;
  for (std::size_t i = 0; i < 30; ++i) {
    model.features.push_back({"f" + std::to_string(i), VariantFeature{}});
    columns.push_back(value(1, i < 20 ? imputed : winsorised));
  }
  const Prediction named = predict(model, columns, 0);
  EXPECT_THAT(named.flags, SizeIs(30));
  columns[29].state[0] = imputed;
  const Prediction counted = predict(model, columns, 0);
  EXPECT_THAT(counted.flags, SizeIs(10));
  EXPECT_EQ(counted.flags.front(), "imputed:(21 features)");
  columns[0].state[0] = missing;
  EXPECT_THAT(predict(model, columns, 0).linear_predictors, IsEmpty());
}

TEST(Explain, ContributionsOfAnOrdinalModelAddUp) {
  const Model model = parse_model(ordered_classes(), "m");
  const std::vector<FeatureColumn> columns = {value(3), value(7)};
  double sum = 0;
  for (const Contribution& item : explain(model, columns, 0)) sum += item.contribution;
  EXPECT_NEAR(sum, predict(model, columns, 0).linear_predictors.at(0) - baseline(model), 1e-14);
}

TEST(Explain, SortsByAbsoluteContributionAndThenByName) {
  const std::vector<Contribution> out = explain(framingham(), man_at_risk(), 0);
  std::vector<std::string> names;
  for (const Contribution& item : out) names.push_back(item.term);
  EXPECT_THAT(names, ElementsAre("glucose", "low HDL, men", "obese", "triglycerides", "parent", "pressure", "age 50-64",
                                 "male", "age 65 and over", "low HDL, women", "overweight"));
  EXPECT_DOUBLE_EQ(out[0].contribution, 1.98);
  EXPECT_EQ(out[0].value, 1);
  EXPECT_EQ(out[0].reference, 0);
}

TEST(Explain, ContributionsAddUpToLinearPredictorMinusBaseline) {
  Json json = two_numbers();
  json["calibration"] = {{"intercept", 0.3}, {"slope", 0.8}};
  json["prevalence"] = {{"training", 0.4}, {"population", 0.02}};
  const Model model = parse_model(json, "m");
  const std::vector<FeatureColumn> columns = {value(3), value(7)};
  double sum = 0;
  for (const Contribution& item : explain(model, columns, 0)) sum += item.contribution;
  EXPECT_NEAR(sum, predict(model, columns, 0).linear_predictors.at(0) - baseline(model), 1e-12);
  // By hand: 0.8 × (1 × (3 − 0.5) + 2 × (ln 7 − 1)).
  EXPECT_NEAR(sum, 0.8 * (2.5 + 2 * (std::log(7.0) - 1)), 1e-12);
}

TEST(Logistic, NeitherOverflowsNorLosesSmallProbabilities) {
  EXPECT_EQ(logistic(0), 0.5);
  EXPECT_NEAR(logistic(2), 0.880797077977882444, 1e-15);
  EXPECT_DOUBLE_EQ(logistic(-40), 4.24835425529158898e-18);
  EXPECT_EQ(logistic(1e4), 1);
  EXPECT_EQ(logistic(-1e4), 0);
  EXPECT_GT(logistic(-700), 0);
}

TEST(Softmax, NeitherOverflowsNorDependsOnAShift) {
  const std::vector<double> x = {1, 2, 3};
  const auto expected = ElementsAre(DoubleNear(0.0900305731703804580, 1e-15), DoubleNear(0.244728471054797652, 1e-15),
                                    DoubleNear(0.665240955774821890, 1e-15));
  EXPECT_THAT(softmax(x), expected);
  const std::vector<double> shifted = {-1e4 + 1, -1e4 + 2, -1e4 + 3};
  EXPECT_THAT(softmax(shifted), expected);
  const std::vector<double> extreme = {1e308, -1e308, 1e308};
  EXPECT_THAT(softmax(extreme), ElementsAre(0.5, 0, 0.5));
  const std::vector<double> small = {0, -700};
  EXPECT_DOUBLE_EQ(softmax(small)[1], std::exp(-700));
}

// 40 digit decimal arithmetic; 1 − F(40) and the like would be 0.
TEST(CumulativeLogit, KeepsSmallProbabilitiesOnBothSides) {
  const std::vector<double> thresholds = {40, 41};
  const auto high = cumulative_logit(thresholds, 0);
  EXPECT_EQ(high[0], 1);
  EXPECT_DOUBLE_EQ(high[1], 2.6854720659566002116e-18);
  EXPECT_DOUBLE_EQ(high[2], 1.5628821893349887656e-18);
  const std::vector<double> below = {-50, -49};
  EXPECT_DOUBLE_EQ(cumulative_logit(below, 0)[1], 3.3141358153995461541e-22);
}

TEST(CumulativeLogit, DoesNotOverflow) {
  const std::vector<double> thresholds = {-1e308, 0, 1e308};
  EXPECT_THAT(cumulative_logit(thresholds, 1e308), ElementsAre(0, 0, 0.5, 0.5));
  EXPECT_THAT(cumulative_logit(thresholds, -1e308), ElementsAre(0.5, 0.5, 0, 0));
  EXPECT_THAT(cumulative_logit(thresholds, 0), ElementsAre(0, 0.5, 0.5, 0));
}

TEST(Logistic, IsUndoneByLogit) {
  for (const double p : {1e-12, 0.08, 0.5, 0.999}) EXPECT_NEAR(logistic(logit(p)), p, 1e-15);
}

}  // namespace
}  // namespace varisk::models
