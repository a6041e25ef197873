#pragma once
#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <vector>

#include "aligned.hpp"
#include "packed_kernels.hpp"

namespace varisk::training {

/// The largest absolute value.
template <typename Real>
[[nodiscard]] inline Real largest_of(const Real* values, std::size_t count) {
  constexpr std::size_t lanes = 16;
  std::array<Real, lanes> most{};
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    for (std::size_t k = 0; k < lanes; ++k) {
      const Real size = std::abs(values[i + k]);
      most[k] = most[k] < size ? size : most[k];
    }
  }
  for (; i < count; ++i) most[0] = std::max(most[0], std::abs(values[i]));
  return *std::max_element(most.begin(), most.end());
}

/// Writes the numbers of a line in the layout of `ScreenKernels`.
inline void store_numbers(const std::array<std::int32_t, line_rows>& from, std::int8_t* to) {
  for (std::size_t s = 0; s < 4; ++s, to += 128) {
    for (std::size_t i = 0; i < 64; ++i) {
      const std::int32_t number = from[4 * i + s];
      const std::int32_t high = (number + 64) >> 7;
      to[i] = static_cast<std::int8_t>(high);
      to[64 + i] = static_cast<std::int8_t>(number - 128 * high);
    }
  }
}

/// Rounds values to multiples of `step` in the layout of `ScreenKernels`, line by line, and returns the sum of the
/// numbers. \param values  `lines` × 256, none above `largest_quantum` steps
inline std::int64_t quantise(const float* values, std::size_t lines, float step, std::int8_t* numbers) {
  // Adding 1.5 × 2²³ leaves the nearest whole number in the low bits.
  constexpr float magic = 12582912.0F;
  constexpr auto magic_bits = std::bit_cast<std::int32_t>(magic);
  const float per_step = step > 0 ? 1 / step : 0;
  std::int64_t total = 0;
  std::array<std::int32_t, line_rows> here;
  for (std::size_t line = 0; line < lines; ++line, values += line_rows, numbers += line_bytes) {
    std::int32_t sum = 0;
    for (std::size_t i = 0; i < line_rows; ++i) {
      here[i] = std::bit_cast<std::int32_t>(values[i] * per_step + magic) - magic_bits;
      sum += here[i];
    }
    total += sum;
    store_numbers(here, numbers);
  }
  return total;
}

/// A vector as a sum of vectors of whole numbers, each with 15 more bits than the one before: vector ≈ Σ numbers ×
/// step.
class SplitNumbers {
 public:
  /// \param levels  1 to 3; three of them have the digits of a double
  SplitNumbers(const double* values, std::size_t lines, std::size_t levels) : bytes_(lines * levels * line_bytes) {
    AlignedVector<double> left(values, values + lines * line_rows);
    double step = largest_of(values, left.size()) / (largest_quantum - 1);
    for (std::size_t level = 0; level < levels; ++level) {
      std::int8_t* const to = bytes_.data() + level * lines * line_bytes;
      begin_.push_back(to);
      steps_.push_back(step);
      sums_.push_back(take(left.data(), lines, step, to));
      step /= 2 * (largest_quantum - 1);  // what is left is at most half a step
    }
  }
  [[nodiscard]] std::size_t levels() const noexcept { return steps_.size(); }
  [[nodiscard]] const std::int8_t* const* begin() const noexcept { return begin_.data(); }
  /// Σ of sums of the levels, in units of the vector.
  [[nodiscard]] double together(const std::int64_t* sums) const noexcept {
    double total = 0;
    for (std::size_t level = steps_.size(); level-- > 0;) total += static_cast<double>(sums[level]) * steps_[level];
    return total;
  }
  [[nodiscard]] double sum() const noexcept { return together(sums_.data()); }

 private:
  static std::int64_t take(double* left, std::size_t lines, double step, std::int8_t* numbers) {
    // Adding 1.5 × 2⁵² leaves the nearest whole number in the low bits.
    constexpr double magic = 6755399441055744.0;
    const double per_step = step > 0 ? 1 / step : 0;
    std::int64_t total = 0;
    std::array<std::int32_t, line_rows> here;
    for (std::size_t line = 0; line < lines; ++line, left += line_rows, numbers += line_bytes) {
      std::int32_t sum = 0;
      for (std::size_t i = 0; i < line_rows; ++i) {
        const double shifted = left[i] * per_step + magic;
        here[i] = static_cast<std::int32_t>(std::bit_cast<std::int64_t>(shifted));
        left[i] -= (shifted - magic) * step;
        sum += here[i];
      }
      total += sum;
      store_numbers(here, numbers);
    }
    return total;
  }

  AlignedVector<std::int8_t> bytes_;
  std::vector<const std::int8_t*> begin_;
  std::vector<double> steps_;
  std::vector<std::int64_t> sums_;
};

}  // namespace varisk::training
