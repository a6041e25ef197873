#pragma once
/// \file
/// Copies at the sites of interactions and haplotypes, kept for all samples until the pass is over.

#include <atomic>
#include <optional>
#include <unordered_map>
#include <vector>

#include "varisk/genotypes/call_sink.hpp"
#include "varisk/scoring/score_plan.hpp"

namespace varisk::pipeline {

/// Each site has a column of its own, so threads write side by side.
class JointSink final : public genotypes::CallSink {
 public:
  /// \param plan  must outlive the sink, sites set
  JointSink(const scoring::ScorePlan& plan, std::size_t samples);

  [[nodiscard]] std::unique_ptr<Partial> make_partial() const override { return std::make_unique<Partial>(); }
  void take(Partial& partial, SiteId site, const genotypes::CallBlock& calls) const override;
  void merge(Partial& /*partial*/) override {}

  /// Of each sample: the product of the copies of an interaction, or how many of the person's chromosomes carry all
  /// alleles of a haplotype. Nothing if a call is missing, or if the phase would have to be known.
  [[nodiscard]] std::vector<std::optional<double>> values(const scoring::JointSites& joint) const;

 private:
  struct Column {
    std::vector<double> copies;
    std::vector<std::uint8_t> ploidy;  ///< 0: no call
    std::atomic_flag taken;
  };
  [[nodiscard]] std::optional<double> haplotype(const std::vector<const Column*>& columns, std::size_t sample) const;

  std::size_t samples_;
  std::unordered_map<SiteId, std::size_t> column_of_;
  mutable std::vector<Column> columns_;
};

}  // namespace varisk::pipeline
