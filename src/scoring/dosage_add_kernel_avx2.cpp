// Compiled with -mavx2; called only where the machine has it.
#if defined(__x86_64__)
#include <immintrin.h>

#include "dosage_add_kernel_variants.hpp"

namespace varisk::scoring {
namespace {

// Adding a double of this size leaves no bits behind the point: that rounds, and the lowest bits are the integer.
constexpr double rounding = 0x1.8p52;

/// Of numbers below 2^51.
__m256i to_integers(__m256d numbers) {
  const __m256d shift = _mm256_set1_pd(rounding);
  return _mm256_sub_epi64(_mm256_castpd_si256(_mm256_add_pd(numbers, shift)), _mm256_castpd_si256(shift));
}

}  // namespace

void add_dosages_avx2(std::int64_t* sums, const double* dosages, std::size_t samples, double weight) {
  const __m256d factor = _mm256_set1_pd(weight);
  std::size_t i = 0;
  for (; i + 4 <= samples; i += 4) {
    // In two parts, multiples of 2^32 and what is left. Both are exact, and the multiples, being even, leave ties as
    // they were.
    const __m256d term = _mm256_mul_pd(_mm256_loadu_pd(dosages + i), factor);
    const __m256d high =
        _mm256_round_pd(_mm256_mul_pd(term, _mm256_set1_pd(0x1p-32)), _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
    const __m256d low = _mm256_sub_pd(term, _mm256_mul_pd(high, _mm256_set1_pd(0x1p32)));
    const __m256i whole = _mm256_add_epi64(_mm256_slli_epi64(to_integers(high), 32), to_integers(low));
    auto* const at = reinterpret_cast<__m256i*>(sums + i);  // NOLINT
    _mm256_storeu_si256(at, _mm256_add_epi64(_mm256_loadu_si256(at), whole));
  }
  add_dosages_scalar(sums + i, dosages + i, samples - i, weight);
}

}  // namespace varisk::scoring
#endif
