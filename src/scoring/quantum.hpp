#pragma once
/// \file
/// The unit in which the terms of one score are added up, a power of two.

#include <cmath>
#include <cstdint>

#if defined(__x86_64__)
#include <emmintrin.h>
#endif

namespace varisk::scoring {

/// To the nearest integer, ties to even: `llrint`, which compilers call out of line for the sake of errno.
[[nodiscard]] inline std::int64_t nearest_integer(double value) noexcept {
#if defined(__x86_64__)
  return _mm_cvtsd_si64(_mm_set_sd(value));
#else
  return std::llrint(value);
#endif
}

/// 2^exponent
class Quantum {
 public:
  explicit Quantum(int exponent)
      : exponent_(exponent),
        first_factor_(std::ldexp(1.0, -exponent / 2)),
        second_factor_(std::ldexp(1.0, -exponent - -exponent / 2)) {}

  [[nodiscard]] int exponent() const noexcept { return exponent_; }
  /// In quanta. Multiplying by powers of two does not round; in two steps neither of them overflows.
  [[nodiscard]] double scaled(double value) const noexcept { return value * first_factor_ * second_factor_; }
  [[nodiscard]] std::int64_t count(double value) const noexcept { return nearest_integer(scaled(value)); }
  [[nodiscard]] double value(std::int64_t count) const { return std::ldexp(static_cast<double>(count), exponent_); }

 private:
  int exponent_;
  double first_factor_;
  double second_factor_;
};

}  // namespace varisk::scoring
