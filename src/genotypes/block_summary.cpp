#include "block_summary.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace varisk::genotypes {
namespace {

constexpr std::uint64_t repeated(std::uint8_t byte) { return 0x0101010101010101ULL * byte; }

}  // namespace

bool double_haploid_calls(CallBlock& block) {
  bool any = false;
  for (const std::uint32_t i : block.exceptions) {
    CallCode& code = block.code[i];
    if (ploidy(code) == 2) continue;
    any = true;
    if (block.has_dosage) block.dosage[i] *= 2;
    if (block.has_two) block.two[i] = std::max(block.dosage[i] - 1, 0.0);
    if (code == CallCode::haploid_missing) {
      code = CallCode::diploid_missing;
    } else {
      code = code == CallCode::haploid_1 ? CallCode::diploid_2 : CallCode::diploid_0;
    }
  }
  return any;
}

void summarise(CallBlock& block, SumDosages sum_dosages) {
  const std::size_t n = block.code.size();
  block.exceptions.clear();
  std::int64_t regular_copies = 0;
  std::size_t i = 0;
  const auto one_by_one = [&](std::size_t stop) {
    for (; i < stop; ++i) {
      const CallCode code = block.code[i];
      if (code >= CallCode::diploid_missing) {
        block.exceptions.push_back(static_cast<std::uint32_t>(i));
      } else {
        regular_copies += copies(code);
      }
    }
  };
  // Eight words of codes at a time: a code of 3 or more shows in bit 3 after adding 5, and eight codes of 2 fit a byte.
  constexpr std::size_t words = 8;
  while (i + words * sizeof(std::uint64_t) <= n) {
    std::array<std::uint64_t, words> word{};
    std::memcpy(word.data(), block.code.data() + i, sizeof word);
    std::uint64_t sum = 0;
    std::uint64_t large = 0;
    for (const std::uint64_t codes : word) {
      sum += codes;
      large |= codes + repeated(5);
    }
    if ((large & repeated(8)) == 0) {
      regular_copies += static_cast<std::int64_t>((sum * repeated(1)) >> 56U);
      i += sizeof word;
    } else {
      one_by_one(i + sizeof word);
    }
  }
  one_by_one(n);

  block.observed_calls = static_cast<std::int64_t>(n);
  block.observed_alleles = 2 * block.observed_calls;
  for (const std::uint32_t sample : block.exceptions) {
    const CallCode code = block.code[sample];
    if (is_missing(code)) {
      --block.observed_calls;
      block.observed_alleles -= 2;
    } else {
      --block.observed_alleles;
      regular_copies += copies(code);
    }
  }
  block.effect_alleles = static_cast<double>(regular_copies);
  if (!block.has_dosage) return;
  // In whole billionths, so that the sum does not depend on the order of the samples; six decimals stay exact.
  constexpr double billion = 1e9;
  block.effect_alleles = static_cast<double>(sum_dosages(block.dosage.data(), n)) / billion;
}

}  // namespace varisk::genotypes
