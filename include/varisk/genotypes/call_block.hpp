#pragma once
/// \file
/// The calls of all samples at one site, as copies of one allele.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace varisk::genotypes {

/// One call. The numbers are indexes of the tables that scoring looks up.
enum class CallCode : std::uint8_t {
  diploid_0 = 0,
  diploid_1 = 1,
  diploid_2 = 2,
  diploid_missing = 3,
  haploid_0 = 4,
  haploid_1 = 5,
  haploid_missing = 6,
};
inline constexpr std::size_t call_codes = 8;

[[nodiscard]] constexpr bool is_missing(CallCode code) noexcept {
  return code == CallCode::diploid_missing || code == CallCode::haploid_missing;
}
[[nodiscard]] constexpr int ploidy(CallCode code) noexcept { return code >= CallCode::haploid_0 ? 1 : 2; }
/// Copies in a call that is not missing.
[[nodiscard]] constexpr int copies(CallCode code) noexcept {
  return static_cast<int>(code) - (code >= CallCode::haploid_0 ? static_cast<int>(CallCode::haploid_0) : 0);
}

/// What was called where males have one copy, before any rule is applied: it tells the sex.
enum class XCall : std::uint8_t { none, haploid, heterozygous };

/// Calls of one effect allele, one entry per sample of the run.
struct CallBlock {
  std::vector<CallCode> code;
  /// With `has_dosage`: the copies as a real number, 0 where the call is missing; `code` then tells only ploidy and
  /// missingness (`diploid_0`, `haploid_0` and the missing codes).
  std::vector<double> dosage;
  bool has_dosage = false;
  /// With `has_two`: the probability of two copies of every diploid call that is not missing. Otherwise nothing is
  /// known beyond the dosage d, and it is max(d − 1, 0).
  std::vector<double> two;
  bool has_two = false;
  /// Samples whose code is not one of diploid_0, diploid_1, diploid_2, ascending.
  std::vector<std::uint32_t> exceptions;

  /// One per sample where males have one copy; empty elsewhere.
  std::vector<XCall> x_call;

  // Over the samples of the block.
  std::int64_t observed_calls = 0;
  std::int64_t observed_alleles = 0;
  double effect_alleles = 0;
  std::int64_t heteroplasmic = 0;      ///< MT calls with both alleles and no fraction; they are missing
  std::int64_t polyploid = 0;          ///< calls of more than two alleles; they are missing
  std::int64_t male_heterozygous = 0;  ///< heterozygous calls of males where they have one copy; they are missing
  std::int64_t assumed_diploid = 0;    ///< dosages where males have one copy, and neither the call nor the sex tells it
  std::int64_t unspecific = 0;         ///< calls that name `*`, `<*>` or `<NON_REF>`, which is no allele of a row

  /// The copies in the call of `sample`, which must not be missing.
  [[nodiscard]] double copies_of(std::size_t sample) const {
    return has_dosage ? dosage[sample] : static_cast<double>(copies(code[sample]));
  }
  /// The probability of two copies; means something for diploid calls that are not missing.
  [[nodiscard]] double two_of(std::size_t sample) const {
    return has_two ? two[sample] : std::max(copies_of(sample) - 1, 0.0);
  }
};

}  // namespace varisk::genotypes
