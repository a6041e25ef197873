// Compiled with -mavx2; called only where the machine has it.
#if defined(__x86_64__)
#include <immintrin.h>

#include <bit>

#include "dosage_kernel_variants.hpp"

namespace varisk::genotypes {
namespace {

constexpr std::size_t at_once = 4;

__m128i load_column(const TextDosages& from, std::size_t i) {
  const char* const column = from.text + (from.ends[static_cast<std::ptrdiff_t>(i) - 1] + 1);
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(column));  // NOLINT
}

__m256i every_other_column(const TextDosages& from, std::size_t first) {
  return _mm256_inserti128_si256(_mm256_castsi128_si256(load_column(from, first)), load_column(from, first + 2), 1);
}

__m256i is_zero(__m256i lanes) { return _mm256_cmpeq_epi64(lanes, _mm256_setzero_si256()); }

/// The numbers of four columns, in the steps of `read_short_dosage`. \return lanes of ones where they are regular
__m256i parse_numbers(__m256i text, __m256i behind, __m256i room, __m256i& millionths) {
  const __m256i ones = _mm256_set1_epi64x(-1);
  const __m256i one = _mm256_set1_epi64x(1);
  // All bits of the bytes before the first colon, and within the column.
  const __m256i is_colon = _mm256_cmpeq_epi8(text, _mm256_set1_epi8(':'));
  const __m256i first_bit = _mm256_and_si256(is_colon, _mm256_sub_epi64(_mm256_setzero_si256(), is_colon));
  const __m256i before_colon = _mm256_add_epi64(first_bit, ones);
  const __m256i within = _mm256_add_epi64(_mm256_sllv_epi64(one, _mm256_slli_epi64(room, 3)), ones);
  const __m256i kept = _mm256_and_si256(before_colon, within);
  const __m256i bare_point = _mm256_cmpeq_epi64(kept, _mm256_set1_epi64x(0xFFFF));
  const __m256i full = _mm256_cmpeq_epi64(kept, ones);
  const __m256i ends_there = _mm256_or_si256(_mm256_cmpeq_epi64(behind, _mm256_set1_epi64x(':')),
                                             _mm256_cmpeq_epi64(room, _mm256_set1_epi64x(8)));
  const __m256i digits = _mm256_xor_si256(_mm256_and_si256(_mm256_xor_si256(text, _mm256_set1_epi8('0')), kept),
                                          _mm256_and_si256(kept, _mm256_set1_epi64x(0x1E00)));
  const __m256i first_digit = _mm256_slli_epi64(_mm256_and_si256(digits, _mm256_set1_epi64x(0xFF)), 8);
  const __m256i number = _mm256_or_si256(_mm256_andnot_si256(_mm256_set1_epi64x(0xFFFF), digits), first_digit);
  const __m256i nine = _mm256_set1_epi8(9);
  const __m256i is_digit = _mm256_cmpeq_epi8(_mm256_min_epu8(number, nine), number);
  const __m256i no_point = _mm256_and_si256(digits, _mm256_set1_epi64x(0xFF00));
  const __m256i hundreds = _mm256_maddubs_epi16(number, _mm256_set1_epi16(0x010A));          // × 10, × 1
  const __m256i ten_thousands = _mm256_madd_epi16(hundreds, _mm256_set1_epi32(0x00010064));  // × 100, × 1
  millionths = _mm256_add_epi64(_mm256_mul_epu32(ten_thousands, _mm256_set1_epi64x(10000)),
                                _mm256_srli_epi64(ten_thousands, 32));
  const __m256i too_many = _mm256_cmpgt_epi64(millionths, _mm256_set1_epi64x(2000000));
  const __m256i good = _mm256_and_si256(_mm256_cmpeq_epi64(is_digit, ones), is_zero(no_point));
  const __m256i bad = _mm256_or_si256(_mm256_or_si256(is_zero(kept), bare_point),
                                      _mm256_or_si256(too_many, _mm256_andnot_si256(ends_there, full)));
  return _mm256_andnot_si256(bad, good);
}

/// Of numbers below 2^31.
__m256d to_double(__m256i numbers) {
  const __m256i low_halves = _mm256_permutevar8x32_epi32(numbers, _mm256_setr_epi32(0, 2, 4, 6, 0, 2, 4, 6));
  return _mm256_cvtepi32_pd(_mm256_castsi256_si128(low_halves));
}

}  // namespace

std::size_t read_text_dosages_avx2(const TextDosages& from, double* dosages, std::uint32_t* irregular) {
  const __m256i bits = _mm256_set1_epi32(static_cast<int>(call_bits));
  const __m256i phased = _mm256_set1_epi32(static_cast<int>(call_word('|')));
  const __m256i unphased = _mm256_set1_epi32(static_cast<int>(call_word('/')));
  const __m256i prefix = _mm256_set1_epi64x(from.has_gt ? 4 : 0);
  const __m256i byte = _mm256_set1_epi64x(0xFF);
  std::size_t count = 0;
  std::size_t i = 0;
  for (; i + at_once <= from.columns; i += at_once) {
    const __m256i even = every_other_column(from, i);
    const __m256i odd = every_other_column(from, i + 1);
    const __m256i low = _mm256_unpacklo_epi64(even, odd);
    const __m256i high = _mm256_unpackhi_epi64(even, odd);
    const auto* const ends = from.ends + i;
    const __m256i stop = _mm256_cvtepu32_epi64(_mm_loadu_si128(reinterpret_cast<const __m128i*>(ends)));  // NOLINT
    const __m128i before = _mm_loadu_si128(reinterpret_cast<const __m128i*>(ends - 1));                   // NOLINT
    const __m256i start = _mm256_cvtepu32_epi64(_mm_add_epi32(before, _mm_set1_epi32(1)));
    const __m256i length = _mm256_sub_epi64(stop, start);
    const __m256i room = _mm256_sub_epi64(length, prefix);
    __m256i millionths;
    __m256i good = _mm256_cmpgt_epi64(length, prefix);
    if (from.has_gt) {
      const __m256i call = _mm256_and_si256(low, bits);
      const __m256i is_call = _mm256_or_si256(_mm256_cmpeq_epi32(call, phased), _mm256_cmpeq_epi32(call, unphased));
      const __m256i text = _mm256_or_si256(_mm256_srli_epi64(low, 32), _mm256_slli_epi64(high, 32));
      const __m256i behind = _mm256_and_si256(_mm256_srli_epi64(high, 32), byte);
      good = _mm256_and_si256(good, _mm256_shuffle_epi32(is_call, 0xA0));  // the lower half of each lane, twice
      good = _mm256_and_si256(good, parse_numbers(text, behind, room, millionths));
    } else {
      good = _mm256_and_si256(good, parse_numbers(low, _mm256_and_si256(high, byte), room, millionths));
    }
    const __m256d dosage = _mm256_div_pd(to_double(millionths), _mm256_set1_pd(millionths_per_copy));
    _mm256_storeu_pd(dosages + i, from.of_ref ? _mm256_sub_pd(_mm256_set1_pd(2), dosage) : dosage);
    auto rest = static_cast<unsigned>(_mm256_movemask_pd(_mm256_castsi256_pd(good))) ^ 0xFU;
    for (; rest != 0; rest &= rest - 1) {
      irregular[count++] = static_cast<std::uint32_t>(i) + static_cast<std::uint32_t>(std::countr_zero(rest));
    }
  }
  return count + read_text_dosages_from(i, from, dosages, irregular + count);
}

std::int64_t sum_dosages_avx2(const double* dosages, std::size_t count) {
  // A double of this size has no bits behind the point: adding it rounds, and the lowest bits are the number.
  const __m256d rounding = _mm256_set1_pd(0x1.8p52);
  const __m256d billion = _mm256_set1_pd(billionths_per_copy);
  __m256i sum = _mm256_setzero_si256();
  std::size_t i = 0;
  for (; i + at_once <= count; i += at_once) {
    const __m256d shifted = _mm256_add_pd(_mm256_mul_pd(_mm256_loadu_pd(dosages + i), billion), rounding);
    sum = _mm256_add_epi64(sum, _mm256_sub_epi64(_mm256_castpd_si256(shifted), _mm256_castpd_si256(rounding)));
  }
  alignas(32) std::int64_t parts[at_once];
  _mm256_store_si256(reinterpret_cast<__m256i*>(parts), sum);  // NOLINT
  return parts[0] + parts[1] + parts[2] + parts[3] + sum_dosages_scalar(dosages + i, count - i);
}

bool read_bcf_dosages_avx2(const char* stored, std::size_t count, bool of_ref, double* dosages) {
  const __m256d million = _mm256_set1_pd(millionths_per_copy);
  const __m128 two = _mm_set1_ps(2);
  __m128 good = _mm_castsi128_ps(_mm_set1_epi32(-1));
  std::size_t i = 0;
  for (; i + at_once <= count; i += at_once) {
    const __m128 value = _mm_loadu_ps(reinterpret_cast<const float*>(stored + i * sizeof(float)));  // NOLINT
    good = _mm_and_ps(good, _mm_and_ps(_mm_cmpge_ps(value, _mm_setzero_ps()), _mm_cmple_ps(value, two)));
    const __m256d wide = _mm256_cvtps_pd(value);
    const __m256d whole = _mm256_round_pd(_mm256_mul_pd(wide, million), _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
    const __m256d rounded = _mm256_div_pd(whole, million);
    const __m128 same = _mm_cmpeq_ps(_mm256_cvtpd_ps(rounded), value);
    const __m256d wide_same = _mm256_castsi256_pd(_mm256_cvtepi32_epi64(_mm_castps_si128(same)));
    const __m256d dosage = _mm256_blendv_pd(wide, rounded, wide_same);
    _mm256_storeu_pd(dosages + i, of_ref ? _mm256_sub_pd(_mm256_set1_pd(2), dosage) : dosage);
  }
  return _mm_movemask_ps(good) == 0xF &&
         read_bcf_dosages_scalar(stored + i * sizeof(float), count - i, of_ref, dosages + i);
}

}  // namespace varisk::genotypes
#endif
