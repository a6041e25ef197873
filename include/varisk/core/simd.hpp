#pragma once
/// \file
/// Which vector instructions this machine has; kernels are chosen at run time, never by compiler flags for the whole
/// program.

#include <cstdint>

namespace varisk {

enum class SimdLevel : std::uint8_t { scalar, avx2, avx512 };

/// The best level of the machine that the program runs on. `avx512` means F, BW, DQ and VL.
[[nodiscard]] SimdLevel best_simd_level() noexcept;

}  // namespace varisk
