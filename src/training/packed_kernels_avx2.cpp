// Compiled with -mavx2; called only where the machine has it.
#if defined(__x86_64__)
#include <immintrin.h>

#include "packed_kernels_variants.hpp"

namespace varisk::training {
namespace {

constexpr std::size_t columns_at_once = 4;

constexpr std::size_t width = 4;

[[nodiscard]] __m256i load_table(const CodeTable& table) {
  return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(table.data()));  // NOLINT
}

/// The entries of the codes of four rows, moved as halves.
[[nodiscard]] __m256d look_up(__m256i table, const std::uint8_t* packed) {
  const __m256i codes = _mm256_set1_epi32(static_cast<int>(static_cast<unsigned>(*packed) << 1U));
  const __m256i shifted = _mm256_srlv_epi32(codes, _mm256_set_epi32(6, 6, 4, 4, 2, 2, 0, 0));
  const __m256i first = _mm256_and_si256(shifted, _mm256_set1_epi32(6));
  const __m256i halves = _mm256_or_si256(first, _mm256_set_epi32(1, 0, 1, 0, 1, 0, 1, 0));
  return _mm256_castsi256_pd(_mm256_permutevar8x32_epi32(table, halves));
}

double dot(const std::uint8_t* packed, const double* vector, std::size_t rows, const CodeTable& table) {
  constexpr std::size_t vectors = sum_lanes / width;
  const __m256i values = load_table(table);
  __m256d sums[vectors];
  for (auto& sum : sums) sum = _mm256_setzero_pd();
  for (std::size_t i = 0; i < rows; i += sum_lanes) {
#pragma GCC unroll 16
    for (std::size_t k = 0; k < vectors; ++k) {
      const std::size_t at = i + k * width;
      const __m256d product = _mm256_mul_pd(look_up(values, packed + at / 4), _mm256_load_pd(vector + at));
      sums[k] = _mm256_add_pd(sums[k], product);
    }
  }
  alignas(32) std::array<double, sum_lanes> lane;
  for (std::size_t k = 0; k < vectors; ++k) _mm256_store_pd(lane.data() + k * width, sums[k]);
  return add_lanes(lane);
}

template <std::size_t count>
void add_some(double* vector, std::size_t rows, const std::uint8_t* const* columns, const CodeTable* tables) {
  __m256i values[count];
  for (std::size_t j = 0; j < count; ++j) values[j] = load_table(tables[j]);
  for (std::size_t i = 0; i < rows; i += width) {
    __m256d sum = _mm256_load_pd(vector + i);
    for (std::size_t j = 0; j < count; ++j) sum = _mm256_add_pd(sum, look_up(values[j], columns[j] + i / 4));
    _mm256_store_pd(vector + i, sum);
  }
}

void add_columns(double* vector, std::size_t rows, const std::uint8_t* const* columns, const CodeTable* tables,
                 std::size_t count) {
  std::size_t j = 0;
  for (; j + columns_at_once <= count; j += columns_at_once) {
    add_some<columns_at_once>(vector, rows, columns + j, tables + j);
  }
  for (; j < count; ++j) add_some<1>(vector, rows, columns + j, tables + j);
}

void add_weighted(double* vector, const double* weights, const std::uint8_t* packed, std::size_t rows,
                  const CodeTable& table) {
  const __m256i values = load_table(table);
  for (std::size_t i = 0; i < rows; i += width) {
    const __m256d product = _mm256_mul_pd(look_up(values, packed + i / 4), _mm256_load_pd(weights + i));
    _mm256_store_pd(vector + i, _mm256_add_pd(_mm256_load_pd(vector + i), product));
  }
}

[[nodiscard]] __m256i load_bytes(const void* from) { return _mm256_load_si256(static_cast<const __m256i*>(from)); }

[[nodiscard]] std::int64_t sum_of(__m256i lanes) {
  alignas(32) std::array<std::int32_t, 8> lane;
  _mm256_store_si256(reinterpret_cast<__m256i*>(lane.data()), lanes);  // NOLINT
  std::int64_t sum = 0;
  for (const std::int32_t value : lane) sum += value;
  return sum;
}

/// Products of four codes and numbers: pairs fit 16 bits (2 × 3 × 128), all four together as well.
[[nodiscard]] __m256i products(const __m256i (&codes)[4], const std::int8_t* number) {
  const __m256i low = _mm256_add_epi16(_mm256_maddubs_epi16(codes[0], load_bytes(number)),
                                       _mm256_maddubs_epi16(codes[1], load_bytes(number + 128)));
  const __m256i high = _mm256_add_epi16(_mm256_maddubs_epi16(codes[2], load_bytes(number + 256)),
                                        _mm256_maddubs_epi16(codes[3], load_bytes(number + 384)));
  return _mm256_madd_epi16(_mm256_add_epi16(low, high), _mm256_set1_epi16(1));
}

template <bool missing>
void decode(const std::uint8_t* packed, __m256i (&codes)[4]) {
  __m256i bytes = load_bytes(packed);
  if constexpr (missing) bytes = _mm256_and_si256(bytes, _mm256_srli_epi16(bytes, 1));
  const __m256i bits = _mm256_set1_epi8(missing ? 1 : 3);
  codes[0] = _mm256_and_si256(bytes, bits);
  codes[1] = _mm256_and_si256(_mm256_srli_epi16(bytes, 2), bits);
  codes[2] = _mm256_and_si256(_mm256_srli_epi16(bytes, 4), bits);
  codes[3] = _mm256_and_si256(_mm256_srli_epi16(bytes, 6), bits);
}

/// A half line adds at most 16 × 3 × 128 to a lane; lanes are emptied before they could overflow.
constexpr std::size_t lines_at_once = std::size_t{1} << 16U;

template <bool missing>
std::int64_t screen_one(const std::uint8_t* packed, std::size_t lines, const std::int8_t* numbers) {
  std::int64_t sum = 0;
  for (std::size_t first = 0; first < lines; first += lines_at_once) {
    const std::size_t last = lines - first < lines_at_once ? lines : first + lines_at_once;
    __m256i high = _mm256_setzero_si256();
    __m256i low = _mm256_setzero_si256();
    for (std::size_t half = 2 * first; half < 2 * last; ++half) {
      __m256i codes[4];
      decode<missing>(packed + half * 32, codes);
      const std::int8_t* const number = numbers + half / 2 * line_bytes + half % 2 * 32;
      high = _mm256_add_epi32(high, products(codes, number));
      low = _mm256_add_epi32(low, products(codes, number + 64));
    }
    sum += 128 * sum_of(high) + sum_of(low);
  }
  return sum;
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

const PackedKernels avx2_kernels = {{dot, add_columns, add_weighted}, {screen<false>, screen<true>}};

}  // namespace varisk::training
#endif
