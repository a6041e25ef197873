#include "varisk/core/number.hpp"

#include <gmock/gmock.h>

#include <bit>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <random>
#include <string>

namespace varisk {
namespace {

TEST(ParseDouble, DecimalsAndExponentsAreRead) {
  EXPECT_EQ(parse_double("0"), 0.0);
  EXPECT_EQ(parse_double("-0.25"), -0.25);
  EXPECT_EQ(parse_double("+1.5"), 1.5);
  EXPECT_EQ(parse_double("1e3"), 1000.0);
  EXPECT_EQ(parse_double("1.2E-05"), 1.2e-05);
  EXPECT_EQ(parse_double(".5"), 0.5);
  EXPECT_EQ(parse_double("4.9406564584124654e-324"), std::numeric_limits<double>::denorm_min());
  EXPECT_EQ(parse_double("1.7976931348623157e308"), std::numeric_limits<double>::max());
}

TEST(ParseDouble, WhatIsNotAFiniteNumberIsRefused) {
  for (const std::string text :
       {"",     " ",   "+",   "-",   ".",    "e5",       "1 ",  " 1",  "1,5", "1.5x",  "1e",     "1e+",
        "0x10", "++1", "--1", "inf", "-inf", "Infinity", "nan", "NaN", "NA",  "1e400", "-1e400", "1_000"}) {
    EXPECT_EQ(parse_double(text), std::nullopt) << "'" << text << "'";
  }
}

TEST(ParseDouble, ShortDecimalsAreTheNearestDouble) {
  std::mt19937_64 random(8);
  for (int i = 0; i < 300000; ++i) {
    std::string text = random() % 2 == 0 ? "-" : "";
    const std::size_t size = 1 + random() % 21;
    for (std::size_t k = 0; k < size; ++k) text += static_cast<char>('0' + random() % (random() % 3 == 0 ? 1 : 10));
    if (random() % 4 != 0) text.insert(text.size() - random() % (size + 1), ".");
    ASSERT_EQ(parse_double(text), std::strtod(text.c_str(), nullptr)) << text;
  }
  EXPECT_TRUE(std::signbit(*parse_double("-0.0")));
  EXPECT_EQ(parse_double("5."), 5.0);
}

TEST(ParseDouble, ANumberHasOneSign) {
  EXPECT_EQ(parse_double("+-1"), std::nullopt);
  EXPECT_EQ(parse_double("-+1"), std::nullopt);
}

TEST(ParseDouble, ANulByteIsNotTheEndOfTheText) { EXPECT_EQ(parse_double(std::string_view("1\0", 2)), std::nullopt); }

TEST(FormatDouble, EveryFiniteDoubleReadsBackAsItself) {
  std::mt19937_64 random(7);
  for (int i = 0; i < 200000; ++i) {
    const auto value = std::bit_cast<double>(random());
    if (!std::isfinite(value)) continue;
    ASSERT_EQ(parse_double(format_double(value)), value);
  }
  for (const double value : {1e-300, 1e300, 0.1, 1.0 / 3, std::numeric_limits<double>::denorm_min(),
                             std::numeric_limits<double>::max(), std::numeric_limits<double>::lowest()}) {
    EXPECT_EQ(parse_double(format_double(value)), value);
  }
}

TEST(FormatDouble, NumbersAreShortAndWhatIsNotFiniteIsNa) {
  EXPECT_EQ(format_double(0.1), "0.1");
  EXPECT_EQ(format_double(3), "3");
  EXPECT_EQ(format_double(0.0), "0");
  EXPECT_EQ(format_double(-0.0), "0");
  EXPECT_EQ(format_double(std::numeric_limits<double>::infinity()), "NA");
  EXPECT_EQ(format_double(-std::numeric_limits<double>::infinity()), "NA");
  EXPECT_EQ(format_double(std::numeric_limits<double>::quiet_NaN()), "NA");
}

TEST(ParseInteger, WholeDecimalsOnly) {
  EXPECT_EQ(parse_integer("0"), 0);
  EXPECT_EQ(parse_integer("-12"), -12);
  EXPECT_EQ(parse_integer("9223372036854775807"), std::numeric_limits<std::int64_t>::max());
  for (const std::string text : {"", "-", "1.0", "1e3", "9223372036854775808", " 1", "1 ", "0x1", "one"}) {
    EXPECT_EQ(parse_integer(text), std::nullopt) << "'" << text << "'";
  }
}

}  // namespace
}  // namespace varisk
