// Compiled with -mavx2; called only where the machine has it.
#if defined(__x86_64__)
#include <immintrin.h>

#include "tab_kernel_bits.hpp"

namespace varisk::genotypes {

std::size_t find_tabs_avx2(const char* text, std::size_t size, std::uint32_t* tabs) {
  const __m256i tab = _mm256_set1_epi8('\t');
  std::size_t count = 0;
  std::size_t i = 0;
  for (; i + 64 <= size; i += 64) {
    const auto* const at = reinterpret_cast<const __m256i*>(text + i);  // NOLINT
    const auto low = static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_loadu_si256(at), tab)));
    const auto high =
        static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_loadu_si256(at + 1), tab)));
    const std::uint64_t bits = low | static_cast<std::uint64_t>(high) << 32U;
    count += write_bits(bits, static_cast<std::uint32_t>(i), tabs + count);
  }
  for (; i < size; ++i) {
    if (text[i] == '\t') tabs[count++] = static_cast<std::uint32_t>(i);
  }
  return count;
}

}  // namespace varisk::genotypes
#endif
