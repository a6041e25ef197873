#include "varisk/evaluation/subgroups.hpp"

#include <gmock/gmock.h>

namespace varisk::evaluation {
namespace {

using testing::ElementsAre;

TEST(SubgroupsByText, AreInTheOrderOfTheTextsAndMissingComesLast) {
  const std::vector<std::optional<std::string>> values = {"M", "F", std::nullopt, "F"};
  const auto groups = subgroups_by_text("sex", values);
  ASSERT_EQ(groups.size(), 3U);
  EXPECT_EQ(groups[0].level, "F");
  EXPECT_THAT(groups[0].members, ElementsAre(1, 3));
  EXPECT_EQ(groups[2].level, "(missing)");
  EXPECT_THAT(groups[2].members, ElementsAre(2));
  EXPECT_EQ(groups[1].column, "sex");
}

TEST(SubgroupsByBands, GoFromEachCutToBelowTheNext) {
  const std::vector<std::optional<double>> values = {39.9, 40, 59.9, 60, std::nullopt, 12};
  const std::vector<double> cuts = {10, 40, 60};
  const auto groups = subgroups_by_bands("age", values, cuts);
  ASSERT_EQ(groups.size(), 4U) << "nobody is below 10";
  EXPECT_EQ(groups[0].level, "10 to below 40");
  EXPECT_THAT(groups[0].members, ElementsAre(0, 5));
  EXPECT_EQ(groups[1].level, "40 to below 60");
  EXPECT_THAT(groups[1].members, ElementsAre(1, 2));
  EXPECT_EQ(groups[2].level, "from 60");
  EXPECT_EQ(groups[3].level, "(missing)");
}

TEST(QuantileCuts, MakeBandsOfEqualSize) {
  std::vector<std::optional<double>> values;
  for (int i = 0; i < 100; ++i) values.emplace_back((i * 37) % 100);
  values.emplace_back(std::nullopt);
  EXPECT_THAT(quantile_cuts(values, 4), ElementsAre(25, 50, 75));
  EXPECT_THAT(quantile_cuts({}, 4), ElementsAre());
}

TEST(QuantileCuts, AreFewerWhereValuesAreEqual) {
  std::vector<std::optional<double>> values(60, 1.0);
  for (int i = 0; i < 40; ++i) values.emplace_back(2 + i);
  EXPECT_THAT(quantile_cuts(values, 4), ElementsAre(17));
  EXPECT_THAT(quantile_cuts(std::vector<std::optional<double>>(5, 1.0), 4), ElementsAre());
}

}  // namespace
}  // namespace varisk::evaluation
