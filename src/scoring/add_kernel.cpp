#include "varisk/scoring/add_kernel.hpp"

#include "add_kernel_variants.hpp"

namespace varisk::scoring {

void add_by_code_scalar(std::int64_t* sums, const genotypes::CallCode* codes, std::size_t samples,
                        const CodeTable& table) {
  for (std::size_t i = 0; i < samples; ++i) sums[i] += table[static_cast<std::size_t>(codes[i])];
}

void add_sites_scalar(std::int64_t* sums, std::size_t stride, std::size_t scores, const SampleCodes* codes,
                      std::size_t samples, const SampleCodes& usual, const ChunkTable& table) {
  for (std::size_t i = 0; i < samples; ++i) {
    std::int64_t* const mine = sums + i * stride;
    for (std::size_t k = 0; k < block_sites; ++k) {
      const genotypes::CallCode code = codes[i].code[k];
      if (code == usual.code[k] || (table.active >> k & 1U) == 0) continue;
      const ChunkTable::Row& row = table.more[static_cast<std::size_t>(code)][k];
      for (std::size_t s = 0; s < scores; ++s) mine[s] += row[s];
    }
  }
}

AddByCode add_kernel(SimdLevel level) noexcept {
#if defined(__x86_64__)
  if (level == SimdLevel::avx512) return add_by_code_avx512;
  if (level == SimdLevel::avx2) return add_by_code_avx2;
#endif
  static_cast<void>(level);
  return add_by_code_scalar;
}

AddSites add_sites_kernel(SimdLevel level) noexcept {
#if defined(__x86_64__)
  if (level == SimdLevel::avx512) return add_sites_avx512;
  if (level == SimdLevel::avx2) return add_sites_avx2;
#endif
  static_cast<void>(level);
  return add_sites_scalar;
}

}  // namespace varisk::scoring
