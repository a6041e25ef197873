#include "varisk/genotypes/bed_kernel.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <memory>
#include <random>
#include <vector>

namespace varisk::genotypes {
namespace {

std::vector<SimdLevel> levels() {
  std::vector<SimdLevel> found = {SimdLevel::scalar};
  if (best_simd_level() >= SimdLevel::avx2) found.push_back(SimdLevel::avx2);
  if (best_simd_level() >= SimdLevel::avx512) found.push_back(SimdLevel::avx512);
  return found;
}

/// Call by call, as PLINK's documentation has it.
std::vector<CallCode> expected(const std::vector<char>& packed, std::size_t samples, bool count_a1) {
  std::vector<CallCode> codes;
  for (std::size_t i = 0; i < samples; ++i) {
    const unsigned byte = static_cast<unsigned char>(packed[i / 4]);
    const bool low = (byte & (1U << (2 * (i % 4)))) != 0;
    const bool high = (byte & (2U << (2 * (i % 4)))) != 0;
    if (low && !high) {
      codes.push_back(CallCode::diploid_missing);
    } else if (low == high) {
      codes.push_back(low == count_a1 ? CallCode::diploid_0 : CallCode::diploid_2);
    } else {
      codes.push_back(CallCode::diploid_1);
    }
  }
  return codes;
}

/// Buffers end where the calls do, so that a sanitizer sees each byte beyond.
std::vector<CallCode> run(SimdLevel level, const std::vector<char>& packed, std::size_t samples, bool count_a1) {
  const std::size_t bytes = (samples + 3) / 4;
  const auto exact = std::make_unique_for_overwrite<char[]>(bytes);
  std::copy_n(packed.begin(), bytes, exact.get());
  const auto codes = std::make_unique<CallCode[]>(samples);
  bed_kernel(level)(exact.get(), samples, count_a1, codes.get());
  return {codes.get(), codes.get() + samples};
}

TEST(BedKernel, TheFourCodesMeanWhatPlinkSays) {
  const std::vector<char> packed = {static_cast<char>(0b11'10'01'00)};
  for (const SimdLevel level : levels()) {
    EXPECT_THAT(run(level, packed, 4, true), testing::ElementsAre(CallCode::diploid_2, CallCode::diploid_missing,
                                                                  CallCode::diploid_1, CallCode::diploid_0));
    EXPECT_THAT(run(level, packed, 4, false), testing::ElementsAre(CallCode::diploid_0, CallCode::diploid_missing,
                                                                   CallCode::diploid_1, CallCode::diploid_2));
  }
}

TEST(BedKernel, AllLevelsUnpackEveryNumberOfSamples) {
  std::mt19937 random(31);
  for (std::size_t samples = 0; samples <= 300; ++samples) {
    std::vector<char> packed((samples + 3) / 4);
    for (char& byte : packed) byte = static_cast<char>(random() & 0xFFU);
    for (const bool count_a1 : {false, true}) {
      const auto wanted = expected(packed, samples, count_a1);
      for (const SimdLevel level : levels()) {
        ASSERT_EQ(run(level, packed, samples, count_a1), wanted) << static_cast<int>(level) << ' ' << samples;
      }
    }
  }
}

TEST(BedKernel, EveryByteAtEveryPlaceOfAStepIsUnpacked) {
  std::vector<char> packed(32);
  for (unsigned byte = 0; byte < 256; ++byte) {
    for (std::size_t place = 0; place < packed.size(); ++place) {
      std::fill(packed.begin(), packed.end(), static_cast<char>(~byte & 0xFFU));
      packed[place] = static_cast<char>(byte);
      const auto wanted = expected(packed, 128, true);
      for (const SimdLevel level : levels()) ASSERT_EQ(run(level, packed, 128, true), wanted) << byte << ' ' << place;
    }
  }
}

}  // namespace
}  // namespace varisk::genotypes
