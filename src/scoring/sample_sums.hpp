#pragma once
/// \file
/// Sums and counts of all samples, which several threads may add to.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

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

/// Sample after sample: the sums of all scores, and the counts of all sets of rows. The samples are cut into stripes;
/// who holds the lock of a stripe may add to its samples.
class SampleSums {
 public:
  SampleSums(std::size_t samples, std::size_t scores, std::size_t row_sets);

  /// What one of these takes.
  [[nodiscard]] static std::size_t bytes(std::size_t samples, std::size_t scores, std::size_t row_sets);

  /// Calls `action(first, last)` for each stripe of samples, under its lock, beginning with stripe `start` and going
  /// round: threads that begin at different stripes seldom wait for each other.
  template <typename Action>
  void each_stripe(std::size_t start, const Action& action) {
    for (std::size_t i = 0; i < stripes_; ++i) {
      const std::size_t stripe = (start + i) % stripes_;
      const std::lock_guard lock(locks_[stripe]);
      action(stripe * stripe_samples_, std::min((stripe + 1) * stripe_samples_, samples_));
    }
  }
  /// Calls `action(sample)` for each of the samples, which ascend, under the lock of its stripe.
  template <typename Action>
  void each_sample(std::span<const std::uint32_t> samples, const Action& action) {
    for (std::size_t i = 0; i < samples.size();) {
      const std::size_t stripe = samples[i] / stripe_samples_;
      const std::lock_guard lock(locks_[stripe]);
      for (; i < samples.size() && samples[i] / stripe_samples_ == stripe; ++i) action(samples[i]);
    }
  }

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
  std::size_t samples_;
  std::size_t scores_;
  std::size_t row_sets_;
  std::size_t stripe_samples_;
  std::size_t stripes_;
  std::vector<std::int64_t> sum_;
  std::vector<RowCounts> counts_;
  std::unique_ptr<std::mutex[]> locks_;
};

}  // namespace varisk::scoring
