#pragma once
/// The hot loops over columns of packed calls. All levels give the same numbers: sums are kept in lanes, row i in lane
/// i mod 64, which are added up in one order; products are rounded before they are added.
#include <array>
#include <cstddef>
#include <cstdint>

#include "varisk/core/simd.hpp"

namespace varisk::training {

/// What the codes 0 to 3 count.
using CodeTable = std::array<double, 4>;

/// `rows` is always a multiple of `line_rows`, vectors are 64-byte aligned.
struct SumKernels {
  /// Σ table[code] × vector
  double (*dot)(const std::uint8_t* packed, const double* vector, std::size_t rows, const CodeTable& table);
  /// vector += Σ over columns of table[code], column by column.
  void (*add_columns)(double* vector, std::size_t rows, const std::uint8_t* const* columns, const CodeTable* tables,
                      std::size_t count);
  /// vector += table[code] × weight
  void (*add_weighted)(double* vector, const double* weights, const std::uint8_t* packed, std::size_t rows,
                       const CodeTable& table);
};

/// Numbers of 16 bits over rows as two bytes: number = 128 high + low, low from −64 to 63. Each line of 256 rows has,
/// for rows 4 i + s, s = 0 to 3, the 64 high bytes and then the 64 low bytes.
inline constexpr std::size_t line_bytes = 512;
inline constexpr std::int32_t largest_quantum = 127 * 128 + 63;

/// Exact sums of some columns (or rows of `RowCodes`) with some vectors of such numbers: that of column j and vector k
/// is sums[j × vectors + k]. \param lines  of 256 rows
using ScreenSums = void (*)(const std::uint8_t* const* columns, std::size_t count, std::size_t lines,
                            const std::int8_t* const* numbers, std::size_t vectors, std::int64_t* sums);
struct ScreenKernels {
  ScreenSums codes;    ///< Σ code × number
  ScreenSums missing;  ///< Σ of the numbers where the call is missing
};

struct PackedKernels {
  SumKernels sums;
  ScreenKernels screen;
};

[[nodiscard]] const PackedKernels& packed_kernels(SimdLevel level) noexcept;

/// Lanes of a sum in double precision.
inline constexpr std::size_t sum_lanes = 64;

/// Adds lanes in the order that all levels have in common.
template <typename Real, std::size_t lanes>
[[nodiscard]] inline Real add_lanes(std::array<Real, lanes>& lane) noexcept {
  constexpr std::size_t width = lanes / 8;
  for (std::size_t i = 0; i < width; ++i) {
    const Real low = (lane[i] + lane[width + i]) + (lane[2 * width + i] + lane[3 * width + i]);
    const Real high = (lane[4 * width + i] + lane[5 * width + i]) + (lane[6 * width + i] + lane[7 * width + i]);
    lane[i] = low + high;
  }
  for (std::size_t half = width / 2; half > 0; half /= 2) {
    for (std::size_t i = 0; i < half; ++i) lane[i] += lane[i + half];
  }
  return lane[0];
}

}  // namespace varisk::training
