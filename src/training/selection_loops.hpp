#pragma once
/// Compiled once for each set of instructions; the compiler finds POPCNT and vectors.
#include <cstring>

#include "selection_kernels.hpp"

namespace varisk::training {

/// \tparam Level  a type of an unnamed namespace, so that no file links to the functions of another
template <typename Level>
struct SelectionLoops {
  static constexpr std::uint64_t even_bits = 0x5555555555555555U;

  /// Low and high bits of 64 calls, in the order of `RowBits`.
  struct CallWords {
    std::uint64_t low;
    std::uint64_t high;
  };

  static CallWords load_calls(const std::uint8_t* packed, std::size_t word) {
    std::uint64_t first = 0;
    std::uint64_t second = 0;
    std::memcpy(&first, packed + 16 * word, sizeof first);
    std::memcpy(&second, packed + 16 * word + 8, sizeof second);
    return {(first & even_bits) | ((second & even_bits) << 1U), ((first >> 1U) & even_bits) | (second & ~even_bits)};
  }

  static std::int64_t ones(std::uint64_t word) { return __builtin_popcountll(word); }

  static CallCounts count(const std::uint8_t* packed, const std::uint64_t* rows, std::size_t words) {
    std::int64_t low = 0;
    std::int64_t high = 0;
    std::int64_t missing = 0;
    for (std::size_t w = 0; w < words; ++w) {
      const CallWords calls = load_calls(packed, w);
      low += ones(calls.low & rows[w]);
      high += ones(calls.high & rows[w]);
      missing += ones(calls.low & calls.high & rows[w]);
    }
    return {static_cast<std::uint64_t>(low - missing), static_cast<std::uint64_t>(high - missing),
            static_cast<std::uint64_t>(missing)};
  }

  static void split(const std::uint8_t* packed, const std::uint64_t* rows, std::size_t words, std::uint64_t* bits) {
    for (std::size_t w = 0; w < words; ++w) {
      const CallWords calls = load_calls(packed, w);
      bits[w] = rows[w] & ~calls.low;
      bits[words + w] = rows[w] & ~calls.low & calls.high;
      bits[2 * words + w] = rows[w] & calls.low & calls.high;
    }
  }

  /// copies − 1 is 1 or −1 where `same` is set: the product is 1, less 2 where the signs differ.
  static std::int64_t product(const CallBits& first, const CallBits& second, std::size_t words) {
    std::int64_t equal = 0;
    std::int64_t opposite = 0;
    for (std::size_t w = 0; w < words; ++w) {
      const std::uint64_t both = first.same[w] & second.same[w];
      equal += ones(both);
      opposite += ones(both & (first.two[w] ^ second.two[w]));
    }
    return equal - 2 * opposite;
  }

  /// Σ copies − 1 of a column in other rows.
  static std::int64_t sum_where(const CallBits& column, const std::uint64_t* rows, std::size_t w) {
    return 2 * ones(column.two[w] & rows[w]) - ones(column.same[w] & rows[w]);
  }

  static PairSums pair(const CallBits& first, const CallBits& second, std::size_t words) {
    PairSums sums;
    sums.product = product(first, second, words);
    for (std::size_t w = 0; w < words; ++w) {
      if ((first.missing[w] | second.missing[w]) == 0) continue;
      sums.first_without_second += sum_where(first, second.missing, w);
      sums.second_without_first += sum_where(second, first.missing, w);
      sums.both_missing += ones(first.missing[w] & second.missing[w]);
    }
    return sums;
  }

  /// A partial sum of 32 bits holds this many products of two bytes.
  static constexpr std::size_t bytes_at_once = std::size_t{1} << 16U;

  static std::uint64_t dot_bytes(const std::uint8_t* first, const std::uint8_t* second, std::size_t count) {
    std::uint64_t sum = 0;
    for (std::size_t from = 0; from < count; from += bytes_at_once) {
      const std::size_t to = count - from < bytes_at_once ? count : from + bytes_at_once;
      std::uint32_t part = 0;
      for (std::size_t i = from; i < to; ++i) part += std::uint32_t{first[i]} * second[i];
      sum += part;
    }
    return sum;
  }

  template <typename First>
  static std::uint64_t dot(const First* first, const std::uint16_t* second, std::size_t count) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sum += std::uint32_t{first[i]} * second[i];
    return sum;
  }

  static constexpr SelectionKernels kernels() {
    return {count, split, product, pair, dot_bytes, dot<std::uint8_t>, dot<std::uint16_t>};
  }
};

}  // namespace varisk::training
