#pragma once
/// \file
/// What the tests of kernels share.

#include <algorithm>
#include <memory>
#include <string_view>
#include <vector>

#include "varisk/core/simd.hpp"

namespace varisk::genotypes::test {

inline std::vector<SimdLevel> levels() {
  std::vector<SimdLevel> found = {SimdLevel::scalar};
  if (best_simd_level() >= SimdLevel::avx2) found.push_back(SimdLevel::avx2);
  if (best_simd_level() >= SimdLevel::avx512) found.push_back(SimdLevel::avx512);
  return found;
}

/// A copy that ends where the text ends, so that a sanitizer sees each byte beyond.
inline std::unique_ptr<char[]> exact_copy(std::string_view text) {
  auto copy = std::make_unique_for_overwrite<char[]>(text.size());
  std::copy(text.begin(), text.end(), copy.get());
  return copy;
}

}  // namespace varisk::genotypes::test
