#pragma once
/// \file
/// Which vector instructions this machine has; kernels are chosen at run time, never by compiler flags for the whole
/// program.

#include <cstdint>

namespace varisk {

enum class SimdLevel : std::uint8_t { scalar, avx2, avx512 };

/// The best level of the machine that the program runs on. `avx2` means BMI and BMI2 too, `avx512` F, BW, DQ and VL.
[[nodiscard]] SimdLevel best_simd_level() noexcept;

/// Products of polynomials, for checksums: none, PCLMULQDQ with SSE4.1, or VPCLMULQDQ with `SimdLevel::avx512`.
enum class CarrylessMultiply : std::uint8_t { none, sse, avx512 };

[[nodiscard]] CarrylessMultiply best_carryless_multiply() noexcept;

/// Whether a machine of `SimdLevel::avx512` also multiplies and adds bytes in one step (AVX-512 VNNI).
[[nodiscard]] bool has_vnni() noexcept;

}  // namespace varisk
