#include "varisk/models/fit_cleaning.hpp"

#include <gmock/gmock.h>

#include <cmath>

#include "../temp_file.hpp"
#include "varisk/core/error.hpp"
#include "varisk/models/design.hpp"
#include "varisk/models/prediction.hpp"
#include "varisk/models/write_model.hpp"

namespace varisk::models {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;
using varisk::test::message_of;
using varisk::test::TempFile;

/// A table with ids 1, 2, … and one column, as one text of cells.
struct Table {
  std::vector<std::string> ids;
  cohort::CovariateTable table;
};

Table table_of(const std::string& header, const std::vector<std::string>& rows) {
  std::string text = "id\t" + header + "\n";
  std::vector<std::string> ids;
  for (const std::string& row : rows) {
    ids.push_back(std::to_string(ids.size() + 1));
    text += ids.back() + "\t" + row + "\n";
  }
  const TempFile file("cov.tsv", text);
  return {ids, cohort::CovariateTable::read(file.path(), "id", cohort::DuplicatePolicy::error)};
}

CleaningRules rules_of(const std::string& column, const ColumnRules& rules) {
  CleaningRules out;
  out.columns[column] = rules;
  return out;
}

FittedCleaning fit(const Table& in, const CleaningRules& rules = {}, std::size_t training = 0) {
  const std::vector<std::string> ids(
      in.ids.begin(), in.ids.begin() + static_cast<std::ptrdiff_t>(training == 0 ? in.ids.size() : training));
  return fit_cleaning(in.table, covariate_names(in.table, std::vector<std::string>{"id"}), ids, rules);
}

std::string fault_of(const Table& in, const CleaningRules& rules = {}) {
  return message_of<UserError>([&] { (void)fit(in, rules); });
}

const NumberCovariate& number_of(const FittedCleaning& fitted, std::size_t feature = 0) {
  return std::get<NumberCovariate>(std::get<CovariateFeature>(fitted.features.at(feature).source).value);
}

const Category& category_in(const FittedCleaning& fitted, std::size_t feature = 0) {
  return *category_of(fitted.features.at(feature));
}

const MissingRule& missing_of(const FittedCleaning& fitted, std::size_t feature = 0) {
  return std::get<CovariateFeature>(fitted.features.at(feature).source).missing;
}

Design design(const Table& in, const FittedCleaning& fitted) {
  std::map<std::string, CleaningCounts> counts;
  const auto columns = covariate_columns(fitted.features, in.table, in.ids, counts);
  return design_of(fitted.terms, columns, in.ids.size());
}

ColumnRules with_outliers(OutlierRule rule, OnOutlier action) {
  ColumnRules rules;
  rules.outliers = OutlierPolicy{rule, action};
  return rules;
}

// n = 5: 1 2 3 4 10, mean 4, SD √10 = √((9 + 4 + 1 + 0 + 36) / 5), median 3.
TEST(FitCleaning, NumbersTakeTheirMedianAndStayAsTheyAre) {
  const Table in = table_of("bmi [kg/m2]", {"1", "2", "NA", "4", "10", "3"});
  const FittedCleaning fitted = fit(in);
  ASSERT_THAT(fitted.features, SizeIs(1));
  EXPECT_EQ(fitted.features[0].name, "bmi");
  EXPECT_EQ(number_of(fitted).unit, "kg/m2");
  EXPECT_EQ(missing_of(fitted), MissingRule(ImputeMissing{3}));
  ASSERT_THAT(fitted.terms, SizeIs(1));
  EXPECT_EQ(fitted.terms[0].name, "bmi");
  EXPECT_EQ(fitted.terms[0].factors[0].transform, decltype(Factor::transform)(Affine{}));
  EXPECT_DOUBLE_EQ(fitted.terms[0].reference, 23.0 / 6);
  const ColumnReport& report = fitted.columns.at(0);
  EXPECT_EQ(report.counts.missing, 1U);
  EXPECT_EQ(report.counts.imputed, 1U);
  EXPECT_EQ(report.fill, "3");
  EXPECT_DOUBLE_EQ(report.summary->mean, 23.0 / 6);
  EXPECT_EQ(report.summary->median, 3);
  EXPECT_EQ(report.summary->high, 10);
  EXPECT_THAT(fitted.notes, ElementsAre("bmi: of 6 samples 1 missing; 1 filled with 3"));
  EXPECT_THAT(design(in, fitted).column(0), ElementsAre(1, 2, 3, 4, 10, 3));
}

TEST(FitCleaning, StatisticsComeFromTheTrainingSamplesAlone) {
  const Table in = table_of("x\tsex", {"1\tf", "3\tm", "5\tf", "1000\tm", "NA\tf"});
  CleaningRules rules;
  rules.defaults.standardize = true;
  const FittedCleaning fitted = fit(in, rules, 3);
  EXPECT_EQ(missing_of(fitted), MissingRule(ImputeMissing{3}));
  const auto& affine = std::get<Affine>(fitted.terms[0].factors[0].transform);
  EXPECT_EQ(affine.center, 3);
  EXPECT_DOUBLE_EQ(affine.scale, std::sqrt(8.0 / 3));
  EXPECT_EQ(fitted.terms[0].reference, 0);
  const Design values = design(in, fitted);
  EXPECT_DOUBLE_EQ(values.column(0)[3], 997 / std::sqrt(8.0 / 3));
  EXPECT_EQ(values.column(0)[4], 0);
}

TEST(FitCleaning, MissingValuesTakeMeanModeConstantOrNothing) {
  const Table in = table_of("x", {"1", "1", "2", "8", "NA"});
  const auto rule = [&](const FillRule& fill) {
    ColumnRules rules;
    rules.fill = fill;
    return rules_of("x", rules);
  };
  EXPECT_EQ(missing_of(fit(in, rule(FillBy::mean))), MissingRule(ImputeMissing{3}));
  EXPECT_EQ(missing_of(fit(in, rule(FillBy::median))), MissingRule(ImputeMissing{1.5}));
  EXPECT_EQ(missing_of(fit(in, rule(FillBy::mode))), MissingRule(ImputeMissing{1}));
  EXPECT_EQ(missing_of(fit(in, rule(FillConstant{7.5}))), MissingRule(ImputeMissing{7.5}));
  const FittedCleaning kept = fit(in, rule(FillBy::keep));
  EXPECT_EQ(missing_of(kept), MissingRule(KeepMissing{}));
  EXPECT_THAT(design(in, kept).complete, ElementsAre(1, 1, 1, 1, 0));
  EXPECT_THAT(fault_of(in, rule(FillBy::refuse)),
              HasSubstr("cov.tsv: line 6, column 'x': expected a value that the model can use, found 'NA'"));
  EXPECT_THAT(fault_of(in, rule(FillConstant{std::string("a")})), HasSubstr("expected a number for missing values"));
}

TEST(FitCleaning, OfTwoModesItIsTheSmaller) {
  ColumnRules rules;
  rules.fill = FillBy::mode;
  EXPECT_EQ(missing_of(fit(table_of("x", {"5", "3", "5", "3", "9"}), rules_of("x", rules))),
            MissingRule(ImputeMissing{3}));
}

// 0 … 10 and 100: mean 155/12, squares 385 + 10000, SD √(10385/12 − (155/12)²) = 26.45.
TEST(FitCleaning, OutliersByZScore) {
  std::vector<std::string> cells;
  for (int i = 0; i <= 10; ++i) cells.push_back(std::to_string(i));
  cells.emplace_back("100");
  const Table in = table_of("x", cells);
  const FittedCleaning fitted = fit(in, rules_of("x", with_outliers(ZRule{3}, OnOutlier::winsorise)));
  const double mean = 155.0 / 12;
  const double sd = std::sqrt(10385.0 / 12 - mean * mean);
  const Outliers& limits = *number_of(fitted).outliers;
  EXPECT_NEAR(*limits.low, mean - 3 * sd, 1e-12);
  EXPECT_NEAR(*limits.high, mean + 3 * sd, 1e-12);
  EXPECT_EQ(limits.action, OnOutlier::winsorise);
  EXPECT_EQ(fitted.columns[0].counts.winsorised, 1U);
  EXPECT_EQ(fitted.columns[0].counts.outliers, 0U);
  EXPECT_NEAR(fitted.columns[0].summary->high, mean + 3 * sd, 1e-12);
}

// Type 7 of 1 2 3 4 5 6 7 8 9 50: Q1 = 3.25, Q3 = 7.75, so 3.25 − 1.5 × 4.5 and 7.75 + 1.5 × 4.5.
TEST(FitCleaning, OutliersByInterquartileRangeBecomeMissingBeforeMeanAndMedian) {
  const Table in = table_of("x", {"1", "2", "3", "4", "5", "6", "7", "8", "9", "50"});
  const FittedCleaning fitted = fit(in, rules_of("x", with_outliers(IqrRule{1.5}, OnOutlier::missing)));
  EXPECT_EQ(number_of(fitted).outliers, (Outliers{-3.5, 14.5, OnOutlier::missing}));
  EXPECT_EQ(missing_of(fitted), MissingRule(ImputeMissing{5}));
  EXPECT_EQ(fitted.columns[0].counts.outliers, 1U);
  EXPECT_EQ(fitted.columns[0].counts.missing, 0U);
  EXPECT_EQ(fitted.columns[0].counts.imputed, 1U);
  EXPECT_DOUBLE_EQ(fitted.columns[0].summary->mean, 5);
}

TEST(FitCleaning, OutliersMayBeRefusedInTraining) {
  const Table in = table_of("x", {"1", "2", "30"});
  EXPECT_THAT(fault_of(in, rules_of("x", with_outliers(LimitsRule{0, 20}, OnOutlier::error))),
              HasSubstr("cov.tsv: line 4, column 'x': expected no outlier, that is a value not above 20, found 30"));
}

TEST(FitCleaning, DefaultsForOutliersAreNotForColumnsOfTwoValues) {
  const Table in = table_of("rare", {"0", "0", "0", "0", "0", "0", "0", "0", "0", "1"});
  CleaningRules rules;
  rules.defaults.outliers = {ZRule{2}, OnOutlier::missing};
  EXPECT_EQ(number_of(fit(in, rules)).outliers, std::nullopt);
  rules.columns["rare"] = with_outliers(ZRule{2}, OnOutlier::winsorise);
  EXPECT_NE(number_of(fit(in, rules)).outliers, std::nullopt);
}

TEST(FitCleaning, WithoutSpreadThereAreNoLimits) {
  const Table in = table_of("x", {"5", "5", "5", "5", "5", "5", "5", "9", "1"});
  const FittedCleaning fitted = fit(in, rules_of("x", with_outliers(IqrRule{3}, OnOutlier::missing)));
  EXPECT_EQ(number_of(fitted).outliers, std::nullopt);
  EXPECT_THAT(fitted.notes, Contains("x: no limits for outliers, because its values have no spread"));
}

TEST(FitCleaning, OutOfRangeIsLookedAtBeforeOutliersInTheModelsUnit) {
  const Table in = table_of("weight [lb]", {"100", "150", "200", "9999", "NA"});
  ColumnRules rules;
  rules.unit = "kg";
  rules.range = Range{20, 400};
  rules.out_of_range = OnBadValue::missing;
  rules.fill = FillBy::mean;
  const FittedCleaning fitted = fit(in, rules_of("weight", rules));
  EXPECT_EQ(number_of(fitted).unit, "kg");
  EXPECT_EQ(fitted.columns[0].counts.out_of_range, 1U);
  EXPECT_EQ(fitted.columns[0].counts.converted, 4U);
  EXPECT_NEAR(std::get<ImputeMissing>(missing_of(fitted)).value, 150 * 0.45359237, 1e-12);
  EXPECT_THAT(fitted.notes,
              ElementsAre(HasSubstr("weight: of 5 samples 1 missing, 1 out of range, 4 converted to kg; 2 filled")));
  rules.unit = "cm";
  EXPECT_THAT(fault_of(in, rules_of("weight", rules)),
              HasSubstr("expected a unit that converts to cm, found the unit 'lb'"));
}

TEST(FitCleaning, CategoriesAreCodedAgainstTheMostFrequentLevel) {
  const Table in = table_of("race", {"white", "black", "white", "NA", "other", "white"});
  const FittedCleaning fitted = fit(in);
  EXPECT_THAT(category_in(fitted).levels, ElementsAre("black", "other", "white"));
  EXPECT_EQ(missing_of(fitted), MissingRule(ImputeMissing{2}));
  ASSERT_THAT(fitted.terms, SizeIs(2));
  EXPECT_EQ(fitted.terms[0].name, "race=black");
  EXPECT_EQ(fitted.terms[1].name, "race=other");
  EXPECT_EQ(fitted.columns[0].reference, "white");
  EXPECT_THAT(fitted.columns[0].levels, ElementsAre(Pair("black", 1), Pair("other", 1), Pair("white", 4)));
  EXPECT_THAT(design(in, fitted).column(0), ElementsAre(0, 1, 0, 0, 0, 0));
}

TEST(FitCleaning, DeclaredLevelsKeepTheirOrderAndTheFirstIsTheReference) {
  ColumnRules rules;
  rules.levels = {"low", "middle", "high", "never"};
  const Table in = table_of("dose", {"high", "low", "high", "middle"});
  const FittedCleaning fitted = fit(in, rules_of("dose", rules));
  EXPECT_THAT(category_in(fitted).levels, ElementsAre("low", "middle", "high"));
  EXPECT_EQ(fitted.columns[0].reference, "low");
  EXPECT_THAT(fitted.notes, Contains("dose: nobody has the level(s) never, which the model will not know"));
  rules.reference = "high";
  EXPECT_EQ(fit(in, rules_of("dose", rules)).columns[0].reference, "high");
  rules.reference = "never";
  EXPECT_THAT(fault_of(in, rules_of("dose", rules)),
              HasSubstr("expected one of the levels low, middle, high as reference"));
}

// Indexes 2 0 2 1: mean 1.25, SD √(11/16).
TEST(FitCleaning, OrderedLevelsAreNumbers) {
  ColumnRules rules;
  rules.levels = {"low", "middle", "high"};
  rules.coding = LevelCoding::ordinal;
  const Table in = table_of("dose", {"high", "low", "high", "middle"});
  const FittedCleaning plain = fit(in, rules_of("dose", rules));
  EXPECT_EQ(plain.terms.at(0).name, "dose");
  EXPECT_EQ(plain.terms[0].reference, 2);
  EXPECT_THAT(design(in, plain).column(0), ElementsAre(2, 0, 2, 1));
  rules.standardize = true;
  const FittedCleaning fitted = fit(in, rules_of("dose", rules));
  const auto& affine = std::get<Affine>(fitted.terms[0].factors[0].transform);
  EXPECT_EQ(affine.center, 1.25);
  EXPECT_DOUBLE_EQ(affine.scale, std::sqrt(11.0 / 16));
  EXPECT_DOUBLE_EQ(fitted.terms[0].reference, 0.75 / std::sqrt(11.0 / 16));
}

TEST(FitCleaning, NumbersMayBeDeclaredACategory) {
  ColumnRules rules;
  rules.type = ColumnType::category;
  const FittedCleaning fitted = fit(table_of("site", {"10", "9", "10", "2"}), rules_of("site", rules));
  EXPECT_THAT(category_in(fitted).levels, ElementsAre("2", "9", "10"));
  EXPECT_TRUE(fitted.columns[0].declared);
}

TEST(FitCleaning, ATextAmongNumbersIsAMistakeOrNoted) {
  std::vector<std::string> cells;
  for (int i = 0; i < 11; ++i) cells.push_back(std::to_string(i));
  cells.emplace_back("unknown");
  EXPECT_THAT(fault_of(table_of("age", cells)),
              HasSubstr("cov.tsv: line 13, column 'age': expected a number, as in 11 other cells of the column, found "
                        "'unknown'"));
  const FittedCleaning fitted = fit(table_of("code", {"1", "2", "X", "1"}));
  EXPECT_EQ(fitted.columns[0].type, ColumnType::category);
  EXPECT_THAT(fitted.notes, Contains(HasSubstr("code: 3 cell(s) are numbers, 1 are not, such as 'X' in line 4")));
  EXPECT_THAT(fault_of(table_of("x", {"1", "inf", "2"})),
              HasSubstr("line 3, column 'x': expected a finite number, found 'inf'"));
  EXPECT_THAT(fault_of(table_of("x", {"a", "1e999"})), HasSubstr("expected a finite number, found '1e999'"));
}

TEST(FitCleaning, RulesOfNumbersMakeANumber) {
  ColumnRules rules;
  rules.range = Range{0, 100};
  EXPECT_THAT(fault_of(table_of("x", {"1", "high"}), rules_of("x", rules)),
              HasSubstr("line 3, column 'x': expected a number, found 'high'"));
}

TEST(FitCleaning, IdsAreNoCategory) {
  std::vector<std::string> cells;
  for (int i = 0; i < 60; ++i) cells.push_back("P" + std::to_string(i));
  const std::string fault = fault_of(table_of("patient", cells));
  EXPECT_THAT(fault, HasSubstr("column 'patient': expected a category of 50 levels at most, found 60 different texts"));
  EXPECT_THAT(fault, HasSubstr("--features"));
  CleaningRules rules;
  rules.defaults.most_levels = 60;
  EXPECT_THAT(fit(table_of("patient", cells), rules).terms, SizeIs(59));
}

TEST(FitCleaning, IndicatorsAreForColumnsThatLackValues) {
  CleaningRules rules;
  rules.defaults.indicator = true;
  const Table in = table_of("x\tfull\tsex", {"1\t1\tf", "NA\t2\tm", "3\t3\t", "NA\t5\tm"});
  const FittedCleaning fitted = fit(in, rules);
  std::vector<std::string> names;
  for (const Term& term : fitted.terms) names.push_back(term.name);
  EXPECT_THAT(names, ElementsAre("x", "x (missing)", "full", "sex=f", "sex (missing)"));
  EXPECT_THAT(fitted.column_of_term, ElementsAre(0, 0, 1, 2, 2));
  const Design values = design(in, fitted);
  EXPECT_THAT(values.column(1), ElementsAre(0, 1, 0, 1));
  EXPECT_THAT(values.column(4), ElementsAre(0, 0, 1, 0));
  EXPECT_TRUE(fitted.columns[0].indicator);
  EXPECT_FALSE(fitted.columns[1].indicator);
}

TEST(FitCleaning, ConstantColumnsAreLeftOutButForTheirIndicator) {
  const Table in = table_of("c\td\ttext", {"5\t5\ta", "5\tNA\ta", "5.0\t5\tNA"});
  const FittedCleaning fitted = fit(in);
  EXPECT_THAT(fitted.features, IsEmpty());
  EXPECT_THAT(fitted.terms, IsEmpty());
  EXPECT_EQ(fitted.columns[0].use, ColumnReport::Use::constant);
  EXPECT_THAT(fitted.notes, Contains("c: 5 in all training samples, left out"));
  EXPECT_THAT(fitted.notes, Contains("text: 'a' in all training samples, left out"));
  CleaningRules rules;
  rules.defaults.indicator = true;
  const FittedCleaning indicated = fit(in, rules);
  ASSERT_THAT(indicated.terms, SizeIs(2));
  EXPECT_EQ(indicated.terms[0].name, "d (missing)");
  EXPECT_EQ(indicated.terms[0].factors[0].feature, 0U);
  EXPECT_EQ(indicated.terms[1].factors[0].feature, 1U);
}

// 0.1 cannot be summed without rounding.
TEST(FitCleaning, EqualNumbersHaveNoSpread) {
  const Table in = table_of("x", std::vector<std::string>(7, "0.1"));
  const FittedCleaning fitted = fit(in);
  EXPECT_EQ(fitted.columns[0].use, ColumnReport::Use::constant);
  EXPECT_EQ(fitted.columns[0].summary->sd, 0);
}

TEST(FitCleaning, AColumnWithoutValuesIsAnError) {
  EXPECT_THAT(fault_of(table_of("x", {"NA", "", "."})),
              HasSubstr("column 'x': expected values, found none in 3 training samples (3 missing, 0 out of range"));
  ColumnRules rules;
  rules.range = Range{0, 1};
  rules.out_of_range = OnBadValue::missing;
  EXPECT_THAT(fault_of(table_of("x", {"NA", "2"}), rules_of("x", rules)), HasSubstr("(1 missing, 1 out of range"));
  ColumnRules category;
  category.type = ColumnType::category;
  EXPECT_THAT(fault_of(table_of("x", {"NA"}), rules_of("x", category)), HasSubstr("found none in 1 training samples"));
}

TEST(FitCleaning, DuplicatesAreReportedAndStay) {
  const FittedCleaning fitted = fit(table_of("x\ty\tz", {"1\t1.0\t1", "2\t2\t2", "NA\tNA\t3"}));
  EXPECT_THAT(fitted.terms, SizeIs(3));
  EXPECT_EQ(fitted.columns[1].duplicate_of, "x");
  EXPECT_EQ(fitted.columns[2].duplicate_of, std::nullopt);
  EXPECT_THAT(fitted.notes, Contains("y: the same numbers as x in all 3 training samples"));
}

TEST(FitCleaning, NamesOfTermsAreDifferent) {
  EXPECT_THAT(fault_of(table_of("a\ta=y", {"x\t1", "y\t2", "x\t3"})),
              HasSubstr("expected different names of terms, found 'a=y' from the columns 'a' and 'a=y'"));
}

TEST(FitCleaning, RulesAreForColumnsOfTheTable) {
  const Table in = table_of("x", {"1", "2"});
  EXPECT_THAT(fault_of(in, rules_of("y", {})), HasSubstr("found 'y'; the columns are id, x"));
  EXPECT_THAT(fit(in, rules_of("id", {})).notes,
              ElementsAre("id: has rules for its cleaning and is no covariate of the model"));
  const std::vector<std::string> columns = {"z"};
  EXPECT_THAT(message_of<UserError>([&] { (void)fit_cleaning(in.table, columns, in.ids, {}); }),
              HasSubstr("expected a column 'z', found id, x"));
}

TEST(FitCleaning, AnUnknownLevelInScoringFollowsTheStoredRule) {
  const Table in = table_of("s", {"a", "b", "a", "c"});
  const auto columns = [&](const FittedCleaning& fitted) {
    std::map<std::string, CleaningCounts> counts;
    return covariate_columns(fitted.features, in.table, in.ids, counts);
  };
  const FittedCleaning strict = fit(in, {}, 3);
  EXPECT_THAT(message_of<UserError>([&] { (void)columns(strict); }),
              HasSubstr("line 5, column 's': expected one of a, b, found 'c'"));
  CleaningRules rules;
  rules.defaults.unknown_level = OnBadValue::missing;
  const auto filled = columns(fit(in, rules, 3));
  EXPECT_EQ(filled[0].state[3], ValueState::imputed);
  EXPECT_EQ(filled[0].value[3], 0);
}

/// What training sees is what the written model sees in scoring.
TEST(FitCleaning, TheWrittenModelGivesTheTrainersLinearPredictor) {
  const Table in = table_of("age\tbmi [kg/m2]\tstage\trace",
                            {"40\t21.3\tI\tw", "51.5\tNA\tII\tb", "NA\t35\tIII\tw", "70\t99\tI\tNA", "66\t28\tNA\to"});
  CleaningRules rules;
  rules.defaults.indicator = true;
  rules.defaults.outliers = {IqrRule{1}, OnOutlier::winsorise};
  rules.columns["age"].standardize = true;
  rules.columns["stage"].levels = {"I", "II", "III"};
  rules.columns["stage"].coding = LevelCoding::ordinal;
  rules.columns["stage"].standardize = true;
  FittedCleaning fitted = fit(in, rules);
  EXPECT_EQ(fitted.columns[1].counts.winsorised, 1U);
  Model model;
  model.id = "m";
  model.outcome = "o";
  model.intercepts = {-0.3};
  model.features = fitted.features;
  model.terms = fitted.terms;
  for (std::size_t t = 0; t < model.terms.size(); ++t) {
    model.terms[t].coefficients = {0.1 + 1 / static_cast<double>(t + 3)};
  }
  const Model read = parse_model(io::Json::parse(model_text(model)), "m.json");
  EXPECT_EQ(read, model);
  std::map<std::string, CleaningCounts> counts;
  const auto columns = covariate_columns(read.features, in.table, in.ids, counts);
  const Design values = design(in, fitted);
  for (std::size_t i = 0; i < in.ids.size(); ++i) {
    double sum = model.intercepts[0];
    for (std::size_t t = 0; t < model.terms.size(); ++t) sum += model.terms[t].coefficients[0] * values.column(t)[i];
    EXPECT_NEAR(predict(read, columns, i).linear_predictors.at(0), sum, 1e-12 * (1 + std::abs(sum)));
  }
}

TEST(FitCleaning, TheReportIsJson) {
  const FittedCleaning fitted = fit(table_of("x\ts", {"1\ta", "3\tb", "NA\tb"}));
  const io::Json json = to_json(fitted.columns);
  EXPECT_EQ(json["x"]["counts"]["imputed"], 1);
  EXPECT_EQ(json["x"]["summary"]["mean"], 2);
  EXPECT_EQ(json["x"]["missing"], "2");
  EXPECT_EQ(json["s"]["levels"].dump(), R"({"a":1,"b":2})");
  EXPECT_EQ(json["s"]["reference"], "b");
}

// R: quantile(c(1, 2, 4, 8), c(0, .25, .5, .75, 1)) is 1, 1.75, 3, 5, 8.
TEST(Quantile, InterpolatesAsTypeSeven) {
  const std::vector<double> sorted = {1, 2, 4, 8};
  EXPECT_EQ(quantile(sorted, 0), 1);
  EXPECT_EQ(quantile(sorted, 0.25), 1.75);
  EXPECT_EQ(quantile(sorted, 0.5), 3);
  EXPECT_EQ(quantile(sorted, 0.75), 5);
  EXPECT_EQ(quantile(sorted, 1), 8);
  EXPECT_EQ(quantile(std::vector<double>{3}, 0.25), 3);
}

}  // namespace
}  // namespace varisk::models
