// Compiled with -mavx2; called only where the machine has it.
#if defined(__x86_64__)
#include <immintrin.h>

#include <bit>

#include "bed_kernel_variants.hpp"

namespace varisk::genotypes {
namespace {

constexpr std::size_t samples_per_step = 32;

}  // namespace

void unpack_bed_avx2(const char* packed, std::size_t samples, bool count_a1, CallCode* codes) {
  const __m256i table = _mm256_set1_epi32(std::bit_cast<std::int32_t>(count_a1 ? copies_of_a1 : copies_of_a2));
  const __m256i two_bits = _mm256_set1_epi8(3);
  std::size_t i = 0;
  for (; i + samples_per_step <= samples; i += samples_per_step) {
    // A byte to each group of four; shifted so that the two bits of call k are the lowest of byte k.
    const __m256i bytes =
        _mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(packed + i / 4)));  // NOLINT
    const __m256i low = _mm256_or_si256(bytes, _mm256_slli_epi32(bytes, 6));
    const __m256i all = _mm256_or_si256(low, _mm256_slli_epi32(low, 12));
    const __m256i codes_here = _mm256_shuffle_epi8(table, _mm256_and_si256(all, two_bits));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(codes + i), codes_here);  // NOLINT
  }
  unpack_bed_scalar(packed + i / 4, samples - i, count_a1, codes + i);
}

}  // namespace varisk::genotypes
#endif
