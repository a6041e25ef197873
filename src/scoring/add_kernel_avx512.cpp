// Compiled with -mavx512f -mavx512bw -mavx512dq -mavx512vl; called only where the machine has them.
#if defined(__x86_64__)
#include <immintrin.h>

#include "add_kernel_variants.hpp"

namespace varisk::scoring {

void add_by_code_avx512(std::int64_t* sums, const genotypes::CallCode* codes, std::size_t samples,
                        const CodeTable& table) {
  static_assert(genotypes::call_codes == 8, "the table fills one register");
  const __m512i entries = _mm512_loadu_si512(table.data());
  std::size_t i = 0;
  for (; i + 8 <= samples; i += 8) {
    const __m512i index = _mm512_cvtepu8_epi64(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(codes + i)));  // NOLINT
    const __m512i term = _mm512_permutexvar_epi64(index, entries);
    _mm512_storeu_si512(sums + i, _mm512_add_epi64(_mm512_loadu_si512(sums + i), term));
  }
  add_by_code_scalar(sums + i, codes + i, samples - i, table);
}

}  // namespace varisk::scoring
#endif
