#include <gmock/gmock.h>

#include <algorithm>
#include <numeric>
#include <optional>
#include <ostream>
#include <random>
#include <string>
#include <vector>

#include "../io/variant_files.hpp"
#include "random_calls.hpp"
#include "varisk/genotypes/allele_calls.hpp"

namespace varisk::genotypes {

inline std::ostream& operator<<(std::ostream& out, const AlleleCall& call) {
  return out << "sample " << call.sample << " kind " << static_cast<int>(call.kind) << ": " << call.first << ' '
             << call.second << (call.phased ? " phased" : "") << " set " << call.phase_set;
}

namespace {

using test::missing_allele;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using varisk::test::read_records;
using varisk::test::sample_names;
using varisk::test::TempFile;
using varisk::test::to_bcf;
using varisk::test::vcf_header;

constexpr const char* phase_set_line = "##FORMAT=<ID=PS,Number=1,Type=Integer,Description=\"phase set\">\n";

SampleColumns all_samples(std::size_t count, std::vector<Sex> sex = {}) {
  SampleColumns samples;
  samples.column.resize(count);
  std::iota(samples.column.begin(), samples.column.end(), 0U);
  samples.file_samples = count;
  samples.identity = true;
  samples.sex = std::move(sex);
  return samples;
}

struct Decoding {
  bool good = false;
  AlleleCalls calls;
  RecordFault fault;
};

Decoding decode_text(const std::string& format, const std::string& columns, const SampleColumns& samples,
                     std::size_t alleles, CopyRule rule, const DecodeOptions& options = {}) {
  AlleleDecoder decoder(options, samples);
  Decoding result;
  result.good = decoder.decode(TextFields{"PASS", ".", format, columns}, alleles, rule, result.calls, result.fault);
  return result;
}

Decoding decode_bcf(const std::string& format, const std::string& columns, const SampleColumns& samples,
                    std::size_t alleles, CopyRule rule, const DecodeOptions& options = {}) {
  std::string alts = "C";
  for (std::size_t k = 2; k < alleles; ++k) alts += ",A" + std::string(k, 'C');
  const std::string vcf = vcf_header(sample_names(samples.file_samples), phase_set_line) + "1\t10\t.\tA\t" + alts +
                          "\t.\tPASS\t.\t" + format + '\t' + columns + '\n';
  const TempFile file("a.bcf", to_bcf(vcf));
  const auto source = io::open_variant_source(file.path());
  const std::string bytes = read_records(*source, [](const io::RecordBatch&) {});
  Decoding result;
  const auto record = BcfRecord::parse(bytes, source->header(), result.fault);
  std::vector<BcfField> fields;
  if (!record || !record->parse_format(fields, result.fault)) return result;
  AlleleDecoder decoder(options, samples);
  result.good = decoder.decode(fields, record->sample_count, alleles, rule, result.calls, result.fault);
  return result;
}

Decoding decode_bed(const std::string& packed, BedAlleles alleles, const SampleColumns& samples, CopyRule rule,
                    const DecodeOptions& options = {}) {
  AlleleDecoder decoder(options, samples);
  Decoding result;
  result.good = decoder.decode(BedCalls{packed, alleles}, rule, result.calls, result.fault);
  return result;
}

/// The only call of one sample; nothing if it is two copies of REF.
std::optional<AlleleCall> call_of(const std::string& gt, CopyRule rule = CopyRule::diploid, Sex sex = Sex::unknown) {
  const Decoding text = decode_text("GT", gt, all_samples(1, {sex}), 4, rule);
  const Decoding bcf = decode_bcf("GT", gt, all_samples(1, {sex}), 4, rule);
  EXPECT_TRUE(text.good && bcf.good) << gt << text.fault.what << bcf.fault.what;
  EXPECT_EQ(text.calls.others, bcf.calls.others) << gt;
  if (text.calls.others.empty()) return std::nullopt;
  return text.calls.others.front();
}

AlleleCall two(std::uint16_t first, std::uint16_t second, bool phased = false) {
  return {0, AlleleCallKind::two, phased, first, second, 0};
}
AlleleCall one(std::uint16_t allele) { return {0, AlleleCallKind::one, false, allele, 0, 0}; }
const AlleleCall none{0, AlleleCallKind::missing, false, 0, 0, 0};

TEST(AlleleDecoder, LeavesOutTwoCopiesOfRef) {
  for (const char* gt : {"0/0", "0|0"}) EXPECT_EQ(call_of(gt), std::nullopt) << gt;
  EXPECT_EQ(call_of("0/1"), two(0, 1));
  EXPECT_EQ(call_of("1/0"), two(1, 0));
  EXPECT_EQ(call_of("1|0"), two(1, 0, true));
  EXPECT_EQ(call_of("3/2"), two(3, 2));
  EXPECT_EQ(call_of("1|1"), two(1, 1));  // phase says nothing of two equal alleles
}

TEST(AlleleDecoder, KeepsTheKnownAltOfHalfACall) {
  EXPECT_EQ(call_of("1|."), (AlleleCall{0, AlleleCallKind::first_only, true, 1, 0, 0}));
  EXPECT_EQ(call_of(".|2"), (AlleleCall{0, AlleleCallKind::second_only, true, 0, 2, 0}));
  EXPECT_EQ(call_of("./1"), (AlleleCall{0, AlleleCallKind::second_only, false, 0, 1, 0}));
  for (const char* gt : {"0/.", ".|0", "./.", ".", ".|."}) EXPECT_EQ(call_of(gt), none) << gt;
}

TEST(AlleleDecoder, OneAlleleIsOneCopyOnlyWherePeopleCanHaveOne) {
  EXPECT_EQ(call_of("1"), none);
  EXPECT_EQ(call_of("1", CopyRule::hemizygous), one(1));
  EXPECT_EQ(call_of("0", CopyRule::hemizygous), one(0));
  EXPECT_EQ(call_of("2", CopyRule::haploid), one(2));
}

TEST(AlleleDecoder, MalesHaveOneCopyHoweverItIsWritten) {
  EXPECT_EQ(call_of("1/1", CopyRule::hemizygous, Sex::male), one(1));
  EXPECT_EQ(call_of("0/0", CopyRule::hemizygous, Sex::male), one(0));
  EXPECT_EQ(call_of("1/1", CopyRule::hemizygous, Sex::female), two(1, 1));
  EXPECT_EQ(call_of("1/1", CopyRule::hemizygous), two(1, 1));
  EXPECT_EQ(call_of("0/1", CopyRule::hemizygous, Sex::male), (AlleleCall{0, AlleleCallKind::conflict, false, 0, 0, 0}));
  EXPECT_EQ(call_of("1|.", CopyRule::hemizygous, Sex::male), none);
  EXPECT_EQ(decode_text("GT", "0/1", all_samples(1, {Sex::male}), 2, CopyRule::hemizygous).calls.male_heterozygous, 1);
}

TEST(AlleleDecoder, KeepsBothBasesOfMitochondria) {
  EXPECT_EQ(call_of("1/1", CopyRule::haploid), one(1));
  EXPECT_EQ(call_of("0/0", CopyRule::haploid), one(0));
  EXPECT_EQ(call_of("0/1", CopyRule::haploid), two(0, 1));
  EXPECT_EQ(decode_text("GT", "0/1", all_samples(1), 2, CopyRule::haploid).calls.heteroplasmic, 1);
}

TEST(AlleleDecoder, MoreThanTwoAllelesAreMissingAndCounted) {
  EXPECT_EQ(call_of("0/0/1"), none);
  EXPECT_EQ(decode_text("GT", "0/0/1\t0/1\t1|1|1", all_samples(3), 2, CopyRule::diploid).calls.polyploid, 2);
}

TEST(AlleleDecoder, PhaseSetsGoWithPhasedHeterozygotes) {
  const std::string columns = "0|1:7\t0/1:7\t1|1:7\t0|1:.\t0|1\t1|.:9";
  for (const Decoding& result : {decode_text("GT:PS", columns, all_samples(6), 2, CopyRule::diploid),
                                 decode_bcf("GT:PS", columns, all_samples(6), 2, CopyRule::diploid)}) {
    ASSERT_TRUE(result.good);
    std::vector<std::int32_t> sets;
    for (const AlleleCall& call : result.calls.others) sets.push_back(call.phase_set);
    EXPECT_THAT(sets, ElementsAre(7, 0, 0, 0, 0, 9));
  }
}

TEST(AlleleDecoder, ReadsThePhaseBeforeTheFirstAllele) {
  EXPECT_EQ(decode_text("GT", "|0|1", all_samples(1), 2, CopyRule::diploid).calls.others.front(), two(0, 1, true));
  EXPECT_EQ(decode_text("GT", "/0/1", all_samples(1), 2, CopyRule::diploid).calls.others.front(), two(0, 1));
}

TEST(AlleleDecoder, RefusesCallsThatItCannotUnderstand) {
  for (const char* gt : {"", "0/", "/", "0/9", "a", "0,1", "0/1/", "-1/0", "0//1"}) {
    const Decoding result = decode_text("GT", gt, all_samples(1), 2, CopyRule::diploid);
    EXPECT_FALSE(result.good) << gt;
    EXPECT_FALSE(result.fault.what.empty()) << gt;
  }
  EXPECT_THAT(decode_text("GT", "0/0\t0/0", all_samples(3), 2, CopyRule::diploid).fault.what,
              HasSubstr("2 sample columns"));
  EXPECT_FALSE(decode_text("GT", "0/0\t0/0\t0/0", all_samples(2), 2, CopyRule::diploid).good);
  EXPECT_FALSE(decode_bed("\x01", {}, all_samples(5), CopyRule::diploid).good);
}

TEST(AlleleDecoder, WithoutGenotypesEverybodyIsMissing) {
  const Decoding result = decode_text("DS", "0.5\t1", all_samples(2), 2, CopyRule::diploid);
  ASSERT_TRUE(result.good);
  ASSERT_EQ(result.calls.others.size(), 2U);
  EXPECT_EQ(result.calls.others[0], none);
}

// --- random calls
// -----------------------------------------------------------------------------------------------------

struct RandomCall {
  std::vector<int> gt;
  char separator = '/';
  std::optional<int> phase_set, gq, dp;
};

std::string column_of(const RandomCall& call) {
  std::string text;
  for (std::size_t i = 0; i < call.gt.size(); ++i) {
    if (i > 0) text += call.separator;
    text += call.gt[i] == missing_allele ? "." : std::to_string(call.gt[i]);
  }
  for (const auto& field : {call.phase_set, call.gq, call.dp}) text += ':' + (field ? std::to_string(*field) : ".");
  return text;
}

RandomCall random_call(std::mt19937& random, std::size_t alleles, bool only_pairs) {
  const auto one_in = [&](unsigned n) { return random() % n == 0; };
  RandomCall call;
  const std::size_t ploidy = only_pairs ? 2 : one_in(6) ? 1 : one_in(20) ? 3 : 2;
  for (std::size_t i = 0; i < ploidy; ++i) {
    const bool dot = !only_pairs && one_in(8);
    call.gt.push_back(dot ? missing_allele : one_in(2) ? 0 : static_cast<int>(random() % alleles));
  }
  if (only_pairs && one_in(8)) call.gt = {missing_allele, missing_allele};
  call.separator = one_in(2) ? '|' : '/';
  if (one_in(2)) call.phase_set = 1 + static_cast<int>(random() % 300);
  if (!one_in(8)) call.gq = static_cast<int>(random() % 60);
  if (!one_in(8)) call.dp = static_cast<int>(random() % 40);
  return call;
}

/// By the rules of the documentation, call by call; nothing for two copies of REF.
std::optional<AlleleCall> meaning_of(const RandomCall& call, std::uint32_t sample, CopyRule rule, Sex sex,
                                     const DecodeOptions& options) {
  const AlleleCall missing{sample, AlleleCallKind::missing, false, 0, 0, 0};
  if (options.min_gq && !(call.gq && *call.gq >= *options.min_gq)) return missing;
  if (options.min_dp && !(call.dp && *call.dp >= *options.min_dp)) return missing;
  if (call.gt.size() > 2) return missing;
  const bool one_copy = has_one_copy(rule, sex);
  const auto allele = [&](std::size_t i) { return static_cast<std::uint16_t>(std::max(call.gt[i], 0)); };
  if (call.gt.size() == 1) {
    if (call.gt[0] == missing_allele || rule == CopyRule::diploid) return missing;
    return AlleleCall{sample, AlleleCallKind::one, false, allele(0), 0, 0};
  }
  AlleleCall result{sample, AlleleCallKind::two, false, allele(0), allele(1), 0};
  const bool has_dot = call.gt[0] == missing_allele || call.gt[1] == missing_allele;
  if (has_dot) {
    if (one_copy || (allele(0) == 0 && allele(1) == 0)) return missing;
    result.kind = call.gt[0] == missing_allele ? AlleleCallKind::second_only : AlleleCallKind::first_only;
  } else if (allele(0) == allele(1)) {
    if (one_copy) return AlleleCall{sample, AlleleCallKind::one, false, allele(0), 0, 0};
    if (allele(0) == 0) return std::nullopt;
    return result;
  } else if (one_copy && rule == CopyRule::hemizygous) {
    return AlleleCall{sample, AlleleCallKind::conflict, false, 0, 0, 0};
  }
  result.phased = call.separator == '|';
  result.phase_set = result.phased ? call.phase_set.value_or(0) : 0;
  return result;
}

/// All columns, some, or all in another order.
SampleColumns random_selection(std::mt19937& random, std::size_t count) {
  SampleColumns samples = all_samples(count);
  const auto kind = random() % 3;
  if (kind > 0) std::shuffle(samples.column.begin(), samples.column.end(), random);
  if (kind == 2) samples.column.resize(random() % (count + 1));
  samples.identity = kind == 0;
  if (random() % 4 == 0) return samples;
  for (std::size_t i = 0; i < samples.column.size(); ++i) samples.sex.push_back(static_cast<Sex>(random() % 3));
  return samples;
}

std::vector<DecodeOptions> filters() {
  std::vector<DecodeOptions> all(3);
  all[1].min_gq = 20;
  all[2].min_dp = 9.5;
  return all;
}

std::vector<AlleleCall> meanings(const std::vector<RandomCall>& calls, const SampleColumns& samples, CopyRule rule,
                                 const DecodeOptions& options) {
  std::vector<AlleleCall> wanted;
  for (std::uint32_t sample = 0; sample < samples.column.size(); ++sample) {
    const Sex sex = samples.sex.empty() ? Sex::unknown : samples.sex[sample];
    if (const auto call = meaning_of(calls[samples.column[sample]], sample, rule, sex, options))
      wanted.push_back(*call);
  }
  return wanted;
}

std::string joined(const std::vector<RandomCall>& calls) {
  std::string text;
  for (const RandomCall& call : calls) text += (text.empty() ? "" : "\t") + column_of(call);
  return text;
}

TEST(AlleleDecoder, TextAndBcfGiveWhatTheCallsMean) {
  std::mt19937 random(5);
  for (const CopyRule rule : {CopyRule::diploid, CopyRule::hemizygous, CopyRule::haploid}) {
    for (const DecodeOptions& options : filters()) {
      for (int round = 0; round < 15; ++round) {
        const std::size_t n = 1 + random() % 40;
        const std::size_t alleles = 2 + (random() % 3 == 0 ? random() % 8 : 0);
        const SampleColumns samples = random_selection(random, n);
        std::vector<RandomCall> calls(n);
        for (RandomCall& call : calls) call = random_call(random, alleles, random() % 3 == 0);
        const auto wanted = meanings(calls, samples, rule, options);
        const std::string columns = joined(calls);
        const Decoding text = decode_text("GT:PS:GQ:DP", columns, samples, alleles, rule, options);
        ASSERT_TRUE(text.good) << text.fault.what << '\n' << columns;
        ASSERT_EQ(text.calls.others, wanted) << columns;
        const Decoding bcf = decode_bcf("GT:PS:GQ:DP", columns, samples, alleles, rule, options);
        ASSERT_TRUE(bcf.good) << bcf.fault.what << '\n' << columns;
        ASSERT_EQ(bcf.calls.others, wanted) << columns;
        EXPECT_EQ(bcf.calls.polyploid, text.calls.polyploid);
        EXPECT_EQ(bcf.calls.male_heterozygous, text.calls.male_heterozygous);
        EXPECT_EQ(bcf.calls.heteroplasmic, text.calls.heteroplasmic);
      }
    }
  }
}

TEST(AlleleDecoder, BedGivesWhatUnphasedPairsMean) {
  std::mt19937 random(6);
  for (const CopyRule rule : {CopyRule::diploid, CopyRule::hemizygous, CopyRule::haploid}) {
    for (int round = 0; round < 100; ++round) {
      const std::size_t n = 1 + random() % 40;
      const SampleColumns samples = random_selection(random, n);
      BedAlleles alleles;
      alleles.a1_is_first = random() % 2 == 0;
      std::vector<RandomCall> calls(n);
      std::string packed((n + 3) / 4, '\0');
      for (std::size_t i = 0; i < n; ++i) {
        RandomCall& call = calls[i] = random_call(random, 2, true);
        call.separator = '/';
        std::sort(call.gt.begin(), call.gt.end());
        const int copies = call.gt[0] == missing_allele ? -1 : call.gt[0] + call.gt[1];
        const int of_a1 = alleles.a1_is_first ? 2 - copies : copies;
        const unsigned bits = copies < 0 ? 1 : of_a1 == 2 ? 0 : of_a1 == 1 ? 2 : 3;
        packed[i / 4] = static_cast<char>(static_cast<unsigned char>(packed[i / 4]) | bits << (2 * (i % 4)));
      }
      const Decoding bed = decode_bed(packed, alleles, samples, rule);
      ASSERT_TRUE(bed.good) << bed.fault.what;
      ASSERT_EQ(bed.calls.others, meanings(calls, samples, rule, {})) << joined(calls);
      // Without GQ nothing reaches a limit.
      const Decoding filtered = decode_bed(packed, alleles, samples, rule, filters()[1]);
      for (const AlleleCall& call : filtered.calls.others) EXPECT_EQ(call.kind, AlleleCallKind::missing);
    }
  }
}

TEST(AlleleDecoder, BlocksNeedEvidence) {
  DecodeOptions options;
  options.min_block_gq = 20;
  const SampleColumns samples = all_samples(7);
  // Enough of both, low GQ, no depth, MIN_DP instead of DP, and what is not there does no harm.
  const std::string columns = "0/0:20:5:1\t0/0:19:5:5\t0/0:30:5:0\t0/0:30:0:3\t0/0:.:.:.\t0/0\t./.:30:5:5";
  const std::string more =
      std::string(phase_set_line) + "##FORMAT=<ID=MIN_DP,Number=1,Type=Integer,Description=\"least depth\">\n";
  AlleleDecoder decoder(options, samples);
  Decoding text;
  ASSERT_TRUE(decoder.decode(TextFields{"PASS", ".", "GT:GQ:DP:MIN_DP", columns}, 2, CopyRule::diploid, text.calls,
                             text.fault));
  std::vector<std::uint32_t> missing;
  for (const AlleleCall& call : text.calls.others) missing.push_back(call.sample);
  EXPECT_THAT(missing, ElementsAre(1, 2, 6));
  const TempFile file("a.bcf", to_bcf(vcf_header(sample_names(7), more) +
                                      "1\t10\t.\tA\tC\t.\tPASS\t.\tGT:GQ:DP:MIN_DP\t" + columns + '\n'));
  const auto source = io::open_variant_source(file.path());
  const std::string bytes = read_records(*source, [](const io::RecordBatch&) {});
  RecordFault fault;
  const auto record = BcfRecord::parse(bytes, source->header(), fault);
  std::vector<BcfField> fields;
  ASSERT_TRUE(record && record->parse_format(fields, fault));
  AlleleCalls bcf;
  ASSERT_TRUE(decoder.decode(fields, 7, 2, CopyRule::diploid, bcf, fault));
  EXPECT_EQ(bcf.others, text.calls.others);
}

}  // namespace
}  // namespace varisk::genotypes
