#pragma once
#include <bit>

#include "varisk/genotypes/tab_kernel.hpp"

namespace varisk::genotypes {

/// Writes the places of the set bits, a few at a time whether they are there or not: so the number of bits, which
/// cannot be foretold, costs no branch.
inline std::size_t write_bits(std::uint64_t bits, std::uint32_t base, std::uint32_t* to) {
  const auto count = static_cast<std::size_t>(std::popcount(bits));
  std::size_t written = 0;
  do {
    for (std::size_t k = 0; k < tab_slack; ++k) {
      to[written + k] = base + static_cast<std::uint32_t>(std::countr_zero(bits));
      bits &= bits - 1;
    }
    written += tab_slack;
  } while (written < count);
  return count;
}

}  // namespace varisk::genotypes
