#include "varisk/scoring/score_norms.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <random>

namespace varisk::scoring {
namespace {

using testing::DoubleNear;
using testing::Optional;

/// Two groups that one component tells apart: mean and variance are then those of each group.
struct TwoGroups {
  TwoGroups() {
    std::mt19937 random(3);
    std::normal_distribution<double> normal;
    for (std::size_t i = 0; i < 80; ++i) {
      const bool second = i % 4 == 0;
      population.push_back(second ? 1 : 0);
      pcs.push_back(second ? 30 : -10);
      sums.push_back(second ? 1e5 + 700 * normal(random) : 1e5 + 900 + 200 * normal(random));
    }
  }
  [[nodiscard]] std::pair<double, double> moments(std::uint32_t group) const {
    double n = 0;
    double sum = 0;
    double squares = 0;
    for (std::size_t i = 0; i < sums.size(); ++i) {
      if (population[i] == group) n += 1, sum += sums[i];
    }
    for (std::size_t i = 0; i < sums.size(); ++i) {
      if (population[i] == group) squares += (sums[i] - sum / n) * (sums[i] - sum / n);
    }
    return {sum / n, std::sqrt(squares / n)};
  }
  [[nodiscard]] ScoreNorms norms() const { return {sums, pcs, 1, 1, population, 2}; }

  std::vector<double> sums;
  std::vector<double> pcs;
  std::vector<std::uint32_t> population;
};

TEST(ScoreNorms, OfTwoGroupsAreTheirOwnMeansAndSpreads) {
  const TwoGroups groups;
  const ScoreNorms norms = groups.norms();
  ASSERT_TRUE(norms.converged());
  const auto [mean0, sd0] = groups.moments(0);
  const auto [mean1, sd1] = groups.moments(1);
  const double pooled = std::sqrt((60 * sd0 * sd0 + 20 * sd1 * sd1) / 80);
  for (const double sum : {99000.0, 100500.0, 101234.5}) {
    const auto first = norms.normalize(sum, std::vector<double>{-10}, 0);
    EXPECT_THAT(first.z_most_similar, Optional(DoubleNear((sum - mean0) / sd0, 1e-9)));
    EXPECT_THAT(first.z_norm1, Optional(DoubleNear((sum - mean0) / pooled, 1e-9)));
    EXPECT_THAT(first.z_norm2, Optional(DoubleNear((sum - mean0) / sd0, 1e-7)));
    const auto second = norms.normalize(sum, std::vector<double>{30}, 1);
    EXPECT_THAT(second.z_most_similar, Optional(DoubleNear((sum - mean1) / sd1, 1e-9)));
    EXPECT_THAT(second.z_norm1, Optional(DoubleNear((sum - mean1) / pooled, 1e-9)));
    EXPECT_THAT(second.z_norm2, Optional(DoubleNear((sum - mean1) / sd1, 1e-7)));
  }
}

TEST(ScoreNorms, DoNotDependOnTheUnitOfTheScore) {
  TwoGroups groups;
  const auto before = groups.norms().normalize(groups.sums[5], std::vector<double>{4}, 0);
  const double sum = (groups.sums[5] - 7) * 1e-9;
  for (double& value : groups.sums) value = (value - 7) * 1e-9;
  const auto after = groups.norms().normalize(sum, std::vector<double>{4}, 0);
  EXPECT_NEAR(*before.z_most_similar, *after.z_most_similar, 1e-7);
  EXPECT_NEAR(*before.z_norm1, *after.z_norm1, 1e-7);
  EXPECT_NEAR(*before.z_norm2, *after.z_norm2, 1e-6);
  EXPECT_EQ(before.percentile, after.percentile);
}

TEST(ScoreNorms, PercentilesGiveTiesTheirMeanRank) {
  // As scipy.stats.percentileofscore(..., kind="rank").
  const std::vector<double> sums = {1, 2, 2, 2, 5, 6, 7, 8, 9, 10, 1000};
  const std::vector<double> pcs = {1, 3, 2, 5, 4, 7, 6, 9, 8, 11, 0};
  const std::vector<std::uint32_t> population = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
  const ScoreNorms norms(sums, pcs, 1, 1, population, 2);
  const auto percentile = [&](double sum) { return *norms.normalize(sum, std::vector<double>{0}, 0).percentile; };
  EXPECT_DOUBLE_EQ(percentile(0), 0);
  EXPECT_DOUBLE_EQ(percentile(1), 10);
  EXPECT_DOUBLE_EQ(percentile(1.5), 10);
  EXPECT_DOUBLE_EQ(percentile(2), 30);
  EXPECT_DOUBLE_EQ(percentile(10), 100);
  EXPECT_DOUBLE_EQ(percentile(11), 100);
  EXPECT_FALSE(norms.normalize(3, std::vector<double>{0}, 1).percentile) << "one sample has no spread";
}

TEST(ScoreNorms, OfSumsThatAreAllEqualAreNothing) {
  const std::vector<double> sums(20, 0.1 + 0.2);
  std::vector<double> pcs;
  for (int i = 0; i < 20; ++i) pcs.push_back(i);
  const std::vector<std::uint32_t> population(20, 0);
  const ScoreNorms norms(sums, pcs, 1, 1, population, 1);
  EXPECT_FALSE(norms.has_variance());
  const auto value = norms.normalize(0.3, std::vector<double>{1}, 0);
  EXPECT_FALSE(value.z_most_similar || value.z_norm1 || value.z_norm2 || value.percentile);
}

TEST(FitMeanAndVariance, IsAtTheTopOfTheLikelihood) {
  std::mt19937 random(11);
  std::normal_distribution<double> normal;
  constexpr std::size_t n = 300;
  std::vector<double> x;
  std::vector<double> y;
  for (std::size_t i = 0; i < n; ++i) {
    const double a = normal(random);
    const double b = normal(random);
    x.insert(x.end(), {a, b});
    y.push_back(0.5 - 0.3 * a + std::exp(0.5 * (-0.2 + 0.8 * a - 0.4 * b)) * normal(random));
  }
  const auto fit = fit_mean_and_variance(x, 2, y);
  ASSERT_TRUE(fit);
  const auto likelihood = [&](std::vector<double> theta) {
    double sum = 0;
    for (std::size_t i = 0; i < n; ++i) {
      const double r = y[i] - theta[0] - theta[1] * x[2 * i] - theta[2] * x[2 * i + 1];
      const double v = theta[3] + theta[4] * x[2 * i] + theta[5] * x[2 * i + 1];
      sum -= 0.5 * v + 0.5 * r * r * std::exp(-v);
    }
    return sum;
  };
  std::vector<double> theta = fit->mean;
  theta.insert(theta.end(), fit->variance.begin(), fit->variance.end());
  const double top = likelihood(theta);
  for (std::size_t i = 0; i < theta.size(); ++i) {
    constexpr double step = 1e-5;
    auto up = theta;
    auto down = theta;
    up[i] += step;
    down[i] -= step;
    EXPECT_LT(likelihood(up), top);
    EXPECT_LT(likelihood(down), top);
    EXPECT_NEAR((likelihood(up) - likelihood(down)) / (2 * step), 0, 1e-4) << i;
  }
  EXPECT_NEAR(fit->variance[1], 0.8, 0.2);
}

TEST(FitMeanAndVariance, OfAnExactLineIsNothing) {
  const std::vector<double> x = {1, 2, 3, 4, 5, 6};
  const std::vector<double> y = {2, 4, 6, 8, 10, 12};
  EXPECT_FALSE(fit_mean_and_variance(x, 1, y));
}

}  // namespace
}  // namespace varisk::scoring
