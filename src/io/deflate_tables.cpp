#include "deflate_tables.hpp"

#include <algorithm>
#include <cstring>

namespace varisk::io::deflate {
namespace {

constexpr unsigned longest_code = 15;

constexpr Entry meaning(unsigned smallest, unsigned extra_bits) { return smallest << 16U | extra_bits; }

constexpr Entry impossible = is_end | meaning(1, 0);

/// RFC 1951, section 3.2.5: from 265 on, each four length symbols have one extra bit more; 285 is the length 258.
constexpr auto literal_meanings = [] {
  std::array<Entry, most_literal_symbols> meanings{};
  for (unsigned i = 0; i < 256; ++i) meanings[i] = is_literal | meaning(i, 0);
  meanings[256] = is_end;
  unsigned length = 3;
  for (unsigned i = 257; i < 285; ++i) {
    const unsigned extra = i < 265 ? 0 : (i - 261) / 4;
    meanings[i] = meaning(length, extra);
    length += 1U << extra;
  }
  meanings[285] = meaning(258, 0);
  meanings[286] = meanings[287] = impossible;
  return meanings;
}();

/// From 4 on, each two distance symbols have one extra bit more.
constexpr auto distance_meanings = [] {
  std::array<Entry, most_distance_symbols> meanings{};
  unsigned distance = 1;
  for (unsigned i = 0; i < 30; ++i) {
    const unsigned extra = i < 4 ? 0 : (i - 2) / 2;
    meanings[i] = meaning(distance, extra);
    distance += 1U << extra;
  }
  meanings[30] = meanings[31] = impossible;
  return meanings;
}();

constexpr auto length_meanings = [] {
  std::array<Entry, length_symbols> meanings{};
  for (unsigned i = 0; i < length_symbols; ++i) meanings[i] = meaning(i, 0);
  return meanings;
}();

/// Codes are sent from their highest bit on, all else in DEFLATE from the lowest.
unsigned reversed(unsigned code, unsigned bits) {
  code = (code & 0x5555U) << 1U | (code >> 1U & 0x5555U);
  code = (code & 0x3333U) << 2U | (code >> 2U & 0x3333U);
  code = (code & 0x0F0FU) << 4U | (code >> 4U & 0x0F0FU);
  code = (code & 0x00FFU) << 8U | (code >> 8U & 0x00FFU);
  return code >> (16 - bits);
}

/// Symbols in the order of their codes.
class SortedSymbols {
 public:
  explicit SortedSymbols(std::span<const std::uint8_t> lengths) {
    for (const std::uint8_t length : lengths) ++count_[length];
    count_[0] = 0;
    std::array<unsigned, longest_code + 1> next{};
    for (unsigned bits = 1; bits < longest_code; ++bits) next[bits + 1] = next[bits] + count_[bits];
    for (unsigned i = 0; i < lengths.size(); ++i) {
      if (lengths[i] != 0) symbols_[next[lengths[i]]++] = static_cast<std::uint16_t>(i);
    }
  }

  /// Each sequence of bits starts with exactly one code.
  [[nodiscard]] bool is_complete() const {
    unsigned taken = 0;
    for (unsigned bits = 1; bits <= longest_code; ++bits) taken += count_[bits] << (longest_code - bits);
    return taken == 1U << longest_code;
  }
  [[nodiscard]] unsigned count(unsigned bits) const { return count_[bits]; }
  [[nodiscard]] unsigned operator[](std::size_t rank) const { return symbols_[rank]; }

 private:
  std::array<unsigned, longest_code + 1> count_{};
  std::array<std::uint16_t, most_literal_symbols> symbols_{};
};

/// Bits of a second table that starts with a code of `bits` bits, of which `left` are still to be placed.
unsigned second_table_bits(const SortedSymbols& symbols, unsigned bits, unsigned left, unsigned table_bits) {
  unsigned size = bits - table_bits;
  unsigned filled = left;
  while (filled < 1U << size && table_bits + size < longest_code) {
    ++size;
    filled = 2 * filled + symbols.count(table_bits + size);
  }
  return size;
}

bool build(std::span<const std::uint8_t> lengths, std::span<const Entry> meanings, unsigned table_bits,
           std::span<Entry> table) {
  const SortedSymbols symbols(lengths);
  if (!symbols.is_complete()) return false;
  unsigned code = 0;
  std::size_t rank = 0;
  for (unsigned bits = 1; bits <= table_bits; ++bits) {
    code <<= 1U;
    // What shorter codes mean does not depend on this bit.
    std::memcpy(table.data() + (std::size_t{1} << (bits - 1)), table.data(), sizeof(Entry) << (bits - 1));
    for (unsigned i = 0; i < symbols.count(bits); ++i, ++code) {
      table[reversed(code, bits)] = meanings[symbols[rank++]] + (bits | bits << 8U);
    }
  }
  const unsigned prefixes = 1U << table_bits;
  unsigned prefix = prefixes;  // of the second table that is being filled; at first none
  std::size_t start = 0;
  std::size_t end = prefixes;
  for (unsigned bits = table_bits + 1; bits <= longest_code; ++bits) {
    code <<= 1U;
    for (unsigned i = 0; i < symbols.count(bits); ++i, ++code) {
      const unsigned bit_string = reversed(code, bits);
      if (bit_string % prefixes != prefix) {
        prefix = bit_string % prefixes;
        const unsigned size = second_table_bits(symbols, bits, symbols.count(bits) - i, table_bits);
        start = end;
        end += std::size_t{1} << size;
        if (end > table.size()) return false;
        table[prefix] = is_link | static_cast<Entry>(start) << 16U | size << 8U | table_bits;
      }
      const unsigned own = bits - table_bits;
      const Entry entry = meanings[symbols[rank++]] + (own | own << 8U);
      for (std::size_t at = start + (bit_string >> table_bits); at < end; at += std::size_t{1} << own)
        table[at] = entry;
    }
  }
  return true;
}

}  // namespace

bool build_literals(std::span<const std::uint8_t> lengths, Tables& tables) {
  return build(lengths, literal_meanings, literal_table_bits, tables.literals);
}

bool build_distances(std::span<const std::uint8_t> lengths, Tables& tables) {
  return build(lengths, distance_meanings, distance_table_bits, tables.distances);
}

bool build_lengths(std::span<const std::uint8_t> lengths, Tables& tables) {
  return build(lengths, length_meanings, length_table_bits, tables.lengths);
}

}  // namespace varisk::io::deflate
