#include "varisk/pgx/matcher.hpp"

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "tiny_gene.hpp"

namespace varisk::pgx {
namespace {

using test::all_matches;
using test::combinations;
using test::gene_of;
using test::match;
using test::names_of;
using test::sample_of;
using testing::ElementsAre;
using testing::IsEmpty;

/// *4 is *2 and *3 on one chromosome.
Gene three_alleles() {
  return gene_of({"10 C T", "20 A G", "30 G C"}, {"*1 10=C 20=A 30=G", "*2 10=T", "*3 20=G", "*4 10=T 20=G"});
}

TEST(Matcher, FindsTheReferenceAndSingleAlleles) {
  const Gene gene = three_alleles();
  EXPECT_THAT(match(gene, "0/0 0/0 0/0"), ElementsAre("*1/*1"));
  EXPECT_THAT(match(gene, "0/1 0/0 0/0"), ElementsAre("*1/*2"));
  EXPECT_THAT(match(gene, "1/1 0/0 0/0"), ElementsAre("*2/*2"));
  EXPECT_THAT(match(gene, "1/1 0/1 0/0"), ElementsAre("*2/*4"));
  EXPECT_THAT(match(gene, "1/1 1/1 0/0"), ElementsAre("*4/*4"));
}

TEST(Matcher, HasNoCallWhereNoTwoAllelesExplainTheBases) {
  const GeneMatch result = match_gene(three_alleles(), sample_of("0/0 0/0 0/1"), {});
  EXPECT_FALSE(result.is_called());
  EXPECT_EQ(result.reason, NoMatch::no_allele);
  EXPECT_EQ(match_gene(three_alleles(), sample_of(". . ."), {}).reason, NoMatch::no_positions);
}

TEST(Matcher, PrefersThePairThatDefinesMorePositions) {
  const Gene gene = three_alleles();
  // *1/*4: 3 + 2; *2/*3: 1 + 1
  EXPECT_THAT(match(gene, "0/1 0/1 0/0"), ElementsAre("*1/*4"));
  const GeneMatch all = match_gene(gene, sample_of("0/1 0/1 0/0"), all_matches());
  EXPECT_THAT(names_of(all), ElementsAre("*1/*4", "*2/*3"));
  EXPECT_EQ(all.diplotypes[0].score, 5);
  EXPECT_EQ(all.diplotypes[1].score, 2);
}

TEST(Matcher, KeepsAllTiesInNaturalOrder) {
  const Gene gene = gene_of({"10 C T", "20 A G"}, {"*1 10=C 20=A", "*10 10=T", "*9 10=T", "*2 20=G"});
  EXPECT_THAT(match(gene, "0/1 0/0"), ElementsAre("*1/*9", "*1/*10"));
  EXPECT_THAT(match(gene, "1/1 0/0"), ElementsAre("*9/*9", "*9/*10", "*10/*10"));
}

TEST(Matcher, TurnsPhasedBlocksAsAWhole) {
  const Gene gene = three_alleles();
  EXPECT_THAT(match(gene, "0|1 0|1 0/0", all_matches()), ElementsAre("*1/*4"));
  EXPECT_THAT(match(gene, "0|1 1|0 0/0", all_matches()), ElementsAre("*2/*3"));
  EXPECT_THAT(match(gene, "1|0 0|1 0|0", all_matches()), ElementsAre("*2/*3"));
  // Two phase sets, or one that is not phased: nothing is known of one beside the other.
  for (const char* calls : {"0|1:5 0|1:6 0/0", "0|1:5 0|1 0/0", "0|1 0/1 0/0", "0/1 0/1 0/0"}) {
    EXPECT_THAT(match(gene, calls, all_matches()), ElementsAre("*1/*4", "*2/*3")) << calls;
    EXPECT_FALSE(match_gene(gene, sample_of(calls), {}).effectively_phased) << calls;
  }
  EXPECT_THAT(match(gene, "0|1:5 1|0:5 0/0", all_matches()), ElementsAre("*2/*3"));
  for (const char* calls : {"0/1 0/0 0/0", "0|1 0|1 0/0", "0|1:5 1|0:5 0/0", "1/1 0/0 0/0"}) {
    EXPECT_TRUE(match_gene(gene, sample_of(calls), {}).effectively_phased) << calls;
  }
}

TEST(Matcher, TakesMissingPositionsOutOfEveryAllele) {
  const Gene gene = three_alleles();
  // Without position 10 nothing is left of *2, and *4 is as *3.
  EXPECT_THAT(match(gene, ". 0/1 0/0", all_matches()), ElementsAre("*1/*3", "*1/*4"));
  const GeneMatch result = match_gene(gene, sample_of(". 0/0 0/0"), {});
  EXPECT_THAT(names_of(result), ElementsAre("*1/*1"));
  EXPECT_EQ(result.diplotypes[0].score, 4);
  EXPECT_THAT(result.missing, ElementsAre(0));
}

TEST(Matcher, TakesAPointForEachCodeForSeveralBasesThatStandsAtRef) {
  const Gene gene = gene_of({"10 C T", "20 A G"}, {"*1 10=C 20=A", "*2 10=Y 20=G", "*3 20=G", "*4 10=T 20=G"});
  // *1/*2: 2 + 2 - 1, *1/*3: 2 + 1
  const GeneMatch het = match_gene(gene, sample_of("0/0 0/1"), {});
  EXPECT_THAT(names_of(het), ElementsAre("*1/*2", "*1/*3"));
  EXPECT_EQ(het.diplotypes[0].score, 3);
  EXPECT_EQ(het.diplotypes[1].score, 3);
  // The code stands at ALT: nothing is taken away.
  EXPECT_THAT(match(gene, "0|1 0|1"), ElementsAre("*1/*2", "*1/*4"));
  // Several ways to lay the bases: the best one counts, and that is *2 with T.
  const GeneMatch open = match_gene(gene, sample_of("0/1 0/1"), all_matches());
  ASSERT_FALSE(open.diplotypes.empty());
  EXPECT_EQ(open.diplotypes[0].name(), "*1/*2");
  EXPECT_EQ(open.diplotypes[0].score, 4);
  // All have 3 points: 2 + 2 - 1, 2 + 1, 1 + 2 and 1 + 2.
  EXPECT_THAT(match(gene, "0/1 1/1"), ElementsAre("*2/*2", "*2/*3", "*2/*4", "*3/*4"));
}

TEST(Matcher, FillsBlanksWithRefWhereTheReferenceHasACode) {
  const Gene gene = gene_of({"10 C T", "20 A G"}, {"*1 10=Y 20=A", "*2 20=G"});
  EXPECT_THAT(match(gene, "0/0 0/1"), ElementsAre("*1/*2"));
  EXPECT_THAT(match(gene, "1/1 0/0"), ElementsAre("*1/*1"));
  EXPECT_THAT(match(gene, "1/1 0/1"), IsEmpty());  // *2 has REF at 10
}

TEST(Matcher, CallsOneAlleleWhereThereIsOneCopy) {
  const Gene gene = three_alleles();
  const GeneMatch result = match_gene(gene, sample_of("1 0 0"), all_matches());
  EXPECT_THAT(names_of(result), ElementsAre("*2"));
  EXPECT_TRUE(result.has_one_copy);
  EXPECT_THAT(match(gene, "1 1 0"), ElementsAre("*4"));
  // A caller may have written some of them twice.
  EXPECT_THAT(match(gene, "1 0/0 0/0"), ElementsAre("*2"));
  const GeneMatch mixed = match_gene(gene, sample_of("1 0/1 0"), {});
  EXPECT_FALSE(mixed.is_called());
  EXPECT_EQ(mixed.reason, NoMatch::mixed_ploidy);
}

TEST(Matcher, HalfACallFitsNoAlleleThatDefinesThePosition) {
  EXPECT_THAT(match(three_alleles(), "1|. 0/0 0/0", all_matches()), IsEmpty());
  EXPECT_THAT(match(three_alleles(), ".|1 0/0 0/0", all_matches()), IsEmpty());
}

TEST(Matcher, ReadsBasesThatNoDefinitionKnowsAsTheGeneSays) {
  Gene gene = three_alleles();
  GeneMatch result = match_gene(gene, sample_of("0/u 0/1 0/0"), {});
  EXPECT_FALSE(result.is_called());
  EXPECT_THAT(result.undocumented, ElementsAre(0));
  gene.undocumented_is_reference = true;
  result = match_gene(gene, sample_of("0/u 0/1 u/u"), {});
  EXPECT_THAT(names_of(result), ElementsAre("*1/*3"));
  EXPECT_THAT(result.undocumented, ElementsAre(0, 2));
  EXPECT_THAT(match(gene, "u 1 0"), ElementsAre("*3"));
  // Research shows what is there.
  EXPECT_THAT(match(gene, "0/u 0/0 0/0", combinations()), ElementsAre("*1/g.10C>N"));
}

TEST(Matcher, HasNoCallWithoutARequiredPosition) {
  Gene gene = three_alleles();
  gene.positions[2].is_required = true;
  EXPECT_EQ(match_gene(gene, sample_of("0/1 0/0 ."), {}).reason, NoMatch::required_position);
  EXPECT_THAT(match(gene, "0/1 . 0/0"), ElementsAre("*1/*2", "*1/*4"));
  MatchOptions off;
  off.exemptions = false;
  EXPECT_THAT(match(gene, "0/1 0/0 .", off), ElementsAre("*1/*2"));
}

TEST(Matcher, PrioritiesDecideBetweenUnphasedDiplotypes) {
  Gene gene = three_alleles();
  gene.priorities = {{"*1/*3", "*1/*4"}, {"*2/*3", "*1/*4"}, {"*1/*4", "*2/*3"}};
  EXPECT_THAT(match(gene, "0/1 0/1 0/0"), ElementsAre("*2/*3"));
  EXPECT_THAT(match(gene, "0/1 0/1 0/0", all_matches()), ElementsAre("*2/*3"));
  EXPECT_THAT(match(gene, "0|1 0|1 0/0"), ElementsAre("*1/*4"));
  MatchOptions off;
  off.exemptions = false;
  EXPECT_THAT(match(gene, "0/1 0/1 0/0", off), ElementsAre("*1/*4"));
  gene.priorities = {{"*2/*3", "*2/*2"}};
  EXPECT_THAT(match(gene, "0/1 0/1 0/0"), ElementsAre("*1/*4"));
}

TEST(Matcher, ReportsSuballelesByTheNameOfTheirAlleleOnce) {
  Gene gene = gene_of({"10 C T", "20 A G"}, {"*1 10=C 20=A", "*5 10=T", "*45.001 20=G 10=C", "*45.002 20=G 10=T"});
  gene.alleles[2].suballele_of = gene.alleles[3].suballele_of = "*45";
  EXPECT_THAT(match(gene, "0/0 0/1"), ElementsAre("*1/*45"));
  EXPECT_THAT(match(gene, "0/1 0/1"), ElementsAre("*1/*45"));
  EXPECT_THAT(match(gene, "0/1 0/1", all_matches()), ElementsAre("*1/*45", "*5/*45"));
  EXPECT_THAT(match(gene, "0/1 1/1"), ElementsAre("*45/*45"));
}

TEST(Matcher, LeavesOutAllelesThatAreNotDefined) {
  const Gene gene = gene_of({"10 C T"}, {"*1 10=C", "*2 10=T", "*5"});
  EXPECT_THAT(match(gene, "0/0", all_matches()), ElementsAre("*1/*1"));
}

TEST(Combinations, ExplainAStrandByAllelesThatShareNoPosition) {
  const Gene gene = gene_of({"10 C T", "20 A G", "30 G C"}, {"*1 10=C 20=A 30=G", "*2 10=T", "*3 20=G", "*5 30=C"});
  EXPECT_THAT(match(gene, "0|1 0|1 0/0"), IsEmpty());
  const GeneMatch phased = match_gene(gene, sample_of("0|1 0|1 0/0"), combinations());
  EXPECT_THAT(names_of(phased), ElementsAre("*1/[*2 + *3]"));
  EXPECT_TRUE(phased.is_research);
  EXPECT_THAT(match(gene, "0|1 0|1 1|1", combinations()), ElementsAre("*5/[*2 + *3 + *5]"));
  // All ways to lay the bases, single names first.
  EXPECT_THAT(match(gene, "0/1 0/1 0/1", combinations()),
              ElementsAre("*1/[*2 + *3 + *5]", "*2/[*3 + *5]", "*3/[*2 + *5]", "*5/[*2 + *3]"));
}

TEST(Combinations, AreOnlyLookedForWhereNoPairFits) {
  const GeneMatch found = match_gene(three_alleles(), sample_of("0/1 0/1 0/0"), combinations());
  EXPECT_THAT(names_of(found), ElementsAre("*1/*4", "*2/*3"));
  EXPECT_FALSE(found.is_research);
}

TEST(Combinations, NameVariantsOfNoAlleleByTheirBases) {
  const Gene gene = three_alleles();
  EXPECT_THAT(match(gene, "0/0 0/0 0/1", combinations()), ElementsAre("*1/g.30G>C"));
  EXPECT_THAT(match(gene, "0|1 0|0 0|1", combinations()), ElementsAre("*1/[*2 + g.30G>C]"));
  EXPECT_THAT(match(gene, "1 0 1", combinations()), ElementsAre("[*2 + g.30G>C]"));
}

}  // namespace
}  // namespace varisk::pgx
