// Compiled with -mavx2; called only where the machine has it.
#if defined(__x86_64__)
#include <immintrin.h>

#include "gt_kernel_variants.hpp"

namespace varisk::genotypes {
namespace {

constexpr std::size_t samples_per_step = 8;

}  // namespace

bool decode_gt_avx2(const char* text, std::size_t samples, unsigned effect, unsigned alleles, bool strict_half_calls,
                    CallCode* codes) {
  if (alleles > 10) return false;
  const __m256i tab = _mm256_set1_epi8('\t');
  const __m256i bar = _mm256_set1_epi8('|');
  const __m256i slash = _mm256_set1_epi8('/');
  const __m256i dot = _mm256_set1_epi8('.');
  const __m256i zero = _mm256_set1_epi8('0');
  const __m256i wanted = _mm256_set1_epi8(static_cast<char>('0' + effect));
  const __m256i last = _mm256_set1_epi8(static_cast<char>(alleles - 1));
  const __m256i tab_place = _mm256_set1_epi32(0x000000FF);
  const __m256i separator_place = _mm256_set1_epi32(0x00FF0000);
  const __m256i allele_places = _mm256_set1_epi32(static_cast<int>(0xFF00FF00U));
  const __m256i one = _mm256_set1_epi32(1);
  const __m256i three = _mm256_set1_epi32(3);
  const __m256i low_bytes = _mm256_setr_epi8(0, 4, 8, 12, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 0, 4, 8, 12,
                                             -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1);
  __m256i good = _mm256_set1_epi8(-1);
  std::size_t i = 0;
  for (; i + samples_per_step <= samples; i += samples_per_step) {
    const __m256i v = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(text + 4 * i));  // NOLINT
    const __m256i is_dot = _mm256_and_si256(_mm256_cmpeq_epi8(v, dot), allele_places);
    const __m256i digit = _mm256_sub_epi8(v, zero);
    const __m256i is_allele = _mm256_cmpeq_epi8(_mm256_min_epu8(digit, last), digit);
    const __m256i is_tab = _mm256_and_si256(_mm256_cmpeq_epi8(v, tab), tab_place);
    const __m256i is_separator =
        _mm256_and_si256(_mm256_or_si256(_mm256_cmpeq_epi8(v, bar), _mm256_cmpeq_epi8(v, slash)), separator_place);
    const __m256i alleles_ok = _mm256_and_si256(_mm256_or_si256(is_allele, is_dot), allele_places);
    good = _mm256_and_si256(good, _mm256_or_si256(alleles_ok, _mm256_or_si256(is_tab, is_separator)));

    const __m256i first_dot = _mm256_and_si256(_mm256_srli_epi32(is_dot, 8), one);
    const __m256i second_dot = _mm256_srli_epi32(is_dot, 31);
    if (strict_half_calls) {
      const __m256i equal = _mm256_cmpeq_epi32(first_dot, second_dot);
      good = _mm256_and_si256(good, equal);
    }
    const __m256i hit = _mm256_cmpeq_epi8(v, wanted);
    const __m256i count =
        _mm256_add_epi32(_mm256_and_si256(_mm256_srli_epi32(hit, 8), one), _mm256_srli_epi32(hit, 31));
    const __m256i missing = _mm256_cmpeq_epi32(_mm256_or_si256(first_dot, second_dot), one);
    const __m256i code = _mm256_blendv_epi8(count, three, missing);
    const __m256i packed = _mm256_shuffle_epi8(code, low_bytes);
    const auto low = static_cast<std::uint32_t>(_mm256_extract_epi32(packed, 0));
    const auto high = static_cast<std::uint32_t>(_mm256_extract_epi32(packed, 4));
    const std::uint64_t both = low | static_cast<std::uint64_t>(high) << 32U;
    __builtin_memcpy(codes + i, &both, sizeof both);
  }
  if (_mm256_movemask_epi8(good) != -1) return false;
  return decode_gt_scalar(text + 4 * i, samples - i, effect, alleles, strict_half_calls, codes + i);
}

}  // namespace varisk::genotypes
#endif
