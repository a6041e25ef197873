#include "smooth.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <numeric>

namespace varisk::evaluation {
namespace {

SmoothInput line(std::size_t count) {
  SmoothInput input;
  for (std::size_t i = 0; i < count; ++i) {
    const auto x = static_cast<double>(i);
    input.x.push_back(x);
    input.y.push_back(3 - 0.5 * x);
    input.weight.push_back(1 + static_cast<double>(i % 3));
  }
  return input;
}

TEST(Smooth, KeepsAStraightLine) {
  for (const std::size_t count : {1U, 2U, 5U, 150U, 5000U}) {
    const SmoothInput input = condense(line(count));
    const SmoothFit fit = smooth(input);
    EXPECT_EQ(fit.at.front(), 0U);
    EXPECT_EQ(fit.at.back(), input.x.size() - 1);
    const auto all = interpolate(input, fit);
    for (std::size_t i = 0; i < all.size(); ++i) EXPECT_NEAR(all[i], 3 - 0.5 * input.x[i], 1e-9);
  }
}

TEST(Smooth, WeighsNeighboursByDistance) {
  // Three samples of three: the window of the first reaches to 1, where the weight is 0; so only it counts.
  const SmoothInput input{{0, 1, 3}, {5, 7, 1}, {1, 1, 1}};
  const SmoothFit fit = smooth(input);
  EXPECT_DOUBLE_EQ(fit.value[0], 5);
  EXPECT_DOUBLE_EQ(fit.leverage[0], 1);
}

TEST(Smooth, IsARegressionWithTricubeWeights) {
  const SmoothInput input{{0, 1, 2, 3, 4, 5}, {0.5, 1, 0, 1, 1, 0}, {1, 1, 1, 1, 1, 1}};
  // At 0 the nearest 4 samples reach to 3: weights 1, (1 − 1/27)³, (1 − 8/27)³ and 0.
  const double v = std::pow(26.0 / 27, 3);
  const double w = std::pow(19.0 / 27, 3);
  const double s0 = 1 + v + w;
  const double s1 = v + 2 * w;
  const double s2 = v + 4 * w;
  EXPECT_NEAR(smooth(input).value[0], (s2 * (0.5 + v) - s1 * v) / (s0 * s2 - s1 * s1), 1e-14);
}

TEST(Smooth, CountsAWeightAsSoManySamples) {
  SmoothInput several{{0, 1, 2, 3, 4, 5}, {0, 1, 0, 1, 1, 0}, {2, 1, 3, 1, 1, 1}};
  const auto fit = smooth(several);
  // At 0 the nearest 6 of 9 samples reach to x = 2; weights 2, (1 − 1/8)³ and 0.
  const double w = std::pow(1 - 1.0 / 8, 3);
  const double mean = w / (2 + w);
  const double spread = (2 * mean * mean + w * (1 - mean) * (1 - mean)) / (2 + w);
  EXPECT_NEAR(fit.value[0], w / (2 + w) * (1 + (0 - mean) * (1 - mean) / spread), 1e-14);
}

TEST(Condense, KeepsMeansAndWeights) {
  const SmoothInput input = line(4321);
  const SmoothInput out = condense(input);
  EXPECT_LE(out.x.size(), smooth_inputs + 1);
  const auto dot = [](const std::vector<double>& a, const std::vector<double>& b) {
    return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
  };
  EXPECT_NEAR(dot(out.x, out.weight) / dot(input.x, input.weight), 1, 1e-12);
  EXPECT_NEAR(dot(out.y, out.weight) / dot(input.y, input.weight), 1, 1e-12);
  EXPECT_EQ(condense(line(1000)).x.size(), 1000U);
}

}  // namespace
}  // namespace varisk::evaluation
