#include "varisk/pgx/outside_calls.hpp"

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "../temp_file.hpp"
#include "varisk/core/error.hpp"

namespace varisk::pgx {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using varisk::test::message_of;
using varisk::test::TempFile;

/// CYP2D6 with scores up to 2, and HLA-B; a drug for each score but 1.25.
PgxData data() {
  PgxData tables;
  Gene& gene = tables.genes.emplace_back();
  gene.name = "CYP2D6";
  gene.lookup = LookupKind::activity;
  gene.phenotypes.add_interval(*parse_interval("[0,0]"), "Poor Metabolizer");
  gene.phenotypes.add_interval(*parse_interval("(0,2]"), "Normal Metabolizer");
  Gene& hla = tables.genes.emplace_back();
  hla.name = "HLA-B";
  hla.lookup = LookupKind::allele;
  Drug& drug = tables.guidelines.drugs.emplace_back();
  drug.name = "codeine";
  drug.genes = {"CYP2D6"};
  for (const char* when : {"CYP2D6: [0,1]", "CYP2D6: [1.5,]", "CYP2D6: Indeterminate | No Result"}) {
    drug.rows.emplace_back().when = parse_when(when, "table");
  }
  return tables;
}

OutsideCalls read(const std::string& text, const std::vector<std::string>& samples = {"a", "b"}) {
  const TempFile file("calls.tsv", text);
  OutsideCalls calls;
  calls.read(file.path(), data(), samples);
  return calls;
}

std::string fault_of(const std::string& text, const std::vector<std::string>& samples = {"a", "b"}) {
  return message_of<UserError>([&] { read(text, samples); });
}

TEST(OutsideCalls, AreReadWithAndWithoutAHeader) {
  for (const std::string header : {"", "# made by hand\n", "sample_id\tgene\tdiplotype\tphenotype\tactivity_score\n",
                                   "Sample\tGene\tDiplotype\tPhenotype\tActivity Score\n"}) {
    const OutsideCalls calls = read(header + "a\tCYP2D6\t*1/*4\tNormal Metabolizer\t1\n\nb\tHLA-B\t*57:01\n");
    ASSERT_EQ(calls.find("a", "CYP2D6").size(), 1U) << header;
    const OutsideCall& call = calls.find("a", "CYP2D6")[0];
    EXPECT_EQ(call.diplotype, "*1/*4");
    EXPECT_EQ(call.phenotype, "Normal Metabolizer");
    EXPECT_EQ(call.activity_score, 1);
    EXPECT_EQ(calls.find("b", "HLA-B").size(), 1U);
    EXPECT_THAT(calls.find("b", "CYP2D6"), IsEmpty());
    EXPECT_THAT(calls.warnings(), IsEmpty());
  }
}

TEST(OutsideCalls, GoByTheNamesOfTheColumns) {
  const OutsideCalls calls = read("gene\tactivity_score\tsample\nCYP2D6\t0.5\tb\n");
  ASSERT_EQ(calls.find("b", "CYP2D6").size(), 1U);
  EXPECT_EQ(calls.find("b", "CYP2D6")[0].activity_score, 0.5);
  EXPECT_EQ(calls.find("b", "CYP2D6")[0].diplotype, "");
}

TEST(OutsideCalls, WithoutASampleAreOfTheOnlyOne) {
  EXPECT_EQ(read("CYP2D6\t*1/*1\n", {"x"}).find("x", "CYP2D6").size(), 1U);
  EXPECT_THAT(fault_of("CYP2D6\t*1/*1\n"), AllOf(HasSubstr("line 1"), HasSubstr("name no sample")));
  EXPECT_THAT(fault_of("gene\tdiplotype\nCYP2D6\t*1/*1\n"), AllOf(HasSubstr("line 2"), HasSubstr("name no sample")));
}

TEST(OutsideCalls, KeepConflictingLinesWithAWarningAndRepeatedOnesOnce) {
  const OutsideCalls calls = read("a\tCYP2D6\t*1/*4\na\tCYP2D6\t*1/*4\na\tCYP2D6\t*1/*1\n");
  ASSERT_EQ(calls.find("a", "CYP2D6").size(), 2U);
  EXPECT_EQ(calls.find("a", "CYP2D6")[1].diplotype, "*1/*1");
  ASSERT_EQ(calls.warnings().size(), 1U);
  EXPECT_THAT(calls.warnings()[0], AllOf(HasSubstr("line 3"), HasSubstr("line 1"), HasSubstr("CYP2D6")));
}

TEST(OutsideCalls, ThatSayNothingAreKept) {
  for (const char* text : {"a\tCYP2D6\t.\n", "a\tCYP2D6\t./.\n", "a\tCYP2D6\tNA\t.\t.\n"}) {
    const OutsideCalls calls = read(text);
    ASSERT_EQ(calls.find("a", "CYP2D6").size(), 1U) << text;
    EXPECT_EQ(calls.find("a", "CYP2D6")[0].diplotype, "") << text;
  }
}

TEST(OutsideCalls, OfHlaMustBeAlleles) {
  for (const char* text :
       {"*57:01/*07:02", "57:01/07:02", "HLA-B*57:01:01/B*07:02", "*57:01P/*07:02", "*57:01", "*57/*07"}) {
    EXPECT_EQ(read(std::string("a\tHLA-B\t") + text + "\n").find("a", "HLA-B").size(), 1U) << text;
  }
  for (const char* text : {"*5701/*0702", "*57:01|*07:02", "*57:01,*07:02", "*57:AB", "*057:01", "*07:02/.", "foo/bar",
                           "*57:01/*07:02/*08:01", "*57:01/"}) {
    EXPECT_THAT(fault_of(std::string("a\tHLA-B\t") + text + "\n"), AllOf(HasSubstr("line 1"), HasSubstr("HLA-B")))
        << text;
  }
  EXPECT_THAT(fault_of("a\tHLA-B\t.\t57:01 positive\n"), HasSubstr("'*57:01 positive'"));
}

TEST(OutsideCalls, WithoutACallOrOfUnknownColumnsAreRefused) {
  EXPECT_THAT(fault_of("a\tCYP2D6\n"), HasSubstr("neither diplotype nor phenotype"));
  EXPECT_THAT(fault_of("sample\tgene\tdiplotypes\na\tCYP2D6\t*1/*1\n"), HasSubstr("'diplotypes'"));
  EXPECT_THAT(fault_of("a \tCYP2D6\t*1/*1\n"), HasSubstr("blanks"));
  EXPECT_EQ(read("\xEF\xBB\xBF"
                 "a\tCYP2D6\t*1/*1\n")
                .find("a", "CYP2D6")
                .size(),
            1U);
}

TEST(OutsideCalls, OfOtherSamplesAreCounted) {
  const OutsideCalls calls = read("a\tCYP2D6\t*1/*4\nz\tCYP2D6\t*1/*4\ny\tCYP2D6\t*1/*4\n");
  ASSERT_EQ(calls.warnings().size(), 1U);
  EXPECT_THAT(calls.warnings()[0], HasSubstr("2 line(s)"));
}

TEST(OutsideCalls, AreRefusedWhereTheyLeadNowhere) {
  EXPECT_THAT(fault_of("a\tCYP2D66\t*1/*4\n"), AllOf(HasSubstr("line 1"), HasSubstr("'CYP2D66'")));
  EXPECT_THAT(fault_of("a\tCYP2D6\t*1/*4\t.\thigh\n"), AllOf(HasSubstr("line 1"), HasSubstr("'high'")));
  EXPECT_THAT(fault_of("a\tCYP2D6\t*1/*4\t.\t-1\n"), HasSubstr("'-1'"));
  EXPECT_THAT(fault_of("a\tCYP2D6\t.\tPoor\n"), AllOf(HasSubstr("'Poor'"), HasSubstr("Poor Metabolizer")));
  EXPECT_THAT(fault_of("# nothing\n"), HasSubstr("no call"));
  EXPECT_EQ(read("a\tCYP2D6\t.\tIndeterminate\n").find("a", "CYP2D6").size(), 1U);
  EXPECT_EQ(read("a\tHLA-B\t.\t*57:01 positive\n").find("a", "HLA-B").size(), 1U);
}

TEST(OutsideCalls, AreRefusedWithAScoreThatNoAdviceIsFor) {
  EXPECT_THAT(fault_of("a\tCYP2D6\t*1/*4\t.\t1.25\n"),
              AllOf(HasSubstr("line 1"), HasSubstr("1.25"), HasSubstr("CYP2D6"), HasSubstr("codeine")));
  EXPECT_EQ(read("a\tCYP2D6\t.\t.\t1.5\n").find("a", "CYP2D6").size(), 1U);
  // Of genes that go by phenotype or allele the score is not used.
  EXPECT_EQ(read("a\tHLA-B\t*57:01\t.\t1.25\n").find("a", "HLA-B").size(), 1U);
}

}  // namespace
}  // namespace varisk::pgx
