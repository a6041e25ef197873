#include "varisk/scoring/projection_sink.hpp"

#include <cmath>

#include "varisk/scoring/packed_genotypes.hpp"

namespace varisk::scoring {
namespace {

using genotypes::CallBlock;
using genotypes::is_missing;
using genotypes::ploidy;

constexpr int largest_sum_bits = 62;

int quantum_exponent(double bound) { return bound == 0 ? 0 : std::ilogb(bound) + 1 - largest_sum_bits; }

std::int64_t quanta(double value, int exponent) { return std::llrint(std::ldexp(value, -exponent)); }

}  // namespace

/// Component by component and then the squared norm, the samples in a row.
struct ProjectionSink::Sums final : genotypes::CallSink::Partial {
  Sums(std::size_t rows, std::size_t samples) : sum(rows * samples), unobserved(samples) {}
  std::vector<std::int64_t> sum;
  std::vector<std::int32_t> unobserved;
};

ProjectionSink::ProjectionSink(const Panel& panel, std::span<const SiteId> sites, std::size_t plan_sites,
                               std::size_t samples, SimdLevel level)
    : panel_(&panel),
      samples_(samples),
      panel_site_(plan_sites),
      add_by_code_(add_kernel(level)),
      total_(std::make_unique<Sums>(panel.loaded_components() + 1, samples)) {
  for (std::uint32_t i = 0; i < sites.size(); ++i) panel_site_[to_number(sites[i])] = i;
  std::vector<double> bound(panel.loaded_components() + 1);
  for (std::size_t i = 0; i < panel.sites.size(); ++i) {
    const Standardisation standardised(panel.sites[i].frequency);
    const double most = std::max(std::abs(standardised(0)), std::abs(standardised(2)));
    const auto loadings = panel.loadings_of(i);
    for (std::size_t c = 0; c < loadings.size(); ++c) bound[c] += most * std::abs(static_cast<double>(loadings[c]));
    bound.back() += most * most;
  }
  for (const double value : bound) exponent_.push_back(quantum_exponent(value));
}

ProjectionSink::~ProjectionSink() = default;

std::unique_ptr<genotypes::CallSink::Partial> ProjectionSink::make_partial() const {
  return std::make_unique<Sums>(exponent_.size(), samples_);
}

void ProjectionSink::take(Partial& partial, SiteId site, const CallBlock& calls) const {
  const auto index = panel_site_[to_number(site)];
  if (!index) return;
  auto& sums = static_cast<Sums&>(partial);
  const Standardisation standardised(panel_->sites[*index].frequency);
  const auto loadings = panel_->loadings_of(*index);
  const std::size_t norm = loadings.size();
  const auto term = [&](std::size_t row, double value) {
    return quanta(row == norm ? value * value : value * static_cast<double>(loadings[row]), exponent_[row]);
  };
  for (std::size_t row = 0; row <= norm; ++row) {
    std::int64_t* const sum = sums.sum.data() + row * samples_;
    if (calls.has_dosage) {
      for (std::size_t i = 0; i < samples_; ++i) {
        if (!is_missing(calls.code[i])) sum[i] += term(row, standardised(calls.dosage[i] * 2 / ploidy(calls.code[i])));
      }
    } else {
      const std::int64_t none = term(row, standardised(0));
      const std::int64_t two = term(row, standardised(2));
      const CodeTable table = {none, term(row, standardised(1)), two, 0, none, two, 0, 0};
      add_by_code_(sum, calls.code.data(), samples_, table);
    }
  }
  for (const std::uint32_t i : calls.exceptions) {
    if (is_missing(calls.code[i])) ++sums.unobserved[i];
  }
}

void ProjectionSink::merge(Partial& partial) {
  const auto& sums = static_cast<const Sums&>(partial);
  for (std::size_t i = 0; i < total_->sum.size(); ++i) total_->sum[i] += sums.sum[i];
  for (std::size_t i = 0; i < samples_; ++i) total_->unobserved[i] += sums.unobserved[i];
}

void ProjectionSink::add_assumed(std::size_t site, bool is_effect) {
  const double value = Standardisation(panel_->sites[site].frequency)(is_effect ? 2 : 0);
  const auto loadings = panel_->loadings_of(site);
  for (std::size_t row = 0; row <= loadings.size(); ++row) {
    const double factor = row == loadings.size() ? value : static_cast<double>(loadings[row]);
    const std::int64_t term = quanta(value * factor, exponent_[row]);
    for (std::size_t i = 0; i < samples_; ++i) total_->sum[row * samples_ + i] += term;
  }
}

SampleProducts ProjectionSink::products(std::size_t sample) const {
  SampleProducts result;
  const auto value = [&](std::size_t row) {
    return std::ldexp(static_cast<double>(total_->sum[row * samples_ + sample]), exponent_[row]);
  };
  const std::size_t norm = exponent_.size() - 1;
  for (std::size_t row = 0; row < norm; ++row) result.products.push_back(value(row));
  result.squared_norm = value(norm);
  result.unobserved = static_cast<std::size_t>(total_->unobserved[sample]);
  return result;
}

}  // namespace varisk::scoring
