#include "varisk/models/cleaning_rules.hpp"

#include <gmock/gmock.h>

#include "../temp_file.hpp"
#include "varisk/core/error.hpp"

namespace varisk::models {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using varisk::test::message_of;
using varisk::test::TempFile;

CleaningRules read(const std::string& content, const CleaningDefaults& defaults = {}) {
  const TempFile file("rules.json", R"({"format": "varisk-cleaning/1")" + content + "}");
  return read_cleaning_rules(file.path(), defaults);
}

std::string fault_of(const std::string& content) {
  return message_of<UserError>([&] { (void)read(content); });
}

std::string fault_of_column(const std::string& rules) { return fault_of(R"(, "columns": {"x": {)" + rules + "}}"); }

TEST(CleaningRules, HoldWhatTheFileSays) {
  const CleaningRules rules = read(R"(, "defaults": {"outliers": {"rule": "iqr", "k": 1.5, "action": "winsorise"},
      "out_of_range": "missing", "unknown_level": "missing", "missing_number": "mean", "missing_category": "na",
      "indicator": true, "standardize": true, "most_levels": 7},
    "columns": {
      "age": {"type": "number", "unit": "years", "range": [18, 110], "out_of_range": "error",
              "outliers": {"rule": "z", "k": 3, "action": "error"}, "missing": "mode", "indicator": false,
              "standardize": false},
      "ldl": {"unit": "mg/dL", "analyte": "cholesterol",
              "outliers": {"rule": "limits", "high": 400, "action": "missing"}, "missing": {"value": 120}},
      "stage": {"levels": ["I", "II", "III"], "coding": "ordinal", "missing": {"value": "II"}, "unknown_level": "error"},
      "race": {"type": "category", "reference": "white", "coding": "onehot", "missing": "error"}})");
  EXPECT_EQ(rules.defaults.outliers, (OutlierPolicy{IqrRule{1.5}, OnOutlier::winsorise}));
  EXPECT_EQ(rules.defaults.out_of_range, OnBadValue::missing);
  EXPECT_EQ(rules.defaults.unknown_level, OnBadValue::missing);
  EXPECT_EQ(rules.defaults.fill_number, FillRule(FillBy::mean));
  EXPECT_EQ(rules.defaults.fill_category, FillRule(FillBy::keep));
  EXPECT_TRUE(rules.defaults.indicator);
  EXPECT_TRUE(rules.defaults.standardize);
  EXPECT_EQ(rules.defaults.most_levels, 7U);
  const ColumnRules& age = rules.columns.at("age");
  EXPECT_EQ(age.type, ColumnType::number);
  EXPECT_EQ(age.unit, "years");
  EXPECT_EQ(age.range, (Range{18, 110}));
  EXPECT_EQ(age.out_of_range, OnBadValue::error);
  EXPECT_EQ(age.outliers, (OutlierPolicy{ZRule{3}, OnOutlier::error}));
  EXPECT_EQ(age.fill, FillRule(FillBy::mode));
  EXPECT_EQ(age.indicator, false);
  EXPECT_EQ(age.standardize, false);
  const ColumnRules& ldl = rules.columns.at("ldl");
  EXPECT_EQ(ldl.type, std::nullopt);
  EXPECT_EQ(ldl.analyte, cohort::Analyte::cholesterol);
  EXPECT_EQ(ldl.outliers, (OutlierPolicy{LimitsRule{std::nullopt, 400}, OnOutlier::missing}));
  EXPECT_EQ(ldl.fill, FillRule(FillConstant{120.0}));
  const ColumnRules& stage = rules.columns.at("stage");
  EXPECT_EQ(stage.type, ColumnType::category);
  EXPECT_THAT(stage.levels, ElementsAre("I", "II", "III"));
  EXPECT_EQ(stage.coding, LevelCoding::ordinal);
  EXPECT_EQ(stage.fill, FillRule(FillConstant{std::string("II")}));
  EXPECT_EQ(stage.unknown_level, OnBadValue::error);
  EXPECT_EQ(rules.columns.at("race").reference, "white");
  EXPECT_EQ(rules.columns.at("race").fill, FillRule(FillBy::refuse));
}

TEST(CleaningRules, DefaultsOfTheCommandLineStayWhereTheFileSaysNothing) {
  CleaningDefaults defaults;
  defaults.indicator = true;
  defaults.outliers = {ZRule{5}, OnOutlier::error};
  const CleaningRules rules = read(R"(, "defaults": {"standardize": true, "outliers": "none"})", defaults);
  EXPECT_TRUE(rules.defaults.indicator);
  EXPECT_TRUE(rules.defaults.standardize);
  EXPECT_EQ(rules.defaults.outliers, OutlierPolicy{});
  EXPECT_TRUE(read("").columns.empty());
}

TEST(CleaningRules, WhatTheyMayNotSayIsAnErrorWithItsPlace) {
  EXPECT_THAT(fault_of(R"(, "extra": 1)"), HasSubstr("rules.json: unknown key 'extra'"));
  EXPECT_THAT(fault_of(R"(, "defaults": {"range": [1, 2]})"), HasSubstr("defaults: unknown key 'range'"));
  EXPECT_THAT(fault_of_column(R"("typ": "number")"), HasSubstr("columns.x: unknown key 'typ'"));
  EXPECT_THAT(fault_of_column(R"("type": "date")"), HasSubstr(R"(columns.x.type: expected "number" or "category")"));
  EXPECT_THAT(fault_of_column(R"("range": [2, 1])"), HasSubstr("columns.x.range: expected two numbers, the lower"));
  EXPECT_THAT(fault_of_column(R"("analyte": "urea")"), HasSubstr("columns.x.analyte: expected glucose"));
  EXPECT_THAT(fault_of_column(R"("missing": "zero")"), HasSubstr(R"(columns.x.missing: expected "mean", "median")"));
  EXPECT_THAT(fault_of_column(R"("missing": 0)"), HasSubstr("columns.x.missing: expected"));
  EXPECT_THAT(fault_of_column(R"("outliers": "z")"), HasSubstr(R"(columns.x.outliers: expected "none" or an object)"));
  EXPECT_THAT(fault_of_column(R"("outliers": {"rule": "z", "k": 0, "action": "error"})"),
              HasSubstr("columns.x.outliers.k: expected a number above 0, found 0"));
  EXPECT_THAT(fault_of_column(R"("outliers": {"rule": "z", "k": 3})"), HasSubstr("expected the key 'action'"));
  EXPECT_THAT(fault_of_column(R"("outliers": {"rule": "mad", "k": 3, "action": "error"})"),
              HasSubstr(R"(outliers.rule: expected "z", "iqr" or "limits", found "mad")"));
  EXPECT_THAT(fault_of_column(R"("outliers": {"rule": "limits", "k": 3, "action": "error"})"),
              HasSubstr("outliers: unknown key 'k'"));
  EXPECT_THAT(fault_of_column(R"("outliers": {"rule": "limits", "action": "error"})"),
              HasSubstr("outliers: expected low, high or both"));
  EXPECT_THAT(fault_of(R"(, "defaults": {"outliers": {"rule": "limits", "low": 1, "action": "error"}})"),
              HasSubstr(R"(defaults.outliers.rule: expected "z" or "iqr" for all)"));
  EXPECT_THAT(fault_of(R"(, "defaults": {"missing_category": "mean"})"),
              HasSubstr(R"(defaults.missing_category: expected "mode", "error" or "na", found "mean")"));
  EXPECT_THAT(fault_of_column(R"("levels": ["a"])"), HasSubstr("columns.x.levels: expected two levels or more"));
  EXPECT_THAT(fault_of_column(R"("levels": ["a", "a"])"), HasSubstr("columns.x.levels[1]: expected each level once"));
  EXPECT_THAT(fault_of_column(R"("coding": "ordinal")"), HasSubstr("columns.x.coding: expected levels in their order"));
  EXPECT_THAT(fault_of_column(R"("levels": ["a", "b"], "reference": "c")"),
              HasSubstr("columns.x.reference: expected one of the levels"));
  EXPECT_THAT(fault_of_column(R"("levels": ["a", "b"], "coding": "ordinal", "reference": "a")"),
              HasSubstr("columns.x.reference: expected no reference, because the coding is ordinal"));
  EXPECT_THAT(fault_of_column(R"("missing": "error", "indicator": true)"),
              HasSubstr("columns.x.indicator: expected no indicator, because missing values are not filled"));
  EXPECT_THAT(message_of<UserError>([] {
                const TempFile file("rules.json", R"({"format": "varisk-model/1"})");
                (void)read_cleaning_rules(file.path());
              }),
              HasSubstr(R"(rules.json: format: expected "varisk-cleaning/1")"));
}

TEST(CleaningRules, AreOfANumberOrOfACategory) {
  EXPECT_THAT(fault_of_column(R"("type": "number", "levels": ["a", "b"])"),
              HasSubstr("columns.x.levels: is a rule of categories, the other rules are of a number"));
  EXPECT_THAT(fault_of_column(R"("unit": "kg", "reference": "a")"), HasSubstr("columns.x.reference: is a rule of"));
  EXPECT_THAT(fault_of_column(R"("type": "category", "unit": "kg")"),
              HasSubstr("columns.x.unit: is a rule of numbers, the type is category"));
}

TEST(CleaningRules, WordsOfTheCommandLine) {
  EXPECT_EQ(parse_outlier_policy("none"), OutlierPolicy{});
  EXPECT_EQ(parse_outlier_policy("z=4"), (OutlierPolicy{ZRule{4}, OnOutlier::missing}));
  EXPECT_EQ(parse_outlier_policy("iqr=1.5:winsorise"), (OutlierPolicy{IqrRule{1.5}, OnOutlier::winsorise}));
  EXPECT_EQ(parse_outlier_policy("z=3:error"), (OutlierPolicy{ZRule{3}, OnOutlier::error}));
  for (const char* bad : {"", "z", "z=", "z=0", "z=-1", "mad=3", "z=3:", "z=3:clip", "iqr=x", "none:error"}) {
    EXPECT_THAT(message_of<UsageError>([&] { (void)parse_outlier_policy(bad); }), HasSubstr("expected none, z=K"));
  }
  EXPECT_EQ(parse_fill("error"), FillBy::refuse);
  EXPECT_EQ(parse_fill("na"), FillBy::keep);
  EXPECT_THAT(message_of<UsageError>([] { (void)parse_fill("zero"); }), HasSubstr("found 'zero'"));
}

}  // namespace
}  // namespace varisk::models
