#include "varisk/scoring/dosage_add_kernel.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <memory>
#include <random>
#include <vector>

namespace varisk::scoring {
namespace {

std::vector<SimdLevel> levels() {
  std::vector<SimdLevel> found = {SimdLevel::scalar};
  if (best_simd_level() >= SimdLevel::avx2) found.push_back(SimdLevel::avx2);
  if (best_simd_level() >= SimdLevel::avx512) found.push_back(SimdLevel::avx512);
  return found;
}

/// On buffers that end where the samples end, so that a sanitizer sees each byte beyond.
void expect_all_levels(const std::vector<double>& dosages, double weight) {
  const auto exact = std::make_unique_for_overwrite<double[]>(dosages.size());
  std::copy(dosages.begin(), dosages.end(), exact.get());
  for (const SimdLevel level : levels()) {
    const auto sums = std::make_unique<std::int64_t[]>(dosages.size());
    for (std::size_t i = 0; i < dosages.size(); ++i) sums[i] = static_cast<std::int64_t>(i) - 3;
    dosage_add_kernel(level)(sums.get(), exact.get(), dosages.size(), weight);
    for (std::size_t i = 0; i < dosages.size(); ++i) {
      ASSERT_EQ(sums[i], static_cast<std::int64_t>(i) - 3 + std::llrint(weight * dosages[i]))
          << static_cast<int>(level) << ' ' << weight << " x " << dosages[i];
    }
  }
}

TEST(DosageAddKernel, AllLevelsRoundEachTermAlike) {
  std::mt19937_64 random(61);
  for (int exponent = -3; exponent <= 60; ++exponent) {
    for (int round = 0; round < 20; ++round) {
      std::vector<double> dosages(random() % 40);
      for (double& dosage : dosages) dosage = static_cast<double>(random() % 2000001) / 1e6;
      const double weight = std::ldexp(static_cast<double>(random()) * 0x1p-64, exponent);
      expect_all_levels(dosages, random() % 2 == 0 ? weight : -weight);
    }
  }
}

TEST(DosageAddKernel, TiesGoToTheEvenNumber) {
  std::vector<double> dosages;
  for (int i = 0; i <= 64; ++i) dosages.push_back(i / 32.0);
  for (int exponent = 0; exponent <= 60; ++exponent) {
    for (const double weight : {1.0, 1.5, -1.0, 1.0 + 0x1p-32, 1 - 0x1p-33, 0x1.00000001p0, -0x1.80000001p0}) {
      expect_all_levels(dosages, std::ldexp(weight, exponent));
    }
  }
}

TEST(DosageAddKernel, NoDosageAddsNothing) {
  expect_all_levels(std::vector<double>(37, 0.0), -0x1p61);
  expect_all_levels({}, 1);
}

}  // namespace
}  // namespace varisk::scoring
