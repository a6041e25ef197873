// Compiled with -mavx512f -mavx512bw -mavx512dq -mavx512vl; called only where the machine has them.
#if defined(__x86_64__)
#include <immintrin.h>

#include "dosage_add_kernel_variants.hpp"

namespace varisk::scoring {

void add_dosages_avx512(std::int64_t* sums, const double* dosages, std::size_t samples, double weight) {
  const __m512d factor = _mm512_set1_pd(weight);
  std::size_t i = 0;
  for (; i + 8 <= samples; i += 8) {
    const __m512i term = _mm512_cvtpd_epi64(_mm512_mul_pd(_mm512_loadu_pd(dosages + i), factor));
    _mm512_storeu_si512(sums + i, _mm512_add_epi64(_mm512_loadu_si512(sums + i), term));
  }
  add_dosages_scalar(sums + i, dosages + i, samples - i, weight);
}

}  // namespace varisk::scoring
#endif
