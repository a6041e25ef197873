#pragma once
/// \file
/// Sums and counts of all samples, which several threads may add to.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "varisk/core/stripes.hpp"

namespace varisk::scoring {

/// What differs from two observed alleles per row.
struct RowCounts {
  std::int32_t fewer_alleles = 0;  ///< 2 × rows − alleles
  std::int32_t unobserved = 0;     ///< rows without an observed call
  std::int32_t imputed = 0;        ///< of these, rows with an expectation instead

  RowCounts& operator+=(const RowCounts& other) {
    fewer_alleles += other.fewer_alleles;
    unobserved += other.unobserved;
    imputed += other.imputed;
    return *this;
  }
};

/// Sample after sample: the sums of all scores, and the counts of all sets of rows.
class SampleSums {
 public:
  SampleSums(std::size_t samples, std::size_t scores, std::size_t row_sets);

  /// What one of these takes.
  [[nodiscard]] static std::size_t bytes(std::size_t samples, std::size_t scores, std::size_t row_sets);

  /// Of the samples.
  [[nodiscard]] Stripes& stripes() noexcept { return stripes_; }

  [[nodiscard]] std::size_t scores() const noexcept { return scores_; }
  /// Of all scores; the next sample's come right behind.
  [[nodiscard]] std::int64_t* sums(std::size_t sample) { return sum_.data() + sample * scores_; }
  [[nodiscard]] const std::int64_t* sums(std::size_t sample) const { return sum_.data() + sample * scores_; }
  [[nodiscard]] RowCounts& counts(std::size_t sample, std::size_t rows) { return counts_[sample * row_sets_ + rows]; }
  [[nodiscard]] const RowCounts& counts(std::size_t sample, std::size_t rows) const {
    return counts_[sample * row_sets_ + rows];
  }

  /// One thread, when nobody else adds any more.
  void add(const SampleSums& other);

 private:
  std::size_t scores_;
  std::size_t row_sets_;
  std::vector<std::int64_t> sum_;
  std::vector<RowCounts> counts_;
  Stripes stripes_;
};

}  // namespace varisk::scoring
