#include "varisk/scoring/row_value.hpp"

#include <gmock/gmock.h>

#include <cmath>

#include "scoring_inputs.hpp"

namespace varisk::scoring {
namespace {

constexpr std::array<double, 3> by_copies = {0.5, -1, 4};

RowWeights weights(Coding coding, double weight = 2) { return {coding, weight, by_copies}; }

TEST(RowValue, AdditiveIsWeightTimesCopies) {
  for (const double d : {0.0, 0.25, 1.0, 1.75, 2.0}) EXPECT_EQ(weights(Coding::additive).value(d, 2), 2 * d);
  for (const double d : {0.0, 0.25, 1.0}) EXPECT_EQ(weights(Coding::additive).value(d, 1), 2 * d);
}

TEST(RowValue, DominantAndRecessiveOfTwoCopies) {
  for (const double d : {0.0, 0.25, 1.0, 1.75, 2.0}) {
    EXPECT_EQ(weights(Coding::dominant).value(d, 2), 2 * std::min(d, 1.0)) << d;
    EXPECT_EQ(weights(Coding::recessive).value(d, 2), 2 * std::max(d - 1, 0.0)) << d;
  }
}

TEST(RowValue, DominantAndRecessiveOfOneCopyAreTheCopies) {
  for (const double d : {0.0, 0.3, 1.0}) {
    EXPECT_EQ(weights(Coding::dominant).value(d, 1), 2 * d);
    EXPECT_EQ(weights(Coding::recessive).value(d, 1), 2 * d);
  }
}

TEST(RowValue, WeightsByCopiesAreLinearBetweenNeighbours) {
  const RowWeights row = weights(Coding::by_copies, 1);
  EXPECT_EQ(row.value(0, 2), 0.5);
  EXPECT_EQ(row.value(1, 2), -1);
  EXPECT_EQ(row.value(2, 2), 4);
  EXPECT_DOUBLE_EQ(row.value(0.5, 2), -0.25);
  EXPECT_NEAR(row.value(1.2, 2), 0, 1e-15);
  EXPECT_EQ(row.value(0, 1), 0.5);
  EXPECT_EQ(row.value(1, 1), 4) << "one copy of a hemizygote counts as two";
}

TEST(RowExpectation, IsThatOfHardyWeinberg) {
  for (const double f : {0.0, 0.1, 0.5, 0.9, 1.0}) {
    for (const Coding coding : {Coding::additive, Coding::dominant, Coding::recessive, Coding::by_copies}) {
      const RowWeights row = weights(coding);
      const double two =
          (1 - f) * (1 - f) * row.value(0, 2) + 2 * f * (1 - f) * row.value(1, 2) + f * f * row.value(2, 2);
      const double one = (1 - f) * row.value(0, 1) + f * row.value(1, 1);
      EXPECT_NEAR(row.expectation(f, 2, ImputeModel::hwe), two, 1e-12) << static_cast<int>(coding) << ' ' << f;
      EXPECT_NEAR(row.expectation(f, 1, ImputeModel::hwe), one, 1e-12) << static_cast<int>(coding) << ' ' << f;
    }
  }
}

TEST(RowExpectation, OfPlink2IsTheFrequencyForDominantAndRecessive) {
  for (const double f : {0.0, 0.1, 0.9}) {
    EXPECT_EQ(weights(Coding::dominant).expectation(f, 2, ImputeModel::plink2), 2 * f);
    EXPECT_EQ(weights(Coding::recessive).expectation(f, 2, ImputeModel::plink2), 2 * f);
    EXPECT_EQ(weights(Coding::additive).expectation(f, 2, ImputeModel::plink2), 4 * f);
  }
}

TEST(RowBound, NoCallAddsMore) {
  for (const Coding coding : {Coding::additive, Coding::dominant, Coding::recessive, Coding::by_copies}) {
    for (const double weight : {2.0, -3.0, 0.0}) {
      const RowWeights row = weights(coding, weight);
      for (double d = 0; d <= 2; d += 0.125) {
        EXPECT_LE(std::abs(row.value(d, 2)), row.bound());
        EXPECT_LE(std::abs(row.value(d / 2, 1)), row.bound());
        EXPECT_LE(std::abs(row.expectation(d / 2, 2, ImputeModel::hwe)), row.bound());
      }
    }
  }
}

TEST(RowWeightsOfAFile, ComeFromTheRowAndItsTable) {
  ScoringFile file = test::scoring_file({test::row("1", 1, "A", "G"), test::row("1", 2, "A", "G")}, {3, 1});
  file.weights_by_copies = {{9, 9, 9}, by_copies};
  file.rows[0].coding = Coding::recessive;
  file.rows[1].coding = Coding::by_copies;
  file.rows[1].weights_by_copies = 1;
  EXPECT_EQ(row_weights(file, file.rows[0], 3).value(2, 2), 3);
  EXPECT_EQ(row_weights(file, file.rows[1], 1).value(2, 2), 4);
}

}  // namespace
}  // namespace varisk::scoring
