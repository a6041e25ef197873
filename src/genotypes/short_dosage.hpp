#pragma once
/// \file
/// The usual form of a dosage, read eight characters at a time.

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace varisk::genotypes {

/// Reads a digit, or a digit, a point and up to six decimals, which end with a colon or with the column. It is what
/// `parse_dosage` makes of such text, in millionths.
/// \param text  of which eight characters may be read, and one more if `room` is more than that
/// \param room  characters to the end of the column
/// \return false if the text has another form
inline bool read_short_dosage(const char* text, std::size_t room, std::uint32_t& millionths) noexcept {
  constexpr std::uint64_t every = 0x0101010101010101ULL;
  std::uint64_t word = 0;
  std::memcpy(&word, text, sizeof word);
  // The lowest flag that a subtraction leaves is that of the first colon.
  const std::uint64_t no_colon = word ^ (every * ':');
  const std::uint64_t colons = (no_colon - every) & ~no_colon & (every * 0x80);
  const std::size_t length = std::min(room, static_cast<std::size_t>(std::countr_zero(colons)) / 8);
  if (length == 0 || length == 2 || (length == 8 && room > 8 && text[8] != ':')) return false;
  const std::uint64_t point = length > 1 ? 0x1E00U : 0U;  // '.' XOR '0'
  const std::uint64_t digits = ((word ^ (every * '0')) & (~std::uint64_t{0} >> (64 - 8 * length))) ^ point;
  // The point's place, now 0, comes before the first digit: eight digits are a number of millionths.
  std::uint64_t number = (digits & ~std::uint64_t{0xFFFF}) | (digits & 0xFF) << 8U;
  const std::uint64_t above_nine = ((number + every * (0x80 - 10)) | number) & (every * 0x80);
  if (((digits & 0xFF00) | above_nine) != 0) return false;
  number = (number * (10 * 0x100 + 1)) >> 8U;
  number = ((number & 0x00FF00FF00FF00FFULL) * (100 * 0x10000ULL + 1)) >> 16U;
  millionths = static_cast<std::uint32_t>(((number & 0x0000FFFF0000FFFFULL) * (10000 * 0x100000000ULL + 1)) >> 32U);
  return true;
}

}  // namespace varisk::genotypes
