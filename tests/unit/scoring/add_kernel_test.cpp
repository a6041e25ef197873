#include "varisk/scoring/add_kernel.hpp"

#include <gmock/gmock.h>

#include <memory>
#include <random>
#include <vector>

namespace varisk::scoring {
namespace {

using genotypes::CallCode;

TEST(AddKernel, AllLevelsAddTheEntryOfEachCode) {
  std::mt19937_64 random(61);
  for (const SimdLevel level : {SimdLevel::scalar, SimdLevel::avx2, SimdLevel::avx512}) {
    if (level > best_simd_level()) continue;
    for (std::size_t samples = 0; samples <= 70; ++samples) {
      for (int round = 0; round < 20; ++round) {
        CodeTable table{};
        for (auto& entry : table) entry = static_cast<std::int64_t>(random()) / 4;
        const auto codes = std::make_unique<CallCode[]>(samples);
        const auto sums = std::make_unique<std::int64_t[]>(samples);
        std::vector<std::int64_t> expected(samples);
        for (std::size_t i = 0; i < samples; ++i) {
          codes[i] = static_cast<CallCode>(random() % genotypes::call_codes);
          sums[i] = static_cast<std::int64_t>(random()) / 4;
          expected[i] = sums[i] + table[static_cast<std::size_t>(codes[i])];
        }
        add_kernel(level)(sums.get(), codes.get(), samples, table);
        for (std::size_t i = 0; i < samples; ++i) ASSERT_EQ(sums[i], expected[i]) << samples << ' ' << i;
      }
    }
  }
}

}  // namespace
}  // namespace varisk::scoring
