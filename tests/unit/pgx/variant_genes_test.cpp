// DPYD and RYR1: every variant is an allele.
#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "tiny_gene.hpp"
#include "varisk/pgx/gene_call.hpp"

namespace varisk::pgx {
namespace {

using test::gene_of;
using test::names_of;
using test::sample_of;
using testing::ElementsAre;
using testing::IsEmpty;

/// Positions: exonic and intronic variant of HapB3, then two others.
Gene dpyd() {
  Gene gene = gene_of({"10 C T", "20 G C", "30 A G", "40 T G"},
                      {"Reference 10=C 20=G 30=A 40=T", "hapB3 10=T 20=C", "intronic 20=C", "a 30=G", "b 40=G"});
  gene.name = "DPYD";
  gene.positions[0].rsid = "rs56038477";
  gene.positions[1].rsid = "rs75017182";
  gene.lookup = LookupKind::activity;
  gene.lowest_function = true;
  gene.undocumented_is_reference = true;
  const std::vector<double> activities = {1, 0.5, 0.5, 0, 0.5};
  for (std::size_t i = 0; i < activities.size(); ++i) gene.alleles[i].activity = activities[i];
  return gene;
}

struct HapB3Case {
  const char* exonic;
  const char* intronic;
  std::vector<std::string> copies;  ///< on the two chromosomes
  bool mismatch;
  bool exonic_only;
};

std::ostream& operator<<(std::ostream& out, const HapB3Case& one) {
  return out << "exonic " << one.exonic << " intronic " << one.intronic;
}

class HapB3Table : public testing::TestWithParam<HapB3Case> {};

TEST_P(HapB3Table, TheIntronicVariantDecides) {
  const HapB3Case& one = GetParam();
  const Gene gene = dpyd();
  const GeneMatch match = match_gene(gene, sample_of(std::string(one.exonic) + ' ' + one.intronic + " 0/0 0/0"), {});
  // Two unphased blocks give a list of variants, everything else one diplotype.
  std::vector<std::string> found = match.variants;
  for (const Diplotype& diplotype : match.diplotypes) {
    for (const Strand& strand : diplotype.strands) found.push_back(strand.name());
  }
  EXPECT_EQ(found, one.copies);
  EXPECT_EQ(match.hapb3_mismatch, one.mismatch);
  EXPECT_EQ(match.hapb3_exonic_only, one.exonic_only);
}

const std::string reference = "Reference";
const std::string both = "hapB3";
const std::string only = "intronic";

// Every combination of unphased calls: exonic, intronic, alleles, mismatch, exonic only.
INSTANTIATE_TEST_SUITE_P(Unphased, HapB3Table,
                         testing::Values(HapB3Case{"0/0", "0/0", {reference, reference}, false, false},
                                         HapB3Case{"0/0", "0/1", {reference, only}, false, false},
                                         HapB3Case{"0/0", "1/1", {only, only}, false, false},
                                         HapB3Case{"0/0", ".", {reference, reference}, false, false},
                                         HapB3Case{"0/1", "0/0", {reference, reference}, true, false},
                                         HapB3Case{"0/1", "0/1", {reference, both}, false, false},
                                         HapB3Case{"0/1", "1/1", {both, only}, false, false},
                                         HapB3Case{"0/1", ".", {reference, both}, false, true},
                                         HapB3Case{"1/1", "0/0", {reference, reference}, true, false},
                                         HapB3Case{"1/1", "0/1", {reference, both}, true, false},
                                         HapB3Case{"1/1", "1/1", {both, both}, false, false},
                                         HapB3Case{"1/1", ".", {both, both}, false, true},
                                         HapB3Case{".", "0/0", {reference, reference}, false, false},
                                         HapB3Case{".", "0/1", {reference, only}, false, false},
                                         HapB3Case{".", "1/1", {only, only}, false, false}));

INSTANTIATE_TEST_SUITE_P(Phased, HapB3Table,
                         testing::Values(HapB3Case{"0|1", "0|1", {reference, both}, false, false},
                                         HapB3Case{"0|1", "1|0", {reference, only}, true, false},
                                         HapB3Case{"0|1", "0|0", {reference, reference}, true, false},
                                         HapB3Case{"0|1", "1|1", {both, only}, false, false},
                                         HapB3Case{"1|1", "1|0", {reference, both}, true, false},
                                         HapB3Case{"1|1", "0|0", {reference, reference}, true, false},
                                         HapB3Case{"0|0", "1|0", {reference, only}, false, false}));

TEST(HapB3, OfHalfCallsTheKnownAlleleStandsOnItsStrand) {
  const GeneMatch match = match_gene(dpyd(), sample_of("1|. .|1 0|0 0|0"), {});
  EXPECT_THAT(names_of(match), ElementsAre("hapB3/intronic"));
}

TEST(HapB3, OfOlderDefinitionsHasNoNameForTheIntronicVariantAlone) {
  Gene gene = gene_of({"10 C T", "20 G C"}, {"Reference 10=C 20=G", "hapB3 10=T 20=C"});
  gene.positions[0].rsid = "rs56038477";
  gene.lowest_function = true;
  EXPECT_THAT(names_of(match_gene(gene, sample_of("0/0 0/1"), {})), ElementsAre("Reference/hapB3"));
}

TEST(VariantGenes, PhasedVariantsMakeDiplotypes) {
  const auto names = [](const std::string& calls) { return names_of(match_gene(dpyd(), sample_of(calls), {})); };
  EXPECT_THAT(names("0/0 0/0 0/0 0/0"), ElementsAre("Reference/Reference"));
  EXPECT_THAT(names("0/0 0/0 0/1 0/0"), ElementsAre("Reference/a"));
  EXPECT_THAT(names("0/0 0/0 0/1 1/1"), ElementsAre("b/[a + b]"));
  EXPECT_THAT(names("0|0 0|0 0|1 0|1"), ElementsAre("Reference/[a + b]"));
  EXPECT_THAT(names("0|0 0|0 0|1 1|0"), ElementsAre("a/b"));
  // Two phase sets: both ways to turn them.
  EXPECT_THAT(names("0|0 0|0 0|1:1 0|1:2"), ElementsAre("Reference/[a + b]", "a/b"));
}

TEST(VariantGenes, UnphasedVariantsMakeAListOfCopies) {
  const GeneMatch match = match_gene(dpyd(), sample_of("0/0 1/1 0/1 0/1"), {});
  EXPECT_THAT(match.diplotypes, IsEmpty());
  EXPECT_THAT(match.variants, ElementsAre("a", "b", "intronic", "intronic"));
  EXPECT_FALSE(match.effectively_phased);
}

TEST(VariantGenes, MissingAndUndocumentedPositionsDoNoHarm) {
  const GeneMatch match = match_gene(dpyd(), sample_of(". . 0/u 0/1"), {});
  EXPECT_THAT(names_of(match), ElementsAre("Reference/b"));
  EXPECT_THAT(match.undocumented, ElementsAre(2));
  EXPECT_FALSE(match_gene(dpyd(), sample_of(". . . ."), {}).is_called());
}

std::vector<std::string> looked_up(const std::string& calls) {
  const GeneCall call = call_gene(dpyd(), sample_of(calls), {}, {});
  return call.lookup.empty() ? std::vector<std::string>{} : call.lookup.front().alleles;
}

TEST(VariantGenes, TheWorstVariantOfEachChromosomeIsLookedUp) {
  EXPECT_THAT(looked_up("0/0 0/0 0/0 0/0"), ElementsAre("Reference", "Reference"));
  EXPECT_THAT(looked_up("0|0 0|0 0|1 0|1"), ElementsAre("Reference", "a"));
  EXPECT_THAT(looked_up("0|0 0|0 0|1 1|0"), ElementsAre("a", "b"));
  // Without phase the two worst, as if on different chromosomes: a is 0, b and intronic are 0.5.
  EXPECT_THAT(looked_up("0/0 0/1 0/1 0/1"), ElementsAre("a", "b"));
  EXPECT_THAT(looked_up("0/0 0/1 0/0 0/1"), ElementsAre("b", "intronic"));
  // Of several ways to turn the phase sets the one with the lowest sum: a/b has 0.5, Reference/[a + b] has 1.
  EXPECT_THAT(looked_up("0|0 0|0 0|1:1 0|1:2"), ElementsAre("a", "b"));
  EXPECT_EQ(call_gene(dpyd(), sample_of("0|0 0|0 0|1:1 0|1:2"), {}, {}).lookup.front().activity_score, 0.5);
}

TEST(VariantGenes, OfRyr1PathogenicVariantsComeFirst) {
  Gene gene = gene_of({"10 C T", "20 G C", "30 A G"}, {"Reference 10=C 20=G 30=A", "a 10=T", "b 20=C", "z 30=G"});
  gene.name = "RYR1";
  gene.lowest_function = true;
  gene.alleles[3].function = "Malignant Hyperthermia associated";
  const GeneCall call = call_gene(gene, sample_of("0/1 0/1 0/1"), {}, {});
  EXPECT_THAT(call.lookup.front().alleles, ElementsAre("z", "a"));
  EXPECT_THAT(call.source_diplotypes, ElementsAre("a", "b", "z"));
}

TEST(VariantGenes, AreReportedAsPeopleReadThem) {
  const auto reported = [](const std::string& calls) { return call_gene(dpyd(), sample_of(calls), {}, {}).reported; };
  EXPECT_THAT(reported("0/0 0/0 0/1 0/0"), ElementsAre("a (heterozygous)"));
  EXPECT_THAT(reported("0/0 0/0 1/1 0/0"), ElementsAre("a/a"));
  EXPECT_THAT(reported("0/0 1/1 0/1 0/1"), ElementsAre("a", "b", "intronic (homozygous)"));
}

}  // namespace
}  // namespace varisk::pgx
