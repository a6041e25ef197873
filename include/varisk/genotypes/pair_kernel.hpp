#pragma once
/// \file
/// The hot loop of BCF genotypes: two bytes for each sample.

#include <cstddef>
#include <cstdint>

#include "varisk/core/simd.hpp"
#include "varisk/genotypes/call_block.hpp"

namespace varisk::genotypes {

/// Decodes `samples` calls of two bytes each (VCF specification 6.3.3: allele + 1, shifted left by the phase bit; 0 is
/// missing). A call with a missing allele becomes `diploid_missing`.
/// \param effect   the allele that is counted; may be none of the record's
/// \param alleles  of the record; bytes hold the first 63 of them
/// \param strict_half_calls  false: a half call is missing too; true: leave such calls to the general decoder
/// \return false if any call has another form (one copy, an allele that the record lacks); `codes` is then undefined
using DecodePairs = bool (*)(const char* data, std::size_t samples, unsigned effect, unsigned alleles,
                             bool strict_half_calls, CallCode* codes);

[[nodiscard]] DecodePairs pair_kernel(SimdLevel level) noexcept;

}  // namespace varisk::genotypes
