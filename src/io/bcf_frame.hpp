#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "input_bytes.hpp"

namespace varisk::io {

inline constexpr std::size_t bcf_lengths = 8;
inline constexpr std::size_t bcf_fixed_shared = 24;

/// The fixed head of a BCF record, which may itself go on behind the bytes.
struct BcfFrame {
  std::size_t size;        ///< with the two length fields
  std::string_view place;  ///< CHROM and POS as stored
  std::int32_t contig;
  std::int64_t position;  ///< from 1 on
  std::int64_t span;      ///< bases, at least 1
};

inline std::optional<BcfFrame> bcf_frame(std::string_view bytes) {
  if (bytes.size() < bcf_lengths + bcf_fixed_shared) return std::nullopt;
  const std::uint64_t shared = little_endian_32(bytes.data());
  const std::uint64_t individual = little_endian_32(bytes.data() + 4);
  const auto signed_32 = [&](std::size_t at) {
    return static_cast<std::int32_t>(little_endian_32(bytes.data() + bcf_lengths + at));
  };
  const std::int64_t span = signed_32(8);
  return BcfFrame{bcf_lengths + shared + individual, bytes.substr(bcf_lengths, 8), signed_32(0),
                  std::int64_t{signed_32(4)} + 1, span < 1 ? 1 : span};
}

}  // namespace varisk::io
