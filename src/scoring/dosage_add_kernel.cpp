#include "varisk/scoring/dosage_add_kernel.hpp"

#include <cmath>

#include "dosage_add_kernel_variants.hpp"

namespace varisk::scoring {

void add_dosages_scalar(std::int64_t* sums, const double* dosages, std::size_t samples, double weight) {
  for (std::size_t i = 0; i < samples; ++i) sums[i] += std::llrint(weight * dosages[i]);
}

AddDosages dosage_add_kernel(SimdLevel level) noexcept {
#if defined(__x86_64__)
  if (level == SimdLevel::avx512) return add_dosages_avx512;
  if (level == SimdLevel::avx2) return add_dosages_avx2;
#endif
  static_cast<void>(level);
  return add_dosages_scalar;
}

}  // namespace varisk::scoring
