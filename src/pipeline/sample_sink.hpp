#pragma once
/// \file
/// What the calls say about each sample: observed sites, heterozygosity, sex.

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "varisk/genotypes/call_sink.hpp"

namespace varisk::pipeline {

struct SampleCounts {
  std::int32_t unobserved = 0;      ///< matched sites without a call
  std::int32_t heterozygous = 0;    ///< hard calls with one copy of the effect allele
  std::int32_t hard_diploid = 0;    ///< hard diploid calls
  std::int32_t hemizygous_one = 0;  ///< haploid calls where males have one copy
  std::int32_t hemizygous_het = 0;  ///< heterozygous calls there
};

class SampleSink final : public genotypes::CallSink {
 public:
  explicit SampleSink(std::size_t samples);
  ~SampleSink() override;
  SampleSink(const SampleSink&) = delete;
  SampleSink& operator=(const SampleSink&) = delete;

  [[nodiscard]] std::unique_ptr<Partial> make_partial() const override;
  void take(Partial& partial, SiteId site, const genotypes::CallBlock& calls) const override;
  void merge(Partial& partial) override;

  [[nodiscard]] SampleCounts counts(std::size_t sample) const;
  /// Male: haploid calls and no heterozygous one; female: the other way round.
  [[nodiscard]] Sex inferred_sex(std::size_t sample) const;

 private:
  struct Counts;
  struct Recent;
  std::size_t samples_;
  std::size_t most_counts_;  ///< sets of counts, which the threads share
  mutable std::mutex making_;
  mutable std::vector<std::unique_ptr<Counts>> counts_;  ///< after `merge` of all partials only the first
  mutable std::size_t partials_made_ = 0;
  std::size_t partials_merged_ = 0;
  std::int32_t hard_sites_ = 0;
};

}  // namespace varisk::pipeline
