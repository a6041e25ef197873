// Compiled with -mavx512f -mavx512bw -mavx512dq -mavx512vl; called only where the machine has them.
#if defined(__x86_64__)
#include <immintrin.h>

#include "gt_kernel_variants.hpp"

namespace varisk::genotypes {
namespace {

constexpr std::size_t samples_per_step = 16;
constexpr __mmask64 tab_places = 0x1111111111111111ULL;
constexpr __mmask64 separator_places = 0x4444444444444444ULL;
constexpr __mmask64 first_places = 0x2222222222222222ULL;
constexpr __mmask64 second_places = 0x8888888888888888ULL;

}  // namespace

bool decode_gt_avx512(const char* text, std::size_t samples, unsigned effect, unsigned alleles, bool strict_half_calls,
                      CallCode* codes) {
  if (alleles > 10) return false;
  const __m512i tab = _mm512_set1_epi8('\t');
  const __m512i bar = _mm512_set1_epi8('|');
  const __m512i slash = _mm512_set1_epi8('/');
  const __m512i dot = _mm512_set1_epi8('.');
  const __m512i zero = _mm512_set1_epi8('0');
  const __m512i wanted = _mm512_set1_epi8(static_cast<char>('0' + effect));
  const __m512i count_of_alleles = _mm512_set1_epi8(static_cast<char>(alleles));
  const __m512i one = _mm512_set1_epi8(1);
  const __m512i three = _mm512_set1_epi32(3);
  __mmask64 good = ~__mmask64{0};
  std::size_t i = 0;
  for (; i + samples_per_step <= samples; i += samples_per_step) {
    const __m512i v = _mm512_loadu_si512(text + 4 * i);
    const __mmask64 dots = _mm512_cmpeq_epi8_mask(v, dot) & (first_places | second_places);
    const __mmask64 is_allele = _mm512_cmplt_epu8_mask(_mm512_sub_epi8(v, zero), count_of_alleles);
    const __mmask64 separators = _mm512_cmpeq_epi8_mask(v, bar) | _mm512_cmpeq_epi8_mask(v, slash);
    good &= (_mm512_cmpeq_epi8_mask(v, tab) & tab_places) | (separators & separator_places) |
            ((is_allele | dots) & (first_places | second_places));
    if (strict_half_calls && ((dots & first_places) << 2U) != (dots & second_places)) return false;

    const __mmask64 hits = _mm512_cmpeq_epi8_mask(v, wanted) & (first_places | second_places);
    const __m512i hit = _mm512_maskz_mov_epi8(hits, one);  // bytes 1 and 3 of each sample
    const __m512i count =
        _mm512_add_epi32(_mm512_srli_epi32(hit, 24), _mm512_and_si512(_mm512_srli_epi32(hit, 8), _mm512_set1_epi32(1)));
    const __m512i any_dot = _mm512_maskz_mov_epi8(dots, one);
    const __mmask16 missing = _mm512_test_epi32_mask(any_dot, any_dot);
    const __m512i code = _mm512_mask_mov_epi32(count, missing, three);
    _mm_storeu_si128(reinterpret_cast<__m128i*>(codes + i), _mm512_cvtepi32_epi8(code));  // NOLINT
  }
  if (good != ~__mmask64{0}) return false;
  return decode_gt_scalar(text + 4 * i, samples - i, effect, alleles, strict_half_calls, codes + i);
}

}  // namespace varisk::genotypes
#endif
