#include "varisk/scoring/ld_pruning.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <deque>

namespace varisk::scoring {
namespace {

/// Centred and of length 1, so that the product of two is their correlation.
Eigen::VectorXd unit_vector(const PackedSite& site, std::span<const std::uint32_t> samples) {
  const auto table = Standardisation(site.frequency()).table();
  Eigen::VectorXd values(static_cast<Eigen::Index>(samples.size()));
  for (std::size_t i = 0; i < samples.size(); ++i) {
    values[static_cast<Eigen::Index>(i)] = table[static_cast<std::size_t>(site.call(samples[i]))];
  }
  values.array() -= values.mean();
  const double length = values.norm();
  if (length > 0) values /= length;
  return values;
}

}  // namespace

std::vector<bool> prune_by_ld(std::span<const PackedSite> sites, std::span<const SitePlace> places,
                              std::span<const std::uint32_t> samples, const PruneLimits& limits) {
  struct Kept {
    SitePlace place;
    Eigen::VectorXd values;
  };
  std::vector<bool> keep(sites.size());
  std::deque<Kept> window;
  for (std::size_t i = 0; i < sites.size(); ++i) {
    while (!window.empty() && (window.front().place.contig != places[i].contig ||
                               places[i].position - window.front().place.position > limits.window)) {
      window.pop_front();
    }
    Eigen::VectorXd values = unit_vector(sites[i], samples);
    // The nearest neighbour is the likeliest to be alike.
    keep[i] = std::none_of(window.rbegin(), window.rend(), [&](const Kept& kept) {
      const double r = kept.values.dot(values);
      return r * r > limits.max_r2;
    });
    if (keep[i]) window.push_back({places[i], std::move(values)});
  }
  return keep;
}

}  // namespace varisk::scoring
