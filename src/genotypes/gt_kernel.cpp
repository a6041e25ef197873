#include "varisk/genotypes/gt_kernel.hpp"

#include "gt_kernel_variants.hpp"

namespace varisk::genotypes {

bool decode_gt_scalar(const char* text, std::size_t samples, unsigned effect, unsigned alleles, bool strict_half_calls,
                      CallCode* codes) {
  const char wanted = static_cast<char>('0' + effect);
  bool regular = alleles <= 10;
  for (std::size_t i = 0; i < samples; ++i, text += 4) {
    const char first = text[1];
    const char second = text[3];
    const bool first_missing = first == '.';
    const bool second_missing = second == '.';
    regular = regular && text[0] == '\t' && (text[2] == '|' || text[2] == '/') &&
              (first_missing || static_cast<unsigned>(first - '0') < alleles) &&
              (second_missing || static_cast<unsigned>(second - '0') < alleles) &&
              !(strict_half_calls && first_missing != second_missing);
    const int count = static_cast<int>(first == wanted) + static_cast<int>(second == wanted);
    codes[i] = first_missing || second_missing ? CallCode::diploid_missing : static_cast<CallCode>(count);
  }
  return regular;
}

DecodeGt gt_kernel(SimdLevel level) noexcept {
#if defined(__x86_64__)
  if (level == SimdLevel::avx512) return decode_gt_avx512;
  if (level == SimdLevel::avx2) return decode_gt_avx2;
#endif
  static_cast<void>(level);
  return decode_gt_scalar;
}

}  // namespace varisk::genotypes
