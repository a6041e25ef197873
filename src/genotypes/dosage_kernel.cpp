#include "varisk/genotypes/dosage_kernel.hpp"

#include <cmath>
#include <cstring>

#include "call_text.hpp"
#include "dosage_kernel_variants.hpp"
#include "short_dosage.hpp"

namespace varisk::genotypes {

std::size_t read_text_dosages_from(std::size_t first, const TextDosages& from, double* dosages,
                                   std::uint32_t* irregular) {
  const std::size_t prefix = from.has_gt ? 4 : 0;
  std::size_t count = 0;
  for (std::size_t i = first; i < from.columns; ++i) {
    const std::uint32_t start = from.ends[static_cast<std::ptrdiff_t>(i) - 1] + 1;
    const std::size_t length = from.ends[i] - start;
    const char* const column = from.text + start;
    std::uint32_t call = 0;
    std::memcpy(&call, column, sizeof call);
    call &= call_bits;
    const bool good_call = !from.has_gt || (length > prefix && (call == call_word('|') || call == call_word('/')));
    std::uint32_t millionths = 0;
    if (good_call && read_short_dosage(column + prefix, length - prefix, millionths) &&
        millionths <= 2 * millionths_per_copy) {
      const double dosage = millionths / millionths_per_copy;
      dosages[i] = from.of_ref ? 2 - dosage : dosage;
    } else {
      irregular[count++] = static_cast<std::uint32_t>(i);
    }
  }
  return count;
}

std::size_t read_text_dosages_scalar(const TextDosages& from, double* dosages, std::uint32_t* irregular) {
  return read_text_dosages_from(0, from, dosages, irregular);
}

std::int64_t sum_dosages_scalar(const double* dosages, std::size_t count) {
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < count; ++i) sum += std::llrint(dosages[i] * billionths_per_copy);
  return sum;
}

bool read_bcf_dosages_scalar(const char* stored, std::size_t count, bool of_ref, double* dosages) {
  bool regular = true;
  for (std::size_t i = 0; i < count; ++i) {
    float value = 0;
    std::memcpy(&value, stored + i * sizeof value, sizeof value);
    regular = regular && value >= 0 && value <= 2;
    const double dosage = exact_dosage(value);
    dosages[i] = of_ref ? 2 - dosage : dosage;
  }
  return regular;
}

DosageKernels dosage_kernels(SimdLevel level) noexcept {
#if defined(__x86_64__)
  if (level == SimdLevel::avx512) return {read_text_dosages_avx512, sum_dosages_avx512, read_bcf_dosages_avx512};
  if (level == SimdLevel::avx2) return {read_text_dosages_avx2, sum_dosages_avx2, read_bcf_dosages_avx2};
#endif
  static_cast<void>(level);
  return {read_text_dosages_scalar, sum_dosages_scalar, read_bcf_dosages_scalar};
}

}  // namespace varisk::genotypes
