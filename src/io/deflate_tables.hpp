#pragma once
/// \file
/// Prefix codes of DEFLATE (RFC 1951, section 3.2) as look-up tables.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace varisk::io::deflate {

/// What a code means and how long it is:
/// bits 0-7    bits to consume: the code and its extra bits; of a link: the bits of the first table
/// bits 8-11   bits of the code alone; of a link: those that index the second table
/// bit 14      a link to a second table
/// bit 15      end of block, or a symbol that DEFLATE does not have
/// bits 16-30  literal, smallest length or distance, or start of the second table; not 0 with an impossible symbol
/// bit 31      a literal
using Entry = std::uint32_t;

inline constexpr Entry is_link = Entry{1} << 14U;
inline constexpr Entry is_end = Entry{1} << 15U;
inline constexpr Entry is_exceptional = is_link | is_end;
inline constexpr unsigned literal_shift = 31;
inline constexpr Entry is_literal = Entry{1} << literal_shift;

constexpr unsigned bits_to_consume(Entry entry) { return entry & 0xFFU; }
constexpr unsigned bits_of_code(Entry entry) { return entry >> 8U & 0xFU; }
/// Of anything but a literal.
constexpr unsigned value(Entry entry) { return entry >> 16U; }

inline constexpr unsigned literal_table_bits = 11;
inline constexpr unsigned distance_table_bits = 8;
inline constexpr unsigned length_table_bits = 7;
inline constexpr std::size_t most_literal_symbols = 288;
inline constexpr std::size_t most_distance_symbols = 32;
inline constexpr std::size_t length_symbols = 19;

/// The codes of one DEFLATE block. The rooms for second tables are larger than what complete codes need; a table that
/// did not fit would be refused.
struct Tables {
  std::array<Entry, 3072> literals;
  std::array<Entry, 768> distances;
  std::array<Entry, std::size_t{1} << length_table_bits> lengths;
};

/// Fill a table from the lengths of the codes, in bits. \return false unless the code is complete; the table then holds
/// nothing that may be used
[[nodiscard]] bool build_literals(std::span<const std::uint8_t> lengths, Tables& tables);
[[nodiscard]] bool build_distances(std::span<const std::uint8_t> lengths, Tables& tables);
[[nodiscard]] bool build_lengths(std::span<const std::uint8_t> lengths, Tables& tables);

}  // namespace varisk::io::deflate
