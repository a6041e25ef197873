#pragma once
/// \file
/// The hot loop of PLINK's packed calls.

#include <cstddef>
#include <cstdint>

#include "varisk/core/simd.hpp"
#include "varisk/genotypes/call_block.hpp"

namespace varisk::genotypes {

/// Unpacks `samples` calls of two bits each, as a .bed file has them, into diploid codes.
/// \param packed    (samples + 3) / 4 bytes
/// \param count_a1  copies of A1, else of A2
using UnpackBed = void (*)(const char* packed, std::size_t samples, bool count_a1, CallCode* codes);

[[nodiscard]] UnpackBed bed_kernel(SimdLevel level) noexcept;

}  // namespace varisk::genotypes
