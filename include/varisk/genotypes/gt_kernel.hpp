#pragma once
/// \file
/// The hot loop of text genotypes: columns that are all `a|b` or `a/b`.

#include <cstddef>
#include <cstdint>

#include "varisk/core/simd.hpp"
#include "varisk/genotypes/call_block.hpp"

namespace varisk::genotypes {

/// Decodes `samples` columns of four characters each: tab, allele, `|` or `/`, allele; an allele is one digit below
/// `alleles` or `.`. A call with a `.` becomes `diploid_missing`.
/// \param text     4 × samples characters, the tab before the first column included
/// \param effect   the allele that is counted
/// \param strict_half_calls  false: a half call is missing too; true: leave such columns to the general parser
/// \return false if any column has another form; `codes` is then undefined
using DecodeGt = bool (*)(const char* text, std::size_t samples, unsigned effect, unsigned alleles,
                          bool strict_half_calls, CallCode* codes);

[[nodiscard]] DecodeGt gt_kernel(SimdLevel level) noexcept;

}  // namespace varisk::genotypes
