#include "genotype_sink.hpp"

#include <algorithm>
#include <cmath>

namespace varisk::pipeline {
namespace {

using scoring::HardCall;

/// A dosage further than this from a whole number of copies is missing, as in PLINK's hard calls.
constexpr double hard_call_threshold = 0.1;

HardCall hard_call(const genotypes::CallBlock& calls, std::size_t sample) {
  const genotypes::CallCode code = calls.code[sample];
  if (is_missing(code)) return HardCall::missing;
  const int alleles = ploidy(code);
  if (!calls.has_dosage) return static_cast<HardCall>(copies(code) * 2 / alleles);
  const double dosage = calls.dosage[sample] * 2 / alleles;
  const double whole = std::round(dosage);
  return std::abs(dosage - whole) > hard_call_threshold ? HardCall::missing
                                                        : static_cast<HardCall>(std::clamp(whole, 0.0, 2.0));
}

}  // namespace

struct GenotypeSink::Part final : genotypes::CallSink::Partial {
  std::vector<scoring::PackedSite> sites;
  Counts counts;
  std::vector<HardCall> calls;  ///< of the current site
};

GenotypeSink::GenotypeSink(std::vector<bool> wanted, std::vector<bool> used, SiteLimits limits)
    : wanted_(std::move(wanted)),
      used_(std::move(used)),
      used_count_(std::count(used_.begin(), used_.end(), true)),
      limits_(limits) {}

std::unique_ptr<genotypes::CallSink::Partial> GenotypeSink::make_partial() const { return std::make_unique<Part>(); }

void GenotypeSink::take(Partial& partial, SiteId site, const genotypes::CallBlock& calls) const {
  if (!wanted_[to_number(site)]) return;
  auto& part = static_cast<Part&>(partial);
  part.calls.resize(used_.size());
  std::int64_t observed = 0;
  std::int64_t copies = 0;
  for (std::size_t i = 0; i < used_.size(); ++i) {
    part.calls[i] = hard_call(calls, i);
    if (!used_[i] || part.calls[i] == HardCall::missing) continue;
    ++observed;
    copies += static_cast<int>(part.calls[i]);
  }
  const auto all = static_cast<double>(used_count_);
  if (static_cast<double>(used_count_ - observed) > limits_.max_missing * all) {
    ++part.counts.missing;
    return;
  }
  const double f = observed == 0 ? 0 : static_cast<double>(copies) / (2 * static_cast<double>(observed));
  if (std::min(f, 1 - f) < limits_.min_frequency || f <= 0 || f >= 1) {
    ++part.counts.rare;
    return;
  }
  part.sites.emplace_back(site, f, part.calls);
}

void GenotypeSink::merge(Partial& partial) {
  auto& part = static_cast<Part&>(partial);
  std::move(part.sites.begin(), part.sites.end(), std::back_inserter(sites_));
  part.sites.clear();
  counts_.rare += part.counts.rare;
  counts_.missing += part.counts.missing;
}

std::vector<scoring::PackedSite> GenotypeSink::take_sites() {
  std::sort(sites_.begin(), sites_.end(), [](const auto& a, const auto& b) { return a.site() < b.site(); });
  return std::move(sites_);
}

}  // namespace varisk::pipeline
