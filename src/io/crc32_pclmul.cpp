// Compiled with -mpclmul; called only where the machine has it.
#if defined(__x86_64__)
#include <immintrin.h>

#include "crc32_fold.hpp"

namespace varisk::io::crc32_fold {
namespace {

constexpr std::size_t width = sizeof(__m128i);

__m128i load(const char* at) {
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));  // NOLINT
}

__m128i constants(Constants value) {
  return _mm_set_epi64x(static_cast<std::int64_t>(value.low), static_cast<std::int64_t>(value.high));
}

__m128i fold(__m128i value, __m128i by, __m128i into) {
  const __m128i moved = _mm_xor_si128(_mm_clmulepi64_si128(value, by, 0x00), _mm_clmulepi64_si128(value, by, 0x11));
  return _mm_xor_si128(moved, into);
}

}  // namespace

std::uint32_t crc32_pclmul(std::string_view bytes) {
  if (bytes.size() < 4 * width) return crc32_plain(bytes);
  const char* at = bytes.data();
  const char* const end = at + bytes.size();
  __m128i a = _mm_xor_si128(load(at), _mm_cvtsi32_si128(-1));  // a CRC starts with 32 ones
  __m128i b = load(at + width);
  __m128i c = load(at + 2 * width);
  __m128i d = load(at + 3 * width);
  at += 4 * width;
  const __m128i by_four = constants(fold_over(8 * 4 * width));
  for (; end - at >= static_cast<std::ptrdiff_t>(4 * width); at += 4 * width) {
    a = fold(a, by_four, load(at));
    b = fold(b, by_four, load(at + width));
    c = fold(c, by_four, load(at + 2 * width));
    d = fold(d, by_four, load(at + 3 * width));
  }
  const __m128i by_one = constants(fold_over(8 * width));
  a = fold(fold(fold(a, by_one, b), by_one, c), by_one, d);
  for (; end - at >= static_cast<std::ptrdiff_t>(width); at += width) a = fold(a, by_one, load(at));
  unsigned char folded[width];
  _mm_storeu_si128(reinterpret_cast<__m128i*>(folded), a);  // NOLINT
  return finish(folded, at, static_cast<std::size_t>(end - at));
}

}  // namespace varisk::io::crc32_fold
#endif
