#pragma once
/// \file
/// Hard calls of many sites at two bits each, and how they are standardised.

#include <array>
#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

#include "varisk/core/types.hpp"

namespace varisk::scoring {

/// A call of two alleles, as copies of the effect allele.
enum class HardCall : std::uint8_t { none = 0, one = 1, two = 2, missing = 3 };

/// The calls of all samples at one site.
class PackedSite {
 public:
  PackedSite(SiteId site, double frequency, std::span<const HardCall> calls);

  [[nodiscard]] SiteId site() const noexcept { return site_; }
  /// Of the effect allele, above 0 and below 1.
  [[nodiscard]] double frequency() const noexcept { return frequency_; }
  [[nodiscard]] HardCall call(std::size_t sample) const noexcept {
    return static_cast<HardCall>((static_cast<unsigned>(bytes_[sample / 4]) >> (2 * (sample % 4))) & 3U);
  }

 private:
  SiteId site_;
  double frequency_;
  std::vector<std::uint8_t> bytes_;
};

/// (copies − 2f) / √(2f(1 − f)), with two alleles per person (Patterson, Price and Reich 2006, equations 1 to 3).
class Standardisation {
 public:
  /// \param frequency  above 0 and below 1
  explicit Standardisation(double frequency)
      : mean_(2 * frequency), per_sd_(1 / std::sqrt(2 * frequency * (1 - frequency))) {}
  [[nodiscard]] double operator()(double copies) const noexcept { return (copies - mean_) * per_sd_; }
  /// By `HardCall`; a missing call is at the mean.
  [[nodiscard]] std::array<double, 4> table() const noexcept { return {(*this)(0), (*this)(1), (*this)(2), 0}; }

 private:
  double mean_;
  double per_sd_;
};

}  // namespace varisk::scoring
