// Compiled with -mavx2; called only where the machine has it.
#if defined(__x86_64__)
#include <immintrin.h>

#include "add_kernel_variants.hpp"

namespace varisk::scoring {

void add_by_code_avx2(std::int64_t* sums, const genotypes::CallCode* codes, std::size_t samples,
                      const CodeTable& table) {
  const auto* const base = reinterpret_cast<const long long*>(table.data());  // NOLINT
  std::size_t i = 0;
  for (; i + 4 <= samples; i += 4) {
    std::int32_t four = 0;
    __builtin_memcpy(&four, codes + i, sizeof four);
    const __m256i index = _mm256_cvtepu8_epi64(_mm_cvtsi32_si128(four));
    auto* const at = reinterpret_cast<__m256i*>(sums + i);  // NOLINT
    const __m256i term = _mm256_i64gather_epi64(base, index, 8);
    _mm256_storeu_si256(at, _mm256_add_epi64(_mm256_loadu_si256(at), term));
  }
  add_by_code_scalar(sums + i, codes + i, samples - i, table);
}

}  // namespace varisk::scoring
#endif
