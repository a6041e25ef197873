#include "varisk/models/feature_column.hpp"

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "../temp_file.hpp"
#include "varisk/core/error.hpp"

namespace varisk::models {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using varisk::test::message_of;
using varisk::test::TempFile;
using enum ValueState;

cohort::CovariateTable table_of(const std::string& text) {
  const TempFile file("cov.tsv", text);
  return cohort::CovariateTable::read(file.path(), "id", cohort::DuplicatePolicy::error);
}

struct Cleaned {
  FeatureColumn column;
  CleaningCounts counts;
};

Cleaned clean(const CovariateFeature& feature, const std::string& text, const std::vector<std::string>& ids) {
  Cleaned out;
  out.column = covariate_column(feature, table_of(text), ids, out.counts);
  return out;
}

std::string fault_of(const CovariateFeature& feature, const std::string& text) {
  return message_of<UserError>([&] { clean(feature, text, {"A", "B"}); });
}

CovariateFeature glucose() {
  return {"glucose", NumberCovariate{"mg/dL", cohort::Analyte::glucose, Range{20, 600}, OnBadValue::error},
          KeepMissing{}};
}

CovariateFeature sex() { return {"sex", Category{{"female", "male"}, OnBadValue::error}, KeepMissing{}}; }

TEST(CovariateColumn, FollowsTheOrderOfTheSamplesAndNotOfTheTable) {
  const Cleaned out = clean(glucose(), "id\tglucose\nA\t90\nB\t100.5\nC\t1e2\n", {"C", "A"});
  EXPECT_THAT(out.column.value, ElementsAre(100, 90));
  EXPECT_THAT(out.column.state, ElementsAre(observed, observed));
}

TEST(CovariateColumn, MissingCellsAndSamplesWithoutARowHaveNoValue) {
  const Cleaned out = clean(glucose(), "id\tglucose\nA\tNA\nB\t100\n", {"A", "B", "Z"});
  EXPECT_THAT(out.column.state, ElementsAre(missing, observed, missing));
  EXPECT_EQ(out.counts.missing, 2U);
  EXPECT_EQ(out.counts.imputed, 0U);
}

TEST(CovariateColumn, ImputedValuesAreMarkedAndCounted) {
  CovariateFeature feature = glucose();
  feature.missing = ImputeMissing{95};
  const Cleaned out = clean(feature, "id\tglucose\nA\t\nB\t100\n", {"A", "B", "Z"});
  EXPECT_THAT(out.column.value, ElementsAre(95, 100, 95));
  EXPECT_THAT(out.column.state, ElementsAre(imputed, observed, imputed));
  EXPECT_EQ(out.counts.missing, 2U);
  EXPECT_EQ(out.counts.imputed, 2U);
}

TEST(CovariateColumn, ADeclaredUnitIsConvertedBeforeTheRangeIsChecked) {
  const Cleaned out = clean(glucose(), "id\tglucose [mmol/L]\nA\t5\n", {"A"});
  EXPECT_DOUBLE_EQ(out.column.value[0], 90.078);
  EXPECT_EQ(out.counts.converted, 1U);
  EXPECT_THAT(fault_of(glucose(), "id\tglucose [mmol/L]\nA\t1\nB\t5\n"),
              HasSubstr("line 2, column 'glucose': expected a value from 20 to 600 mg/dL, found 18.0156 mg/dL"));
}

TEST(CovariateColumn, TheModelsOwnUnitNeedsNoConversion) {
  const Cleaned out = clean(glucose(), "id\tglucose [mg/dL]\nA\t90\n", {"A"});
  EXPECT_EQ(out.column.value[0], 90);
  EXPECT_EQ(out.counts.converted, 0U);
}

TEST(CovariateColumn, AUnitThatCannotBeConvertedIsAnError) {
  EXPECT_THAT(
      fault_of(glucose(), "id\tglucose [kg]\nA\t90\n"),
      HasSubstr("cov.tsv: line 1, column 'glucose': expected a unit that converts to mg/dL, found the unit 'kg'"));
  EXPECT_THAT(fault_of(sex(), "id\tsex [code]\nA\tmale\n"), HasSubstr("expected no unit, as in the model"));
}

TEST(CovariateColumn, TextWhereANumberIsDueIsAlwaysAnError) {
  CovariateFeature feature = glucose();
  std::get<NumberCovariate>(feature.value).out_of_range = OnBadValue::missing;
  feature.missing = ImputeMissing{95};
  EXPECT_THAT(fault_of(feature, "id\tglucose\nA\t90\nB\thigh\n"),
              HasSubstr("cov.tsv: line 3, column 'glucose': expected a number, found 'high'"));
  EXPECT_THAT(fault_of(feature, "id\tglucose\nA\t5,5\n"), HasSubstr("expected a number, found '5,5'"));
  EXPECT_THAT(fault_of(feature, "id\tglucose\nA\tinf\n"), HasSubstr("expected a number, found 'inf'"));
}

TEST(CovariateColumn, BothEndsOfTheRangeAreAllowedAndNothingBeyond) {
  const Cleaned out = clean(glucose(), "id\tglucose\nA\t20\nB\t600\n", {"A", "B"});
  EXPECT_THAT(out.column.state, ElementsAre(observed, observed));
  EXPECT_THAT(fault_of(glucose(), "id\tglucose\nA\t19.99\n"), HasSubstr("found 19.99"));
  EXPECT_THAT(fault_of(glucose(), "id\tglucose\nA\t600.01\n"), HasSubstr("found 600.01"));
}

TEST(CovariateColumn, OutOfRangeMayBecomeMissingAndThenFollowsTheRuleForMissing) {
  CovariateFeature feature = glucose();
  std::get<NumberCovariate>(feature.value).out_of_range = OnBadValue::missing;
  const Cleaned kept = clean(feature, "id\tglucose\nA\t1\n", {"A"});
  EXPECT_THAT(kept.column.state, ElementsAre(missing));
  EXPECT_EQ(kept.counts.out_of_range, 1U);
  EXPECT_EQ(kept.counts.missing, 0U);
  feature.missing = ImputeMissing{95};
  EXPECT_THAT(clean(feature, "id\tglucose\nA\t1\n", {"A"}).column.value, ElementsAre(95));
  feature.missing = RefuseMissing{};
  EXPECT_THAT(fault_of(feature, "id\tglucose\nA\t1\n"),
              HasSubstr("line 2, column 'glucose': expected a value that the model can use"));
}

CovariateFeature with_outliers(OnOutlier action) {
  CovariateFeature feature = glucose();
  std::get<NumberCovariate>(feature.value).outliers = Outliers{50, 300, action};
  return feature;
}

TEST(CovariateColumn, OutliersBecomeMissingAndAreCountedOnTheirOwn) {
  CovariateFeature feature = with_outliers(OnOutlier::missing);
  std::get<NumberCovariate>(feature.value).out_of_range = OnBadValue::missing;
  feature.missing = ImputeMissing{95};
  const std::string table = "id\tglucose\nA\t49.9\nB\t50\nC\t300\nD\t300.1\nE\t601\nF\tNA\n";
  const Cleaned out = clean(feature, table, {"A", "B", "C", "D", "E", "F"});
  EXPECT_THAT(out.column.value, ElementsAre(95, 50, 300, 95, 95, 95));
  EXPECT_THAT(out.column.state, ElementsAre(imputed, observed, observed, imputed, imputed, imputed));
  EXPECT_EQ(out.counts.outliers, 2U);
  EXPECT_EQ(out.counts.out_of_range, 1U);
  EXPECT_EQ(out.counts.missing, 1U);
  EXPECT_EQ(out.counts.imputed, 4U);
  EXPECT_EQ(out.counts.winsorised, 0U);
}

TEST(CovariateColumn, WinsorisedValuesTakeTheNearerLimit) {
  const Cleaned out =
      clean(with_outliers(OnOutlier::winsorise), "id\tglucose\nA\t20\nB\t100\nC\t600\n", {"A", "B", "C"});
  EXPECT_THAT(out.column.value, ElementsAre(50, 100, 300));
  EXPECT_THAT(out.column.state, ElementsAre(winsorised, observed, winsorised));
  EXPECT_EQ(out.counts.winsorised, 2U);
  EXPECT_EQ(out.counts.outliers, 0U);
}

TEST(CovariateColumn, OutliersAreLookedAtInTheModelsUnit) {
  const Cleaned out = clean(with_outliers(OnOutlier::winsorise), "id\tglucose [mmol/L]\nA\t20\nB\t5\n", {"A", "B"});
  EXPECT_THAT(out.column.value, ElementsAre(300, 5 * 18.0156));
}

TEST(CovariateColumn, OutliersMayBeRefused) {
  EXPECT_THAT(fault_of(with_outliers(OnOutlier::error), "id\tglucose\nA\t100\nB\t49\n"),
              HasSubstr("line 3, column 'glucose': expected no outlier, that is a value not below 50 mg/dL, found 49"));
  CovariateFeature feature = with_outliers(OnOutlier::error);
  std::get<NumberCovariate>(feature.value).outliers->low.reset();
  EXPECT_THAT(
      fault_of(feature, "id\tglucose\nA\t49\nB\t301\n"),
      HasSubstr("line 3, column 'glucose': expected no outlier, that is a value not above 300 mg/dL, found 301"));
}

TEST(CovariateColumn, MissingMayBeRefused) {
  CovariateFeature feature = glucose();
  feature.missing = RefuseMissing{};
  EXPECT_THAT(fault_of(feature, "id\tglucose\nA\t90\nB\tNA\n"),
              HasSubstr("line 3, column 'glucose': expected a value"));
  EXPECT_THAT(fault_of(feature, "id\tglucose\nA\t90\n"),
              HasSubstr("expected a row for each sample, found none for sample 2"));
}

TEST(CovariateColumn, CategoriesAreTheIndexOfTheirLevel) {
  const Cleaned out = clean(sex(), "id\tsex\nA\tmale\nB\tfemale\nC\t.\n", {"A", "B", "C"});
  EXPECT_EQ(out.column.value[0], 1);
  EXPECT_EQ(out.column.value[1], 0);
  EXPECT_THAT(out.column.state, ElementsAre(observed, observed, missing));
}

TEST(CovariateColumn, AnUnknownLevelIsAnErrorOrMissing) {
  EXPECT_THAT(fault_of(sex(), "id\tsex\nA\tMale\n"),
              HasSubstr("line 2, column 'sex': expected one of female, male, found 'Male'"));
  CovariateFeature feature = sex();
  std::get<Category>(feature.value).unknown_level = OnBadValue::missing;
  const Cleaned out = clean(feature, "id\tsex\nA\tMale\n", {"A"});
  EXPECT_THAT(out.column.state, ElementsAre(missing));
  EXPECT_EQ(out.counts.unknown_level, 1U);
}

TEST(CovariateColumn, AColumnThatIsNotThereIsAnError) {
  EXPECT_THAT(fault_of(glucose(), "id\tage\nA\t1\n"),
              HasSubstr("cov.tsv: line 1: expected a column 'glucose', which the model uses, found id, age"));
}

TEST(ScoreValue, IsStandardised) {
  const ScoreFeature feature{ScoreFeature::Id{"PGS1"}, 0.5, 0.25};
  EXPECT_EQ(score_value(feature, 1.0).value, 2);
  EXPECT_EQ(score_value(feature, 1.0).state, observed);
  EXPECT_EQ(score_value(feature, std::nullopt).state, missing);
}

VariantFeature variant(Coding coding, std::optional<double> mean) {
  return {"10", Position{5}, "C", "T", "T", coding, mean};
}

TEST(VariantValue, FollowsTheCoding) {
  const auto coded = [](Coding coding, double dosage, int ploidy) {
    const VariantCall call{dosage, std::max(dosage - 1, 0.0), ploidy};
    return variant_value(variant(coding, std::nullopt), call).value;
  };
  EXPECT_EQ(coded(Coding::additive, 1.5, 2), 1.5);
  EXPECT_EQ(coded(Coding::dominant, 2, 2), 1);
  EXPECT_EQ(coded(Coding::dominant, 0.5, 2), 0.5);
  EXPECT_EQ(coded(Coding::recessive, 1, 2), 0);
  EXPECT_EQ(coded(Coding::recessive, 1.5, 2), 0.5);
  EXPECT_EQ(coded(Coding::recessive, 1, 1), 1);
  EXPECT_EQ(coded(Coding::dominant, 1, 1), 1);
  const auto known = [](Coding coding) {
    return variant_value(variant(coding, std::nullopt), VariantCall{1, 0.25, 2}).value;
  };
  EXPECT_EQ(known(Coding::additive), 1);
  EXPECT_EQ(known(Coding::dominant), 0.75);
  EXPECT_EQ(known(Coding::recessive), 0.25);
}

TEST(VariantValue, AMissingGenotypeTakesTheMeanOrStaysMissing) {
  const FeatureValue with_mean = variant_value(variant(Coding::additive, 0.56), std::nullopt);
  EXPECT_EQ(with_mean.value, 0.56);
  EXPECT_EQ(with_mean.state, imputed);
  EXPECT_EQ(variant_value(variant(Coding::additive, std::nullopt), std::nullopt).state, missing);
}

}  // namespace
}  // namespace varisk::models
