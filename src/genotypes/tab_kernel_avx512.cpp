// Compiled with -mavx512f -mavx512bw -mavx512dq -mavx512vl; called only where the machine has them.
#if defined(__x86_64__)
#include <immintrin.h>

#include "tab_kernel_bits.hpp"

namespace varisk::genotypes {

std::size_t find_tabs_avx512(const char* text, std::size_t size, std::uint32_t* tabs) {
  const __m512i tab = _mm512_set1_epi8('\t');
  std::size_t count = 0;
  std::size_t i = 0;
  for (; i + 64 <= size; i += 64) {
    const std::uint64_t bits = _mm512_cmpeq_epi8_mask(_mm512_loadu_si512(text + i), tab);
    count += write_bits(bits, static_cast<std::uint32_t>(i), tabs + count);
  }
  const __mmask64 rest = (std::uint64_t{1} << (size - i)) - 1;
  const std::uint64_t bits = _mm512_mask_cmpeq_epi8_mask(rest, _mm512_maskz_loadu_epi8(rest, text + i), tab);
  return count + write_bits(bits, static_cast<std::uint32_t>(i), tabs + count);
}

}  // namespace varisk::genotypes
#endif
