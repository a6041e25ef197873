#pragma once
/// \file
/// What the calls say about each sample: observed sites, heterozygosity, sex.

#include <cstdint>
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

  [[nodiscard]] std::unique_ptr<Partial> make_partial() const override;
  void take(Partial& partial, SiteId site, const genotypes::CallBlock& calls) const override;
  void merge(Partial& partial) override;

  [[nodiscard]] SampleCounts counts(std::size_t sample) const;
  /// Male: haploid calls and no heterozygous one; female: the other way round.
  [[nodiscard]] Sex inferred_sex(std::size_t sample) const;

 private:
  struct Counts;
  std::size_t samples_;
  std::vector<SampleCounts> total_;
};

}  // namespace varisk::pipeline
