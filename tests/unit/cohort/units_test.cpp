#include "varisk/cohort/units.hpp"

#include <gtest/gtest.h>

#include <string_view>

namespace varisk::cohort {
namespace {

double converted(double value, std::string_view from, std::string_view to, std::optional<Analyte> analyte = {}) {
  return unit_conversion(from, to, analyte).value()(value);
}

TEST(Units, ConcentrationsConvertByTheMolarMassOfTheAnalyte) {
  EXPECT_DOUBLE_EQ(converted(5.0, "mmol/L", "mg/dL", Analyte::glucose), 90.078);
  EXPECT_DOUBLE_EQ(converted(90.078, "mg/dL", "mmol/L", Analyte::glucose), 5.0);
  EXPECT_DOUBLE_EQ(converted(1.0, "mmol/L", "mg/dL", Analyte::cholesterol), 38.665);
  EXPECT_DOUBLE_EQ(converted(1.0, "mmol/L", "mg/dL", Analyte::triglycerides), 88.57);
}

TEST(Units, WeightsLengthsAndTimesConvert) {
  EXPECT_DOUBLE_EQ(converted(100, "lb", "kg"), 45.359237);
  EXPECT_DOUBLE_EQ(converted(45.359237, "kg", "lb"), 100);
  EXPECT_DOUBLE_EQ(converted(10, "in", "cm"), 25.4);
  EXPECT_DOUBLE_EQ(converted(25.4, "cm", "in"), 10);
  EXPECT_DOUBLE_EQ(converted(1.8, "m", "cm"), 180);
  EXPECT_DOUBLE_EQ(converted(180, "cm", "m"), 1.8);
  EXPECT_EQ(converted(30, "months", "years"), 2.5);
  EXPECT_EQ(converted(2.5, "years", "months"), 30);
}

TEST(Units, TheSameUnitStaysWhateverItIs) { EXPECT_EQ(converted(7, "kg/m2", "kg/m2"), 7); }

TEST(Units, WhatCannotBeConvertedIsRefused) {
  EXPECT_FALSE(unit_conversion("mg/dL", "mmol/L", std::nullopt));
  EXPECT_FALSE(unit_conversion("kg", "cm", std::nullopt));
  EXPECT_FALSE(unit_conversion("stone", "kg", std::nullopt));
  EXPECT_FALSE(unit_conversion("mg/dl", "mmol/L", Analyte::glucose));
}

TEST(Units, AnalytesAreKnownByName) {
  EXPECT_EQ(parse_analyte("glucose"), Analyte::glucose);
  EXPECT_EQ(parse_analyte("cholesterol"), Analyte::cholesterol);
  EXPECT_EQ(parse_analyte("triglycerides"), Analyte::triglycerides);
  EXPECT_EQ(parse_analyte("urea"), std::nullopt);
}

}  // namespace
}  // namespace varisk::cohort
