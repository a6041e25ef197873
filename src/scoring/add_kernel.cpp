#include "varisk/scoring/add_kernel.hpp"

#include "add_kernel_variants.hpp"

namespace varisk::scoring {

void add_by_code_scalar(std::int64_t* sums, const genotypes::CallCode* codes, std::size_t samples,
                        const CodeTable& table) {
  for (std::size_t i = 0; i < samples; ++i) sums[i] += table[static_cast<std::size_t>(codes[i])];
}

AddByCode add_kernel(SimdLevel level) noexcept {
#if defined(__x86_64__)
  if (level == SimdLevel::avx512) return add_by_code_avx512;
  if (level == SimdLevel::avx2) return add_by_code_avx2;
#endif
  static_cast<void>(level);
  return add_by_code_scalar;
}

}  // namespace varisk::scoring
