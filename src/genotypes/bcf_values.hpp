#pragma once
/// \file
/// How BCF 2.2 stores values (VCF specification, section 6.3.3).

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace varisk::genotypes::bcf {

inline constexpr int type_int8 = 1;
inline constexpr int type_int16 = 2;
inline constexpr int type_int32 = 3;
inline constexpr int type_float = 5;
inline constexpr int type_char = 7;

// NaNs with a meaning.
inline constexpr std::uint32_t float_missing = 0x7F800001;
inline constexpr std::uint32_t float_end = 0x7F800002;

/// The value number `index` of an array that need not be aligned.
template <typename T>
[[nodiscard]] T load(const char* base, std::size_t index = 0) noexcept {
  T value;
  std::memcpy(&value, base + index * sizeof value, sizeof value);
  return value;
}

}  // namespace varisk::genotypes::bcf
