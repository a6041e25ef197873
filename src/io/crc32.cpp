#include "crc32.hpp"

#include <libdeflate.h>

#include "crc32_fold.hpp"

namespace varisk::io {
namespace crc32_fold {

std::uint32_t crc32_plain(std::string_view bytes) { return libdeflate_crc32(0, bytes.data(), bytes.size()); }

std::uint32_t finish(const unsigned char (&folded)[16], const char* rest, std::size_t rest_size) {
  // The kernels have already put the initial ones into the first bytes; libdeflate would add its own to a CRC of 0.
  const std::uint32_t without_initial_ones = 0xFFFFFFFF;
  return libdeflate_crc32(libdeflate_crc32(without_initial_ones, folded, sizeof folded), rest, rest_size);
}

}  // namespace crc32_fold

Crc32 crc32_kernel(CarrylessMultiply level) noexcept {
#if defined(__x86_64__)
  if (level == CarrylessMultiply::avx512) return crc32_fold::crc32_avx512;
  if (level == CarrylessMultiply::sse) return crc32_fold::crc32_pclmul;
#endif
  static_cast<void>(level);
  return crc32_fold::crc32_plain;
}

}  // namespace varisk::io
