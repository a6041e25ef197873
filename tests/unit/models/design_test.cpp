#include "varisk/models/design.hpp"

#include <gmock/gmock.h>

#include <cmath>

#include "../temp_file.hpp"
#include "varisk/core/error.hpp"
#include "varisk/models/prediction.hpp"

namespace varisk::models {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using varisk::test::message_of;
using varisk::test::TempFile;

Model model_of(const std::string& missing) {
  const std::string text = R"json({"format": "varisk-model/1", "id": "m", "outcome": "o", "family": "binomial",
    "features": {"x": {"type": "covariate", "column": "x", "value": "number", "missing": MISSING},
                 "s": {"type": "covariate", "column": "s", "value": "category", "levels": ["a", "b", "c"],
                       "missing": {"value": "b"}}},
    "intercept": 0.1,
    "terms": [{"name": "x", "coefficient": 0.3, "factors": [{"feature": "x", "center": 0.7, "scale": 0.9}]},
              {"name": "ln x by b", "coefficient": -1.7,
               "factors": [{"feature": "x", "log": true}, {"feature": "s", "level": "b"}]},
              {"name": "s", "coefficient": 0.01, "factors": [{"feature": "s", "ordinal": true, "scale": 3}]},
              {"name": "no s", "coefficient": 11, "factors": [{"feature": "s", "missing": true}]}]})json";
  std::string filled = text;
  filled.replace(filled.find("MISSING"), 7, missing);
  return parse_model(io::Json::parse(filled), "m");
}

std::vector<FeatureColumn> columns_of(const Model& model, const std::string& table,
                                      const std::vector<std::string>& ids) {
  const TempFile file("cov.tsv", table);
  std::map<std::string, CleaningCounts> counts;
  return covariate_columns(
      model.features, cohort::CovariateTable::read(file.path(), "id", cohort::DuplicatePolicy::error), ids, counts);
}

const std::vector<std::string> ids = {"A", "B", "C", "D"};

TEST(Design, HasOneColumnForEachTerm) {
  const Model model = model_of("{\"value\": 2}");
  const auto columns = columns_of(model, "id\tx\ts\nA\t1\tb\nB\tNA\tb\nC\t3\t\nD\t4\tc\n", ids);
  const Design design = design_of(model.terms, columns, 4);
  EXPECT_THAT(design.complete, ElementsAre(1, 1, 1, 1));
  EXPECT_THAT(design.column(0), ElementsAre((1 - 0.7) / 0.9, (2 - 0.7) / 0.9, (3 - 0.7) / 0.9, (4 - 0.7) / 0.9));
  EXPECT_THAT(design.column(1), ElementsAre(0, std::log(2.0), std::log(3.0), 0));
  EXPECT_THAT(design.column(2), ElementsAre(1.0 / 3, 1.0 / 3, 1.0 / 3, 2.0 / 3));
  EXPECT_THAT(design.column(3), ElementsAre(0, 0, 1, 0));
}

TEST(Design, GivesTheLinearPredictorOfThePrediction) {
  const Model model = model_of("{\"value\": 2}");
  const auto columns = columns_of(model, "id\tx\ts\nA\t1.1\tb\nB\tNA\tb\nC\t0.3\t\nD\t4e5\tc\n", ids);
  const Design design = design_of(model.terms, columns, 4);
  for (std::size_t i = 0; i < 4; ++i) {
    double sum = model.intercepts[0];
    for (std::size_t t = 0; t < 4; ++t) sum += model.terms[t].coefficients[0] * design.column(t)[i];
    EXPECT_NEAR(sum, predict(model, columns, i).linear_predictors.at(0), 1e-12 * std::abs(sum));
  }
}

TEST(Design, SamplesWithoutAValueAreIncomplete) {
  const Model model = model_of("\"na\"");
  const auto columns = columns_of(model, "id\tx\ts\nA\tNA\tb\nB\t-1\tb\nC\t1e-320\ta\nD\t2\ta\n", ids);
  const Design design = design_of(model.terms, columns, 4);
  EXPECT_THAT(design.complete, ElementsAre(0, 0, 1, 1));
  EXPECT_THAT(design.column(2), ElementsAre(0, 0, 0, 0));
  EXPECT_EQ(design.column(0)[1], 0);
  EXPECT_EQ(term_value(model.terms[0], columns, 0), std::nullopt);
  EXPECT_EQ(term_value(model.terms[2], columns, 0), 1.0 / 3);
}

TEST(Design, NeedsNoTerms) {
  const Design design = design_of({}, {}, 3);
  EXPECT_THAT(design.complete, ElementsAre(1, 1, 1));
  EXPECT_TRUE(design.values.empty());
}

TEST(Design, ColumnsHaveOneLength) {
  const Model model = model_of("\"na\"");
  const auto columns = columns_of(model, "id\tx\ts\nA\t1\tb\n", {"A"});
  EXPECT_THAT(message_of<InternalError>([&] { (void)design_of(model.terms, columns, 2); }),
              HasSubstr("a column of 1 values for 2 samples"));
}

}  // namespace
}  // namespace varisk::models
