#include "varisk/genotypes/pair_kernel.hpp"

#include <algorithm>

#include "pair_kernel_variants.hpp"

namespace varisk::genotypes {

bool decode_pairs_scalar(const char* data, std::size_t samples, unsigned effect, unsigned alleles,
                         bool strict_half_calls, CallCode* codes) {
  const unsigned last = std::min(alleles, largest_allele_byte);
  const unsigned wanted = effect + 1;
  bool regular = true;
  for (std::size_t i = 0; i < samples; ++i) {
    const unsigned first = static_cast<unsigned char>(data[2 * i]) >> 1U;
    const unsigned second = static_cast<unsigned char>(data[2 * i + 1]) >> 1U;
    regular = regular && first <= last && second <= last && !(strict_half_calls && (first == 0) != (second == 0));
    const int count = static_cast<int>(first == wanted) + static_cast<int>(second == wanted);
    codes[i] = first == 0 || second == 0 ? CallCode::diploid_missing : static_cast<CallCode>(count);
  }
  return regular;
}

DecodePairs pair_kernel(SimdLevel level) noexcept {
#if defined(__x86_64__)
  if (level == SimdLevel::avx512) return decode_pairs_avx512;
  if (level == SimdLevel::avx2) return decode_pairs_avx2;
#endif
  static_cast<void>(level);
  return decode_pairs_scalar;
}

}  // namespace varisk::genotypes
