#include "varisk/scoring/projection_sink.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <random>

#include "varisk/scoring/panel_projection.hpp"

namespace varisk::scoring {
namespace {

using genotypes::CallBlock;
using genotypes::CallCode;

/// A panel with orthonormal loadings, rounded to single precision.
Panel random_panel(std::size_t sites, std::size_t components, std::uint32_t seed) {
  std::mt19937 random(seed);
  std::normal_distribution<double> normal;
  Panel panel;
  panel.components = components / 2;
  std::vector<std::vector<double>> columns;
  for (std::size_t c = 0; c < components; ++c) {
    std::vector<double> column(sites);
    for (double& value : column) value = normal(random);
    for (const auto& other : columns) {
      double product = 0;
      for (std::size_t i = 0; i < sites; ++i) product += other[i] * column[i];
      for (std::size_t i = 0; i < sites; ++i) column[i] -= product * other[i];
    }
    double squares = 0;
    for (const double value : column) squares += value * value;
    for (double& value : column) value /= std::sqrt(squares);
    columns.push_back(std::move(column));
    panel.singular_values.push_back(100.0 / static_cast<double>(c + 1));
  }
  for (std::size_t i = 0; i < sites; ++i) {
    panel.sites.push_back(
        {"1", Position{static_cast<std::int64_t>(i + 1)}, "A", "C", 0.05 + 0.9 * std::abs(std::sin(i))});
    for (const auto& column : columns) panel.loadings.push_back(static_cast<float>(column[i]));
  }
  return panel;
}

/// Sites of the panel in reverse, and one between that it does not want.
std::vector<SiteId> sites_of(const Panel& panel) {
  std::vector<SiteId> ids;
  for (std::size_t i = 0; i < panel.sites.size(); ++i) {
    ids.push_back(SiteId{static_cast<std::uint32_t>(panel.sites.size() - i)});
  }
  return ids;
}

struct Drawn {
  CallBlock block;
  std::vector<double> value;  ///< copies of two; NaN: missing
};

Drawn draw(std::mt19937& random, std::size_t samples, bool dosage) {
  Drawn drawn;
  drawn.block.has_dosage = dosage;
  for (std::uint32_t i = 0; i < samples; ++i) {
    const auto code = static_cast<CallCode>(random() % 7);
    double copies = is_missing(code) ? 0 : genotypes::copies(code);
    if (dosage && !is_missing(code)) copies = static_cast<double>(random() % 1001) / 1000 * ploidy(code);
    drawn.block.code.push_back(code);
    if (dosage) drawn.block.dosage.push_back(copies);
    if (code > CallCode::diploid_2) drawn.block.exceptions.push_back(i);
    drawn.value.push_back(is_missing(code) ? std::nan("") : copies * 2 / ploidy(code));
  }
  return drawn;
}

TEST(ProjectionSink, AddsStandardisedCopiesTimesLoadings) {
  constexpr std::size_t samples = 37;
  const Panel panel = random_panel(50, 6, 1);
  const auto ids = sites_of(panel);
  for (const bool dosage : {false, true}) {
    std::mt19937 random(7);
    ProjectionSink sink(panel, ids, 52, samples);
    auto first = sink.make_partial();
    auto second = sink.make_partial();
    std::vector<std::vector<double>> sums(samples, std::vector<double>(7));
    std::vector<std::size_t> unobserved(samples);
    for (std::size_t i = 0; i < ids.size(); ++i) {
      const Drawn drawn = draw(random, samples, dosage);
      sink.take(i % 3 == 0 ? *first : *second, ids[i], drawn.block);
      const double f = panel.sites[i].frequency;
      for (std::size_t s = 0; s < samples; ++s) {
        if (std::isnan(drawn.value[s])) {
          ++unobserved[s];
          continue;
        }
        const double z = (drawn.value[s] - 2 * f) / std::sqrt(2 * f * (1 - f));
        for (std::size_t c = 0; c < 6; ++c) sums[s][c] += z * static_cast<double>(panel.loadings_of(i)[c]);
        sums[s][6] += z * z;
      }
    }
    sink.take(*first, SiteId{0}, draw(random, samples, dosage).block);
    sink.take(*first, SiteId{51}, draw(random, samples, dosage).block);
    sink.merge(*second);
    sink.merge(*first);
    for (std::size_t s = 0; s < samples; ++s) {
      const SampleProducts found = sink.products(s);
      EXPECT_EQ(found.unobserved, unobserved[s]);
      for (std::size_t c = 0; c < 6; ++c) EXPECT_NEAR(found.products[c], sums[s][c], 1e-12);
      EXPECT_NEAR(found.squared_norm, sums[s][6], 1e-11);
    }
  }
}

TEST(ProjectionSink, HasTheSameBytesInAnyOrderAndOnAnyMachine) {
  constexpr std::size_t samples = 21;
  const Panel panel = random_panel(40, 4, 2);
  const auto ids = sites_of(panel);
  std::mt19937 random(9);
  std::vector<Drawn> drawn;
  for (std::size_t i = 0; i < ids.size(); ++i) drawn.push_back(draw(random, samples, i % 2 == 0));
  ProjectionSink one(panel, ids, 41, samples, SimdLevel::scalar);
  ProjectionSink two(panel, ids, 41, samples);
  auto a = one.make_partial();
  auto b = two.make_partial();
  auto c = two.make_partial();
  for (std::size_t i = 0; i < ids.size(); ++i) one.take(*a, ids[i], drawn[i].block);
  for (std::size_t i = ids.size(); i > 0; --i) two.take(i % 2 == 0 ? *b : *c, ids[i - 1], drawn[i - 1].block);
  one.merge(*a);
  two.merge(*b);
  two.merge(*c);
  for (std::size_t s = 0; s < samples; ++s) {
    EXPECT_EQ(one.products(s).products, two.products(s).products);
    EXPECT_EQ(one.products(s).squared_norm, two.products(s).squared_norm);
  }
}

/// A sample that is nothing but a combination of the loadings, seen at some sites only.
SampleProducts products_over(const Panel& panel, const std::vector<double>& coordinates,
                             const std::vector<bool>& seen) {
  SampleProducts result;
  result.products.resize(panel.loaded_components());
  for (std::size_t i = 0; i < panel.sites.size(); ++i) {
    if (!seen[i]) continue;
    double value = 0;
    const auto loadings = panel.loadings_of(i);
    for (std::size_t c = 0; c < coordinates.size(); ++c) value += coordinates[c] * static_cast<double>(loadings[c]);
    for (std::size_t c = 0; c < loadings.size(); ++c) result.products[c] += value * static_cast<double>(loadings[c]);
    result.squared_norm += value * value;
  }
  return result;
}

TEST(PanelProjection, FindsTheCoordinatesWhateverSitesAreAbsent) {
  const Panel panel = random_panel(300, 4, 3);
  const LoadingsGram gram(panel);
  const std::vector<double> coordinates = {12, -7, 2, 1};
  const std::vector<bool> all(300, true);
  const PanelProjection whole(panel, gram, all);
  const auto expected = whole.project(products_over(panel, coordinates, all));
  ASSERT_TRUE(expected);
  for (const int absent_of_four : {1, 2, 3}) {
    std::vector<bool> seen(300);
    for (std::size_t i = 0; i < seen.size(); ++i) seen[i] = static_cast<int>(i % 4) >= absent_of_four;
    const PanelProjection part(panel, gram, seen);
    auto products = products_over(panel, coordinates, seen);
    // The squared norm is scaled by the sites, which is exact only on average.
    products.squared_norm = (12 * 12 + 7 * 7 + 4 + 1) * static_cast<double>(part.present_sites()) / 300;
    const auto found = part.project(products);
    ASSERT_TRUE(found);
    for (std::size_t c = 0; c < 2; ++c) EXPECT_NEAR((*found)[c], (*expected)[c], 1e-4) << absent_of_four;
  }
}

TEST(PanelProjection, ScalesByTheCallsThatASampleHas) {
  const Panel panel = random_panel(400, 4, 4);
  const LoadingsGram gram(panel);
  const std::vector<bool> all(400, true);
  const PanelProjection projection(panel, gram, all);
  SampleProducts whole{{10, 5, 1, -1}, 500, 0};
  SampleProducts fifth{{2, 1, 0.2, -0.2}, 100, 320};
  const auto a = projection.project(whole);
  const auto b = projection.project(fifth);
  ASSERT_TRUE(a && b);
  for (std::size_t c = 0; c < 2; ++c) EXPECT_NEAR((*a)[c], (*b)[c], 1e-9);
  EXPECT_EQ(projection.sites_used(fifth), 80U);
}

TEST(PanelProjection, NeedsTenSitesForEachComponent) {
  const Panel panel = random_panel(400, 4, 5);
  const LoadingsGram gram(panel);
  const PanelProjection projection(panel, gram, std::vector<bool>(400, true));
  EXPECT_TRUE(projection.project({{1, 1, 1, 1}, 50, 360}));
  EXPECT_FALSE(projection.project({{1, 1, 1, 1}, 50, 361}));
  EXPECT_FALSE(PanelProjection(panel, gram, std::vector<bool>(400, false)).project({{0, 0, 0, 0}, 0, 0}));
}

}  // namespace
}  // namespace varisk::scoring
