#include "packed_kernels.hpp"

#include "aligned.hpp"
#include "packed_kernels_variants.hpp"

namespace varisk::training {
namespace {

[[nodiscard]] unsigned code_of(const std::uint8_t* packed, std::size_t row) {
  return (static_cast<unsigned>(packed[row / 4]) >> (2 * (row % 4))) & 3U;
}

double dot(const std::uint8_t* packed, const double* vector, std::size_t rows, const CodeTable& table) {
  std::array<double, sum_lanes> sums{};
  for (std::size_t i = 0; i < rows; i += sum_lanes) {
    for (std::size_t k = 0; k < sum_lanes; ++k) sums[k] += table[code_of(packed, i + k)] * vector[i + k];
  }
  return add_lanes(sums);
}

void add_columns(double* vector, std::size_t rows, const std::uint8_t* const* columns, const CodeTable* tables,
                 std::size_t count) {
  for (std::size_t j = 0; j < count; ++j) {
    for (std::size_t i = 0; i < rows; ++i) vector[i] += tables[j][code_of(columns[j], i)];
  }
}

void add_weighted(double* vector, const double* weights, const std::uint8_t* packed, std::size_t rows,
                  const CodeTable& table) {
  for (std::size_t i = 0; i < rows; ++i) vector[i] += table[code_of(packed, i)] * weights[i];
}

/// \tparam missing  counts 1 for a missing call and 0 for the others, else the code
template <bool missing>
std::int64_t screen_one(const std::uint8_t* packed, std::size_t lines, const std::int8_t* number) {
  std::int64_t high = 0;
  std::int64_t low = 0;
  for (std::size_t line = 0; line < lines; ++line, number += line_bytes) {
    for (std::size_t row = 0; row < line_rows; ++row) {
      const auto code = static_cast<std::int32_t>(code_of(packed + line * line_rows / 4, row));
      const std::int32_t factor = missing ? static_cast<std::int32_t>(code == 3) : code;
      const std::int8_t* const here = number + (row % 4) * 128 + row / 4;
      high += factor * here[0];
      low += factor * here[64];
    }
  }
  return 128 * high + low;
}

template <bool missing>
void screen(const std::uint8_t* const* columns, std::size_t count, std::size_t lines, const std::int8_t* const* numbers,
            std::size_t vectors, std::int64_t* sums) {
  for (std::size_t j = 0; j < count; ++j) {
    for (std::size_t k = 0; k < vectors; ++k)
      sums[j * vectors + k] = screen_one<missing>(columns[j], lines, numbers[k]);
  }
}

}  // namespace

const PackedKernels scalar_kernels = {{dot, add_columns, add_weighted}, {screen<false>, screen<true>}};

const PackedKernels& packed_kernels(SimdLevel level) noexcept {
#if defined(__x86_64__)
  if (level == SimdLevel::avx512) {
    static const PackedKernels kernels = {avx512_sums, has_vnni() ? vnni_screen : avx2_kernels.screen};
    return kernels;
  }
  if (level == SimdLevel::avx2) return avx2_kernels;
#endif
  static_cast<void>(level);
  return scalar_kernels;
}

}  // namespace varisk::training
