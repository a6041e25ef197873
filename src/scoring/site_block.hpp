#pragma once
/// \file
/// Hard calls of a few sites that wait to be added together: so each sum is loaded and stored once for all of them.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sample_sums.hpp"
#include "varisk/scoring/add_kernel.hpp"
#include "varisk/scoring/dosage_add_kernel.hpp"

namespace varisk::scoring {

/// Which codes occur at a site, one bit each, and the one that most samples may have.
struct SiteCodes {
  unsigned present = 0;
  genotypes::CallCode usual = genotypes::CallCode::diploid_0;

  [[nodiscard]] bool has(std::size_t code) const noexcept { return (present >> code & 1U) != 0; }
};
[[nodiscard]] SiteCodes codes_of(const genotypes::CallBlock& calls);

/// Of one thread.
class SiteBlock {
 public:
  /// \param capacity  sites, at most block_sites
  SiteBlock(std::size_t samples, std::size_t scores, std::size_t capacity, SimdLevel level);

  [[nodiscard]] bool full() const noexcept { return sites_ == capacity_; }
  /// Begins a site; `add` then says what its calls add.
  void begin(const genotypes::CallBlock& calls, SiteCodes codes);
  /// \param table  entries of the codes that are present
  void add(std::size_t score, const CodeTable& table);
  /// The same for neighbouring scores: a call adds the nearest integer to the score's factor times that of its code.
  void add_products(std::size_t first_score, std::span<const double> factors,
                    const std::array<double, genotypes::call_codes>& code_factors);
  /// Adds everything to the sums and forgets it; begins with stripe `start`.
  void add_to(SampleSums& sums, std::size_t start);
  /// What the usual calls of all sites so far add to everybody's score.
  [[nodiscard]] std::span<const std::int64_t> usual_sums() const noexcept { return usual_sums_; }

 private:
  /// Samples whose codes are turned round at a time.
  static constexpr std::size_t slice = 128;

  SampleCodes usual_{};  ///< of each site
  std::size_t samples_;
  std::size_t scores_;
  std::size_t capacity_;
  AddSites add_sites_;
  AddDosages add_dosages_;
  std::size_t sites_ = 0;
  SiteCodes newest_;
  std::vector<genotypes::CallCode> codes_;  ///< site after site
  std::vector<ChunkTable> tables_;          ///< of each chunk of scores
  std::vector<std::int64_t> usual_sums_;
  std::vector<SampleCodes> turned_;  ///< of a slice: sample after sample
};

}  // namespace varisk::scoring
