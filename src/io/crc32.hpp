#pragma once
/// \file
/// The checksum of gzip (RFC 1952, section 8), fast enough that it does not show beside inflating.

#include <cstdint>
#include <string_view>

#include "varisk/core/simd.hpp"

namespace varisk::io {

using Crc32 = std::uint32_t (*)(std::string_view bytes);

/// All levels give the same value; `none` is libdeflate's own.
[[nodiscard]] Crc32 crc32_kernel(CarrylessMultiply level) noexcept;

}  // namespace varisk::io
