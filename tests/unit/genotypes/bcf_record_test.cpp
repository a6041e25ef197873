#include <gmock/gmock.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <memory>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include "../io/variant_files.hpp"
#include "random_calls.hpp"
#include "varisk/core/error.hpp"

namespace varisk::genotypes {
namespace {

using test::Line;
using testing::ElementsAre;
using testing::HasSubstr;
using varisk::test::read_records;
using varisk::test::sample_names;
using varisk::test::TempFile;
using varisk::test::to_bcf;
using varisk::test::vcf_header;

/// The records of a BCF file, each with its length fields, and the header behind their numbers.
struct BcfFile {
  explicit BcfFile(const std::string& vcf)
      : file("a.bcf", to_bcf(vcf)), source_file(io::open_variant_source(file.path())), source(*source_file) {
    read_records(source, [&](const io::RecordBatch& batch) {
      const auto offsets = batch.offsets();
      for (std::size_t i = 0; i < offsets.size(); ++i) {
        const std::size_t stop = i + 1 < offsets.size() ? offsets[i + 1] : batch.records().size();
        records.emplace_back(batch.records().substr(offsets[i], stop - offsets[i]));
      }
    });
  }
  TempFile file;
  std::unique_ptr<io::VariantSource> source_file;
  io::VariantSource& source;
  std::vector<std::string> records;
};

SampleColumns all_samples(std::size_t count) {
  SampleColumns samples;
  samples.column.resize(count);
  std::iota(samples.column.begin(), samples.column.end(), 0U);
  samples.file_samples = count;
  samples.identity = true;
  return samples;
}

TEST(BcfRecord, HoldsWhatTheVcfLineHolds) {
  const BcfFile bcf(vcf_header(sample_names(2)) +
                    "1\t100\trs1\tA\tG,<DEL>\t.\tPASS\tR2=0.5,0.25\tGT\t0/1\t1/2\n"
                    "2\t7\t.\tacgt\tA\t50\tlow\tDR2=0.75\tGT:DS\t0|1:0.9\t.:.\n"
                    "X\t9\t.\tA\t.\t.\t.\t.\tGT\t0\t0\n");
  ASSERT_EQ(bcf.records.size(), 3U);
  struct Wanted {
    std::string contig;
    std::int64_t position, span;
    std::vector<std::string> alleles;
    std::string filter;
    std::vector<double> r2;
    std::vector<std::string> keys;
  };
  const std::vector<Wanted> wanted = {{"1", 100, 1, {"A", "G", "<DEL>"}, "PASS", {0.5, 0.25}, {"GT"}},
                                      {"2", 7, 4, {"ACGT", "A"}, "low", {0.75}, {"GT", "DS"}},
                                      {"X", 9, 1, {"A"}, ".", {}, {"GT"}}};
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    RecordFault fault;
    auto record = BcfRecord::parse(bcf.records[i], bcf.source.header(), fault);
    ASSERT_TRUE(record) << fault.what;
    EXPECT_EQ(record->contig, wanted[i].contig);
    EXPECT_EQ(record->position.value, wanted[i].position);
    EXPECT_EQ(record->span(), wanted[i].span);
    EXPECT_EQ(record->allele_count(), wanted[i].alleles.size());
    EXPECT_EQ(record->sample_count, 2U);
    SiteFields site;
    std::string filter;
    ASSERT_TRUE(record->parse_site(site, filter, fault)) << fault.what;
    EXPECT_EQ(site.alleles, wanted[i].alleles);
    EXPECT_EQ(site.filter, wanted[i].filter);
    EXPECT_EQ(site.imputation_r2, wanted[i].r2);
    std::vector<BcfField> fields;
    ASSERT_TRUE(record->parse_format(fields, fault)) << fault.what;
    ASSERT_EQ(fields.size(), wanted[i].keys.size());
    for (std::size_t k = 0; k < fields.size(); ++k) EXPECT_EQ(fields[k].key, wanted[i].keys[k]);
  }
}

TEST(BcfRecord, ImputationR2IsThatOfTheVcfLine) {
  const std::vector<std::string> infos = {"R2=0.7", "R2=0.3", "R2=0.95,0.5",  "DR2=0.8,0.1", "R2=.",
                                          ".",      "R2=1",   "DR2=0.123456", "R2=0"};
  std::string text = vcf_header(sample_names(1));
  for (std::size_t i = 0; i < infos.size(); ++i) {
    text += "1\t" + std::to_string(i + 1) + "\t.\tA\t" + (infos[i].find(',') == std::string::npos ? "G" : "G,T") +
            "\t.\tPASS\t" + infos[i] + "\tGT\t0/1\n";
  }
  const BcfFile bcf(text);
  ASSERT_EQ(bcf.records.size(), infos.size());
  for (std::size_t i = 0; i < infos.size(); ++i) {
    RecordFault fault;
    SiteFields site;
    std::string filter;
    auto record = BcfRecord::parse(bcf.records[i], bcf.source.header(), fault);
    ASSERT_TRUE(record && record->parse_site(site, filter, fault));
    EXPECT_EQ(site.imputation_r2, imputation_r2(infos[i])) << infos[i];
  }
}

/// Both encodings of the same lines, decoded alike.
void expect_same_as_text(std::uint32_t seed, const std::vector<std::string>& formats) {
  std::mt19937 random(seed);
  constexpr std::size_t samples = 23;
  std::vector<Line> lines;
  std::string vcf = vcf_header(sample_names(samples));
  for (int i = 1; i <= 150; ++i) {
    Line& line = lines.emplace_back();
    line.format = formats[random() % formats.size()];
    line.alleles = 2 + (random() % 4 == 0 ? random() % 11 : 0);
    std::string alts;
    for (std::size_t alt = 1; alt < line.alleles; ++alt) alts += (alt > 1 ? ",G" : "G") + std::string(alt, 'A');
    for (std::size_t k = 0; k < samples; ++k) line.calls.push_back(test::random_call(random, line, {}, false));
    vcf +=
        "1\t" + std::to_string(i) + "\t.\tC\t" + alts + "\t.\tPASS\t.\t" + line.format + test::calls_text(line) + "\n";
  }
  const BcfFile bcf(vcf);
  ASSERT_EQ(bcf.records.size(), lines.size());
  const SampleColumns columns = all_samples(samples);
  for (const DosageSource dosage :
       {DosageSource::automatic, DosageSource::gt, DosageSource::ds, DosageSource::gp, DosageSource::hds}) {
    for (const HalfCallPolicy half : {HalfCallPolicy::missing, HalfCallPolicy::haploid, HalfCallPolicy::reference}) {
      DecodeOptions options;
      options.dosage = dosage;
      options.half_call = half;
      if (random() % 2 == 0) options.min_gq = 20;
      if (random() % 2 == 0) options.min_dp = 10;
      CallDecoder decoder(options, columns);
      for (std::size_t i = 0; i < lines.size(); ++i) {
        const AlleleIndex effect{static_cast<std::uint16_t>(random() % lines[i].alleles)};
        const auto rule = static_cast<CopyRule>(random() % 3);
        if (rule == CopyRule::haploid && !lines[i].has("GT")) continue;  // these dosages are of two copies
        const std::string text = test::calls_text(lines[i]);
        CallBlock from_text;
        CallBlock from_bcf;
        RecordFault fault;
        ASSERT_TRUE(decoder.decode({"PASS", ".", lines[i].format, std::string_view(text).substr(1)}, effect,
                                   lines[i].alleles, rule, from_text, fault))
            << fault.what << text;
        auto record = BcfRecord::parse(bcf.records[i], bcf.source.header(), fault);
        std::vector<BcfField> fields;
        ASSERT_TRUE(record && record->parse_format(fields, fault));
        ASSERT_TRUE(decoder.decode(fields, record->sample_count, effect, lines[i].alleles, rule, from_bcf, fault))
            << fault.what << text;
        ASSERT_EQ(from_bcf.code, from_text.code) << text;
        ASSERT_EQ(from_bcf.has_dosage, from_text.has_dosage);
        if (from_text.has_dosage) {
          for (std::size_t k = 0; k < samples; ++k) {
            if (!is_missing(from_text.code[k])) {
              ASSERT_EQ(from_bcf.dosage[k], from_text.dosage[k]) << text;
            }
          }
        }
        ASSERT_EQ(from_bcf.has_two, from_text.has_two);
        for (std::size_t k = 0; from_text.has_two && k < samples; ++k) ASSERT_EQ(from_bcf.two[k], from_text.two[k]);
        ASSERT_EQ(from_bcf.assumed_diploid, from_text.assumed_diploid);
        ASSERT_EQ(from_bcf.exceptions, from_text.exceptions);
        ASSERT_EQ(from_bcf.observed_alleles, from_text.observed_alleles);
        ASSERT_EQ(from_bcf.effect_alleles, from_text.effect_alleles);
        ASSERT_EQ(from_bcf.polyploid, from_text.polyploid);
        ASSERT_EQ(from_bcf.heteroplasmic, from_text.heteroplasmic);
        ASSERT_EQ(from_bcf.male_heterozygous, from_text.male_heterozygous);
      }
    }
  }
}

TEST(BcfCalls, HardCallsAreThoseOfTheText) { expect_same_as_text(51, {"GT", "GT:GQ:DP", "GT:DP"}); }

TEST(BcfCalls, DosagesAreThoseOfTheText) { expect_same_as_text(52, {"GT:DS", "GT:DS:GQ:DP", "DS"}); }

TEST(BcfCalls, ProbabilitiesAndHaploidDosagesAreThoseOfTheText) {
  expect_same_as_text(53, {"GT:GP", "GT:DS:GP:HDS", "GP", "HDS", "GT:HDS:DP"});
}

TEST(BcfCalls, AnotherNumberOfSamplesThanTheHeaderHasIsAFault) {
  const BcfFile bcf(vcf_header(sample_names(2)) + "1\t100\t.\tA\tG\t.\tPASS\t.\tGT\t0/1\t1/1\n");
  RecordFault fault;
  auto record = BcfRecord::parse(bcf.records[0], bcf.source.header(), fault);
  std::vector<BcfField> fields;
  ASSERT_TRUE(record && record->parse_format(fields, fault));
  const SampleColumns samples = all_samples(3);
  CallDecoder decoder({}, samples);
  CallBlock block;
  EXPECT_FALSE(decoder.decode(fields, record->sample_count, AlleleIndex{1}, 2, CopyRule::diploid, block, fault));
  EXPECT_THAT(fault.what, HasSubstr("2 samples, the header names 3"));
}

TEST(BcfCalls, ADosageThatIsNotANumberIsAFault) {
  const BcfFile bcf(vcf_header(sample_names(1)) + "1\t100\t.\tA\tG\t.\tPASS\t.\tDS\t0.5\n");
  RecordFault fault;
  auto record = BcfRecord::parse(bcf.records[0], bcf.source.header(), fault);
  std::vector<BcfField> fields;
  ASSERT_TRUE(record && record->parse_format(fields, fault));
  const SampleColumns samples = all_samples(1);
  CallDecoder decoder({}, samples);
  for (const float value : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
    fields.at(0).data = reinterpret_cast<const char*>(&value);
    for (const std::uint16_t effect : {std::uint16_t{0}, std::uint16_t{1}}) {
      CallBlock block;
      EXPECT_FALSE(decoder.decode(fields, 1, AlleleIndex{effect}, 2, CopyRule::diploid, block, fault)) << value;
    }
  }
}

const std::string& rich_vcf() {
  static const std::string text =
      vcf_header(sample_names(3)) +
      "1\t100\trs1\tA\tG,T\t50\tPASS\tR2=0.5,0.25\tGT:DS:GQ:DP\t0/1:0.9,0.1:20:5\t1|2:1,1:99:300\t.:.:.:.\n"
      "1\t101\t.\tAC\tA\t.\tlow\t.\tGT\t0/1/1\t1\t./1\n"
      "X\t2000000000\t.\tA\tG\t.\tlow;PASS\tDR2=0.1;R2=.\tDS:GT\t1:0/1\t.:.\t2:1/1\n";
  return text;
}

/// Reads all that a record has, from a heap buffer of exactly its size.
void read_all(const std::string& bytes, const io::VariantHeader& header) {
  const auto exact = std::make_unique_for_overwrite<char[]>(bytes.size());
  std::copy(bytes.begin(), bytes.end(), exact.get());
  RecordFault fault;
  auto record = BcfRecord::parse({exact.get(), bytes.size()}, header, fault);
  if (!record) {
    EXPECT_FALSE(fault.what.empty());
    return;
  }
  SiteFields site;
  std::string filter;
  const bool good_site = record->parse_site(site, filter, fault);
  if (!good_site) {
    EXPECT_FALSE(fault.what.empty());
  }
  std::vector<BcfField> fields;
  if (!record->parse_format(fields, fault)) return;
  const SampleColumns samples = all_samples(3);
  DecodeOptions options;
  options.min_gq = 1;
  options.min_dp = 1;
  CallDecoder decoder(options, samples);
  CallBlock block;
  const std::size_t alleles = good_site ? site.alleles.size() : 2;
  for (std::uint16_t effect = 0; effect < alleles; ++effect) {
    const bool good =
        decoder.decode(fields, record->sample_count, AlleleIndex{effect}, alleles, CopyRule::diploid, block, fault);
    if (good) {
      EXPECT_EQ(block.code.size(), 3U);
    }
  }
}

void set_lengths(std::string& bytes, std::uint32_t shared) {
  const auto individual = static_cast<std::uint32_t>(bytes.size()) - 8 - shared;
  std::memcpy(bytes.data(), &shared, sizeof shared);
  std::memcpy(bytes.data() + 4, &individual, sizeof individual);
}

// The length fields of these are right, as they are for each record that a `VariantSource` gives.
TEST(DamagedBcfRecord, AnyCutBetweenItsTwoPartsIsAFaultOrReadable) {
  const BcfFile bcf(rich_vcf());
  for (std::string record : bcf.records) {
    for (std::uint32_t shared = 0; shared <= record.size() - 8; ++shared) {
      set_lengths(record, shared);
      ASSERT_NO_THROW(read_all(record, bcf.source.header())) << shared;
    }
  }
}

TEST(DamagedBcfRecord, AnyTruncationIsAFault) {
  const BcfFile bcf(rich_vcf());
  for (const std::string& record : bcf.records) {
    std::uint32_t shared = 0;
    std::memcpy(&shared, record.data(), sizeof shared);
    for (std::size_t size = 8; size < record.size(); ++size) {
      std::string cut = record.substr(0, size);
      set_lengths(cut, std::min(shared, static_cast<std::uint32_t>(size - 8)));
      ASSERT_NO_THROW(read_all(cut, bcf.source.header())) << size;
      RecordFault fault;
      auto parsed = BcfRecord::parse(cut, bcf.source.header(), fault);
      SiteFields site;
      std::string filter;
      std::vector<BcfField> fields;
      EXPECT_FALSE(parsed && parsed->parse_site(site, filter, fault) && parsed->parse_format(fields, fault)) << size;
      EXPECT_FALSE(fault.what.empty());
    }
  }
}

TEST(DamagedBcfRecord, RandomlyChangedBytesAreFaultsOrReadable) {
  const BcfFile bcf(rich_vcf());
  std::mt19937 random(53);
  for (int round = 0; round < 60000; ++round) {
    std::string bytes = bcf.records[random() % bcf.records.size()];
    for (std::size_t changes = 1 + random() % 3; changes > 0; --changes) {
      bytes[8 + random() % (bytes.size() - 8)] = static_cast<char>(random());
    }
    ASSERT_NO_THROW(read_all(bytes, bcf.source.header()));
  }
}

TEST(DamagedBcfRecord, AFilterListOfAnUnknownTypeIsAFault) {
  const BcfFile bcf(vcf_header({}) + "1\t100\t.\tA\tG\t.\tPASS\t.\n");
  std::string bytes = bcf.records.at(0);
  // id "." or empty, then A and G as one character each; the filters come last: 1 value of type int8, PASS
  ASSERT_EQ(static_cast<unsigned char>(bytes[bytes.size() - 2]), 0x11);
  bytes[bytes.size() - 2] = '\x10';
  bytes.resize(bytes.size() - 1);
  set_lengths(bytes, static_cast<std::uint32_t>(bytes.size() - 8));
  const auto exact = std::make_unique_for_overwrite<char[]>(bytes.size());
  std::copy(bytes.begin(), bytes.end(), exact.get());
  RecordFault fault;
  auto record = BcfRecord::parse({exact.get(), bytes.size()}, bcf.source.header(), fault);
  ASSERT_TRUE(record);
  SiteFields site;
  std::string filter;
  EXPECT_FALSE(record->parse_site(site, filter, fault));
}

TEST(DamagedBcfRecord, LengthFieldsThatReachBeyondTheBytesAreFaults) {
  const BcfFile bcf(rich_vcf());
  const std::string& record = bcf.records[0];
  for (std::size_t size = 0; size < record.size(); ++size) {
    RecordFault fault;
    ASSERT_NO_THROW(
        EXPECT_FALSE(BcfRecord::parse(std::string_view(record).substr(0, size), bcf.source.header(), fault)))
        << size;
  }
}

}  // namespace
}  // namespace varisk::genotypes
