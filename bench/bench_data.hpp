#pragma once
/// \file
/// What the kernel benchmarks share: made-up input, and the check that comes before the clock.

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "varisk/core/simd.hpp"

namespace varisk::bench {

/// A benchmark of a wrong result is worth nothing: the program ends.
inline void require(bool condition, const char* what) {
  if (condition) return;
  std::fprintf(stderr, "kernel_bench: wrong result: %s\n", what);
  std::exit(1);
}

inline SimdLevel level_of(std::int64_t argument) { return static_cast<SimdLevel>(argument); }
inline bool is_available(SimdLevel level) { return level <= best_simd_level(); }
inline const char* name_of(SimdLevel level) {
  return level == SimdLevel::scalar ? "scalar" : level == SimdLevel::avx2 ? "avx2" : "avx512";
}

/// Samples of the cohort that the goals are stated for.
inline constexpr std::int64_t cohort_samples = 2504;

/// Phased calls of one site as the columns of a VCF line, the tab before the first included; some are missing.
struct TextCalls {
  std::string text;
  std::vector<int> copies;  ///< of ALT; -1: missing
};

inline TextCalls make_calls(std::size_t samples, double frequency, std::uint64_t seed) {
  std::mt19937_64 bits(seed);
  const auto draw = [&](double p) { return static_cast<double>(bits() >> 11U) * 0x1p-53 < p; };
  TextCalls calls;
  for (std::size_t i = 0; i < samples; ++i) {
    const bool missing = draw(1.0 / 1024);
    const int first = draw(frequency) ? 1 : 0;
    const int second = draw(frequency) ? 1 : 0;
    calls.text += '\t';
    calls.text +=
        missing ? std::string("./.") : std::to_string(first) + (i % 2 == 0 ? '|' : '/') + std::to_string(second);
    calls.copies.push_back(missing ? -1 : first + second);
  }
  return calls;
}

}  // namespace varisk::bench
