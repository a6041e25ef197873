#include "varisk/scoring/populations.hpp"

#include <gmock/gmock.h>

#include <cmath>

namespace varisk::scoring {
namespace {

TEST(ChiSquaredSurvival, HasTheTabulatedQuantiles) {
  // scipy.stats.chi2.sf
  EXPECT_NEAR(chi_squared_survival(1, 1), 0.31731050786291415, 1e-15);
  EXPECT_NEAR(chi_squared_survival(9.210340371976184, 2), 0.01, 1e-15);
  EXPECT_NEAR(chi_squared_survival(7.814727903251178, 3), 0.05, 1e-15);
  EXPECT_NEAR(chi_squared_survival(3.3566939800333224, 4), 0.5, 1e-15);
  EXPECT_NEAR(chi_squared_survival(11.070497693516351, 5), 0.05, 1e-15);
  EXPECT_NEAR(chi_squared_survival(25.188179571971173, 10) / 0.005, 1, 1e-12);
  EXPECT_NEAR(chi_squared_survival(100, 5) / 5.285148360943219e-20, 1, 1e-10);
  EXPECT_EQ(chi_squared_survival(0, 5), 1);
  EXPECT_EQ(chi_squared_survival(-1, 4), 1);
}

/// Two populations of four samples each on a cross, the second ten times as wide and around (100, 0).
struct Crosses {
  std::vector<double> pcs = {1, 0, 9, -1, 0, 9, 0, 1, 9, 0, -1, 9, 110, 0, 9, 90, 0, 9, 100, 10, 9, 100, -10, 9};
  std::vector<std::uint32_t> population = {0, 0, 0, 0, 1, 1, 1, 1};
  PopulationModel model{pcs, 3, population, 2, 2};
};

TEST(PopulationModel, MeasuresInUnitsOfEachPopulationsSpread) {
  const Crosses crosses;
  // The covariances are ½ I and 50 I.
  const auto first = crosses.model.nearest(std::vector<double>{2, 0});
  EXPECT_EQ(first.population, 0U);
  EXPECT_NEAR(first.distance, 2 * std::sqrt(2), 1e-12);
  EXPECT_NEAR(first.p_value, std::exp(-4), 1e-12);
  const auto second = crosses.model.nearest(std::vector<double>{50, 0});
  EXPECT_EQ(second.population, 1U) << "50 away from both, and the second is wider";
  EXPECT_NEAR(second.distance, 50 / std::sqrt(50.0), 1e-12);
}

TEST(PopulationModel, CallsOutsideWhatIsATenthBeyondTheRange) {
  const Crosses crosses;  // from -1 to 110 and from -10 to 10
  EXPECT_FALSE(crosses.model.is_outside(std::vector<double>{-12.0, 0}));
  EXPECT_TRUE(crosses.model.is_outside(std::vector<double>{-12.2, 0}));
  EXPECT_FALSE(crosses.model.is_outside(std::vector<double>{121, 11.9}));
  EXPECT_TRUE(crosses.model.is_outside(std::vector<double>{121, 12.1}));
  EXPECT_TRUE(crosses.model.is_outside(std::vector<double>{121.2, 0}));
}

TEST(PopulationModel, NamesAPopulationWithoutSpread) {
  EXPECT_FALSE(Crosses().model.singular());
  const std::vector<double> line = {0, 0, 1, 0, 0, 1, 5, 5, 6, 6, 7, 7};
  const std::vector<std::uint32_t> population = {0, 0, 0, 1, 1, 1};
  EXPECT_EQ(PopulationModel(line, 2, population, 2, 2).singular(), 1U);
}

}  // namespace
}  // namespace varisk::scoring
