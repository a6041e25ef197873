#include "varisk/genotypes/gt_kernel.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace varisk::genotypes {
namespace {

std::vector<SimdLevel> levels() {
  std::vector<SimdLevel> found = {SimdLevel::scalar};
  if (best_simd_level() >= SimdLevel::avx2) found.push_back(SimdLevel::avx2);
  if (best_simd_level() >= SimdLevel::avx512) found.push_back(SimdLevel::avx512);
  return found;
}

struct Decoded {
  bool regular = false;
  std::vector<CallCode> codes;
};

/// Runs one kernel on buffers that end where the text and the codes end, so that a sanitizer sees each byte beyond.
Decoded run(SimdLevel level, std::string_view text, unsigned effect, unsigned alleles, bool strict) {
  const std::size_t samples = text.size() / 4;
  const auto exact = std::make_unique_for_overwrite<char[]>(text.size());
  std::copy(text.begin(), text.end(), exact.get());
  const auto codes = std::make_unique<CallCode[]>(samples);
  Decoded result;
  result.regular = gt_kernel(level)(exact.get(), samples, effect, alleles, strict, codes.get());
  if (result.regular) result.codes.assign(codes.get(), codes.get() + samples);
  return result;
}

/// Column by column, from the rules in the header.
Decoded expected(std::string_view text, unsigned effect, unsigned alleles, bool strict) {
  Decoded result;
  result.regular = true;
  const auto allele_ok = [&](char c) {
    return c == '.' || (c >= '0' && c <= '9' && static_cast<unsigned>(c - '0') < alleles);
  };
  for (std::size_t i = 0; i + 4 <= text.size(); i += 4) {
    const char a = text[i + 1];
    const char b = text[i + 3];
    const bool separator = text[i + 2] == '|' || text[i + 2] == '/';
    const bool half = (a == '.') != (b == '.');
    if (text[i] != '\t' || !separator || !allele_ok(a) || !allele_ok(b) || (half && strict)) return {};
    if (a == '.' || b == '.') {
      result.codes.push_back(CallCode::diploid_missing);
    } else {
      const char wanted = static_cast<char>('0' + effect);
      result.codes.push_back(static_cast<CallCode>((a == wanted ? 1 : 0) + (b == wanted ? 1 : 0)));
    }
  }
  return result;
}

void expect_all_levels(std::string_view text, unsigned effect, unsigned alleles, bool strict) {
  const Decoded wanted = expected(text, effect, alleles, strict);
  for (const SimdLevel level : levels()) {
    const Decoded got = run(level, text, effect, alleles, strict);
    ASSERT_EQ(got.regular, wanted.regular) << static_cast<int>(level) << " '" << text << "' " << alleles << strict;
    ASSERT_EQ(got.codes, wanted.codes) << static_cast<int>(level) << " '" << text << "'";
  }
}

std::string random_columns(std::mt19937& random, std::size_t samples, unsigned alleles, unsigned missing_in_100) {
  std::string text;
  const auto allele = [&] {
    return random() % 100 < missing_in_100 ? '.' : static_cast<char>('0' + random() % alleles);
  };
  for (std::size_t i = 0; i < samples; ++i) {
    text += '\t';
    text += allele();
    text += random() % 2 == 0 ? '|' : '/';
    text += allele();
  }
  return text;
}

TEST(GtKernel, AllLevelsDecodeRegularColumnsOfEveryLength) {
  std::mt19937 random(21);
  for (std::size_t samples = 0; samples <= 70; ++samples) {
    for (unsigned alleles = 1; alleles <= 10; ++alleles) {
      const auto effect = static_cast<unsigned>(random() % alleles);
      const unsigned missing = random() % 2 == 0 ? 0 : 10;
      expect_all_levels(random_columns(random, samples, alleles, missing), effect, alleles, random() % 2 == 0);
    }
  }
}

TEST(GtKernel, HalfCallsAreMissingOrLeftToTheGeneralParser) {
  for (const SimdLevel level : levels()) {
    EXPECT_THAT(run(level, "\t./1\t1/.\t./.", 1, 2, false).codes, testing::Each(CallCode::diploid_missing));
    EXPECT_FALSE(run(level, "\t./1", 1, 2, true).regular);
    EXPECT_FALSE(run(level, "\t1|.", 1, 2, true).regular);
    EXPECT_TRUE(run(level, "\t./.", 1, 2, true).regular);
  }
}

TEST(GtKernel, AHalfCallAtAnyPlaceIsSeenWhereItMatters) {
  std::mt19937 random(22);
  for (std::size_t samples = 1; samples <= 70; ++samples) {
    for (std::size_t at = 0; at < samples; ++at) {
      std::string text = random_columns(random, samples, 2, 0);
      text[4 * at + (random() % 2 == 0 ? 1 : 3)] = '.';
      expect_all_levels(text, 1, 2, true);
      expect_all_levels(text, 1, 2, false);
    }
  }
}

TEST(GtKernel, OneWrongCharacterAtAnyPlaceIsSeen) {
  std::mt19937 random(23);
  const std::string_view wrong("\0\t\n /|.:,-+0129;AaZ\x7f\x80\xAE\xB0\xB1\xFF", 25);
  for (const std::size_t samples : {1U, 7U, 8U, 9U, 15U, 16U, 17U, 31U, 33U, 48U, 70U}) {
    const std::string good = random_columns(random, samples, 2, 5);
    for (std::size_t at = 0; at < good.size(); ++at) {
      for (const char c : wrong) {
        std::string text = good;
        text[at] = c;
        expect_all_levels(text, 1, 2, false);
        expect_all_levels(text, 0, 2, true);
      }
    }
  }
}

TEST(GtKernel, EveryByteIsJudgedAlikeAtEachPlaceOfAColumn) {
  for (unsigned alleles = 1; alleles <= 10; ++alleles) {
    for (std::size_t place = 0; place < 4; ++place) {
      for (int c = 0; c < 256; ++c) {
        std::string text;
        for (int i = 0; i < 17; ++i) text += "\t0|0";
        text[4 * 3 + place] = static_cast<char>(c);
        expect_all_levels(text, alleles - 1, alleles, false);
      }
    }
  }
}

TEST(GtKernel, RandomBytesAreJudgedAlike) {
  std::mt19937 random(24);
  const std::string alphabet = "\t/|.01239:";
  for (int round = 0; round < 20000; ++round) {
    std::string text(4 * (random() % 40), ' ');
    const bool mostly_good = random() % 2 == 0;
    if (mostly_good) text = random_columns(random, text.size() / 4, 3, 20);
    const std::size_t changes = mostly_good ? random() % 3 : text.size();
    for (std::size_t k = 0; k < changes && !text.empty(); ++k) {
      text[random() % text.size()] = alphabet[random() % alphabet.size()];
    }
    expect_all_levels(text, static_cast<unsigned>(random() % 3), 3, random() % 2 == 0);
  }
}

TEST(GtKernel, MoreThanTenAllelesAreLeftToTheGeneralParser) {
  for (const SimdLevel level : levels()) {
    EXPECT_FALSE(run(level, "\t0|0", 1, 11, false).regular);
    EXPECT_TRUE(run(level, "\t9|0", 9, 10, false).regular);
  }
}

}  // namespace
}  // namespace varisk::genotypes
