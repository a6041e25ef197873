// Compiled with -mavx2; called only where the machine has it.
#if defined(__x86_64__)
#include <immintrin.h>

#include <algorithm>

#include "pair_kernel_variants.hpp"

namespace varisk::genotypes {
namespace {

constexpr std::size_t samples_per_step = 16;

}  // namespace

bool decode_pairs_avx2(const char* data, std::size_t samples, unsigned effect, unsigned alleles, bool strict_half_calls,
                       CallCode* codes) {
  const __m256i low_bits = _mm256_set1_epi8(0x7F);
  const __m256i last = _mm256_set1_epi8(static_cast<char>(std::min(alleles, largest_allele_byte)));
  // Beyond 127 there is no byte without phase that is equal.
  const __m256i wanted = _mm256_set1_epi8(static_cast<char>(std::min(effect + 1, 255U)));
  const __m256i ones = _mm256_set1_epi8(1);
  const __m256i one = _mm256_set1_epi16(1);
  const __m256i three = _mm256_set1_epi16(3);
  const __m256i zero = _mm256_setzero_si256();
  __m256i good = _mm256_set1_epi8(-1);
  std::size_t i = 0;
  for (; i + samples_per_step <= samples; i += samples_per_step) {
    const __m256i v = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(data + 2 * i));  // NOLINT
    const __m256i allele = _mm256_and_si256(_mm256_srli_epi16(v, 1), low_bits);
    good = _mm256_and_si256(good, _mm256_cmpeq_epi8(_mm256_min_epu8(allele, last), allele));
    const __m256i hit = _mm256_and_si256(_mm256_cmpeq_epi8(allele, wanted), ones);
    const __m256i dot = _mm256_and_si256(_mm256_cmpeq_epi8(allele, zero), ones);
    const __m256i count = _mm256_maddubs_epi16(hit, ones);
    const __m256i dots = _mm256_maddubs_epi16(dot, ones);
    if (strict_half_calls) good = _mm256_andnot_si256(_mm256_cmpeq_epi16(dots, one), good);
    const __m256i code = _mm256_blendv_epi8(count, three, _mm256_cmpgt_epi16(dots, zero));
    const __m256i packed = _mm256_permute4x64_epi64(_mm256_packus_epi16(code, code), 0x08);
    _mm_storeu_si128(reinterpret_cast<__m128i*>(codes + i), _mm256_castsi256_si128(packed));  // NOLINT
  }
  if (_mm256_movemask_epi8(good) != -1) return false;
  return decode_pairs_scalar(data + 2 * i, samples - i, effect, alleles, strict_half_calls, codes + i);
}

}  // namespace varisk::genotypes
#endif
