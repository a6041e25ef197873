#include "varisk/core/stripes.hpp"

#include <gmock/gmock.h>

#include <thread>
#include <vector>

namespace varisk {
namespace {

TEST(Stripes, EachEntryComesOnceWhereverOneBegins) {
  for (const std::size_t size : {0U, 1U, 7U, 8U, 9U, 100U}) {
    for (std::size_t start = 0; start < 20; ++start) {
      Stripes stripes(size, 8);
      std::vector<int> times(size);
      stripes.each(start, [&](std::size_t first, std::size_t last) {
        for (std::size_t i = first; i < last; ++i) ++times[i];
      });
      EXPECT_THAT(times, testing::Each(1));
    }
  }
}

TEST(Stripes, ThreadsMayAddToTheSameEntries) {
  constexpr std::size_t size = 1000;
  constexpr int rounds = 200;
  Stripes stripes(size, 64);
  std::vector<int> sum(size);
  std::vector<std::uint32_t> some;
  for (std::uint32_t i = 0; i < size; i += 3) some.push_back(i);
  {
    std::vector<std::jthread> threads;
    for (std::size_t t = 0; t < 3; ++t) {
      threads.emplace_back([&, t] {
        for (int round = 0; round < rounds; ++round) {
          stripes.each(5 * t, [&](std::size_t first, std::size_t last) {
            for (std::size_t i = first; i < last; ++i) ++sum[i];
          });
          stripes.each_of(some, [&](std::uint32_t i) { ++sum[i]; });
        }
      });
    }
  }
  for (std::size_t i = 0; i < size; ++i) EXPECT_EQ(sum[i], 3 * rounds * (i % 3 == 0 ? 2 : 1)) << i;
}

}  // namespace
}  // namespace varisk
