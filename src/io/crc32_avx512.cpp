// Compiled with -mavx512f and -mvpclmulqdq; called only where the machine has them.
#if defined(__x86_64__)
#include <immintrin.h>

#include "crc32_fold.hpp"

namespace varisk::io::crc32_fold {
namespace {

constexpr std::size_t width = sizeof(__m512i);

__m512i load(const char* at) { return _mm512_loadu_si512(at); }

/// One pair for each of the four lanes.
__m512i constants(Constants value) {
  return _mm512_broadcast_i32x4(
      _mm_set_epi64x(static_cast<std::int64_t>(value.low), static_cast<std::int64_t>(value.high)));
}

__m512i fold(__m512i value, __m512i by, __m512i into) {
  constexpr int xor_of_three = 0x96;
  return _mm512_ternarylogic_epi64(_mm512_clmulepi64_epi128(value, by, 0x00), _mm512_clmulepi64_epi128(value, by, 0x11),
                                   into, xor_of_three);
}

__m128i fold_lane(__m128i value, __m128i by, __m128i into) {
  const __m128i moved = _mm_xor_si128(_mm_clmulepi64_si128(value, by, 0x00), _mm_clmulepi64_si128(value, by, 0x11));
  return _mm_xor_si128(moved, into);
}

}  // namespace

std::uint32_t crc32_avx512(std::string_view bytes) {
  if (bytes.size() < 4 * width) return crc32_pclmul(bytes);
  const char* at = bytes.data();
  const char* const end = at + bytes.size();
  const __m512i initial_ones = _mm512_zextsi128_si512(_mm_cvtsi32_si128(-1));
  __m512i a = _mm512_xor_si512(load(at), initial_ones);
  __m512i b = load(at + width);
  __m512i c = load(at + 2 * width);
  __m512i d = load(at + 3 * width);
  at += 4 * width;
  const __m512i by_four = constants(fold_over(8 * 4 * width));
  for (; end - at >= static_cast<std::ptrdiff_t>(4 * width); at += 4 * width) {
    a = fold(a, by_four, load(at));
    b = fold(b, by_four, load(at + width));
    c = fold(c, by_four, load(at + 2 * width));
    d = fold(d, by_four, load(at + 3 * width));
  }
  const __m512i by_one = constants(fold_over(8 * width));
  a = fold(fold(fold(a, by_one, b), by_one, c), by_one, d);
  for (; end - at >= static_cast<std::ptrdiff_t>(width); at += width) a = fold(a, by_one, load(at));

  const __m128i by_lane = _mm512_castsi512_si128(constants(fold_over(8 * sizeof(__m128i))));
  __m128i lane = _mm512_extracti32x4_epi32(a, 0);
  lane = fold_lane(lane, by_lane, _mm512_extracti32x4_epi32(a, 1));
  lane = fold_lane(lane, by_lane, _mm512_extracti32x4_epi32(a, 2));
  lane = fold_lane(lane, by_lane, _mm512_extracti32x4_epi32(a, 3));
  unsigned char folded[sizeof lane];
  _mm_storeu_si128(reinterpret_cast<__m128i*>(folded), lane);  // NOLINT
  return finish(folded, at, static_cast<std::size_t>(end - at));
}

}  // namespace varisk::io::crc32_fold
#endif
