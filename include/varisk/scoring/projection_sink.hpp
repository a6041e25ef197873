#pragma once
/// \file
/// Adds up the products of each sample with the panel's loadings while the genotypes pass by.
///
/// As in `ScoreSink`, every term is rounded once to a quantum of its component and added as a 64-bit integer.

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "varisk/core/simd.hpp"
#include "varisk/genotypes/call_sink.hpp"
#include "varisk/scoring/add_kernel.hpp"
#include "varisk/scoring/panel.hpp"

namespace varisk::scoring {

/// What is known of one sample after the pass.
struct SampleProducts {
  std::vector<double> products;  ///< with the loadings of each component, over the observed sites
  double squared_norm = 0;       ///< over the observed sites
  std::size_t unobserved = 0;    ///< sites that are in the genotypes, but not called
};

class ProjectionSink final : public genotypes::CallSink {
 public:
  /// \param panel       must outlive the sink
  /// \param sites       of the panel, in the plan
  /// \param plan_sites  size of the plan
  ProjectionSink(const Panel& panel, std::span<const SiteId> sites, std::size_t plan_sites, std::size_t samples,
                 SimdLevel level = best_simd_level());
  ~ProjectionSink() override;
  ProjectionSink(const ProjectionSink&) = delete;
  ProjectionSink& operator=(const ProjectionSink&) = delete;

  [[nodiscard]] std::unique_ptr<Partial> make_partial() const override;
  void take(Partial& partial, SiteId site, const genotypes::CallBlock& calls) const override;
  void merge(Partial& partial) override;

  /// A site that no record has and that is taken for homozygous reference, in everybody.
  /// \param site       of the panel
  /// \param is_effect  REF is the effect allele
  void add_assumed(std::size_t site, bool is_effect);

  /// After `merge` of all partials.
  [[nodiscard]] SampleProducts products(std::size_t sample) const;

 private:
  struct Sums;

  const Panel* panel_;
  std::size_t samples_;
  std::vector<std::optional<std::uint32_t>> panel_site_;  ///< of each site of the plan
  AddByCode add_by_code_;
  std::vector<int> exponent_;  ///< of the quantum of each component, and of the squared norm
  std::unique_ptr<Sums> total_;
};

}  // namespace varisk::scoring
