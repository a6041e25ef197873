/// Real tables with missing values, from VARISK_EXTERNAL_CASES/data/clinical. Expected numbers are from R 4.2:
/// quantile() of type 7, median(), and mean() and the root of the mean square after winsorising and filling with the
/// median.

#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "../temp_file.hpp"
#include "varisk/models/design.hpp"
#include "varisk/models/fit_cleaning.hpp"
#include "varisk/models/outcome.hpp"
#include "varisk/models/prediction.hpp"
#include "varisk/models/write_model.hpp"

namespace varisk::models {
namespace {

using testing::ElementsAre;
using testing::Pair;
using varisk::test::TempFile;

struct Expected {
  const char* column;
  std::size_t missing;
  double low;
  double high;
  std::size_t outliers;
  double median;
  double mean;
  double sd;
};

class ClinicalTable : public testing::Test {
 protected:
  void SetUp() override {
    const char* const root = std::getenv("VARISK_EXTERNAL_CASES");
    if (root != nullptr && *root != '\0') folder_ = std::filesystem::path(root) / "data" / "clinical";
    if (folder_.empty() || !std::filesystem::is_directory(folder_)) {
      GTEST_SKIP() << "VARISK_EXTERNAL_CASES has no data/clinical";
    }
  }

  /// The table with the number of each row before it, as ids.
  cohort::CovariateTable read(const std::string& name) {
    std::ifstream in(folder_ / name);
    std::string text;
    std::string line;
    for (std::size_t row = 0; std::getline(in, line); ++row) {
      text += (row == 0 ? "row" : std::to_string(row)) + "," + line + "\n";
    }
    const TempFile file(name, text);
    return cohort::CovariateTable::read(file.path(), "row", cohort::DuplicatePolicy::error);
  }

  void check(const std::string& name, double k, std::span<const Expected> expected) {
    const auto table = read(name);
    CleaningRules rules;
    rules.defaults.outliers = {IqrRule{k}, OnOutlier::winsorise};
    std::vector<std::string> columns;
    for (const Expected& row : expected) columns.emplace_back(row.column);
    const FittedCleaning fitted = fit_cleaning(table, columns, table.sample_ids(), rules);
    for (std::size_t i = 0; i < columns.size(); ++i) {
      SCOPED_TRACE(columns[i]);
      const ColumnReport& report = fitted.columns[i];
      EXPECT_EQ(report.counts.missing, expected[i].missing);
      EXPECT_EQ(report.counts.imputed, expected[i].missing);
      EXPECT_EQ(report.counts.winsorised, expected[i].outliers);
      EXPECT_DOUBLE_EQ(report.outliers->low.value(), expected[i].low);
      EXPECT_DOUBLE_EQ(report.outliers->high.value(), expected[i].high);
      EXPECT_DOUBLE_EQ(report.summary->median, expected[i].median);
      EXPECT_NEAR(report.summary->mean, expected[i].mean, 1e-12 * expected[i].mean);
      EXPECT_NEAR(report.summary->sd, expected[i].sd, 1e-11 * expected[i].sd);
    }
  }

  std::filesystem::path folder_;
};

TEST_F(ClinicalTable, PimaIsCleanedAsInR) {
  constexpr std::array<Expected, 8> expected = {{
      {"pregnant", 0, -6.5, 13.5, 4, 3, 3.8372395833333335, 3.3419786873597039},
      {"glucose", 5, 36, 204, 0, 117, 121.65625, 30.418462775166116},
      {"pressure", 35, 40, 104, 14, 72, 72.358072916666671, 11.689478996217774},
      {"triceps", 227, 1, 57, 3, 29, 29.041666666666668, 8.4333065711037811},
      {"insulin", 374, -94.375, 360.625, 24, 125, 136.02994791666666, 65.517935344607764},
      {"mass", 11, 13.849999999999998, 50.25, 8, 32.299999999999997, 32.393359375000003, 6.6631288919895795},
      {"pedigree", 0, -0.32999999999999996, 1.2, 29, 0.3725, 0.4589140625, 0.28541032306239278},
      {"age", 0, -1.5, 66.5, 9, 29, 33.199869791666664, 11.620830904911481},
  }};
  check("mlbench_PimaIndiansDiabetes2_NA.csv", 1.5, expected);
}

TEST_F(ClinicalTable, PbcIsCleanedAsInR) {
  constexpr std::array<Expected, 10> expected = {{
      {"age", 0, -3.3935660506500938, 104.46680355920587, 0, 51.000684462696803, 50.741551470612315,
       10.434710235214462},
      {"bili", 0, -6.9999999999999991, 11.199999999999999, 30, 1.3999999999999999, 2.8301435406698565,
       3.1031779479310013},
      {"chol", 134, -202, 851.5, 13, 309.5, 337.93181818181819, 130.77521719568804},
      {"albumin", 0, 1.6600000000000006, 5.3524999999999991, 0, 3.5299999999999998, 3.4974401913875597,
       0.42446296214339163},
      {"copper", 108, -204, 368.25, 6, 73, 89.757177033492823, 66.684049879253749},
      {"alk.phos", 106, -2454, 5305.5, 25, 1259, 1622.9413875598086, 1170.3583044108063},
      {"ast", 106, -133.30000000000004, 365.80000000000007, 1, 114.7, 120.34528708133972, 47.709766135731549},
      {"trig", 136, -116, 351.25, 3, 108, 118.41088516746412, 48.503492647202677},
      {"platelet", 11, -200, 706.5, 1, 251, 256.83133971291863, 96.74504499322461},
      {"protime", 2, 6.7000000000000011, 14.399999999999999, 3, 10.6, 10.714114832535886, 0.92853066322826161},
  }};
  check("survival_pbc.csv", 3, expected);
}

TEST_F(ClinicalTable, NafldIsCleanedAsInR) {
  constexpr std::array<Expected, 4> expected = {{
      {"age", 0, -21, 126, 0, 53, 52.659638725853327, 14.722095652821388},
      {"weight", 4786, -17.600000000000009, 186.80000000000001, 0, 83.900000000000006, 85.684266909795426,
       18.996646005740654},
      {"height", 3168, 117, 222, 0, 169, 169.35643056584422, 9.1817229290408591},
      {"bmi", 4961, -0.58538322798171549, 59.43218921586972, 36, 28.8758842891644, 29.72369081130249,
       5.9557264659810993},
  }};
  check("survival_nafld1.csv", 3, expected);
}

/// All of PBC, with everything on: what is trained on is what the written model computes.
TEST_F(ClinicalTable, ATrainedPbcModelScoresAsItWasTrained) {
  const auto table = read("survival_pbc.csv");
  const std::vector<std::string> but = {"row", "id", "time", "status"};
  CleaningRules rules;
  rules.defaults.indicator = true;
  rules.defaults.standardize = true;
  rules.defaults.outliers = {ZRule{3}, OnOutlier::missing};
  rules.columns["stage"].levels = {"1", "2", "3", "4"};
  const FittedCleaning fitted = fit_cleaning(table, covariate_names(table, but), table.sample_ids(), rules);
  const auto& stage = fitted.columns.back();
  EXPECT_THAT(stage.levels, ElementsAre(Pair("1", 21), Pair("2", 92), Pair("3", 161), Pair("4", 144)));
  EXPECT_EQ(stage.counts.missing, 6U);
  EXPECT_THAT(fitted.columns[2].levels, ElementsAre(Pair("f", 374), Pair("m", 44)));
  const Outcome outcome = read_outcome({"status", Family::multinomial, {}, {}}, table, table.sample_ids());
  EXPECT_THAT(outcome.classes, ElementsAre("0", "1", "2"));
  Model model;
  model.id = "pbc";
  model.outcome = "death";
  model.intercepts = {0.25};
  model.features = fitted.features;
  model.terms = fitted.terms;
  for (std::size_t t = 0; t < model.terms.size(); ++t) model.terms[t].coefficients = {1 / static_cast<double>(t + 7)};
  const Model read_back = parse_model(io::Json::parse(model_text(model)), "m.json");
  ASSERT_EQ(read_back, model);
  std::map<std::string, CleaningCounts> counts;
  const auto columns = covariate_columns(read_back.features, table, table.sample_ids(), counts);
  const Design design = design_of(fitted.terms, columns, table.sample_ids().size());
  for (std::size_t t = 0; t < design.terms; ++t) {
    double sum = 0;
    double squares = 0;
    for (const double value : design.column(t)) {
      sum += value;
      squares += value * value;
    }
    const bool is_affine = std::holds_alternative<Affine>(fitted.terms[t].factors[0].transform);
    if (!is_affine) continue;
    EXPECT_NEAR(sum, 0, 1e-9) << fitted.terms[t].name;
    EXPECT_NEAR(squares, static_cast<double>(design.samples), 1e-9) << fitted.terms[t].name;
  }
  for (std::size_t i = 0; i < design.samples; ++i) {
    double sum = model.intercepts[0];
    for (std::size_t t = 0; t < design.terms; ++t) sum += model.terms[t].coefficients[0] * design.column(t)[i];
    EXPECT_NEAR(predict(read_back, columns, i).linear_predictors.at(0), sum, 1e-12);
  }
}

}  // namespace
}  // namespace varisk::models
