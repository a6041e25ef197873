// Compiled with -mavx512f -mavx512bw -mavx512dq -mavx512vl; called only where the machine has them.
#if defined(__x86_64__)
#include <immintrin.h>

#include <bit>

#include "dosage_kernel_variants.hpp"

namespace varisk::genotypes {
namespace {

constexpr std::size_t at_once = 8;

__m128i load_column(const TextDosages& from, std::size_t i) {
  const char* const column = from.text + (from.ends[static_cast<std::ptrdiff_t>(i) - 1] + 1);
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(column));  // NOLINT
}

__m512i every_other_column(const TextDosages& from, std::size_t first) {
  const __m256i low =
      _mm256_inserti128_si256(_mm256_castsi128_si256(load_column(from, first)), load_column(from, first + 2), 1);
  const __m256i high =
      _mm256_inserti128_si256(_mm256_castsi128_si256(load_column(from, first + 4)), load_column(from, first + 6), 1);
  return _mm512_inserti64x4(_mm512_castsi256_si512(low), high, 1);
}

/// The numbers of eight columns, in the steps of `read_short_dosage`. \return which are regular
__mmask8 parse_numbers(__m512i text, __m512i behind, __m512i room, __m512i& millionths) {
  const __m512i colon = _mm512_set1_epi8(':');
  const __m512i ones = _mm512_set1_epi64(-1);
  const __m512i one = _mm512_set1_epi64(1);
  // All bits of the bytes before the first colon, and within the column.
  const __m512i is_colon = _mm512_movm_epi8(_mm512_cmpeq_epi8_mask(text, colon));
  const __m512i first_bit = _mm512_and_si512(is_colon, _mm512_sub_epi64(_mm512_setzero_si512(), is_colon));
  const __m512i before_colon = _mm512_add_epi64(first_bit, ones);
  const __m512i within = _mm512_add_epi64(_mm512_sllv_epi64(one, _mm512_slli_epi64(room, 3)), ones);
  const __m512i kept = _mm512_and_si512(before_colon, within);
  const __mmask8 none = _mm512_testn_epi64_mask(kept, kept);
  const __mmask8 bare_point = _mm512_cmpeq_epi64_mask(kept, _mm512_set1_epi64(0xFFFF));
  const __mmask8 full = _mm512_cmpeq_epi64_mask(kept, ones);
  const __mmask8 ends_there =
      _mm512_cmpeq_epi64_mask(behind, _mm512_set1_epi64(':')) | _mm512_cmpeq_epi64_mask(room, _mm512_set1_epi64(8));
  const __m512i digits = _mm512_xor_si512(_mm512_and_si512(_mm512_xor_si512(text, _mm512_set1_epi8('0')), kept),
                                          _mm512_and_si512(kept, _mm512_set1_epi64(0x1E00)));
  const __m512i first_digit = _mm512_slli_epi64(_mm512_and_si512(digits, _mm512_set1_epi64(0xFF)), 8);
  const __m512i number = _mm512_or_si512(_mm512_andnot_si512(_mm512_set1_epi64(0xFFFF), digits), first_digit);
  const __mmask64 above_nine = _mm512_cmpgt_epu8_mask(number, _mm512_set1_epi8(9));
  const __m512i wrong =
      _mm512_or_si512(_mm512_movm_epi8(above_nine), _mm512_and_si512(digits, _mm512_set1_epi64(0xFF00)));
  const __m512i hundreds = _mm512_maddubs_epi16(number, _mm512_set1_epi16(0x010A));          // × 10, × 1
  const __m512i ten_thousands = _mm512_madd_epi16(hundreds, _mm512_set1_epi32(0x00010064));  // × 100, × 1
  millionths =
      _mm512_add_epi64(_mm512_mul_epu32(ten_thousands, _mm512_set1_epi64(10000)), _mm512_srli_epi64(ten_thousands, 32));
  const __mmask8 in_range = _mm512_cmple_epu64_mask(millionths, _mm512_set1_epi64(2000000));
  return static_cast<__mmask8>(_mm512_testn_epi64_mask(wrong, wrong) & in_range & ~none & ~bare_point &
                               (~full | ends_there));
}

}  // namespace

std::size_t read_text_dosages_avx512(const TextDosages& from, double* dosages, std::uint32_t* irregular) {
  const __m512i bits = _mm512_set1_epi32(static_cast<int>(call_bits));
  const __m512i phased = _mm512_set1_epi32(static_cast<int>(call_word('|')));
  const __m512i unphased = _mm512_set1_epi32(static_cast<int>(call_word('/')));
  const __m512i prefix = _mm512_set1_epi64(from.has_gt ? 4 : 0);
  const __m512d two = _mm512_set1_pd(2);
  std::size_t count = 0;
  std::size_t i = 0;
  for (; i + at_once <= from.columns; i += at_once) {
    const __m512i even = every_other_column(from, i);
    const __m512i odd = every_other_column(from, i + 1);
    const __m512i low = _mm512_unpacklo_epi64(even, odd);
    const __m512i high = _mm512_unpackhi_epi64(even, odd);
    const auto* const ends = from.ends + i;
    const __m512i stop = _mm512_cvtepu32_epi64(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(ends)));  // NOLINT
    const __m256i before = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(ends - 1));                   // NOLINT
    const __m512i start = _mm512_cvtepu32_epi64(_mm256_add_epi32(before, _mm256_set1_epi32(1)));
    const __m512i length = _mm512_sub_epi64(stop, start);
    const __m512i room = _mm512_sub_epi64(length, prefix);
    __m512i millionths;
    __mmask8 good = _mm512_cmpgt_epi64_mask(length, prefix);
    if (from.has_gt) {
      const __m512i call = _mm512_and_si512(low, bits);
      const __m512i text = _mm512_or_si512(_mm512_srli_epi64(low, 32), _mm512_slli_epi64(high, 32));
      const __m512i behind = _mm512_and_si512(_mm512_srli_epi64(high, 32), _mm512_set1_epi64(0xFF));
      const __mmask16 words = _mm512_cmpeq_epi32_mask(call, phased) | _mm512_cmpeq_epi32_mask(call, unphased);
      const __m512i is_call = _mm512_movm_epi32(words);
      good &= _mm512_test_epi64_mask(is_call, _mm512_set1_epi64(0xFFFFFFFF));
      good &= parse_numbers(text, behind, room, millionths);
    } else {
      good &= parse_numbers(low, _mm512_and_si512(high, _mm512_set1_epi64(0xFF)), room, millionths);
    }
    const __m512d dosage = _mm512_div_pd(_mm512_cvtepi64_pd(millionths), _mm512_set1_pd(millionths_per_copy));
    _mm512_storeu_pd(dosages + i, from.of_ref ? _mm512_sub_pd(two, dosage) : dosage);
    for (unsigned rest = static_cast<unsigned>(good) ^ 0xFFU; rest != 0; rest &= rest - 1) {
      irregular[count++] = static_cast<std::uint32_t>(i) + static_cast<std::uint32_t>(std::countr_zero(rest));
    }
  }
  return count + read_text_dosages_from(i, from, dosages, irregular + count);
}

std::int64_t sum_dosages_avx512(const double* dosages, std::size_t count) {
  const __m512d billion = _mm512_set1_pd(billionths_per_copy);
  __m512i sum = _mm512_setzero_si512();
  std::size_t i = 0;
  for (; i + at_once <= count; i += at_once) {
    sum = _mm512_add_epi64(sum, _mm512_cvtpd_epi64(_mm512_mul_pd(_mm512_loadu_pd(dosages + i), billion)));
  }
  return _mm512_reduce_add_epi64(sum) + sum_dosages_scalar(dosages + i, count - i);
}

bool read_bcf_dosages_avx512(const char* stored, std::size_t count, bool of_ref, double* dosages) {
  const __m512d million = _mm512_set1_pd(millionths_per_copy);
  const __m256 two = _mm256_set1_ps(2);
  __mmask8 good = 0xFF;
  std::size_t i = 0;
  for (; i + at_once <= count; i += at_once) {
    const __m256 value = _mm256_loadu_ps(reinterpret_cast<const float*>(stored + i * sizeof(float)));  // NOLINT
    good &= _mm256_cmp_ps_mask(value, _mm256_setzero_ps(), _CMP_GE_OQ);
    good &= _mm256_cmp_ps_mask(value, two, _CMP_LE_OQ);
    const __m512d wide = _mm512_cvtps_pd(value);
    const __m512d whole =
        _mm512_roundscale_pd(_mm512_mul_pd(wide, million), _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
    const __m512d rounded = _mm512_div_pd(whole, million);
    const __mmask8 same = _mm256_cmp_ps_mask(_mm512_cvtpd_ps(rounded), value, _CMP_EQ_OQ);
    const __m512d dosage = _mm512_mask_mov_pd(wide, same, rounded);
    _mm512_storeu_pd(dosages + i, of_ref ? _mm512_sub_pd(_mm512_set1_pd(2), dosage) : dosage);
  }
  return good == 0xFF && read_bcf_dosages_scalar(stored + i * sizeof(float), count - i, of_ref, dosages + i);
}

}  // namespace varisk::genotypes
#endif
