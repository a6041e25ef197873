#pragma once
/// \file
/// Keeps the hard calls of the sites that are to make a panel's components.

#include <cstdint>
#include <vector>

#include "varisk/genotypes/call_sink.hpp"
#include "varisk/scoring/packed_genotypes.hpp"

namespace varisk::pipeline {

/// What a site must have among the unrelated samples.
struct SiteLimits {
  double min_frequency = 0.05;  ///< of the rarer allele
  double max_missing = 0.05;    ///< fraction of the calls
};

class GenotypeSink final : public genotypes::CallSink {
 public:
  struct Counts {
    std::int64_t rare = 0;
    std::int64_t missing = 0;
  };

  /// \param wanted  by site of the plan: it may make components
  /// \param used    by sample: it counts for the limits
  GenotypeSink(std::vector<bool> wanted, std::vector<bool> used, SiteLimits limits);

  [[nodiscard]] std::unique_ptr<Partial> make_partial() const override;
  void take(Partial& partial, SiteId site, const genotypes::CallBlock& calls) const override;
  void merge(Partial& partial) override;

  /// After `merge` of all partials: in the order of the plan.
  [[nodiscard]] std::vector<scoring::PackedSite> take_sites();
  [[nodiscard]] const Counts& counts() const noexcept { return counts_; }

 private:
  struct Part;
  std::vector<bool> wanted_;
  std::vector<bool> used_;
  std::int64_t used_count_;
  SiteLimits limits_;
  std::vector<scoring::PackedSite> sites_;
  Counts counts_;
};

}  // namespace varisk::pipeline
