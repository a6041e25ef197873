#include "selection_kernels.hpp"

#include <gtest/gtest.h>

#include "ld_columns.hpp"
#include "selection_data.hpp"

namespace varisk::training {
namespace {

std::vector<const SelectionKernels*> kernels() {
  std::vector<const SelectionKernels*> found = {&selection_scalar_kernels};
#if defined(__x86_64__)
  if (best_simd_level() >= SimdLevel::avx2) found.push_back(&selection_avx2_kernels);
  if (best_simd_level() >= SimdLevel::avx512) found.push_back(&selection_avx512_kernels);
#endif
  return found;
}

/// Rows that a fit has, some.
std::vector<double> some_weights(std::size_t rows, std::uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<double> weights(rows);
  for (double& weight : weights) weight = random() % 4 == 0 ? 0 : 1;
  return weights;
}

RowBits bits_of(const std::vector<double>& weights) {
  RowBits bits(weights.size());
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (weights[i] > 0) bits.set(i);
  }
  return bits;
}

TEST(SelectionKernels, CountCallsOfTheRows) {
  for (const std::size_t rows : std::vector<std::size_t>{1, 31, 32, 33, 64, 65, 255, 256, 257, 1000}) {
    const test::Copies copies = test::random_copies(20, rows, 0.1, 1);
    const GenotypeMatrix matrix = test::genotypes(copies);
    const std::vector<double> weights = some_weights(rows, 2);
    const RowBits bits = bits_of(weights);
    for (std::size_t j = 0; j < copies.size(); ++j) {
      std::array<std::uint64_t, 4> counts{};
      for (std::size_t i = 0; i < rows; ++i) counts[copies[j][i]] += weights[i] > 0 ? 1U : 0U;
      for (const SelectionKernels* kernel : kernels()) {
        const CallCounts found = kernel->count(matrix.bytes(j), bits.data(), bits.words());
        EXPECT_EQ(found.one, counts[1]);
        EXPECT_EQ(found.two, counts[2]);
        EXPECT_EQ(found.missing, counts[3]);
      }
    }
  }
}

struct SplitColumn {
  SplitColumn(const SelectionKernels& kernel, const GenotypeMatrix& matrix, std::size_t column, const RowBits& rows)
      : words(3 * rows.words()), bits{words.data(), words.data() + rows.words(), words.data() + 2 * rows.words()} {
    kernel.split(matrix.bytes(column), rows.data(), rows.words(), words.data());
  }
  AlignedVector<std::uint64_t> words;
  CallBits bits;
};

TEST(SelectionKernels, SumPairsOfCalls) {
  for (const std::size_t rows : std::vector<std::size_t>{1, 64, 65, 257, 300, 1000, 20000}) {
    const test::Copies copies = test::random_copies(12, rows, 0.15, 3);
    const GenotypeMatrix matrix = test::genotypes(copies);
    const std::vector<double> weights = some_weights(rows, 4);
    const RowBits bits = bits_of(weights);
    for (std::size_t j = 0; j + 1 < copies.size(); ++j) {
      PairSums sums;
      for (std::size_t i = 0; i < rows; ++i) {
        if (!(weights[i] > 0)) continue;
        const std::uint8_t first = copies[j][i];
        const std::uint8_t second = copies[j + 1][i];
        if (first != 3 && second != 3) sums.product += (first - 1) * (second - 1);
        if (first != 3 && second == 3) sums.first_without_second += first - 1;
        if (first == 3 && second != 3) sums.second_without_first += second - 1;
        if (first == 3 && second == 3) ++sums.both_missing;
      }
      for (const SelectionKernels* kernel : kernels()) {
        const SplitColumn first(*kernel, matrix, j, bits);
        const SplitColumn second(*kernel, matrix, j + 1, bits);
        const PairSums found = kernel->pair(first.bits, second.bits, bits.words());
        EXPECT_EQ(found.product, sums.product);
        EXPECT_EQ(found.first_without_second, sums.first_without_second);
        EXPECT_EQ(found.second_without_first, sums.second_without_first);
        EXPECT_EQ(found.both_missing, sums.both_missing);
        EXPECT_EQ(kernel->product(first.bits, second.bits, bits.words()), sums.product);
      }
    }
  }
}

TEST(SelectionKernels, SumProductsOfCodesWithoutOverflow) {
  for (const std::size_t count : std::vector<std::size_t>{1, 17, 1000, 200001}) {
    std::mt19937 random(5);
    std::vector<std::uint8_t> bytes(count);
    std::vector<std::uint8_t> other_bytes(count);
    std::vector<std::uint16_t> shorts(count);
    std::vector<std::uint16_t> other_shorts(count);
    std::uint64_t sum_8_8 = 0;
    std::uint64_t sum_8_16 = 0;
    std::uint64_t sum_16_16 = 0;
    for (std::size_t i = 0; i < count; ++i) {
      bytes[i] = static_cast<std::uint8_t>(255 - random() % 3);
      other_bytes[i] = static_cast<std::uint8_t>(255 - random() % 3);
      shorts[i] = static_cast<std::uint16_t>(65535 - random() % 3);
      other_shorts[i] = static_cast<std::uint16_t>(65535 - random() % 3);
      sum_8_8 += std::uint64_t{bytes[i]} * other_bytes[i];
      sum_8_16 += std::uint64_t{bytes[i]} * shorts[i];
      sum_16_16 += std::uint64_t{shorts[i]} * other_shorts[i];
    }
    for (const SelectionKernels* kernel : kernels()) {
      EXPECT_EQ(kernel->dot_8_8(bytes.data(), other_bytes.data(), count), sum_8_8);
      EXPECT_EQ(kernel->dot_8_16(bytes.data(), shorts.data(), count), sum_8_16);
      EXPECT_EQ(kernel->dot_16_16(shorts.data(), other_shorts.data(), count), sum_16_16);
    }
  }
}

/// Of the rows of a fit, a missing value being the mean of the others.
double plain_r2(std::vector<double> first, std::vector<double> second, const std::vector<double>& weights) {
  for (std::vector<double>* column : {&first, &second}) {
    double sum = 0;
    double count = 0;
    for (std::size_t i = 0; i < weights.size(); ++i) {
      if (!(weights[i] > 0) || (*column)[i] < 0) continue;
      sum += (*column)[i];
      count += 1;
    }
    for (std::size_t i = 0; i < weights.size(); ++i) {
      const bool used = weights[i] > 0 && (*column)[i] >= 0;
      (*column)[i] = used ? (*column)[i] - sum / count : 0;
    }
  }
  const double product = std::inner_product(first.begin(), first.end(), second.begin(), 0.0);
  return product * product / std::inner_product(first.begin(), first.end(), first.begin(), 0.0) /
         std::inner_product(second.begin(), second.end(), second.begin(), 0.0);
}

TEST(LdColumn, ColumnsOfAllKindsCorrelateAsTheirValues) {
  const std::size_t rows = 333;
  const test::Copies copies = test::random_copies(8, rows, 0.1, 7);
  const GenotypeMatrix calls = test::genotypes(copies);
  const DosageMatrix eight = test::dosages(copies, DosageBits::eight, 2.0 / 254, 0.77);
  const DosageMatrix sixteen = test::dosages(copies, DosageBits::sixteen, 0.00005, 0.77);
  Design design(rows);
  design.add_genotypes(calls);
  design.add_dosages(eight);
  design.add_dosages(sixteen);
  std::vector<std::vector<double>> values;  // −1 is missing
  for (const auto& column : copies) {
    values.emplace_back();
    for (const std::uint8_t code : column) values.back().push_back(code == 3 ? -1.0 : code);
  }
  const auto codes = [&](const DosageMatrix& matrix) {
    for (std::size_t j = 0; j < copies.size(); ++j) {
      values.emplace_back();
      for (std::size_t i = 0; i < rows; ++i) {
        const std::uint32_t code = matrix.code(j, i);
        values.back().push_back(code == matrix.missing_code() ? -1.0 : code);
      }
    }
  };
  codes(eight);
  codes(sixteen);
  const std::vector<double> weights = some_weights(rows, 8);
  const SelectionRows fit(design, weights, {});
  for (std::size_t a = 0; a < values.size(); ++a) {
    for (std::size_t b = 0; b < values.size(); ++b) {
      const bool as_codes = a >= copies.size() || b >= copies.size();
      const LdColumn first(fit, a, as_codes);
      const LdColumn second(fit, b, as_codes);
      EXPECT_NEAR(LdColumn::r2(first, second, fit), plain_r2(values[a], values[b], weights), 1e-12) << a << ' ' << b;
    }
  }
}

}  // namespace
}  // namespace varisk::training
