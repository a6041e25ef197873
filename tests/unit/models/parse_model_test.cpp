#include <gmock/gmock.h>

#include <cmath>
#include <functional>
#include <limits>
#include <string>

#include "../temp_file.hpp"
#include "framingham.hpp"
#include "varisk/core/error.hpp"
#include "varisk/models/model.hpp"

namespace varisk::models {
namespace {

using io::Json;
using testing::ElementsAre;
using testing::HasSubstr;
using varisk::test::message_of;
using varisk::test::TempFile;

/// Every kind of feature and transformation, and every optional key.
Json full_model() {
  return Json::parse(R"json({
    "format": "varisk-model/1", "id": "t2d", "name": "title", "description": "text", "outcome": "diabetes",
    "classes": ["healthy", "ill"], "family": "binomial", "genome_build": "GRCh38",
    "features": {
      "age": {"type": "covariate", "column": "age", "value": "number", "unit": "years", "range": [18, 110],
              "out_of_range": "missing", "missing": {"value": 54}},
      "sex": {"type": "covariate", "column": "sex", "value": "category", "levels": ["female", "male"],
              "unknown_level": "missing", "missing": {"value": "male"}},
      "prs": {"type": "score", "score": "PGS000014", "mean": 0.1, "sd": 0.5},
      "own": {"type": "score", "file": "scores/own.txt"},
      "tcf7l2": {"type": "variant", "contig": "chr10", "position": 112998590, "ref": "c", "alt": "T",
                 "effect_allele": "T", "coding": "dominant", "mean": 0.56}
    },
    "intercept": -5.5,
    "terms": [
      {"name": "age", "coefficient": 0.1, "reference": 0.5,
       "factors": [{"feature": "age", "log": true, "center": 4, "scale": 0.5}]},
      {"name": "male", "coefficient": 0.2, "factors": [{"feature": "sex", "level": "male"}]},
      {"name": "score", "coefficient": 0.3, "factors": [{"feature": "prs"}, {"feature": "own", "at_least": 1}]},
      {"name": "variant", "coefficient": 0.4, "factors": [{"feature": "tcf7l2"}]}
    ],
    "covariance": [[1, 0, 0, 0, 0], [0, 1, 0, 0, 0], [0, 0, 1, 0.5, 0], [0, 0, 0.5, 1, 0], [0, 0, 0, 0, 1]],
    "calibration": {"intercept": 0.1, "slope": 0.9},
    "prevalence": {"training": 0.5, "population": 0.08},
    "bands": [{"name": "low", "below": 0.05}, {"name": "average", "below": 0.2}, {"name": "high"}],
    "intended_population": "adults", "provenance": {"any": [1]}, "performance": {"auc": 0.8}, "notice": "demo"
  })json");
}

Json::json_pointer at(const std::string& pointer) { return Json::json_pointer(pointer); }

/// The message for the full model with one value replaced or added.
std::string fault_with(const std::string& pointer, const Json& value) {
  Json json = full_model();
  json[at(pointer)] = value;
  return message_of<UserError>([&] { (void)parse_model(json, "model.json"); });
}

std::string fault_without(const std::string& pointer, const std::string& key) {
  Json json = full_model();
  json[at(pointer)].erase(key);
  return message_of<UserError>([&] { (void)parse_model(json, "model.json"); });
}

TEST(Model, HoldsWhatTheFileSays) {
  const Model model = parse_model(full_model(), "folder/model.json");
  EXPECT_EQ(model.id, "t2d");
  EXPECT_EQ(model.classes[1], "ill");
  EXPECT_EQ(model.genome_build, sites::GenomeBuild::grch38);
  ASSERT_EQ(model.features.size(), 5U);
  EXPECT_EQ(model.features[0].name, "age");
  const auto& age = std::get<CovariateFeature>(model.features[0].source);
  EXPECT_EQ(std::get<NumberCovariate>(age.value).range->high, 110);
  EXPECT_EQ(std::get<NumberCovariate>(age.value).out_of_range, OnBadValue::missing);
  EXPECT_EQ(std::get<ImputeMissing>(age.missing).value, 54);
  EXPECT_EQ(std::get<ImputeMissing>(std::get<CovariateFeature>(model.features[1].source).missing).value, 1);
  const auto& prs = std::get<ScoreFeature>(model.features[2].source);
  EXPECT_EQ(std::get<ScoreFeature::Id>(prs.score).text, "PGS000014");
  EXPECT_EQ(prs.sd, 0.5);
  const auto& own = std::get<ScoreFeature>(model.features[3].source);
  EXPECT_EQ(std::get<ScoreFeature::File>(own.score).path, "folder/scores/own.txt");
  EXPECT_EQ(own.sd, 1);
  const auto& variant = std::get<VariantFeature>(model.features[4].source);
  EXPECT_EQ(variant.contig, "10");
  EXPECT_EQ(variant.ref, "C");
  EXPECT_EQ(variant.coding, Coding::dominant);
  ASSERT_EQ(model.terms.size(), 4U);
  EXPECT_EQ(model.terms[0].reference, 0.5);
  EXPECT_TRUE(std::get<Affine>(model.terms[0].factors[0].transform).log);
  EXPECT_EQ(std::get<LevelIs>(model.terms[1].factors[0].transform).level, 1U);
  EXPECT_EQ(std::get<Interval>(model.terms[2].factors[1].transform).at_least, 1);
  EXPECT_EQ(model.covariance.size(), 25U);
  EXPECT_EQ(model.calibration->slope, 0.9);
  EXPECT_EQ(model.prevalence->population, 0.08);
  EXPECT_EQ(model.bands[2].below, std::nullopt);
  EXPECT_EQ(model.provenance.dump(), R"({"any":[1]})");
  EXPECT_EQ(model.notice, "demo");
}

TEST(Model, NeedsNoFeatures) {
  const Json json = Json::parse(R"({"format": "varisk-model/1", "id": "m", "outcome": "o", "family": "binomial",
                                    "features": {}, "intercept": 1, "terms": []})");
  const Model model = parse_model(json, "model.json");
  EXPECT_TRUE(model.terms.empty());
  EXPECT_EQ(model.classes[1], "yes");
}

TEST(Model, IsReadFromAFile) {
  const TempFile file("model.json", full_model().dump());
  EXPECT_EQ(read_model(file.path()).id, "t2d");
}

TEST(Model, AnUnknownKeyIsAnErrorWhereverItStands) {
  EXPECT_THAT(fault_with("/extra", 1), HasSubstr("model.json: unknown key 'extra'"));
  EXPECT_THAT(fault_with("/features/age/levels", 1), HasSubstr("model.json: features.age: unknown key 'levels'"));
  EXPECT_THAT(fault_with("/features/age/missing/extra", 1), HasSubstr("features.age.missing: unknown key"));
  EXPECT_THAT(fault_with("/features/sex/range", 1), HasSubstr("features.sex: unknown key 'range'"));
  EXPECT_THAT(fault_with("/features/prs/extra", 1), HasSubstr("features.prs: unknown key"));
  EXPECT_THAT(fault_with("/features/tcf7l2/extra", 1), HasSubstr("features.tcf7l2: unknown key"));
  EXPECT_THAT(fault_with("/terms/1/extra", 1), HasSubstr("terms[1]: unknown key"));
  EXPECT_THAT(fault_with("/terms/2/factors/1/extra", 1), HasSubstr("terms[2].factors[1]: unknown key"));
  EXPECT_THAT(fault_with("/calibration/extra", 1), HasSubstr("calibration: unknown key"));
  EXPECT_THAT(fault_with("/prevalence/extra", 1), HasSubstr("prevalence: unknown key"));
  EXPECT_THAT(fault_with("/bands/0/extra", 1), HasSubstr("bands[0]: unknown key"));
}

TEST(Model, AMissingKeyIsAnError) {
  for (const char* key : {"format", "id", "outcome", "family", "features", "intercept", "terms"}) {
    EXPECT_THAT(fault_without("", key), HasSubstr("model.json: expected the key '" + std::string(key) + "'"));
  }
  for (const char* key : {"type", "column", "value"}) {
    EXPECT_THAT(fault_without("/features/age", key), HasSubstr("features.age: expected the key"));
  }
  EXPECT_THAT(fault_without("/features/sex", "levels"), HasSubstr("features.sex: expected the key 'levels'"));
  for (const char* key : {"contig", "position", "ref", "alt", "effect_allele"}) {
    EXPECT_THAT(fault_without("/features/tcf7l2", key), HasSubstr("features.tcf7l2: expected the key"));
  }
  for (const char* key : {"name", "coefficient", "factors"}) {
    EXPECT_THAT(fault_without("/terms/0", key), HasSubstr("terms[0]: expected the key"));
  }
  EXPECT_THAT(fault_without("/terms/0/factors/0", "feature"), HasSubstr("expected the key 'feature'"));
  EXPECT_THAT(fault_without("/calibration", "slope"), HasSubstr("calibration: expected the key 'slope'"));
  EXPECT_THAT(fault_without("/prevalence", "training"), HasSubstr("prevalence: expected the key 'training'"));
}

TEST(Model, AnotherVersionOrFamilyIsAnErrorThatSaysWhatIsSupported) {
  EXPECT_THAT(
      fault_with("/format", "varisk-model/2"),
      HasSubstr(
          "model.json: format: expected \"varisk-model/1\", the only version supported, found \"varisk-model/2\""));
  EXPECT_THAT(fault_with("/family", "poisson"),
              HasSubstr(R"(family: expected "binomial", "multinomial", "ordinal" or "gaussian", found "poisson")"));
  EXPECT_THAT(fault_with("/family", 1), HasSubstr("family: expected \"binomial\""));
}

TEST(Model, AWrongTypeIsAnErrorWithExpectedAndFound) {
  EXPECT_THAT(fault_with("", Json::array()), HasSubstr("model.json: expected an object, found []"));
  EXPECT_THAT(fault_with("/id", 7), HasSubstr("model.json: id: expected a text, found 7"));
  EXPECT_THAT(fault_with("/id", "a\tb"),
              HasSubstr("id: expected a text that is not empty and has no control characters"));
  EXPECT_THAT(fault_with("/features", Json::array()), HasSubstr("features: expected an object"));
  EXPECT_THAT(fault_with("/intercept", "1"), HasSubstr("intercept: expected a number, found \"1\""));
  EXPECT_THAT(fault_with("/terms", 1), HasSubstr("terms: expected an array, found 1"));
  EXPECT_THAT(fault_with("/terms/0/factors", Json::array()),
              HasSubstr("terms[0].factors: expected at least one factor"));
  EXPECT_THAT(fault_with("/terms/0/factors/0/log", 1), HasSubstr("terms[0].factors[0].log: expected true or false"));
  EXPECT_THAT(fault_with("/classes", {"a"}), HasSubstr("classes: expected two names"));
  EXPECT_THAT(fault_with("/genome_build", "GRCh36"), HasSubstr("genome_build: expected GRCh37 or GRCh38"));
}

TEST(Model, NumbersAreFinite) {
  const double infinity = std::numeric_limits<double>::infinity();
  EXPECT_THAT(fault_with("/intercept", infinity), HasSubstr("intercept: expected a finite number"));
  EXPECT_THAT(fault_with("/terms/0/coefficient", std::nan("")), HasSubstr("terms[0].coefficient: expected a finite"));
}

TEST(Model, RulesForCovariatesAreChecked) {
  EXPECT_THAT(fault_with("/features/age/type", "lab"),
              HasSubstr("features.age.type: expected \"covariate\", \"score\""));
  EXPECT_THAT(fault_with("/features/age/value", "date"), HasSubstr("features.age.value: expected \"number\""));
  EXPECT_THAT(fault_with("/features/age/range", {110, 18}),
              HasSubstr("model.json: features.age.range: expected two numbers, the lower one first, found [110,18]"));
  EXPECT_THAT(fault_with("/features/age/range", {18}), HasSubstr("features.age.range: expected two numbers"));
  EXPECT_THAT(fault_with("/features/age/out_of_range", "clip"), HasSubstr("features.age.out_of_range: expected"));
  EXPECT_THAT(fault_with("/features/age/analyte", "urea"), HasSubstr("features.age.analyte: expected glucose"));
  EXPECT_THAT(fault_with("/features/age/missing", "mean"), HasSubstr("features.age.missing: expected \"error\""));
  EXPECT_THAT(fault_with("/features/age/missing/value", 17),
              HasSubstr("missing.value: expected a number within the range"));
  EXPECT_THAT(fault_with("/features/age/missing/value", "54"), HasSubstr("missing.value: expected a number"));
  EXPECT_THAT(fault_with("/features/sex/levels", Json::array()),
              HasSubstr("features.sex.levels: expected at least one"));
  EXPECT_THAT(fault_with("/features/sex/levels", {"male", "male"}),
              HasSubstr("features.sex.levels[1]: expected each level once"));
  EXPECT_THAT(fault_with("/features/sex/missing/value", "other"),
              HasSubstr("missing.value: expected one of the levels"));
}

TEST(Model, RulesForScoresAndVariantsAreChecked) {
  EXPECT_THAT(fault_with("/features/prs/sd", 0), HasSubstr("features.prs.sd: expected a number above 0, found 0"));
  EXPECT_THAT(fault_with("/features/prs/sd", -1), HasSubstr("features.prs.sd"));
  EXPECT_THAT(fault_with("/features/prs/file", "a.txt"), HasSubstr("features.prs: expected one of the keys"));
  EXPECT_THAT(fault_without("/features/prs", "score"), HasSubstr("features.prs: expected one of the keys"));
  EXPECT_THAT(fault_with("/features/tcf7l2/position", 0),
              HasSubstr("features.tcf7l2.position: expected a positive integer"));
  EXPECT_THAT(fault_with("/features/tcf7l2/position", 1.5),
              HasSubstr("position: expected a positive integer, found 1.5"));
  EXPECT_THAT(fault_with("/features/tcf7l2/ref", "N"),
              HasSubstr("features.tcf7l2.ref: expected an allele of the letters"));
  EXPECT_THAT(fault_with("/features/tcf7l2/alt", ""), HasSubstr("features.tcf7l2.alt: expected an allele"));
  EXPECT_THAT(fault_with("/features/tcf7l2/alt", "C"),
              HasSubstr("features.tcf7l2.alt: expected an allele that differs"));
  EXPECT_THAT(fault_with("/features/tcf7l2/effect_allele", "G"), HasSubstr("effect_allele: expected ref or alt"));
  EXPECT_THAT(fault_with("/features/tcf7l2/coding", "log"), HasSubstr("features.tcf7l2.coding: expected"));
  EXPECT_THAT(fault_with("/features/tcf7l2/mean", 1.5), HasSubstr("mean: expected a number from 0 to 1"));
}

TEST(Model, FeaturesAndTermsNameEachOther) {
  EXPECT_THAT(fault_with("/terms/0/factors/0/feature", "bmi"),
              HasSubstr("model.json: terms[0].factors[0].feature: expected the name of a feature, found \"bmi\""));
  EXPECT_THAT(fault_with("/features/bmi", {{"type", "covariate"}, {"column", "bmi"}, {"value", "number"}}),
              HasSubstr("features.bmi: expected a term that uses this feature"));
  EXPECT_THAT(fault_with("/terms/1/name", "age"), HasSubstr("terms[1].name: expected each name once"));
}

TEST(Model, TransformationsFitTheirFeature) {
  EXPECT_THAT(fault_with("/terms/0/factors/0/scale", 0),
              HasSubstr("terms[0].factors[0].scale: expected a number that is not 0"));
  EXPECT_THAT(fault_with("/terms/0/factors/0/below", 5), HasSubstr("terms[0].factors[0]: expected one transformation"));
  EXPECT_THAT(fault_with("/terms/2/factors/1/below", 1),
              HasSubstr("terms[2].factors[1]: expected at_least to be less"));
  EXPECT_THAT(fault_with("/terms/1/factors/0/level", "other"),
              HasSubstr("level: expected one of the levels female, male"));
  EXPECT_THAT(fault_without("/terms/1/factors/0", "level"), HasSubstr("terms[1].factors[0]: expected a level"));
  EXPECT_THAT(fault_with("/terms/2/factors/0/level", "male"), HasSubstr("terms[2].factors[0]: expected no level"));
  EXPECT_THAT(fault_with("/terms/2/factors/0/ordinal", true), HasSubstr("terms[2].factors[0]: expected no level"));
  EXPECT_THAT(fault_with("/terms/1/factors/0/ordinal", true),
              HasSubstr("terms[1].factors[0]: expected one transformation"));
  EXPECT_THAT(fault_with("/terms/1/factors/0", {{"feature", "sex"}, {"ordinal", false}}),
              HasSubstr("terms[1].factors[0].ordinal: expected true; leave the key out otherwise, found false"));
  EXPECT_THAT(fault_with("/terms/1/factors/0", {{"feature", "sex"}, {"ordinal", true}, {"log", true}}),
              HasSubstr("terms[1].factors[0].log: expected no logarithm"));
  EXPECT_THAT(fault_with("/terms/1/factors/0", {{"feature", "sex"}, {"center", 1}}),
              HasSubstr("terms[1].factors[0]: expected a level, or ordinal"));
}

TEST(Model, AMissingIndicatorIsOfAFeatureThatIsFilled) {
  const auto parsed = [](const Json& factor) {
    Json json = full_model();
    json["terms"].push_back({{"name", "m"}, {"coefficient", 1}, {"factors", {factor}}});
    json.erase("covariance");
    return parse_model(json, "model.json");
  };
  const auto fault = [&](const Json& factor) { return message_of<UserError>([&] { (void)parsed(factor); }); };
  for (const char* feature : {"age", "sex", "tcf7l2"}) {
    const Model model = parsed({{"feature", feature}, {"missing", true}});
    EXPECT_TRUE(std::holds_alternative<WasMissing>(model.terms[4].factors[0].transform)) << feature;
  }
  EXPECT_THAT(fault({{"feature", "prs"}, {"missing", true}}),
              HasSubstr("terms[4].factors[0].missing: expected a feature with a value for missing ones"));
  EXPECT_THAT(fault({{"feature", "age"}, {"missing", false}}), HasSubstr("missing: expected true; leave the key out"));
  EXPECT_THAT(fault({{"feature", "age"}, {"missing", true}, {"center", 1}}), HasSubstr("expected one transformation"));
  Json json = full_model();
  json[at("/terms/0/factors/0")] = {{"feature", "age"}, {"missing", true}};
  json[at("/features/age/missing")] = "na";
  EXPECT_THAT(message_of<UserError>([&] { (void)parse_model(json, "model.json"); }),
              HasSubstr("terms[0].factors[0].missing: expected a feature with a value for missing ones, found none"));
}

TEST(Model, LimitsForOutliersAreChecked) {
  Json json = full_model();
  json[at("/features/age/outliers")] = {{"low", 20}, {"high", 90.5}, {"action", "winsorise"}};
  const Model model = parse_model(json, "model.json");
  const auto& age = std::get<NumberCovariate>(std::get<CovariateFeature>(model.features[0].source).value);
  EXPECT_EQ(age.outliers, (Outliers{20, 90.5, OnOutlier::winsorise}));
  EXPECT_THAT(fault_with("/features/age/outliers", {{"low", 20}}),
              HasSubstr("features.age.outliers: expected the key 'action', found none"));
  EXPECT_THAT(fault_with("/features/age/outliers", {{"low", 20}, {"action", "clip"}}),
              HasSubstr(R"(outliers.action: expected "missing", "winsorise" or "error", found "clip")"));
  EXPECT_THAT(fault_with("/features/age/outliers", {{"action", "error"}}), HasSubstr("expected low, high or both"));
  EXPECT_THAT(fault_with("/features/age/outliers", {{"low", 2}, {"high", 1}, {"action", "error"}}),
              HasSubstr("expected low not to be above high"));
  EXPECT_THAT(fault_with("/features/age/outliers", {{"low", 2}, {"k", 1}, {"action", "error"}}),
              HasSubstr("features.age.outliers: unknown key 'k'"));
  EXPECT_THAT(fault_with("/features/sex/outliers", {{"low", 2}, {"action", "error"}}),
              HasSubstr("features.sex: unknown key 'outliers'"));
}

TEST(Model, TheCovarianceIsSquareSymmetricAndHasVariances) {
  EXPECT_THAT(fault_with("/covariance", {{1}}),
              HasSubstr("covariance: expected 5 rows of 5 numbers, for the intercept and each term, found 1 rows"));
  EXPECT_THAT(fault_with("/covariance/2", {0, 0}), HasSubstr("covariance[2]: expected 5 rows of 5 numbers"));
  EXPECT_THAT(fault_with("/covariance/3/2", 0.4),
              HasSubstr("covariance[3][2]: expected a symmetric matrix, here 0.5, found 0.4"));
  EXPECT_THAT(fault_with("/covariance/1/1", -1), HasSubstr("covariance[1][1]: expected a variance"));
  EXPECT_THAT(fault_with("/covariance/1/1", "x"), HasSubstr("covariance[1][1]: expected a number"));
}

TEST(Model, PrevalencesAreInsideTheUnitInterval) {
  for (const double bad : {0.0, 1.0, -0.1, 1.1}) {
    EXPECT_THAT(fault_with("/prevalence/training", bad), HasSubstr("prevalence.training: expected a number above 0"));
    EXPECT_THAT(fault_with("/prevalence/population", bad),
                HasSubstr("prevalence.population: expected a number above 0"));
  }
}

Json multinomial() {
  return Json::parse(R"json({
    "format": "varisk-model/1", "id": "dose", "outcome": "dose", "classes": ["low", "middle", "high"],
    "family": "multinomial",
    "features": {
      "activity": {"type": "pharmacogene", "gene": "CYP2C9", "value": "activity_score", "missing": {"value": 2}},
      "star3": {"type": "pharmacogene", "gene": "CYP2C9", "value": "allele_count", "allele": "*3", "missing": "error"},
      "vkorc1": {"type": "pharmacogene", "gene": "VKORC1", "value": "phenotype", "levels": ["-1639 GG", "-1639 AG"],
                 "unknown_level": "missing", "missing": {"value": "-1639 AG"}},
      "pair": {"type": "pharmacogene", "gene": "CYP2C9", "value": "diplotype", "levels": ["*1/*1", "*2/*3"]}
    },
    "intercepts": [0.5, 0, -0.5],
    "terms": [
      {"name": "activity", "coefficients": [-1, 0, 1], "factors": [{"feature": "activity"}, {"feature": "star3"}]},
      {"name": "pair", "coefficients": [0, 0.5, 1],
       "factors": [{"feature": "vkorc1", "level": "-1639 AG"}, {"feature": "pair", "level": "*2/*3"}]}
    ]})json");
}

Json ordinal() {
  Json json = multinomial();
  json["family"] = "ordinal";
  json.erase("intercepts");
  json["thresholds"] = {-1, 2};
  for (Json& term : json["terms"]) {
    term.erase("coefficients");
    term["coefficient"] = 0.5;
  }
  return json;
}

std::string fault_of(Json json, const std::string& pointer, const Json& value) {
  json[at(pointer)] = value;
  return message_of<UserError>([&] { (void)parse_model(json, "model.json"); });
}

std::string fault_without(Json json, const std::string& pointer, const std::string& key) {
  json[at(pointer)].erase(key);
  return message_of<UserError>([&] { (void)parse_model(json, "model.json"); });
}

TEST(Model, MayHaveSeveralClasses) {
  const Model model = parse_model(multinomial(), "m");
  EXPECT_EQ(model.family, Family::multinomial);
  EXPECT_THAT(model.classes, ElementsAre("low", "middle", "high"));
  EXPECT_THAT(model.intercepts, ElementsAre(0.5, 0, -0.5));
  EXPECT_THAT(model.terms[1].coefficients, ElementsAre(0, 0.5, 1));
  EXPECT_TRUE(model.thresholds.empty());
  const Model ordered = parse_model(ordinal(), "m");
  EXPECT_EQ(ordered.family, Family::ordinal);
  EXPECT_THAT(ordered.thresholds, ElementsAre(-1, 2));
  EXPECT_THAT(ordered.intercepts, ElementsAre(0));
  EXPECT_THAT(ordered.terms[0].coefficients, ElementsAre(0.5));
}

TEST(Model, KeysOfAnotherFamilyAreErrorsThatSayWhatIsExpected) {
  EXPECT_THAT(fault_of(multinomial(), "/intercept", -5.5),
              HasSubstr("model.json: intercept: expected 'intercepts' in its place, because the family is multinomial, "
                        "found -5.5"));
  EXPECT_THAT(fault_of(multinomial(), "/thresholds", {1, 2}), HasSubstr("thresholds: expected 'intercepts'"));
  EXPECT_THAT(fault_of(multinomial(), "/terms/1/coefficient", 0.1),
              HasSubstr("terms[1].coefficient: expected 'coefficients' in its place, because the family is "
                        "multinomial, found 0.1"));
  EXPECT_THAT(fault_of(ordinal(), "/intercept", 0),
              HasSubstr("intercept: expected 'thresholds' in its place, because the family is ordinal, found 0"));
  EXPECT_THAT(fault_of(ordinal(), "/intercepts", {0, 0, 0}), HasSubstr("intercepts: expected 'thresholds'"));
  EXPECT_THAT(fault_of(ordinal(), "/terms/0/coefficients", {1, 2, 3}),
              HasSubstr("terms[0].coefficients: expected 'coefficient'"));
  EXPECT_THAT(fault_with("/intercepts", {1, 2}), HasSubstr("intercepts: expected 'intercept'"));
  EXPECT_THAT(fault_with("/thresholds", {1}), HasSubstr("thresholds: expected 'intercept'"));
  EXPECT_THAT(fault_with("/terms/0/coefficients", {1, 2}), HasSubstr("terms[0].coefficients: expected 'coefficient'"));
}

TEST(Model, SeveralClassesHaveNoCovariancePrevalenceOrBands) {
  for (const char* key : {"covariance", "prevalence", "bands"}) {
    const Json value = full_model()[key];
    EXPECT_THAT(fault_of(multinomial(), std::string("/") + key, value),
                HasSubstr(std::string("model.json: ") + key + ": expected no " + key +
                          ", because the family is multinomial, found"));
    EXPECT_THAT(fault_of(ordinal(), std::string("/") + key, value), HasSubstr("because the family is ordinal"));
  }
}

TEST(Model, CalibrationHasAnInterceptForEachLinearPredictor) {
  Json json = multinomial();
  json["calibration"] = {{"intercepts", {0.1, 0.2, -0.3}}, {"slope", 0.9}};
  EXPECT_THAT(parse_model(json, "m").calibration->intercepts, ElementsAre(0.1, 0.2, -0.3));
  json = ordinal();
  json["calibration"] = {{"intercept", 0.1}, {"slope", 0.9}};
  EXPECT_THAT(parse_model(json, "m").calibration->intercepts, ElementsAre(0.1));
  EXPECT_THAT(
      fault_of(multinomial(), "/calibration", {{"intercept", 1}, {"slope", 1}}),
      HasSubstr("calibration.intercept: expected 'intercepts' in its place, because the family is multinomial"));
  EXPECT_THAT(fault_of(multinomial(), "/calibration", {{"intercepts", {1}}, {"slope", 1}}),
              HasSubstr("calibration.intercepts: expected 3 numbers, one of each class, found 1"));
  EXPECT_THAT(fault_of(ordinal(), "/calibration", {{"intercepts", {1}}, {"slope", 1}}),
              HasSubstr("calibration.intercepts: expected 'intercept' in its place"));
}

Json gaussian() {
  Json json = full_model();
  json["family"] = "gaussian";
  for (const char* key : {"classes", "prevalence", "bands"}) json.erase(key);
  json["outcome_unit"] = "mmol/L";
  json["residual_sd"] = 0.75;
  return json;
}

TEST(Model, MayBeOfANumber) {
  const Model model = parse_model(gaussian(), "m");
  EXPECT_EQ(model.family, Family::gaussian);
  EXPECT_TRUE(model.classes.empty());
  EXPECT_THAT(model.intercepts, ElementsAre(-5.5));
  EXPECT_EQ(model.outcome_unit, "mmol/L");
  EXPECT_EQ(model.residual_sd, 0.75);
  EXPECT_EQ(model.covariance.size(), 25U);
  EXPECT_EQ(model.calibration->slope, 0.9);
  for (const char* key : {"classes", "prevalence", "bands"}) {
    EXPECT_THAT(fault_of(gaussian(), std::string("/") + key, full_model()[key]),
                HasSubstr(std::string(key) + ": expected no " + key + ", because the family is gaussian"));
  }
  for (const char* key : {"outcome_unit", "residual_sd"}) {
    EXPECT_THAT(fault_with(std::string("/") + key, gaussian()[key]),
                HasSubstr(std::string(key) + ": expected no " + key + ", because the family is binomial"));
  }
  for (const double bad : {0.0, -1.0}) {
    EXPECT_THAT(fault_of(gaussian(), "/residual_sd", bad), HasSubstr("residual_sd: expected a number above 0"));
  }
  EXPECT_THAT(fault_of(gaussian(), "/thresholds", {1}), HasSubstr("thresholds: expected 'intercept' in its place"));
  EXPECT_THAT(fault_of(gaussian(), "/terms/0/coefficients", {1}), HasSubstr("expected 'coefficient' in its place"));
}

TEST(Model, ClassesHaveDifferentNamesAndTheirNumbers) {
  EXPECT_THAT(fault_without(multinomial(), "", "classes"), HasSubstr("expected the key 'classes'"));
  EXPECT_THAT(fault_without(ordinal(), "", "classes"), HasSubstr("expected the key 'classes'"));
  EXPECT_THAT(fault_of(multinomial(), "/classes", {"low"}), HasSubstr("classes: expected two or more names"));
  EXPECT_THAT(fault_of(multinomial(), "/classes", {"low", "high", "low"}),
              HasSubstr("classes: expected different names"));
  EXPECT_THAT(fault_of(multinomial(), "/classes", {"low", "high"}),
              HasSubstr("intercepts: expected 2 numbers, one of each class, found 3"));
  EXPECT_THAT(fault_of(multinomial(), "/terms/0/coefficients", {1, 2}),
              HasSubstr("terms[0].coefficients: expected 3 numbers, one of each class, found 2"));
  EXPECT_THAT(fault_of(multinomial(), "/terms/0/coefficients/1", "x"),
              HasSubstr("terms[0].coefficients[1]: expected a number"));
  EXPECT_THAT(fault_without(multinomial(), "", "intercepts"), HasSubstr("expected the key 'intercepts'"));
  EXPECT_THAT(fault_of(multinomial(), "/intercepts", 1), HasSubstr("intercepts: expected an array"));
  EXPECT_THAT(fault_of(ordinal(), "/thresholds", {1}),
              HasSubstr("thresholds: expected 2 numbers, one between each two classes, found 1"));
  EXPECT_THAT(fault_of(ordinal(), "/thresholds", {1, 1}),
              HasSubstr("thresholds[1]: expected a number above the one before, found 1"));
  EXPECT_THAT(fault_of(ordinal(), "/thresholds/0", std::nan("")), HasSubstr("thresholds[0]: expected a finite number"));
}

TEST(Model, HoldsWhatItWantsOfPharmacogenes) {
  const Model model = parse_model(multinomial(), "m");
  const auto feature = [&](std::size_t i) { return std::get<PharmacogeneFeature>(model.features[i].source); };
  EXPECT_EQ(feature(0).gene, "CYP2C9");
  EXPECT_EQ(feature(0).value, GeneValue::activity_score);
  EXPECT_EQ(std::get<ImputeMissing>(feature(0).missing).value, 2);
  EXPECT_EQ(feature(1).value, GeneValue::allele_count);
  EXPECT_EQ(feature(1).allele, "*3");
  EXPECT_TRUE(std::holds_alternative<RefuseMissing>(feature(1).missing));
  EXPECT_EQ(feature(2).value, GeneValue::phenotype);
  EXPECT_EQ(feature(2).category.unknown_level, OnBadValue::missing);
  EXPECT_EQ(std::get<ImputeMissing>(feature(2).missing).value, 1);
  EXPECT_EQ(feature(3).value, GeneValue::diplotype);
  EXPECT_THAT(feature(3).category.levels, ElementsAre("*1/*1", "*2/*3"));
  EXPECT_TRUE(std::holds_alternative<KeepMissing>(feature(3).missing));
  EXPECT_EQ(category_of(model.features[1]), nullptr);
  EXPECT_NE(category_of(model.features[2]), nullptr);
}

TEST(Model, RulesForPharmacogenesAreChecked) {
  const Json good = multinomial();
  EXPECT_THAT(fault_of(good, "/features/star3/value", "copies"),
              HasSubstr(R"(features.star3.value: expected "activity_score", "allele_count", "phenotype" or)"));
  for (const char* key : {"type", "gene", "value", "allele"}) {
    EXPECT_THAT(fault_without(good, "/features/star3", key), HasSubstr("features.star3: expected the key"));
  }
  EXPECT_THAT(fault_without(good, "/features/pair", "levels"), HasSubstr("features.pair: expected the key 'levels'"));
  EXPECT_THAT(fault_of(good, "/features/star3/levels", {"0"}), HasSubstr("features.star3: unknown key 'levels'"));
  EXPECT_THAT(fault_of(good, "/features/activity/allele", "*3"), HasSubstr("features.activity: unknown key"));
  EXPECT_THAT(fault_of(good, "/features/star3/missing", {{"value", 3}}),
              HasSubstr("features.star3.missing.value: expected a number within the range, found 3"));
  EXPECT_THAT(fault_of(good, "/features/activity/missing/value", -1), HasSubstr("a number within the range"));
  EXPECT_THAT(fault_of(good, "/features/vkorc1/missing/value", "-1639 AA"), HasSubstr("expected one of the levels"));
  EXPECT_THAT(fault_of(good, "/terms/1/factors/0/level", "-1639 AA"), HasSubstr("level: expected one of the levels"));
  EXPECT_THAT(fault_of(good, "/terms/0/factors/0/level", "2"), HasSubstr("expected no level"));
}

TEST(Model, BandsIncreaseAndTheLastOneIsOpen) {
  EXPECT_THAT(fault_with("/bands/1/below", 0.05),
              HasSubstr("bands[1].below: expected a number above that of the band before"));
  EXPECT_THAT(fault_with("/bands/2/below", 0.9), HasSubstr("bands[2]: expected no upper end on the last band"));
  EXPECT_THAT(fault_without("/bands/0", "below"), HasSubstr("bands[0]: expected the key 'below'"));
  EXPECT_THAT(fault_with("/bands/0/below", 0), HasSubstr("bands[0].below: expected a number above 0"));
  EXPECT_THAT(fault_with("/bands/1/name", "low"), HasSubstr("bands[1].name: expected each name once"));
  EXPECT_THAT(fault_with("/bands", Json::array()), HasSubstr("bands: expected at least one band"));
}

}  // namespace
}  // namespace varisk::models
