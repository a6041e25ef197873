#include "varisk/scoring/principal_components.hpp"

#include <gmock/gmock.h>

#include <Eigen/Dense>
#include <numeric>
#include <random>

#include "varisk/scoring/ld_pruning.hpp"

namespace varisk::scoring {
namespace {

void in_order(std::size_t count, const std::function<void(std::size_t)>& action) {
  for (std::size_t i = 0; i < count; ++i) action(i);
}

void backwards(std::size_t count, const std::function<void(std::size_t)>& action) {
  for (std::size_t i = count; i > 0; --i) action(i - 1);
}

/// Calls of two groups of samples that differ in frequency, some missing; the frequency is that of the calls.
std::vector<PackedSite> random_sites(std::size_t sites, std::size_t samples, std::uint32_t seed) {
  std::mt19937 random(seed);
  const auto uniform = [&] { return static_cast<double>(random()) / 4294967296.0; };
  std::vector<PackedSite> packed;
  while (packed.size() < sites) {
    const std::array frequency = {0.1 + 0.8 * uniform(), 0.1 + 0.8 * uniform()};
    std::vector<HardCall> calls;
    int observed = 0;
    int copies = 0;
    for (std::size_t i = 0; i < samples; ++i) {
      const double f = frequency[i % 2];
      const int call = (uniform() < f ? 1 : 0) + (uniform() < f ? 1 : 0);
      const bool missing = uniform() < 0.05;
      calls.push_back(missing ? HardCall::missing : static_cast<HardCall>(call));
      observed += missing ? 0 : 1;
      copies += missing ? 0 : call;
    }
    const double f = copies / (2.0 * observed);
    if (f > 0 && f < 1) packed.emplace_back(SiteId{static_cast<std::uint32_t>(packed.size())}, f, calls);
  }
  return packed;
}

Eigen::MatrixXd dense(const std::vector<PackedSite>& sites, std::span<const std::uint32_t> samples) {
  Eigen::MatrixXd x(static_cast<Eigen::Index>(sites.size()), static_cast<Eigen::Index>(samples.size()));
  for (Eigen::Index r = 0; r < x.rows(); ++r) {
    const double f = sites[static_cast<std::size_t>(r)].frequency();
    for (Eigen::Index c = 0; c < x.cols(); ++c) {
      const HardCall call = sites[static_cast<std::size_t>(r)].call(samples[static_cast<std::size_t>(c)]);
      x(r, c) = call == HardCall::missing ? 0 : (static_cast<int>(call) - 2 * f) / std::sqrt(2 * f * (1 - f));
    }
  }
  return x;
}

std::vector<std::uint32_t> all_of(std::size_t samples) {
  std::vector<std::uint32_t> numbers(samples);
  std::iota(numbers.begin(), numbers.end(), 0U);
  return numbers;
}

void expect_decomposition_of(const Eigen::MatrixXd& x, const PrincipalComponents& pca, std::size_t compared) {
  const Eigen::BDCSVD<Eigen::MatrixXd> svd(x, Eigen::ComputeThinU | Eigen::ComputeThinV);
  EXPECT_NEAR(pca.total_variance, x.squaredNorm(), 1e-9 * x.squaredNorm());
  const auto k = pca.components;
  for (std::size_t c = 0; c < compared; ++c) {
    const auto column = static_cast<Eigen::Index>(c);
    EXPECT_NEAR(pca.singular_values[c], svd.singularValues()(column), 1e-7 * svd.singularValues()(0));
    Eigen::VectorXd v(x.cols());
    Eigen::VectorXd u(x.rows());
    for (Eigen::Index i = 0; i < v.size(); ++i) v(i) = pca.sample_vectors[static_cast<std::size_t>(i) * k + c];
    for (Eigen::Index i = 0; i < u.size(); ++i)
      u(i) = static_cast<double>(pca.loadings[static_cast<std::size_t>(i) * k + c]);
    const double sign = v.dot(svd.matrixV().col(column)) > 0 ? 1 : -1;
    EXPECT_LT((v - sign * svd.matrixV().col(column)).norm(), 1e-4) << c;
    EXPECT_LT((u - sign * svd.matrixU().col(column)).norm(), 1e-4) << c;
    Eigen::Index largest = 0;
    v.cwiseAbs().maxCoeff(&largest);
    EXPECT_GT(v(largest), 0);
  }
}

TEST(PrincipalComponents, AreThoseOfAFullDecomposition) {
  const auto sites = random_sites(400, 60, 1);
  const auto samples = all_of(60);
  PcaRequest request;
  request.accurate = 10;
  request.components = 40;
  const auto pca = principal_components(sites, samples, request, in_order);
  ASSERT_EQ(pca.components, 40U);
  expect_decomposition_of(dense(sites, samples), pca, 10);
}

TEST(PrincipalComponents, AreFoundInASpaceThatIsMuchSmallerThanTheSamples) {
  const auto sites = random_sites(500, 300, 2);
  const auto samples = all_of(300);
  PcaRequest request;
  request.accurate = 3;
  request.components = 6;
  const auto pca = principal_components(sites, samples, request, in_order);
  ASSERT_EQ(pca.components, 6U);
  EXPECT_LE(pca.change, 1e-9);
  expect_decomposition_of(dense(sites, samples), pca, 3);
}

TEST(PrincipalComponents, LeaveOutTheOtherSamples) {
  const auto sites = random_sites(300, 50, 3);
  const std::vector<std::uint32_t> samples = {1, 2, 3, 5, 8, 13, 21, 34, 40, 41, 42, 43};
  PcaRequest request;
  request.accurate = 4;
  request.components = 8;
  const auto pca = principal_components(sites, samples, request, in_order);
  EXPECT_EQ(pca.sample_vectors.size(), samples.size() * pca.components);
  expect_decomposition_of(dense(sites, samples), pca, 4);
}

TEST(PrincipalComponents, DoNotDependOnTheOrderOfTheWork) {
  const auto sites = random_sites(700, 80, 4);
  const auto samples = all_of(80);
  const PcaRequest request;
  const auto one = principal_components(sites, samples, request, in_order);
  const auto two = principal_components(sites, samples, request, backwards);
  EXPECT_EQ(one.singular_values, two.singular_values);
  EXPECT_EQ(one.sample_vectors, two.sample_vectors);
  EXPECT_EQ(one.loadings, two.loadings);
  EXPECT_EQ(one.total_variance, two.total_variance);
}

TEST(PrincipalComponents, EndWhereTheGenotypesHaveNoMore) {
  // Ten samples, each five times: the rank is nine at most, one dimension being the mean.
  const auto sites = random_sites(200, 10, 5);
  std::vector<PackedSite> repeated;
  for (const PackedSite& site : sites) {
    std::vector<HardCall> calls;
    for (std::size_t i = 0; i < 50; ++i) calls.push_back(site.call(i % 10));
    repeated.emplace_back(site.site(), site.frequency(), calls);
  }
  const auto pca = principal_components(repeated, all_of(50), {}, in_order);
  EXPECT_LE(pca.components, 10U);
  EXPECT_GE(pca.components, 9U);
}

TEST(LdPruning, KeepsOneOfSitesThatSayTheSame) {
  const auto sites = random_sites(3, 200, 6);
  std::vector<PackedSite> chain = {sites[0], sites[0], sites[1], sites[0], sites[2], sites[0]};
  const std::vector<SitePlace> places = {{0, 100}, {0, 200}, {0, 300}, {0, 400}, {0, 900}, {1, 950}};
  const auto samples = all_of(200);
  EXPECT_THAT(prune_by_ld(chain, places, samples, {0.5, 500}),
              testing::ElementsAre(true, false, true, false, true, true))
      << "the last is on another contig";
  EXPECT_THAT(prune_by_ld(chain, places, samples, {0.5, 50}), testing::Each(true)) << "none is near";
}

TEST(LdPruning, CountsOnlyTheGivenSamples) {
  // The same calls in the first half, independent ones in the second.
  const auto sites = random_sites(2, 200, 7);
  std::vector<HardCall> mixed;
  for (std::size_t i = 0; i < 200; ++i) mixed.push_back(i < 100 ? sites[0].call(i) : sites[1].call(i));
  const std::vector<PackedSite> pair = {sites[0], PackedSite(SiteId{1}, sites[0].frequency(), mixed)};
  const std::vector<SitePlace> places = {{0, 1}, {0, 2}};
  auto samples = all_of(200);
  EXPECT_THAT(prune_by_ld(pair, places, std::span(samples).first(100), {0.9, 10}), testing::ElementsAre(true, false));
  EXPECT_THAT(prune_by_ld(pair, places, samples, {0.9, 10}), testing::ElementsAre(true, true));
}

}  // namespace
}  // namespace varisk::scoring
