// Compiled with -mavx512f -mavx512bw -mavx512dq -mavx512vl; called only where the machine has them.
#if defined(__x86_64__)
#include <immintrin.h>

#include <algorithm>

#include "pair_kernel_variants.hpp"

namespace varisk::genotypes {
namespace {

constexpr std::size_t samples_per_step = 32;
constexpr __mmask64 first_places = 0x5555555555555555ULL;

}  // namespace

bool decode_pairs_avx512(const char* data, std::size_t samples, unsigned effect, unsigned alleles,
                         bool strict_half_calls, CallCode* codes) {
  const __m512i low_bits = _mm512_set1_epi8(0x7F);
  const __m512i last = _mm512_set1_epi8(static_cast<char>(std::min(alleles, largest_allele_byte)));
  // Beyond 127 there is no byte without phase that is equal.
  const __m512i wanted = _mm512_set1_epi8(static_cast<char>(std::min(effect + 1, 255U)));
  const __m512i ones = _mm512_set1_epi8(1);
  const __m512i three = _mm512_set1_epi16(3);
  __mmask64 good = ~__mmask64{0};
  std::size_t i = 0;
  for (; i + samples_per_step <= samples; i += samples_per_step) {
    const __m512i v = _mm512_loadu_si512(data + 2 * i);
    const __m512i allele = _mm512_and_si512(_mm512_srli_epi16(v, 1), low_bits);
    good &= _mm512_cmple_epu8_mask(allele, last);
    const __mmask64 dots = _mm512_testn_epi8_mask(allele, allele);
    if (strict_half_calls && ((dots ^ (dots >> 1U)) & first_places) != 0) return false;
    const __m512i hit = _mm512_maskz_mov_epi8(_mm512_cmpeq_epi8_mask(allele, wanted), ones);
    const __m512i count = _mm512_maddubs_epi16(hit, ones);
    const __m512i dot = _mm512_movm_epi8(dots);
    const __m512i code = _mm512_mask_mov_epi16(count, _mm512_test_epi16_mask(dot, dot), three);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(codes + i), _mm512_cvtepi16_epi8(code));  // NOLINT
  }
  if (good != ~__mmask64{0}) return false;
  return decode_pairs_scalar(data + 2 * i, samples - i, effect, alleles, strict_half_calls, codes + i);
}

}  // namespace varisk::genotypes
#endif
