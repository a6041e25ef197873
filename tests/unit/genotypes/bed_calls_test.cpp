#include <gmock/gmock.h>

#include <numeric>
#include <random>
#include <string>
#include <vector>

#include "varisk/genotypes/bed_record.hpp"
#include "varisk/genotypes/call_decoder.hpp"

namespace varisk::genotypes {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

SampleColumns all_samples(std::size_t count, std::vector<Sex> sex = {}) {
  SampleColumns samples;
  samples.column.resize(count);
  std::iota(samples.column.begin(), samples.column.end(), 0U);
  samples.file_samples = count;
  samples.identity = true;
  samples.sex = std::move(sex);
  return samples;
}

/// One character for each sample: copies of A1, or `.`.
std::string pack(const std::string& copies_of_a1) {
  std::string packed((copies_of_a1.size() + 3) / 4, '\0');
  for (std::size_t i = 0; i < copies_of_a1.size(); ++i) {
    const char c = copies_of_a1[i];
    const unsigned bits = c == '2' ? 0 : c == '.' ? 1 : c == '1' ? 2 : 3;
    packed[i / 4] = static_cast<char>(static_cast<unsigned char>(packed[i / 4]) | bits << (2 * (i % 4)));
  }
  return packed;
}

struct Decoding {
  bool good = false;
  CallBlock block;
  RecordFault fault;
};

Decoding decode(const std::string& packed, const SampleColumns& samples, AlleleIndex effect = AlleleIndex{1},
                CopyRule rule = CopyRule::diploid, const DecodeOptions& options = {}, BedAlleles alleles = {}) {
  CallDecoder decoder(options, samples);
  Decoding result;
  result.good = decoder.decode(BedCalls{packed, alleles}, effect, rule, result.block, result.fault);
  return result;
}

/// `m` and `-` are missing calls of two copies and of one; `a` and `b` no and one copy of one.
std::string spelled(const CallBlock& block) {
  std::string text;
  for (const CallCode code : block.code) text += "012mab-"[static_cast<std::size_t>(code)];
  return text;
}

TEST(BimLine, HasItsColumnsFromBlanksOrTabs) {
  RecordFault fault;
  for (const std::string line : {"23\trs1\t0.5\t155\tA\tGT", " 23  rs1 0.5 155 A GT \r", "23 rs1\t0.5\t155 A\tGT"}) {
    const auto parsed = parse_bim_line(line, fault);
    ASSERT_TRUE(parsed) << line;
    EXPECT_EQ(parsed->contig, "23");
    EXPECT_EQ(parsed->position.value, 155);
    EXPECT_EQ(parsed->a1, "A");
    EXPECT_EQ(parsed->a2, "GT");
  }
  EXPECT_EQ(parse_bim_line("1 rs1 0 -5 A G", fault)->position.value, -5);
}

TEST(BimLine, IsRefusedWithOtherColumnsOrNoPosition) {
  for (const std::string line : {"", "1 rs1 155 A G", "1 rs1 0 155 A G x", "1 rs1 0 155 A"}) {
    RecordFault fault;
    EXPECT_FALSE(parse_bim_line(line, fault)) << line;
    EXPECT_THAT(fault.what, HasSubstr("6 columns"));
  }
  for (const std::string position : {"x", "1.5", "12x", "99999999999", "1e5", "+7"}) {
    RecordFault fault;
    EXPECT_FALSE(parse_bim_line("1 rs1 0 " + position + " A G", fault)) << position;
    EXPECT_THAT(fault.what, HasSubstr("'" + position + "'"));
  }
}

TEST(BimLine, A2StandsForRefAndUnknownAllelesAreLeftOut) {
  struct Case {
    std::string a1, a2;
    std::vector<std::string> alleles;
    bool a1_is_first, monomorphic;
  };
  const std::vector<Case> cases = {{"g", "A", {"A", "G"}, false, false},
                                   {"0", "A", {"A"}, false, true},
                                   {".", "A", {"A"}, false, true},
                                   {"G", "0", {"G"}, true, true},
                                   {"0", "0", {"0"}, false, false},
                                   {"D", "I", {"I", "D"}, false, false},
                                   {"<DEL>", "a", {"A", "<DEL>"}, false, false}};
  for (const Case& one : cases) {
    std::vector<std::string> alleles;
    const BedAlleles found = bed_alleles({"1", Position{1}, "v1", one.a1, one.a2}, alleles);
    EXPECT_EQ(alleles, one.alleles);
    EXPECT_EQ(found.a1_is_first, one.a1_is_first) << one.a1 << one.a2;
    EXPECT_EQ(found.monomorphic, one.monomorphic) << one.a1 << one.a2;
  }
}

TEST(BedCalls, CountA1OrA2) {
  const SampleColumns samples = all_samples(6);
  const std::string packed = pack("012.10");
  EXPECT_EQ(spelled(decode(packed, samples).block), "012m10");
  EXPECT_EQ(spelled(decode(packed, samples, AlleleIndex{0}).block), "210m12");
  const CallBlock block = decode(packed, samples).block;
  EXPECT_EQ(block.observed_calls, 5);
  EXPECT_EQ(block.observed_alleles, 10);
  EXPECT_EQ(block.effect_alleles, 4);
  EXPECT_THAT(block.exceptions, ElementsAre(3));
  EXPECT_FALSE(block.has_dosage);
}

TEST(BedCalls, WhereOnlyA1IsKnownItIsTheFirstAllele) {
  const SampleColumns samples = all_samples(3);
  const BedAlleles only_a1{true, true};
  EXPECT_EQ(spelled(decode(pack("22."), samples, AlleleIndex{0}, CopyRule::diploid, {}, only_a1).block), "22m");
  EXPECT_EQ(spelled(decode(pack("22."), samples, AlleleIndex{1}, CopyRule::diploid, {}, only_a1).block), "00m");
}

TEST(BedCalls, AnAlleleThatTheBimDoesNotNameIsAFault) {
  const SampleColumns samples = all_samples(3);
  for (const AlleleIndex effect : {AlleleIndex{0}, AlleleIndex{1}}) {
    EXPECT_TRUE(decode(pack("00."), samples, effect, CopyRule::diploid, {}, {false, true}).good);
    for (const std::string calls : {"001", "020"}) {
      const Decoding bad = decode(pack(calls), samples, effect, CopyRule::diploid, {}, {false, true});
      EXPECT_FALSE(bad.good);
      EXPECT_THAT(bad.fault.what, HasSubstr(calls == "001" ? "sample 3" : "sample 2"));
    }
    EXPECT_FALSE(decode(pack("220"), samples, effect, CopyRule::diploid, {}, {true, true}).good);
  }
}

TEST(BedCalls, MalesHaveOneCopyOfXAndEverybodyOfMt) {
  const SampleColumns samples = all_samples(9, {Sex::male, Sex::male, Sex::male, Sex::male, Sex::female, Sex::female,
                                                Sex::female, Sex::unknown, Sex::unknown});
  const CallBlock x = decode(pack("012.12.12"), samples, AlleleIndex{1}, CopyRule::hemizygous).block;
  EXPECT_EQ(spelled(x), "a-b-12m12");
  EXPECT_EQ(x.male_heterozygous, 1);
  EXPECT_EQ(x.observed_calls, 6);
  EXPECT_EQ(x.observed_alleles, 10);
  EXPECT_EQ(x.effect_alleles, 7);
  EXPECT_EQ(x.x_call[1], XCall::heterozygous) << "it speaks against a male";
  EXPECT_EQ(x.x_call[2], XCall::none) << "two equal copies tell nothing";
  EXPECT_EQ(x.x_call[4], XCall::heterozygous);
  const CallBlock mt = decode(pack("012.12.12"), samples, AlleleIndex{0}, CopyRule::haploid).block;
  EXPECT_EQ(spelled(mt), "b-a--a--a");
  EXPECT_EQ(mt.heteroplasmic, 3);
  EXPECT_TRUE(mt.x_call.empty());
}

TEST(BedCalls, HaploidCallsAreDoubledWhereThatIsAskedFor) {
  DecodeOptions options;
  options.haploid = HaploidPolicy::as_diploid;
  const SampleColumns samples = all_samples(4, {Sex::male, Sex::male, Sex::male, Sex::male});
  EXPECT_EQ(spelled(decode(pack("012."), samples, AlleleIndex{1}, CopyRule::hemizygous, options).block), "0m2m");
}

TEST(BedCalls, OfSelectedSamplesAloneAreCounted) {
  SampleColumns samples;
  samples.file_samples = 6;
  samples.column = {4, 1};
  samples.sex = {Sex::male, Sex::female};
  const CallBlock block = decode(pack("012110"), samples, AlleleIndex{1}, CopyRule::hemizygous).block;
  EXPECT_EQ(spelled(block), "-1");
  EXPECT_EQ(block.male_heterozygous, 1) << "the third column is nobody of the run";
}

TEST(BedCalls, HaveNoDosageAndNoQuality) {
  const SampleColumns samples = all_samples(4, {Sex::male, Sex::male, Sex::female, Sex::unknown});
  std::vector<DecodeOptions> all(3);
  all[0].dosage = DosageSource::ds;
  all[1].min_gq = 0;
  all[2].min_dp = 0;
  for (const DecodeOptions& options : all) {
    const CallBlock block = decode(pack("0121"), samples, AlleleIndex{1}, CopyRule::hemizygous, options).block;
    EXPECT_EQ(spelled(block), "--mm");
    EXPECT_EQ(block.male_heterozygous, 0) << "it is missing already";
    EXPECT_EQ(spelled(decode(pack("0121"), samples, AlleleIndex{1}, CopyRule::diploid, options).block), "mmmm");
  }
  DecodeOptions gt;
  gt.dosage = DosageSource::gt;
  EXPECT_EQ(spelled(decode(pack("0121"), samples, AlleleIndex{1}, CopyRule::diploid, gt).block), "0121");
}

TEST(BedCalls, BitsBehindTheLastSampleAreAFault) {
  for (std::size_t n = 1; n <= 9; ++n) {
    const SampleColumns samples = all_samples(n);
    std::string packed = pack(std::string(n, '1'));
    EXPECT_TRUE(decode(packed, samples).good) << n;
    EXPECT_FALSE(decode(packed + '\0', samples).good) << n;
    if (n % 4 == 0) continue;
    packed.back() = static_cast<char>(static_cast<unsigned char>(packed.back()) | 0x80U);
    const Decoding bad = decode(packed, samples);
    EXPECT_FALSE(bad.good) << n;
    EXPECT_THAT(bad.fault.what, HasSubstr(std::to_string(n) + " samples"));
  }
}

TEST(BedCalls, AreThoseOfTheSameTextOfAVcf) {
  std::mt19937 random(41);
  for (int round = 0; round < 300; ++round) {
    const std::size_t n = 1 + random() % 150;
    std::string copies;
    std::string text;
    SampleColumns samples = all_samples(n);
    samples.sex.resize(n);
    for (std::size_t i = 0; i < n; ++i) {
      copies += "012."[random() % (random() % 4 == 0 ? 4 : 3)];
      text += copies.back() == '.'   ? "\t./."
              : copies.back() == '0' ? "\t0/0"
              : copies.back() == '1' ? "\t0/1"
                                     : "\t1/1";
      samples.sex[i] = static_cast<Sex>(random() % 3);
    }
    const auto rule = static_cast<CopyRule>(random() % 3);
    const AlleleIndex effect{static_cast<std::uint16_t>(random() % 2)};
    DecodeOptions options;
    options.haploid = random() % 2 == 0 ? HaploidPolicy::as_called : HaploidPolicy::as_diploid;
    CallDecoder decoder(options, samples);
    CallBlock wanted;
    RecordFault fault;
    ASSERT_TRUE(decoder.decode(TextFields{"PASS", ".", "GT", std::string_view(text).substr(1)}, effect, 2, rule, wanted,
                               fault));
    const Decoding found = decode(pack(copies), samples, effect, rule, options);
    ASSERT_TRUE(found.good);
    ASSERT_EQ(found.block.code, wanted.code);
    ASSERT_EQ(found.block.exceptions, wanted.exceptions);
    ASSERT_EQ(found.block.x_call, wanted.x_call);
    ASSERT_EQ(found.block.observed_alleles, wanted.observed_alleles);
    ASSERT_EQ(found.block.effect_alleles, wanted.effect_alleles);
    ASSERT_EQ(found.block.male_heterozygous, wanted.male_heterozygous);
    ASSERT_EQ(found.block.heteroplasmic, wanted.heteroplasmic);
  }
}

}  // namespace
}  // namespace varisk::genotypes
