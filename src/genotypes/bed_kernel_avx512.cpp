// Compiled with -mavx512f -mavx512bw -mavx512dq -mavx512vl; called only where the machine has them.
#if defined(__x86_64__)
#include <immintrin.h>

#include <bit>

#include "bed_kernel_variants.hpp"

namespace varisk::genotypes {
namespace {

constexpr std::size_t samples_per_step = 64;

}  // namespace

void unpack_bed_avx512(const char* packed, std::size_t samples, bool count_a1, CallCode* codes) {
  const __m512i table = _mm512_set1_epi32(std::bit_cast<std::int32_t>(count_a1 ? copies_of_a1 : copies_of_a2));
  const __m512i two_bits = _mm512_set1_epi8(3);
  std::size_t i = 0;
  for (; i + samples_per_step <= samples; i += samples_per_step) {
    // A byte to each group of four; shifted so that the two bits of call k are the lowest of byte k.
    const __m512i bytes =
        _mm512_cvtepu8_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(packed + i / 4)));  // NOLINT
    const __m512i low = _mm512_or_si512(bytes, _mm512_slli_epi32(bytes, 6));
    const __m512i all = _mm512_or_si512(low, _mm512_slli_epi32(low, 12));
    const __m512i codes_here = _mm512_shuffle_epi8(table, _mm512_and_si512(all, two_bits));
    _mm512_storeu_si512(codes + i, codes_here);  // NOLINT
  }
  unpack_bed_scalar(packed + i / 4, samples - i, count_a1, codes + i);
}

}  // namespace varisk::genotypes
#endif
