#include "varisk/training/hardy_weinberg.hpp"

#include <gtest/gtest.h>

#include "selection_reference.hpp"

namespace varisk::training {
namespace {

TEST(HardyWeinberg, IsTheSumOverTablesThatAreNotLikelier) {
  for (const auto& table : reference::tables) {
    const double p = hardy_weinberg_p(table.hom1, table.het, table.hom2);
    EXPECT_NEAR(p, table.p, 1e-9 * table.p) << table.hom1 << ' ' << table.het << ' ' << table.hom2;
    EXPECT_EQ(hardy_weinberg_p(table.hom2, table.het, table.hom1), p);
  }
}

TEST(HardyWeinberg, IsOneWithoutCallsOrChoice) {
  EXPECT_EQ(hardy_weinberg_p(0, 0, 0), 1);
  EXPECT_EQ(hardy_weinberg_p(0, 1, 0), 1);
  EXPECT_EQ(hardy_weinberg_p(7, 0, 0), 1);
}

TEST(HardyWeinberg, AllelesThatNeverMeetInManyPeopleAreTooUnlikely) {
  EXPECT_EQ(hardy_weinberg_p(250000, 0, 250000), 0);
  EXPECT_EQ(hardy_weinberg_p(0, 500000, 0), 0);
}

}  // namespace
}  // namespace varisk::training
