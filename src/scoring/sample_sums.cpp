#include "sample_sums.hpp"

#include <algorithm>

namespace varisk::scoring {
namespace {

constexpr std::size_t stripe_bytes = std::size_t{1} << 18U;  // what a core's own cache holds with ease
constexpr std::size_t stripe_step = 64;

std::size_t samples_per_stripe(std::size_t scores) {
  const std::size_t samples = stripe_bytes / (sizeof(std::int64_t) * std::max<std::size_t>(scores, 1));
  return std::max(samples / stripe_step, std::size_t{1}) * stripe_step;
}

}  // namespace

SampleSums::SampleSums(std::size_t samples, std::size_t scores, std::size_t row_sets)
    : scores_(scores),
      row_sets_(row_sets),
      sum_(samples * scores),
      counts_(samples * row_sets),
      stripes_(samples, samples_per_stripe(scores)) {}

std::size_t SampleSums::bytes(std::size_t samples, std::size_t scores, std::size_t row_sets) {
  return samples * (scores * sizeof(std::int64_t) + row_sets * sizeof(RowCounts));
}

void SampleSums::add(const SampleSums& other) {
  for (std::size_t i = 0; i < sum_.size(); ++i) sum_[i] += other.sum_[i];
  for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i] += other.counts_[i];
}

}  // namespace varisk::scoring
