#include "marginal_test.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "selection_data.hpp"
#include "selection_rows.hpp"

namespace varisk::training {
namespace {

constexpr std::array<std::uint32_t, 4> tested = {3, 10, 17, 40};

/// Statistics of the four columns, as calls or as dosages.
std::vector<std::optional<double>> statistics(const Outcome& outcome, const std::vector<double>& weights,
                                              const std::vector<double>& offset, bool covariates, bool as_dosages) {
  const test::Copies copies = test::copies_of(reference::with_missing);
  const GenotypeMatrix calls = test::genotypes(copies);
  const DosageMatrix dosages = test::dosages(copies, DosageBits::eight, 0.25);
  Design design(reference::people);
  if (as_dosages) {
    design.add_dosages(dosages);
  } else {
    design.add_genotypes(calls);
  }
  std::vector<std::uint32_t> adjust;
  if (covariates) {
    const auto add = [&](std::vector<double> values) {
      adjust.push_back(static_cast<std::uint32_t>(design.add_dense(std::move(values))));
    };
    add(reference::first_covariate);
    add(reference::second_covariate);
    // These two say nothing new.
    std::vector<double> sum = reference::first_covariate;
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += 2 * reference::second_covariate[i] + 1;
    add(sum);
    add(std::vector<double>(reference::people, 7));
  }
  SelectionInput input;
  input.design = &design;
  input.outcome = &outcome;
  input.weights = weights;
  input.offset = offset;
  input.adjust = adjust;
  const SelectionRows rows(design, weights, {});
  return score_statistics(design, fit_null_model(input, rows.rows()), rows.rows(), tested, Threads(2));
}

void expect_reference(const Outcome& outcome, const reference::ScoreTest& expected, const std::vector<double>& offset) {
  std::vector<double> scaled = reference::weights;
  for (double& weight : scaled) weight *= 3.7;
  for (const bool as_dosages : {false, true}) {
    const auto plain = statistics(outcome, std::vector<double>(reference::people, 1), {}, true, as_dosages);
    const auto weighted = statistics(outcome, scaled, offset, true, as_dosages);
    for (std::size_t j = 0; j < tested.size(); ++j) {
      ASSERT_TRUE(plain[j] && weighted[j]);
      EXPECT_NEAR(*plain[j], expected.plain[j], 1e-9);
      EXPECT_NEAR(*weighted[j], expected.weighted[j], 1e-9);
    }
  }
}

TEST(ScoreStatistics, GaussianIsAsReference) {
  expect_reference({Family::gaussian, reference::gaussian, {}, 0}, reference::gaussian_score, reference::offset_0);
}

TEST(ScoreStatistics, BinomialIsAsReference) {
  expect_reference({Family::binomial, {}, reference::binary, 2}, reference::binomial_score, reference::offset_0);
}

TEST(ScoreStatistics, MultinomialIsAsReference) {
  std::vector<double> offset = reference::offset_0;
  offset.insert(offset.end(), reference::offset_1.begin(), reference::offset_1.end());
  offset.insert(offset.end(), reference::offset_2.begin(), reference::offset_2.end());
  expect_reference({Family::multinomial, {}, reference::three_classes, 3}, reference::multinomial_score, offset);
}

TEST(ScoreStatistics, OrdinalIsAsReference) {
  expect_reference({Family::ordinal, {}, reference::four_levels, 4}, reference::ordinal_score, reference::offset_0);
}

/// Squared correlation of calls, missing ones at the mean, and numbers.
double r2_of(std::string_view calls, const std::vector<double>& numbers) {
  std::vector<double> x;
  double sum = 0;
  double count = 0;
  for (const char digit : calls) {
    sum += digit == '3' ? 0 : digit - '0';
    count += digit == '3' ? 0 : 1;
  }
  for (const char digit : calls) x.push_back(digit == '3' ? 0 : digit - '0' - sum / count);
  const double mean = std::accumulate(numbers.begin(), numbers.end(), 0.0) / static_cast<double>(numbers.size());
  double xx = 0;
  double xy = 0;
  double yy = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    xx += x[i] * x[i];
    xy += x[i] * (numbers[i] - mean);
    yy += (numbers[i] - mean) * (numbers[i] - mean);
  }
  return xy * xy / (xx * yy);
}

TEST(ScoreStatistics, WithoutCovariatesTheyAreRowsTimesSquaredCorrelations) {
  // Armitage's trend test; for levels that of the mean ranks.
  const std::vector<double> ones(reference::people, 1);
  const std::vector<double> classes(reference::binary.begin(), reference::binary.end());
  std::vector<double> ranks;
  for (const std::uint32_t level : reference::four_levels) {
    const auto below = std::count_if(reference::four_levels.begin(), reference::four_levels.end(),
                                     [&](std::uint32_t other) { return other < level; });
    const auto same = std::count(reference::four_levels.begin(), reference::four_levels.end(), level);
    ranks.push_back(static_cast<double>(below) + static_cast<double>(same) / 2);
  }
  const auto binary = statistics({Family::binomial, {}, reference::binary, 2}, ones, {}, false, false);
  const auto two = statistics({Family::multinomial, {}, reference::binary, 2}, ones, {}, false, false);
  const auto levels = statistics({Family::ordinal, {}, reference::four_levels, 4}, ones, {}, false, false);
  const auto gaussian = statistics({Family::gaussian, reference::gaussian, {}, 0}, ones, {}, false, false);
  for (std::size_t j = 0; j < tested.size(); ++j) {
    const std::string_view calls = reference::with_missing[tested[j]];
    EXPECT_NEAR(*binary[j], 48 * r2_of(calls, classes), 1e-9);
    EXPECT_NEAR(*two[j], *binary[j], 1e-9);
    EXPECT_NEAR(*levels[j], 48 * r2_of(calls, ranks), 1e-9);
    EXPECT_NEAR(*gaussian[j], 47 * r2_of(calls, reference::gaussian), 1e-9);
  }
}

TEST(ScoreStatistics, ColumnsThatFollowFromCovariatesHaveNone) {
  const test::Copies copies = {
      {0, 1, 2, 1, 0, 2, 1, 0}, {2, 2, 2, 2, 2, 2, 3, 2}, {3, 3, 3, 3, 3, 3, 3, 3}, {0, 0, 0, 1, 1, 0, 1, 2}};
  const GenotypeMatrix matrix = test::genotypes(copies);
  Design design(8);
  design.add_genotypes(matrix);
  const std::array adjust = {static_cast<std::uint32_t>(design.add_dense({5, 8, 11, 8, 5, 11, 8, 5}))};
  const Outcome outcome = {Family::ordinal, {}, {0, 1, 2, 0, 1, 0, 2, 1}, 3};
  const std::vector<double> weights(8, 1);
  SelectionInput input;
  input.design = &design;
  input.outcome = &outcome;
  input.weights = weights;
  input.adjust = adjust;
  const SelectionRows rows(design, weights, {});
  const auto found = score_statistics(design, fit_null_model(input, rows.rows()), rows.rows(),
                                      std::array<std::uint32_t, 4>{0, 1, 2, 3}, Threads(1));
  EXPECT_FALSE(found[0]);
  EXPECT_FALSE(found[1]);
  EXPECT_FALSE(found[2]);
  EXPECT_TRUE(found[3]);
}

TEST(ChiSquaredTail, IsThatOfTables) {
  EXPECT_NEAR(chi_squared_tail(3.841458820694124, 1), 0.05, 1e-12);
  EXPECT_NEAR(chi_squared_tail(5.991464547107979, 2), 0.05, 1e-12);
  EXPECT_EQ(chi_squared_tail(0, 1), 1);
}

}  // namespace
}  // namespace varisk::training
