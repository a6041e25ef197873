#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "varisk/genotypes/record.hpp"

namespace varisk::genotypes {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(ParseHead, TakesPlaceAndAlleles) {
  RecordFault fault;
  const auto head = parse_head("chr1\t12345\trs1\tA\tG,T\t.\tPASS\t.\tGT\t0/1", fault);
  ASSERT_TRUE(head);
  EXPECT_EQ(head->contig, "chr1");
  EXPECT_EQ(head->position.value, 12345);
  EXPECT_EQ(head->ref, "A");
  EXPECT_EQ(head->alts, "G,T");
  EXPECT_EQ(head->rest, ".\tPASS\t.\tGT\t0/1");
}

TEST(ParseHead, PositionsAreWholeNumbersOfAContig) {
  RecordFault fault;
  for (const std::string position : {"0", "1", "2147483647"}) {
    EXPECT_TRUE(parse_head("1\t" + position + "\t.\tA\tG\t.\t.\t.", fault)) << position;
  }
  for (const std::string position : {"", "-1", "1.0", "1e5", "x", " 1", "1 ", "2147483648", "99999999999999999999"}) {
    fault = {};
    EXPECT_FALSE(parse_head("1\t" + position + "\t.\tA\tG\t.\t.\t.", fault)) << position;
    EXPECT_THAT(fault.what, HasSubstr("POS is '" + position + "'"));
  }
}

TEST(ParseHead, LinesThatEndEarlyAreFaults) {
  const std::string line = "1\t100\t.\tA\tG\t.";
  RecordFault fault;
  EXPECT_TRUE(parse_head(line, fault));
  for (std::size_t size = 0; size < line.rfind('\t'); ++size) {
    fault = {};
    EXPECT_FALSE(parse_head(line.substr(0, size), fault)) << size;
    EXPECT_THAT(fault.what, HasSubstr("fewer than 8 columns")) << size;
  }
  EXPECT_FALSE(parse_head("\t100\t.\tA\tG\t.\t.\t.", fault));
  EXPECT_THAT(fault.what, HasSubstr("CHROM is empty"));
  EXPECT_FALSE(parse_head("1 100 . A G . . .", fault));
}

RecordHead head_of(const std::string& line) {
  RecordFault fault;
  return parse_head(line, fault).value_or(RecordHead{});
}

TEST(ParseFields, TakesTheColumnsBehindAlt) {
  RecordFault fault;
  const std::string line = "1\t100\t.\tA\tG\t50\tPASS\tDP=3\tGT:DS\t0/1:1\t1/1:2";
  const auto fields = parse_fields(head_of(line), fault);
  ASSERT_TRUE(fields);
  EXPECT_EQ(fields->filter, "PASS");
  EXPECT_EQ(fields->info, "DP=3");
  EXPECT_EQ(fields->format, "GT:DS");
  EXPECT_EQ(fields->calls, "0/1:1\t1/1:2");
}

TEST(ParseFields, SitesWithoutSamplesHaveNoCalls) {
  RecordFault fault;
  const std::string line = "1\t100\t.\tA\tG\t50\tPASS\tDP=3";
  const auto fields = parse_fields(head_of(line), fault);
  ASSERT_TRUE(fields);
  EXPECT_EQ(fields->info, "DP=3");
  EXPECT_EQ(fields->format, "");
  EXPECT_EQ(fields->calls, "");
}

TEST(ParseFields, LinesThatEndBeforeInfoAreFaults) {
  for (const std::string line : {"1\t100\t.\tA\tG\t50", "1\t100\t.\tA\tG\t50\tPASS", "1\t100\t.\tA\tG\t"}) {
    RecordFault fault;
    EXPECT_FALSE(parse_fields(head_of(line), fault)) << line;
    EXPECT_THAT(fault.what, HasSubstr("fewer than 8 columns")) << line;
  }
}

TEST(ParseAlleles, SplitsAltAndMakesBasesUpperCase) {
  RecordFault fault;
  std::vector<std::string> alleles;
  ASSERT_TRUE(parse_alleles("ac", "G,t,<NON_REF>,*,Gacn", alleles, fault));
  EXPECT_THAT(alleles, ElementsAre("AC", "G", "T", "<NON_REF>", "*", "GACN"));
  ASSERT_TRUE(parse_alleles("N", ".", alleles, fault));
  EXPECT_THAT(alleles, ElementsAre("N"));
  ASSERT_TRUE(parse_alleles("A", "<*>,<DEL:ME>,G]17:198982],[13:123456[T,.A", alleles, fault));
  EXPECT_EQ(alleles.size(), 6U);
}

TEST(ParseAlleles, WhatIsNoAlleleIsAFault) {
  std::vector<std::string> alleles;
  for (const std::string ref : {"", ".", "*", "<DEL>", "A,C", "A C", "-", "1", "AX"}) {
    RecordFault fault;
    EXPECT_FALSE(parse_alleles(ref, "G", alleles, fault)) << ref;
    EXPECT_THAT(fault.what, HasSubstr("REF is '" + ref + "'"));
  }
  for (const std::string alts : {"", ",", "G,", ",G", "G,,T", "<", "<>", "<DEL", "G T", "-", "0", "GX", "**"}) {
    RecordFault fault;
    EXPECT_FALSE(parse_alleles("A", alts, alleles, fault)) << alts;
    EXPECT_THAT(fault.what, HasSubstr("ALT holds '")) << alts;
  }
}

TEST(ImputationR2, IsR2OrDr2OrInfoInThisOrder) {
  EXPECT_THAT(imputation_r2("AF=0.1;R2=0.75;IMPUTED"), ElementsAre(0.75));
  EXPECT_THAT(imputation_r2("DR2=0.5"), ElementsAre(0.5));
  EXPECT_THAT(imputation_r2("INFO=0.25;DR2=0.5;R2=0.75"), ElementsAre(0.75));
  EXPECT_THAT(imputation_r2("INFO=0.25;DR2=0.5"), ElementsAre(0.5));
  EXPECT_THAT(imputation_r2("INFO=0.25"), ElementsAre(0.25));
  EXPECT_THAT(imputation_r2("DR2=0.9,0.5"), ElementsAre(0.9, 0.5));
  for (const std::string info : {"", ".", "R2", "R2=", "R2=.", "R2=x", "ER2=0.5", "R2X=0.5", "XR2=1;AR2=2"}) {
    EXPECT_TRUE(imputation_r2(info).empty()) << info;
  }
}

TEST(AlleleFrequencies, AreThoseOfAf) {
  EXPECT_THAT(allele_frequencies("AF=0.25"), ElementsAre(0.25));
  EXPECT_THAT(allele_frequencies("DP=3;AF=0.1,1e-9;R2=1"), ElementsAre(0.1, 1e-9));
  for (const std::string info : {"", ".", "AF", "AF=", "AF=.", "AF=0.1,.", "EAF=0.5", "AF_EUR=0.5", "AF=x"}) {
    EXPECT_TRUE(allele_frequencies(info).empty()) << info;
  }
}

}  // namespace
}  // namespace varisk::genotypes
