// Compiled with -mavx512f -mavx512bw -mavx512dq -mavx512vl; called only where the machine has them.
#if defined(__x86_64__)
#include <immintrin.h>

#include <cstring>

#include "packed_kernels_variants.hpp"

namespace varisk::training {
namespace {

constexpr std::size_t columns_at_once = 8;
constexpr std::size_t width = 8;
constexpr std::size_t word_rows = 32;
constexpr std::size_t vectors_of_word = word_rows / width;

/// Entries twice: of three bits of an index only two are the code.
[[nodiscard]] __m512d load_table(const CodeTable& table) {
  return _mm512_broadcast_f64x4(_mm256_loadu_pd(table.data()));
}

/// 32 codes, in each lane.
[[nodiscard]] __m512i load_word(const std::uint8_t* packed) {
  std::int64_t word = 0;
  std::memcpy(&word, packed, sizeof word);
  return _mm512_set1_epi64(word);
}

/// The entries of eight codes of a word.
template <int part>
[[nodiscard]] __m512d look_up(__m512d table, __m512i word) {
  constexpr long long s = 16 * part;
  const __m512i shift = _mm512_set_epi64(s + 14, s + 12, s + 10, s + 8, s + 6, s + 4, s + 2, s);
  return _mm512_permutexvar_pd(_mm512_srlv_epi64(word, shift), table);
}

/// Calls `action.operator()<part>()` for the vectors of a word.
template <typename Action>
[[gnu::always_inline]] inline void for_parts(const Action& action) {
  action.template operator()<0>();
  action.template operator()<1>();
  action.template operator()<2>();
  action.template operator()<3>();
}

double dot(const std::uint8_t* packed, const double* vector, std::size_t rows, const CodeTable& table) {
  const __m512d values = load_table(table);
  __m512d sums[sum_lanes / width];
  for (auto& sum : sums) sum = _mm512_setzero_pd();
  for (std::size_t i = 0; i < rows; i += sum_lanes) {
#pragma GCC unroll 2
    for (std::size_t w = 0; w < sum_lanes / word_rows; ++w) {
      const __m512i word = load_word(packed + (i + w * word_rows) / 4);
      for_parts([&]<int part>() {
        const std::size_t k = w * vectors_of_word + part;
        const __m512d product = _mm512_mul_pd(look_up<part>(values, word), _mm512_load_pd(vector + i + k * width));
        sums[k] = _mm512_add_pd(sums[k], product);
      });
    }
  }
  const __m512d low = _mm512_add_pd(_mm512_add_pd(sums[0], sums[1]), _mm512_add_pd(sums[2], sums[3]));
  const __m512d high = _mm512_add_pd(_mm512_add_pd(sums[4], sums[5]), _mm512_add_pd(sums[6], sums[7]));
  alignas(64) std::array<double, width> lane;
  _mm512_store_pd(lane.data(), _mm512_add_pd(low, high));
  for (std::size_t half = width / 2; half > 0; half /= 2) {
    for (std::size_t i = 0; i < half; ++i) lane[i] += lane[i + half];
  }
  return lane[0];
}

template <std::size_t count>
void add_some(double* vector, std::size_t rows, const std::uint8_t* const* columns, const CodeTable* tables) {
  __m512d values[count];
  for (std::size_t j = 0; j < count; ++j) values[j] = load_table(tables[j]);
  for (std::size_t i = 0; i < rows; i += word_rows) {
    __m512d sums[vectors_of_word];
    for (std::size_t k = 0; k < vectors_of_word; ++k) sums[k] = _mm512_load_pd(vector + i + k * width);
#pragma GCC unroll 8
    for (std::size_t j = 0; j < count; ++j) {
      const __m512i word = load_word(columns[j] + i / 4);
      for_parts([&]<int part>() { sums[part] = _mm512_add_pd(sums[part], look_up<part>(values[j], word)); });
    }
    for (std::size_t k = 0; k < vectors_of_word; ++k) _mm512_store_pd(vector + i + k * width, sums[k]);
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
  const __m512d values = load_table(table);
  for (std::size_t i = 0; i < rows; i += word_rows) {
    const __m512i word = load_word(packed + i / 4);
    for_parts([&]<int part>() {
      const std::size_t at = i + part * width;
      const __m512d product = _mm512_mul_pd(look_up<part>(values, word), _mm512_load_pd(weights + at));
      _mm512_store_pd(vector + at, _mm512_add_pd(_mm512_load_pd(vector + at), product));
    });
  }
}

}  // namespace

const SumKernels avx512_sums = {dot, add_columns, add_weighted};

}  // namespace varisk::training
#endif
