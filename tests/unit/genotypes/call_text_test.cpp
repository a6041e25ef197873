#include "call_text.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <cstdlib>
#include <random>
#include <string>

namespace varisk::genotypes {
namespace {

TEST(ParseGenotype, CountsAllelesMissingOnesAndEffectAlleles) {
  struct Case {
    std::string text;
    unsigned alleles, missing, effect;
  };
  const std::vector<Case> cases = {{"0/1", 2, 0, 1},  {"1|1", 2, 0, 2},   {"0|0", 2, 0, 0},  {"./.", 2, 2, 0},
                                   {"./1", 2, 1, 1},  {"0|.", 2, 1, 0},   {"1", 1, 0, 1},    {".", 1, 1, 0},
                                   {"0", 1, 0, 0},    {"0/1/1", 3, 0, 2}, {"2/1", 2, 0, 1},  {"10/1", 2, 0, 1},
                                   {"/0/1", 2, 0, 1}, {"|1", 1, 0, 1},    {"|0|1", 2, 0, 1}, {"./././1", 4, 3, 1}};
  for (const Case& one : cases) {
    const auto genotype = parse_genotype(one.text, 1, 11);
    ASSERT_TRUE(genotype) << one.text;
    EXPECT_EQ(genotype->alleles, one.alleles) << one.text;
    EXPECT_EQ(genotype->missing, one.missing) << one.text;
    EXPECT_EQ(genotype->effect, one.effect) << one.text;
  }
}

TEST(ParseGenotype, OtherTextIsRefused) {
  for (const std::string text : {"", "/", "|", "0/", "/0/", "0//1", "0/1/", "0:1", "a", "0/a", "-1/0", "0/ 1", "0,1",
                                 "..", "0.", ".0", "0/1 "}) {
    EXPECT_FALSE(parse_genotype(text, 1, 3)) << "'" << text << "'";
  }
}

TEST(ParseGenotype, AllelesThatTheRecordLacksAreRefused) {
  EXPECT_TRUE(parse_genotype("0/1", 1, 2));
  EXPECT_FALSE(parse_genotype("0/2", 1, 2));
  EXPECT_FALSE(parse_genotype("1", 1, 1));
  EXPECT_TRUE(parse_genotype("0/0", 0, 1));
  EXPECT_TRUE(parse_genotype("11/12", 12, 13));
  EXPECT_FALSE(parse_genotype("13/12", 12, 13));
  EXPECT_FALSE(parse_genotype("99999999999999999999/0", 1, 13));
  EXPECT_FALSE(parse_genotype("18446744073709551617/0", 1, 13));
}

TEST(ParseDosage, UpToSixDecimalsAreExact) {
  for (int digits = 0; digits <= 6; ++digits) {
    const auto scale = static_cast<int>(std::pow(10, digits));
    for (int i = 0; i <= 2 * scale; i += std::max(1, scale / 1000)) {
      char text[32];
      std::snprintf(text, sizeof text, "%.*f", digits, static_cast<double>(i) / scale);
      EXPECT_EQ(parse_dosage(text), std::strtod(text, nullptr)) << text;
    }
  }
  EXPECT_EQ(parse_dosage(".5"), 0.5);
  EXPECT_EQ(parse_dosage("1."), 1.0);
  EXPECT_EQ(parse_dosage("-0.25"), -0.25);
  EXPECT_EQ(parse_dosage("1e-3"), 0.001);
  EXPECT_EQ(parse_dosage("2.000"), 2.0);
}

TEST(ParseDosage, WhatIsNotAFiniteNumberIsRefused) {
  for (const std::string text : {"", ".", "a", "1a", "0.1.2", "0.5 ", " 0.5", "nan", "inf", "0,5", "1e", "0x1"}) {
    EXPECT_FALSE(parse_dosage(text)) << "'" << text << "'";
  }
}

TEST(ExactDosage, ANumberIsTheSameFromTextAndFromTheFloatThatBcfStores) {
  std::mt19937 random(31);
  for (int i = 0; i < 100000; ++i) {
    const int digits = 1 + static_cast<int>(random() % 9);
    char text[32];
    std::snprintf(text, sizeof text, random() % 10 == 0 ? "%.*e" : "%.*f", digits,
                  2.0 * static_cast<double>(random()) / 4294967296.0);
    const auto stored = static_cast<float>(std::strtod(text, nullptr));
    ASSERT_EQ(parse_dosage(text), exact_dosage(stored)) << text;
  }
}

TEST(ExactDosage, MoreThanSixDecimalsKeepTheirSinglePrecision) {
  EXPECT_EQ(exact_dosage(0.1F), 0.1);
  EXPECT_EQ(exact_dosage(1.999F), 1.999);
  const float third = 1.0F / 3;
  EXPECT_EQ(exact_dosage(third), static_cast<double>(third));
}

}  // namespace
}  // namespace varisk::genotypes
