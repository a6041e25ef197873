#include "varisk/genotypes/pair_kernel.hpp"

#include <gmock/gmock.h>

#include <random>
#include <string>

#include "kernel_levels.hpp"

namespace varisk::genotypes {
namespace {

struct Decoded {
  bool regular = false;
  std::vector<CallCode> codes;
};

Decoded run(SimdLevel level, const std::string& bytes, unsigned effect, unsigned alleles, bool strict) {
  const auto exact = test::exact_copy(bytes);
  const auto codes = std::make_unique<CallCode[]>(bytes.size() / 2);
  Decoded result;
  result.regular = pair_kernel(level)(exact.get(), bytes.size() / 2, effect, alleles, strict, codes.get());
  if (result.regular) result.codes.assign(codes.get(), codes.get() + bytes.size() / 2);
  return result;
}

/// Byte by byte, from the specification.
Decoded expected(const std::string& bytes, unsigned effect, unsigned alleles, bool strict) {
  Decoded result;
  result.regular = true;
  for (std::size_t i = 0; i + 2 <= bytes.size(); i += 2) {
    int missing = 0;
    int copies = 0;
    for (const char byte : {bytes[i], bytes[i + 1]}) {
      const int allele = static_cast<unsigned char>(byte) / 2 - 1;
      if (static_cast<signed char>(byte) < 0 || allele >= static_cast<int>(alleles)) return {};
      missing += allele < 0 ? 1 : 0;
      copies += allele == static_cast<int>(effect) ? 1 : 0;
    }
    if (strict && missing == 1) return {};
    result.codes.push_back(missing > 0 ? CallCode::diploid_missing : static_cast<CallCode>(copies));
  }
  return result;
}

void expect_all_levels(const std::string& bytes, unsigned effect, unsigned alleles, bool strict) {
  const Decoded wanted = expected(bytes, effect, alleles, strict);
  for (const SimdLevel level : test::levels()) {
    const Decoded got = run(level, bytes, effect, alleles, strict);
    ASSERT_EQ(got.regular, wanted.regular) << static_cast<int>(level) << ' ' << alleles << ' ' << strict;
    ASSERT_EQ(got.codes, wanted.codes) << static_cast<int>(level);
  }
}

unsigned below(std::mt19937& random, unsigned limit) { return static_cast<unsigned>(random() % limit); }

std::string random_pairs(std::mt19937& random, std::size_t samples, unsigned alleles, unsigned missing_in_100) {
  std::string bytes;
  for (std::size_t i = 0; i < 2 * samples; ++i) {
    const unsigned allele = below(random, 100) < missing_in_100 ? 0 : 1 + below(random, alleles);
    bytes += static_cast<char>(2 * allele + random() % 2);
  }
  return bytes;
}

TEST(PairKernel, AllLevelsDecodeRegularCallsOfEveryLength) {
  std::mt19937 random(71);
  for (std::size_t samples = 0; samples <= 100; ++samples) {
    for (const unsigned alleles : {1U, 2U, 3U, 11U, 62U, 63U}) {
      const unsigned effect = below(random, alleles + 1);
      const std::string bytes = random_pairs(random, samples, alleles, random() % 2 == 0 ? 0 : 10);
      expect_all_levels(bytes, effect, alleles, random() % 2 == 0);
    }
  }
}

TEST(PairKernel, EveryByteAtEveryPlaceIsJudgedAlike) {
  std::mt19937 random(72);
  for (const unsigned alleles : {1U, 2U, 3U, 62U, 63U, 64U, 300U}) {
    const std::string good = random_pairs(random, 67, std::min(alleles, 63U), 0);
    for (std::size_t at = 0; at < good.size(); ++at) {
      std::string bytes = good;
      bytes[at] = static_cast<char>(random());
      expect_all_levels(bytes, below(random, alleles), alleles, random() % 2 == 0);
    }
    for (int byte = 0; byte < 256; ++byte) {
      for (const std::size_t at : {0U, 31U, 64U, 133U}) {
        std::string bytes = good;
        bytes[at] = static_cast<char>(byte);
        if (alleles > 63 && byte >= 2 && byte < 128) {  // the first 63 alleles fit a byte
          for (const SimdLevel level : test::levels()) EXPECT_TRUE(run(level, bytes, 1, alleles, false).regular);
          continue;
        }
        expect_all_levels(bytes, 0, alleles, false);
        expect_all_levels(bytes, alleles, alleles, true);
      }
    }
  }
}

TEST(PairKernel, RandomBytesAreJudgedAlike) {
  std::mt19937 random(73);
  for (int round = 0; round < 20000; ++round) {
    std::string bytes = random_pairs(random, random() % 70, 3, 20);
    for (unsigned changes = below(random, 3); changes > 0 && !bytes.empty(); --changes) {
      bytes[random() % bytes.size()] = static_cast<char>(random());
    }
    expect_all_levels(bytes, below(random, 4), 3, random() % 2 == 0);
  }
}

}  // namespace
}  // namespace varisk::genotypes
