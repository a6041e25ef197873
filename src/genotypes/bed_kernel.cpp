#include "varisk/genotypes/bed_kernel.hpp"

#include <cstring>

#include "bed_kernel_variants.hpp"

namespace varisk::genotypes {
namespace {

using ByteTable = std::array<std::array<CallCode, 4>, 256>;

constexpr ByteTable table_of(const std::array<CallCode, 4>& meaning) {
  ByteTable table{};
  for (unsigned byte = 0; byte < table.size(); ++byte) {
    for (unsigned call = 0; call < 4; ++call) table[byte][call] = meaning[(byte >> (2 * call)) & 3U];
  }
  return table;
}

constexpr ByteTable a1_of_byte = table_of(copies_of_a1);
constexpr ByteTable a2_of_byte = table_of(copies_of_a2);

}  // namespace

void unpack_bed_scalar(const char* packed, std::size_t samples, bool count_a1, CallCode* codes) {
  const ByteTable& table = count_a1 ? a1_of_byte : a2_of_byte;
  std::size_t i = 0;
  for (; i + 4 <= samples; i += 4) std::memcpy(codes + i, table[static_cast<unsigned char>(*packed++)].data(), 4);
  if (i < samples) std::memcpy(codes + i, table[static_cast<unsigned char>(*packed)].data(), samples - i);
}

UnpackBed bed_kernel(SimdLevel level) noexcept {
#if defined(__x86_64__)
  if (level == SimdLevel::avx512) return unpack_bed_avx512;
  if (level == SimdLevel::avx2) return unpack_bed_avx2;
#endif
  static_cast<void>(level);
  return unpack_bed_scalar;
}

}  // namespace varisk::genotypes
