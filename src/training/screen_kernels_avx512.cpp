// Compiled with -mavx512f -mavx512bw -mavx512dq -mavx512vl -mavx512vnni; called only where the machine has them.
#if defined(__x86_64__)
#include <immintrin.h>

#include "packed_kernels_variants.hpp"

namespace varisk::training {
namespace {

constexpr std::size_t bytes_of_line = 64;
/// A line adds at most 256 × 3 × 16,319 to a sum, which has to stay within 32 bits.
constexpr std::size_t lines_at_once = 128;
constexpr std::size_t at_once = 4;

/// Bits of calls s of each byte: the codes, or 1 where missing.
template <bool missing>
[[nodiscard, gnu::always_inline]] inline __m512i load(const std::uint8_t* packed) {
  const __m512i bytes = _mm512_load_si512(packed);
  return missing ? _mm512_and_si512(bytes, _mm512_srli_epi16(bytes, 1)) : bytes;
}
template <bool missing, int s>
[[nodiscard, gnu::always_inline]] inline __m512i codes_of(__m512i bytes) {
  return _mm512_and_si512(_mm512_srli_epi16(bytes, 2 * s), _mm512_set1_epi8(missing ? 1 : 3));
}

/// High and low parts of a sum.
struct Pair {
  __m512i high = _mm512_setzero_si512();
  __m512i low = _mm512_setzero_si512();

  [[gnu::always_inline]] void add(__m512i codes, __m512i high_bytes, __m512i low_bytes) {
    high = _mm512_dpbusd_epi32(high, codes, high_bytes);
    low = _mm512_dpbusd_epi32(low, codes, low_bytes);
  }
  [[nodiscard]] __m512i together() const { return _mm512_add_epi32(_mm512_slli_epi32(high, 7), low); }
};

/// Adds the lanes of four vectors to four sums.
void add_to(const Pair (&pairs)[at_once], std::int64_t* sums, std::size_t step) {
  __m256i halves[at_once];
  for (std::size_t k = 0; k < at_once; ++k) {
    const __m512i lanes = pairs[k].together();
    halves[k] = _mm256_add_epi32(_mm512_castsi512_si256(lanes), _mm512_extracti64x4_epi64(lanes, 1));
  }
  const __m256i pairs_low = _mm256_hadd_epi32(halves[0], halves[1]);
  const __m256i pairs_high = _mm256_hadd_epi32(halves[2], halves[3]);
  const __m256i quads = _mm256_hadd_epi32(pairs_low, pairs_high);
  const __m128i all = _mm_add_epi32(_mm256_castsi256_si128(quads), _mm256_extracti128_si256(quads, 1));
  alignas(16) std::int32_t sum[at_once];
  _mm_store_si128(reinterpret_cast<__m128i*>(sum), all);  // NOLINT
  for (std::size_t k = 0; k < at_once; ++k) sums[k * step] += sum[k];
}

/// Four columns, one vector: the numbers are loaded once.
/// \param next  columns that come after these: asked for ahead of time
template <bool missing>
void four_columns(const std::uint8_t* const* columns, const std::uint8_t* const* next, std::size_t first,
                  std::size_t lines, const std::int8_t* number, std::int64_t* sums, std::size_t step) {
  Pair pairs[at_once];
  const std::uint8_t* from[at_once];
  const std::uint8_t* ahead[at_once];
  for (std::size_t k = 0; k < at_once; ++k) {
    from[k] = columns[k] + first * bytes_of_line;
    ahead[k] = next[k] + first * bytes_of_line;
  }
  for (std::size_t line = 0; line < lines; ++line, number += line_bytes) {
    __m512i bytes[at_once];
    for (std::size_t k = 0; k < at_once; ++k) {
      bytes[k] = load<missing>(from[k] + line * bytes_of_line);
      _mm_prefetch(ahead[k] + line * bytes_of_line, _MM_HINT_T0);
    }
    const auto part = [&]<int s>() {
      const __m512i high = _mm512_load_si512(number + 128 * s);
      const __m512i low = _mm512_load_si512(number + 128 * s + 64);
#pragma GCC unroll 4
      for (std::size_t k = 0; k < at_once; ++k) pairs[k].add(codes_of<missing, s>(bytes[k]), high, low);
    };
    part.template operator()<0>();
    part.template operator()<1>();
    part.template operator()<2>();
    part.template operator()<3>();
  }
  add_to(pairs, sums, step);
}

/// One column, four vectors: the codes are taken apart once. With fewer than four the last ones are repeated.
template <bool missing>
void four_vectors(const std::uint8_t* column, std::size_t first, std::size_t lines, const std::int8_t* const* numbers,
                  std::size_t count, std::int64_t* sums) {
  Pair pairs[at_once];
  const std::int8_t* from[at_once];
  for (std::size_t k = 0; k < at_once; ++k) from[k] = numbers[k < count ? k : count - 1] + first * line_bytes;
  column += first * bytes_of_line;
  for (std::size_t line = 0; line < lines; ++line) {
    const __m512i bytes = load<missing>(column + line * bytes_of_line);
    const auto part = [&]<int s>() {
      const __m512i codes = codes_of<missing, s>(bytes);
#pragma GCC unroll 4
      for (std::size_t k = 0; k < at_once; ++k) {
        const std::int8_t* const number = from[k] + line * line_bytes + 128 * s;
        pairs[k].add(codes, _mm512_load_si512(number), _mm512_load_si512(number + 64));
      }
    };
    part.template operator()<0>();
    part.template operator()<1>();
    part.template operator()<2>();
    part.template operator()<3>();
  }
  std::int64_t here[at_once] = {0, 0, 0, 0};
  add_to(pairs, here, 1);
  for (std::size_t k = 0; k < count; ++k) sums[k] += here[k];
}

template <bool missing>
void screen(const std::uint8_t* const* columns, std::size_t count, std::size_t lines, const std::int8_t* const* numbers,
            std::size_t vectors, std::int64_t* sums) {
  for (std::size_t i = 0; i < count * vectors; ++i) sums[i] = 0;
  for (std::size_t first = 0; first < lines; first += lines_at_once) {
    const std::size_t here = lines - first < lines_at_once ? lines - first : lines_at_once;
    std::size_t j = 0;
    if (vectors < at_once) {
      for (; j + at_once <= count; j += at_once) {
        const std::size_t next = j + 2 * at_once <= count ? j + at_once : j;
        for (std::size_t k = 0; k < vectors; ++k) {
          four_columns<missing>(columns + j, columns + next, first, here, numbers[k] + first * line_bytes,
                                sums + j * vectors + k, vectors);
        }
      }
    }
    for (; j < count; ++j) {
      for (std::size_t k = 0; k < vectors; k += at_once) {
        const std::size_t some = vectors - k < at_once ? vectors - k : at_once;
        four_vectors<missing>(columns[j], first, here, numbers + k, some, sums + j * vectors + k);
      }
    }
  }
}

}  // namespace

const ScreenKernels vnni_screen = {screen<false>, screen<true>};

}  // namespace varisk::training
#endif
