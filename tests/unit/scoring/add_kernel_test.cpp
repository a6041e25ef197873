#include "varisk/scoring/add_kernel.hpp"

#include <gmock/gmock.h>

#include <memory>
#include <random>
#include <vector>

#include "turn_codes.hpp"

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

class EachLevel : public testing::TestWithParam<SimdLevel> {
 protected:
  void SetUp() override {
    if (GetParam() > best_simd_level()) GTEST_SKIP() << "the machine lacks the instructions";
  }
};
INSTANTIATE_TEST_SUITE_P(AddKernel, EachLevel, testing::Values(SimdLevel::scalar, SimdLevel::avx2, SimdLevel::avx512));

TEST_P(EachLevel, AddsTheRowsOfUnusualCallsAtActiveSites) {
  std::mt19937_64 random(62);
  const auto table = std::make_unique<ChunkTable>();
  for (auto& of_code : table->more) {
    for (auto& row : of_code) {
      for (auto& entry : row) entry = static_cast<std::int64_t>(random()) / 256;
    }
  }
  for (std::size_t scores = 1; scores <= chunk_scores; ++scores) {
    for (int round = 0; round < 4; ++round) {
      const std::size_t samples = random() % 9;
      const std::size_t stride = scores + random() % 3;
      table->active = round == 0 ? ~std::uint64_t{0} : random() & random();
      SampleCodes usual{};
      std::vector<SampleCodes> codes(samples);
      for (auto& code : usual.code) code = static_cast<CallCode>(random() % 7);
      for (auto& sample : codes) {
        for (std::size_t k = 0; k < block_sites; ++k) {
          sample.code[k] = random() % 3 == 0 ? static_cast<CallCode>(random() % 7) : usual.code[k];
        }
      }
      std::vector<std::int64_t> sums(samples * stride + 1);
      for (auto& sum : sums) sum = static_cast<std::int64_t>(random()) / 256;
      std::vector<std::int64_t> expected = sums;
      for (std::size_t i = 0; i < samples; ++i) {
        for (std::size_t k = 0; k < block_sites; ++k) {
          const auto code = codes[i].code[k];
          if (code == usual.code[k] || (table->active >> k & 1U) == 0) continue;
          for (std::size_t s = 0; s < scores; ++s) {
            expected[i * stride + s] += table->more[static_cast<std::size_t>(code)][k][s];
          }
        }
      }
      add_sites_kernel(GetParam())(sums.data(), stride, scores, codes.data(), samples, usual, *table);
      ASSERT_EQ(sums, expected) << scores << " scores, " << samples << " samples, stride " << stride;
    }
  }
}

TEST(TurnCodes, GivesEachSampleItsCallsAtAllSites) {
  std::mt19937 random(64);
  for (const std::size_t sites : {1U, 2U, 15U, 16U, 17U, 33U, 63U, 64U}) {
    for (const std::size_t samples : {1U, 7U, 15U, 16U, 17U, 48U, 100U, 128U}) {
      const std::size_t stride = samples + random() % 5;
      std::vector<CallCode> codes(sites * stride);
      for (auto& code : codes) code = static_cast<CallCode>(random() % 7);
      std::vector<SampleCodes> turned(samples);
      turn_codes(codes.data(), stride, sites, samples, turned.data());
      for (std::size_t i = 0; i < samples; ++i) {
        for (std::size_t k = 0; k < sites; ++k) ASSERT_EQ(turned[i].code[k], codes[k * stride + i]) << i << ' ' << k;
      }
    }
  }
}

}  // namespace
}  // namespace varisk::scoring
