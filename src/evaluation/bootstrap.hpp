#pragma once
/// \file
/// Percentile intervals (Efron 1979) of whatever can be computed from a resample. Each replicate has random numbers of
/// its own, so threads change nothing.

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "prepared.hpp"
#include "varisk/evaluation/settings.hpp"

namespace varisk::evaluation {

/// Random numbers that are a function of seed, replicate and how many were drawn before (SplitMix64; Steele, Lea and
/// Flood 2014).
class ReplicateRandom {
 public:
  ReplicateRandom(std::uint64_t seed, std::uint64_t replicate) : state_(mix(seed) ^ mix(~replicate)) {}

  /// From 0 to below `bound`, all equally likely (Lemire 2019). \param bound  from 1
  [[nodiscard]] std::uint32_t below(std::uint32_t bound) {
    std::uint64_t product = std::uint64_t{next()} * bound;
    if (static_cast<std::uint32_t>(product) < bound) {
      const std::uint32_t reject = (0U - bound) % bound;
      while (static_cast<std::uint32_t>(product) < reject) product = std::uint64_t{next()} * bound;
    }
    return static_cast<std::uint32_t>(product >> 32U);
  }

 private:
  static std::uint64_t mix(std::uint64_t z) {
    z += 0x9E3779B97F4A7C15U;
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31U);
  }
  std::uint32_t next() {
    state_ += 0x9E3779B97F4A7C15U;
    return static_cast<std::uint32_t>(mix(state_) >> 32U);
  }

  std::uint64_t state_;
};

using Statistics = std::vector<std::optional<double>>;

/// \param replicate  the same number of statistics each time
/// \return  an interval of each statistic; none if more than one replicate in twenty has no value, or without
///          replicates
[[nodiscard]] std::vector<std::optional<Bounds>> bootstrap_intervals(
    const Settings& settings, std::size_t statistics, const std::function<Statistics(ReplicateRandom&)>& replicate);

/// Resamples events and non-events, each among themselves.
[[nodiscard]] std::vector<std::optional<Bounds>> bootstrap_groups(
    const Prepared& data, const Settings& settings, std::size_t statistics,
    const std::function<Statistics(const GroupCounts&)>& compute);

/// How often each sample was drawn, where samples are drawn within their strata. \param strata  of each sample
[[nodiscard]] std::vector<std::uint32_t> draw_within(std::span<const std::vector<std::uint32_t>> strata,
                                                     std::size_t samples, ReplicateRandom& random);

[[nodiscard]] std::string bootstrap_method(const Settings& settings, std::string_view strata);

/// A metric with a bootstrap interval, or a note why there is none.
[[nodiscard]] Metric bootstrap_metric(std::string name, std::optional<double> value,
                                      const std::optional<Bounds>& interval, const Settings& settings,
                                      std::string_view strata, std::string note_if_absent);

}  // namespace varisk::evaluation
