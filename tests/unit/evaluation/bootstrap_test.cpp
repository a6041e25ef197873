#include "bootstrap.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <thread>

#include "sample.hpp"

namespace varisk::evaluation {
namespace {

using test::metric;
using test::Sample;
using test::ten;
using testing::HasSubstr;

TEST(ReplicateRandom, DrawsEachNumberAboutEquallyOften) {
  std::array<int, 7> times{};
  ReplicateRandom random(1, 2);
  for (int i = 0; i < 70000; ++i) ++times[random.below(7)];
  for (const int count : times) EXPECT_NEAR(count, 10000, 500);
}

TEST(ReplicateRandom, DiffersBetweenReplicatesAndSeeds) {
  const auto draw = [](std::uint64_t seed, std::uint64_t replicate) {
    ReplicateRandom random(seed, replicate);
    std::vector<std::uint32_t> numbers(20);
    for (auto& number : numbers) number = random.below(1000);
    return numbers;
  };
  EXPECT_EQ(draw(1, 0), draw(1, 0));
  EXPECT_NE(draw(1, 0), draw(1, 1));
  EXPECT_NE(draw(1, 0), draw(2, 0));
  EXPECT_NE(draw(1, 2), draw(2, 1));
}

TEST(DrawWithin, KeepsTheSizeOfEachStratum) {
  const std::vector<std::vector<std::uint32_t>> strata = {{0, 2, 4}, {1, 3}};
  for (std::uint64_t r = 0; r < 50; ++r) {
    ReplicateRandom random(1, r);
    const auto times = draw_within(strata, 5, random);
    EXPECT_EQ(times[0] + times[2] + times[4], 3U);
    EXPECT_EQ(times[1] + times[3], 2U);
  }
}

TEST(BootstrapIntervals, AreQuantilesOfTheReplicates) {
  Settings settings;
  settings.bootstrap = 101;
  settings.confidence = 0.9;
  // Replicates run in order here, so that the statistics are 0 to 100.
  double next = 0;
  const auto intervals = bootstrap_intervals(settings, 1, [&](ReplicateRandom&) { return Statistics{next++}; });
  EXPECT_NEAR(intervals[0]->low, 5, 1e-12);
  EXPECT_NEAR(intervals[0]->high, 95, 1e-12);
}

TEST(BootstrapIntervals, AreNotThereIfTooManyReplicatesHaveNoValue) {
  Settings settings;
  settings.bootstrap = 100;
  for (const int undefined : {5, 6}) {
    int next = 0;
    const auto intervals = bootstrap_intervals(settings, 1, [&](ReplicateRandom&) {
      return Statistics{next++ < undefined ? std::nullopt : std::optional(1.0)};
    });
    EXPECT_EQ(intervals[0].has_value(), undefined == 5);
  }
}

TEST(BootstrapIntervals, OfAMeanAreThoseOfItsDistribution) {
  // Scaled Brier score of many samples: compare with the delta method at a fixed number of events.
  Sample sample;
  for (int i = 0; i < 2000; ++i) {
    sample.prediction.push_back(i % 2 == 0 ? 0.3 : 0.6);
    sample.outcome.push_back(i % 10 < 4 ? 1 : 0);
  }
  Settings settings;
  settings.bootstrap = 2000;
  const Metric scaled = metric(evaluate_binary(sample.view(), settings).metrics, "brier_scaled");
  // Losses: events 0.49 and 0.16 (half each), non-events 0.09 and 0.36 (half each); 0.4 of the samples are events.
  const double sd_event = 0.165;
  const double sd_other = 0.135;
  const double error = std::sqrt(0.4 * sd_event * sd_event + 0.6 * sd_other * sd_other) / std::sqrt(2000.0) / 0.24;
  EXPECT_NEAR((scaled.interval->high - scaled.interval->low) / (2 * 1.96 * error), 1, 0.06);
  EXPECT_THAT(scaled.method, HasSubstr("2000 replicates, stratified by outcome"));
}

TEST(BootstrapIntervals, DoNotDependOnThreads) {
  Settings settings;
  settings.bootstrap = 200;
  const Sample sample = ten();
  const auto in_order = evaluate_binary(sample.view(), settings);
  settings.for_each = [](std::size_t count, const std::function<void(std::size_t)>& action) {
    std::vector<std::thread> threads;
    for (std::size_t t = 0; t < 4; ++t) {
      threads.emplace_back([&, t] {
        for (std::size_t i = count; i-- > 0;) {
          if (i % 4 == t) action(i);
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
  };
  const auto in_parallel = evaluate_binary(sample.view(), settings);
  for (std::size_t i = 0; i < in_order.metrics.size(); ++i) {
    const auto& one = in_order.metrics[i].interval;
    const auto& other = in_parallel.metrics[i].interval;
    ASSERT_EQ(one.has_value(), other.has_value());
    if (one) {
      EXPECT_EQ(one->low, other->low);
      EXPECT_EQ(one->high, other->high);
    }
  }
}

}  // namespace
}  // namespace varisk::evaluation
