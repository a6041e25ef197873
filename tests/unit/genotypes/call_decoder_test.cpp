#include "varisk/genotypes/call_decoder.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include "kernel_levels.hpp"
#include "random_calls.hpp"

namespace varisk::genotypes {
namespace {

using test::Call;
using test::Line;
using test::Meaning;
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

/// Columns of one record; `text` starts with the tab before the first.
struct Decoding {
  bool good = false;
  CallBlock block;
  RecordFault fault;
};

Decoding decode(const std::string& format, const std::string& text, const SampleColumns& samples,
                const DecodeOptions& options = {}, unsigned effect = 1, std::size_t alleles = 2,
                CopyRule rule = CopyRule::diploid, SimdLevel level = best_simd_level()) {
  CallDecoder decoder(options, samples, level);
  const TextFields fields{"PASS", ".", format, std::string_view(text).substr(1)};
  Decoding result;
  result.good = decoder.decode(fields, AlleleIndex{static_cast<std::uint16_t>(effect)}, alleles, rule, result.block,
                               result.fault);
  return result;
}

double copies_of(const CallBlock& block, std::size_t i) {
  return block.has_dosage ? block.dosage[i] : copies(block.code[i]);
}

void expect_meanings(const CallBlock& block, const std::vector<Meaning>& meanings, CopyRule rule) {
  ASSERT_EQ(block.code.size(), meanings.size());
  std::vector<std::uint32_t> exceptions;
  std::int64_t calls = 0;
  std::int64_t alleles = 0;
  std::int64_t heterozygous = 0;
  double effect = 0;
  for (std::size_t i = 0; i < meanings.size(); ++i) {
    const Meaning& wanted = meanings[i];
    ASSERT_EQ(is_missing(block.code[i]), wanted.missing) << "sample " << i;
    ASSERT_EQ(ploidy(block.code[i]), wanted.ploidy) << "sample " << i;
    if (wanted.missing || wanted.ploidy == 1) exceptions.push_back(static_cast<std::uint32_t>(i));
    heterozygous += wanted.heterozygous_in_one_copy ? 1 : 0;
    if (wanted.missing) continue;
    ASSERT_NEAR(copies_of(block, i), wanted.copies, 1e-9) << "sample " << i;
    ++calls;
    alleles += wanted.ploidy;
    effect += wanted.copies;
    if (wanted.ploidy == 2) {
      ASSERT_NEAR(block.two_of(i), wanted.two.value_or(std::max(wanted.copies - 1, 0.0)), 1e-9) << "sample " << i;
    }
  }
  EXPECT_EQ(block.exceptions, exceptions);
  EXPECT_EQ(block.observed_calls, calls);
  EXPECT_EQ(block.observed_alleles, alleles);
  EXPECT_NEAR(block.effect_alleles, effect, 1e-6);
  EXPECT_EQ(block.heteroplasmic, rule == CopyRule::haploid ? heterozygous : 0);
  EXPECT_EQ(block.male_heterozygous, rule == CopyRule::hemizygous ? heterozygous : 0);
}

std::vector<DecodeOptions> all_options() {
  std::vector<DecodeOptions> all;
  for (const DosageSource dosage :
       {DosageSource::automatic, DosageSource::gt, DosageSource::ds, DosageSource::gp, DosageSource::hds}) {
    for (const HaploidPolicy haploid : {HaploidPolicy::as_called, HaploidPolicy::as_diploid}) {
      for (const HalfCallPolicy half : {HalfCallPolicy::missing, HalfCallPolicy::haploid, HalfCallPolicy::reference}) {
        for (const int filter : {0, 1, 2, 3}) {
          DecodeOptions options;
          options.dosage = dosage;
          options.haploid = haploid;
          options.half_call = half;
          if ((filter & 1) != 0) options.min_gq = 20;
          if ((filter & 2) != 0) options.min_dp = 9.5;
          all.push_back(options);
        }
      }
    }
  }
  return all;
}

/// All samples, all in another order, or some of them.
SampleColumns random_selection(std::mt19937& random, std::size_t count, bool with_sex) {
  SampleColumns samples = all_samples(count);
  const auto kind = random() % 3;
  if (kind > 0) std::shuffle(samples.column.begin(), samples.column.end(), random);
  if (kind == 2) samples.column.resize(random() % (count + 1));
  samples.identity = kind == 0;
  if (!with_sex) return samples;
  for (std::size_t i = 0; i < samples.column.size(); ++i) samples.sex.push_back(static_cast<Sex>(random() % 3));
  return samples;
}

void expect_random_lines(std::uint32_t seed, const std::vector<std::string>& formats, const test::Choices& choices) {
  std::mt19937 random(seed);
  for (const DecodeOptions& options : all_options()) {
    for (const CopyRule rule : {CopyRule::diploid, CopyRule::hemizygous, CopyRule::haploid}) {
      for (int round = 0; round < 12; ++round) {
        const std::size_t n = 1 + random() % 40;
        const SampleColumns samples = random_selection(random, n, random() % 4 != 0);
        std::vector<Sex> sex_of_column(n, Sex::unknown);
        for (std::size_t i = 0; i < samples.sex.size(); ++i) sex_of_column[samples.column[i]] = samples.sex[i];
        Line line;
        line.format = formats[random() % formats.size()];
        line.alleles = 2 + (random() % 3 == 0 ? random() % 11 : 0);
        for (std::size_t i = 0; i < n; ++i) {
          line.calls.push_back(test::random_call(random, line, choices, has_one_copy(rule, sex_of_column[i])));
        }
        const auto effect = static_cast<unsigned>(random() % line.alleles);
        std::vector<Meaning> meanings;
        std::int64_t polyploid = 0;
        std::int64_t assumed_diploid = 0;
        for (const std::uint32_t column : samples.column) {
          meanings.push_back(test::meaning_of(line, line.calls[column], static_cast<int>(effect), options, rule,
                                              sex_of_column[column]));
          polyploid += meanings.back().polyploid ? 1 : 0;
          assumed_diploid += meanings.back().assumed_diploid ? 1 : 0;
        }
        const std::string text = test::calls_text(line);
        const auto level = static_cast<SimdLevel>(random() % (1 + static_cast<unsigned>(best_simd_level())));
        const Decoding result = decode(line.format, text, samples, options, effect, line.alleles, rule, level);
        ASSERT_TRUE(result.good) << result.fault.what << text;
        expect_meanings(result.block, meanings, rule);
        if (testing::Test::HasFatalFailure()) FAIL() << line.format << text << " effect " << effect;
        ASSERT_EQ(result.block.assumed_diploid, assumed_diploid);
        if (samples.column.size() == n) {
          ASSERT_EQ(result.block.polyploid, polyploid);
        }
      }
    }
  }
}

TEST(CallDecoder, HardCallsMeanWhatTheRulesSay) { expect_random_lines(41, {"GT", "GT:GQ", "GT:AB:DP:GQ"}, {}); }

TEST(CallDecoder, RegularCallsMeanWhatTheRulesSay) {
  test::Choices choices;
  choices.irregular = false;
  expect_random_lines(42, {"GT"}, choices);
}

TEST(CallDecoder, DosagesMeanWhatTheRulesSay) {
  expect_random_lines(43, {"GT:DS", "GT:DS:GQ", "DS", "DS:GQ:DP", "GT:GQ:DP:DS"}, {});
}

TEST(CallDecoder, ProbabilitiesMeanWhatTheRulesSay) {
  expect_random_lines(44, {"GT:GP", "GP", "GT:DS:GP", "GT:GQ:GP:DS:DP", "GT:DS:HDS:GP"}, {});
}

TEST(CallDecoder, HaploidDosagesMeanWhatTheRulesSay) {
  expect_random_lines(45, {"GT:HDS", "HDS", "GT:DS:HDS", "GP:HDS:DP"}, {});
}

/// Lines that the kernels read, with something else in between.
TEST(CallDecoder, LongLinesOfUsualColumnsMeanWhatTheRulesSay) {
  std::mt19937 random(46);
  for (const std::string format : {"GT:DS", "GT:DS:GP", "DS:GP", "GT:GQ", "GT:DP:AB"}) {
    for (int round = 0; round < 60; ++round) {
      const std::size_t n = 200 + random() % 1500;
      const SampleColumns samples = random_selection(random, n, false);
      test::Choices choices;
      choices.irregular = random() % 2 == 0;
      Line line;
      line.format = format;
      for (std::size_t i = 0; i < n; ++i) {
        test::Choices here = choices;
        here.irregular = choices.irregular && random() % 50 == 0;
        line.calls.push_back(test::random_call(random, line, here, false));
      }
      const unsigned effect = random() % 2 == 0 ? 1 : 0;
      std::vector<Meaning> meanings;
      for (const std::uint32_t column : samples.column) {
        meanings.push_back(
            test::meaning_of(line, line.calls[column], static_cast<int>(effect), {}, CopyRule::diploid, Sex::unknown));
      }
      const std::string text = test::calls_text(line);
      for (const SimdLevel level : test::levels()) {
        const Decoding result = decode(line.format, text, samples, {}, effect, 2, CopyRule::diploid, level);
        ASSERT_TRUE(result.good) << result.fault.what;
        expect_meanings(result.block, meanings, CopyRule::diploid);
        if (testing::Test::HasFatalFailure()) FAIL() << format << " effect " << effect;
      }
    }
  }
}

/// One character changed anywhere: all instruction sets give the same block or the same fault.
TEST(CallDecoder, DamagedLinesAreJudgedAlike) {
  std::mt19937 random(47);
  const std::string_view alphabet("\t:./|,0129e-+ \0x", 17);
  for (const std::string format : {"GT:DS", "GT:DS:GP", "DS", "GT:DP"}) {
    for (int round = 0; round < 4; ++round) {
      Line line;
      line.format = format;
      const std::size_t n = 40;
      test::Choices choices;
      choices.irregular = false;
      for (std::size_t i = 0; i < n; ++i) line.calls.push_back(test::random_call(random, line, choices, false));
      const std::string good = test::calls_text(line);
      for (std::size_t at = 1; at < good.size(); ++at) {
        std::string text = good;
        text[at] = alphabet[random() % alphabet.size()];
        const SampleColumns samples = all_samples(n);
        const Decoding scalar = decode(format, text, samples, {}, 1, 2, CopyRule::diploid, SimdLevel::scalar);
        for (const SimdLevel level : test::levels()) {
          const Decoding other = decode(format, text, samples, {}, 1, 2, CopyRule::diploid, level);
          ASSERT_EQ(other.good, scalar.good) << text;
          ASSERT_EQ(other.fault.what, scalar.fault.what);
          if (!scalar.good) continue;
          ASSERT_EQ(other.block.code, scalar.block.code);
          ASSERT_EQ(other.block.has_dosage, scalar.block.has_dosage);
          if (scalar.block.has_dosage) {
            ASSERT_EQ(other.block.dosage, scalar.block.dosage);
          }
          ASSERT_EQ(other.block.effect_alleles, scalar.block.effect_alleles);
        }
      }
    }
  }
}

TEST(CallDecoder, CallsThatNameNoSequenceAreCounted) {
  const std::string text = "\t0/1\t0|2\t3/2\t./3\t1/1";
  SampleColumns samples = all_samples(5);
  samples.column = {0, 2, 4};
  samples.identity = false;
  const std::vector<AlleleIndex> unspecific = {AlleleIndex{2}, AlleleIndex{3}};
  for (const auto& columns : {all_samples(5), samples}) {
    CallDecoder decoder({}, columns);
    CallBlock block;
    RecordFault fault;
    const TextFields fields{"", "", "GT", std::string_view(text).substr(1)};
    ASSERT_TRUE(decoder.decode(fields, AlleleIndex{1}, 4, CopyRule::diploid, block, fault, unspecific));
    EXPECT_EQ(block.unspecific, columns.identity ? 3 : 1);
  }
}

TEST(CallDecoder, ACallDoesNotDependOnTheOtherSamplesOfTheRecord) {
  const std::vector<Sex> sex = {Sex::male, Sex::female};
  for (const CopyRule rule : {CopyRule::hemizygous, CopyRule::haploid}) {
    const Decoding alone = decode("GT:DS", "\t0/1:.\t0/0:.", all_samples(2, sex), {}, 1, 2, rule);
    const Decoding beside = decode("GT:DS", "\t0/1:.\t0/0:0.1", all_samples(2, sex), {}, 1, 2, rule);
    EXPECT_EQ(alone.block.code[0], CallCode::haploid_missing);
    EXPECT_EQ(beside.block.code[0], CallCode::haploid_missing);
    EXPECT_EQ(beside.block.male_heterozygous + beside.block.heteroplasmic, 1);
  }
}

TEST(CallDecoder, PolyploidCallsOfSamplesThatAreNotInTheRunDoNotCount) {
  SampleColumns samples = all_samples(3);
  samples.column = {0, 2};
  samples.identity = false;
  const Decoding result = decode("GT", "\t0/1\t0/0/1\t1/1", samples);
  EXPECT_THAT(result.block.code, ElementsAre(CallCode::diploid_1, CallCode::diploid_2));
  EXPECT_EQ(result.block.polyploid, 0);
  EXPECT_EQ(decode("GT", "\t0/1\t0/0/1\t1/1", all_samples(3)).block.polyploid, 1);
}

TEST(CallDecoder, ABlockIsReusedWithoutTracesOfTheRecordBefore) {
  const SampleColumns samples = all_samples(3);
  CallDecoder decoder({}, samples);
  CallBlock block;
  RecordFault fault;
  const std::string dosages = "\t0/1:0.9\t./.:.\t1:1";
  const std::string calls = "\t0/1\t0|0\t1|1";
  ASSERT_TRUE(decoder.decode({"", "", "GT:DS", std::string_view(dosages).substr(1)}, AlleleIndex{1}, 2,
                             CopyRule::diploid, block, fault));
  EXPECT_TRUE(block.has_dosage);
  ASSERT_TRUE(decoder.decode({"", "", "GT", std::string_view(calls).substr(1)}, AlleleIndex{1}, 2, CopyRule::diploid,
                             block, fault));
  EXPECT_FALSE(block.has_dosage);
  EXPECT_THAT(block.code, ElementsAre(CallCode::diploid_1, CallCode::diploid_0, CallCode::diploid_2));
  EXPECT_TRUE(block.exceptions.empty());
  EXPECT_EQ(block.effect_alleles, 3);
}

TEST(CallDecoder, WrongNumbersOfColumnsAreFaults) {
  for (const std::string text : {"\t0|0", "\t0|0\t0|0\t0|0", "\t0|0\t0|0\t", "\t0|0\t", "\t0/0\t0/0/0\t0"}) {
    const Decoding result = decode("GT", text, all_samples(2));
    EXPECT_FALSE(result.good) << text;
    EXPECT_THAT(result.fault.what, testing::AnyOf(HasSubstr("columns"), HasSubstr("sample column"))) << text;
  }
  EXPECT_THAT(decode("GT", "\t0|0\t0|1\t0|1", all_samples(2)).fault.what, HasSubstr("3 sample columns"));
}

TEST(CallDecoder, ARecordThatEndsBeforeItsCallsIsAFault) {
  for (const std::string format : {"", "GT", "DS"}) {
    const SampleColumns samples = all_samples(2);
    CallDecoder decoder({}, samples);
    CallBlock block;
    RecordFault fault;
    EXPECT_FALSE(decoder.decode({"PASS", ".", format, {}}, AlleleIndex{1}, 2, CopyRule::diploid, block, fault));
    EXPECT_FALSE(fault.what.empty());
  }
}

TEST(CallDecoder, CallsThatCannotBeUnderstoodAreFaultsThatNameTheColumn) {
  for (const std::string call : {"0/2", "0/", "/", "", "a/b", "0:1", "0|1|", "2|2", "0\\1", "-/-"}) {
    const Decoding result = decode("GT", "\t0/1\t" + call, all_samples(2));
    if (call == "0:1") {
      EXPECT_TRUE(result.good);  // a haploid call and a field too many
      continue;
    }
    EXPECT_FALSE(result.good) << call;
    EXPECT_THAT(result.fault.what, HasSubstr("sample column 2")) << call;
  }
}

TEST(CallDecoder, DosagesThatCannotBeAreFaultsThatNameTheColumn) {
  for (const std::string ds : {"2.1", "-0.5", "x", "0.5,0.5", "nan", "1e9", "3"}) {
    const Decoding result = decode("GT:DS", "\t0/1:1\t0/1:" + ds, all_samples(2));
    EXPECT_FALSE(result.good) << ds;
    EXPECT_THAT(result.fault.what, HasSubstr("sample column 2")) << ds;
  }
  EXPECT_FALSE(decode("GT:DS", "\t0/1:1", all_samples(1), {}, 1, 3).good);  // one value for two ALTs
  EXPECT_FALSE(decode("GT:DS", "\t1:1.5", all_samples(1)).good);            // more copies than the call has
}

TEST(CallDecoder, RoundingOfImputedDosagesIsForgiven) {
  const Decoding result = decode("GT:DS", "\t0/1:2.001\t1/1:0", all_samples(2));
  ASSERT_TRUE(result.good);
  EXPECT_THAT(result.block.dosage, ElementsAre(2, 0));
  const Decoding ref = decode("GT:DS", "\t1/2:1.001,1.000", all_samples(1), {}, 0, 3);
  ASSERT_TRUE(ref.good) << ref.fault.what;
  EXPECT_THAT(ref.block.dosage, ElementsAre(0));
}

TEST(CallDecoder, TheSameCallScoresAlikeHoweverTheCallerWritesAMalesX) {
  const std::vector<Sex> sex(2, Sex::male);
  const Decoding hard = decode("GT", "\t1\t1/1", all_samples(2, sex), {}, 1, 2, CopyRule::hemizygous);
  EXPECT_THAT(hard.block.code, testing::Each(CallCode::haploid_1));
  const Decoding soft = decode("GT:DS", "\t1:0.9\t1/1:1.8", all_samples(2, sex), {}, 1, 2, CopyRule::hemizygous);
  EXPECT_THAT(soft.block.dosage, ElementsAre(0.9, 0.9));
}

}  // namespace
}  // namespace varisk::genotypes
