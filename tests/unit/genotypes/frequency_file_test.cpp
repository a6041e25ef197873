#include "varisk/genotypes/frequency_file.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>

#include "../io/variant_files.hpp"
#include "varisk/core/error.hpp"

namespace varisk::genotypes {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using varisk::test::TempFile;

/// Every line with a frequency as `contig:position id alleles frequencies`.
std::vector<std::string> lines_of(const std::string& path) {
  std::vector<std::string> lines;
  read_frequencies(
      path, [](const FrequencyPlace&) { return true; },
      [&](const FrequencyEntry& entry, const auto&) {
        lines.push_back(fmt::format("{}:{} {} {} {}", entry.place.contig,
                                    entry.place.position ? std::to_string(entry.place.position->value) : "?",
                                    entry.place.id, fmt::join(entry.alleles, "/"), fmt::join(entry.alts, ",")));
      });
  return lines;
}

std::string message_of(const std::string& name, const std::string& text) {
  const TempFile file(name, text);
  try {
    static_cast<void>(lines_of(file.path()));
  } catch (const UserError& error) {
    return error.what();
  }
  return "no error";
}

const std::string plink_columns = "#CHROM\tID\tREF\tALT\tALT_FREQS\tOBS_CT\n";

std::string sites_vcf(const std::vector<std::string>& lines, const std::string& contigs = {}) {
  std::string text = varisk::test::vcf_header({}, contigs + "##INFO=<ID=AF,Number=A,Type=Float,Description=\"AF\">\n");
  for (const std::string& line : lines) text += line + '\n';
  return text;
}

TEST(FrequencyFileOfPlink2, PositionsAreInTheirColumnOrInTheId) {
  const TempFile ids("a.afreq", plink_columns +
                                    "1\t1:10:A:G\tA\tG\t0.25\t100\nX\tchrX_20_c_t\tc\tt\t1e-3\t100\n"
                                    "2\trs3\tA\tG,T\t0.1,0.2\t100\n2\t1:10:A:G\tA\tG\t0.5\t100\n");
  EXPECT_THAT(lines_of(ids.path()), ElementsAre("1:10 1:10:A:G A/G 0.25", "X:20 chrX_20_c_t C/T 0.001",
                                                "2:? rs3 A/G/T 0.1,0.2", "2:? 1:10:A:G A/G 0.5"));
  const TempFile column(
      "b.afreq", "#CHROM\tPOS\tID\tREF\tALT\tPROVISIONAL_REF?\tALT_FREQS\tOBS_CT\n1\t7\trs1\tA\tG\tY\t0.25\t9\n");
  EXPECT_THAT(lines_of(column.path()), ElementsAre("1:7 rs1 A/G 0.25"));
}

TEST(FrequencyFileOfPlink2, IsAlsoReadPacked) {
  const TempFile file("a.afreq.gz", varisk::test::gzipped(plink_columns + "1\t1:10:A:G\tA\tG\t0.25\t100\n"));
  EXPECT_EQ(lines_of(file.path()).size(), 1U);
}

TEST(FrequencyFileOfPlink2, LinesWithoutFrequencyArePassedOver) {
  const TempFile file("a.afreq", plink_columns +
                                     "1\t1:10:A:G\tA\tG\tnan\t0\n1\t1:11:A:.\tA\t.\t.\t8\n"
                                     "1\t1:12:A:G,T\tA\tG,T\t0.1,.\t8\n1\t1:13:A:G\tA\tG\t0.5\t8\n");
  EXPECT_THAT(lines_of(file.path()), ElementsAre("1:13 1:13:A:G A/G 0.5"));
}

TEST(FrequencyFileOfPlink2, WhatIsWrongIsSaidWithItsLine) {
  const auto message = [](const std::string& line) { return message_of("a.afreq", plink_columns + line + '\n'); };
  EXPECT_THAT(message("1\t1:10:A:G\tA\tG\t1.25\t100"), HasSubstr("line 2"));
  EXPECT_THAT(message("1\t1:10:A:G\tA\tG\t1.25\t100"), HasSubstr("ALT_FREQS is 1.25"));
  EXPECT_THAT(message("1\t1:10:A:G\tA\tG\t-0.1\t100"), HasSubstr("ALT_FREQS is -0.1"));
  EXPECT_THAT(message("1\t1:10:A:G\tA\tG\tmuch\t100"), HasSubstr("'much'"));
  EXPECT_THAT(message("1\t1:10:A:G\tA\tG,T\t0.5\t100"), HasSubstr("has 1 value(s), the record has 2 ALT(s)"));
  EXPECT_THAT(message("1\t1:10:A:G\tA\tG,T\t0.5,0.6\t100"), HasSubstr("add up to more than 1"));
  EXPECT_THAT(message("1\t1:10:A:G\tA\t?\t0.5\t100"), HasSubstr("ALT holds '?'"));
  EXPECT_THAT(message_of("a.afreq", "#CHROM\tID\tREF\tALT\tFREQ\n"), HasSubstr("expected a column 'ALT_FREQS'"));
}

TEST(FrequencyFileVcf, TextAndBcfSayTheSame) {
  const std::string text = sites_vcf(
      {"1\t10\trs1\tA\tG\t.\t.\tDB=1;AF=0.25", "1\t20\t.\ta\tC,T\t.\t.\tAF=0.1,0.0123456", "1\t30\t.\tA\tG\t.\t.\tAF=.",
       "1\t40\t.\tA\tG\t.\t.\t.", "1\t50\t.\tA\t.\t.\t.\t.", "X\t5\t.\tAT\tA\t.\t.\tAF=1.5e-07"},
      "##INFO=<ID=DB,Number=1,Type=Integer,Description=\"x\">\n");
  const TempFile vcf("a.vcf", text);
  const auto expected = ElementsAre("1:10 rs1 A/G 0.25", "1:20 . A/C/T 0.1,0.0123456", "X:5 . AT/A 1.5e-07");
  EXPECT_THAT(lines_of(vcf.path()), expected);
  EXPECT_THAT(lines_of(TempFile("a.vcf.gz", varisk::test::bgzipped(text)).path()), expected);
  EXPECT_THAT(lines_of(TempFile("a.bcf", varisk::test::to_bcf(text)).path()), expected);
}

TEST(FrequencyFileVcf, OnlyWantedLinesAreChecked) {
  const TempFile file("a.vcf", sites_vcf({"1\t10\t.\tA\tG\t.\t.\tAF=0.25", "1\t20\t.\tA\tG\t.\t.\tAF=7"}));
  const std::string text = file.read();
  const auto last_line = std::count(text.begin(), text.end(), '\n');
  std::size_t taken = 0;
  const auto info = read_frequencies(
      file.path(), [](const FrequencyPlace& place) { return place.position->value == 10; },
      [&](const FrequencyEntry&, const auto& where) {
        ++taken;
        EXPECT_THAT(where(), HasSubstr(": line " + std::to_string(last_line - 1)));
      });
  EXPECT_EQ(taken, 1U);
  EXPECT_EQ(info.lines, 2);
  EXPECT_THROW(static_cast<void>(lines_of(file.path())), UserError);
}

TEST(FrequencyFileVcf, WithoutAfIsRefused) {
  EXPECT_THAT(message_of("a.vcf", sites_vcf({"1\t10\t.\tA\tG\t.\t.\tDP=3"})), HasSubstr("INFO/AF"));
  EXPECT_THAT(message_of("a.txt", "rsID\tfrequency\n"), HasSubstr("is no VCF or BCF"));
}

TEST(FrequencyFileVcf, ContigLengthsTellTheBuild) {
  std::string text = sites_vcf({"1\t10\t.\tA\tG\t.\t.\tAF=0.5"});
  text.replace(text.find("##contig=<ID=1>"), 15, "##contig=<ID=1,length=248956422>");
  const TempFile file("a.vcf", text);
  const auto info = read_frequencies(
      file.path(), [](const auto&) { return true; }, [](const auto&, const auto&) {});
  EXPECT_EQ(info.build, sites::GenomeBuild::grch38);
}

}  // namespace
}  // namespace varisk::genotypes
