#include "varisk/pgx/gene_call.hpp"

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "tiny_gene.hpp"

namespace varisk::pgx {
namespace {

using test::all_matches;
using test::combinations;
using test::gene_of;
using test::sample_of;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

/// *1 and *9 are normal, *2 and *4 have no function; position 10 belongs to the minimum set.
Gene enzyme() {
  Gene gene = gene_of({"10 C T", "20 A G", "30 G C"},
                      {"*1 10=C 20=A 30=G", "*2 10=T", "*3 20=G", "*4 10=T 20=G", "*9 30=C", "*5"});
  const std::vector<std::string> functions = {"Normal", "No", "Decreased", "No", "Normal", "No"};
  for (std::size_t i = 0; i < functions.size(); ++i) gene.alleles[i].function = functions[i];
  gene.phenotypes.add_functions("Normal", "Normal", "Normal Metabolizer");
  gene.phenotypes.add_functions("Normal", "No", "Intermediate Metabolizer");
  gene.phenotypes.add_functions("No", "No", "Poor Metabolizer");
  gene.positions[0].is_tier1 = true;
  return gene;
}

/// As CYP2D6.
Gene scored() {
  Gene gene = gene_of({"10 C T"}, {"*1 10=C", "*4 10=T", "*10", "*36", "*1x2", "*7"});
  gene.lookup = LookupKind::activity;
  const std::vector<std::optional<double>> activities = {1, 0, 0.25, 0, 2, std::nullopt};
  for (std::size_t i = 0; i < activities.size(); ++i) {
    gene.alleles[i].activity = activities[i];
    gene.alleles[i].function = activities[i] ? "Known" : "Uncertain";
  }
  gene.phenotypes.add_interval(*parse_interval("[0,0]"), "Poor Metabolizer");
  gene.phenotypes.add_interval(*parse_interval("(0,1.25)"), "Intermediate Metabolizer");
  gene.phenotypes.add_interval(*parse_interval("[1.25,2.25]"), "Normal Metabolizer");
  gene.phenotypes.add_interval(*parse_interval("(2.25,]"), "Ultrarapid Metabolizer");
  gene.phenotypes.add_functions("Known", "Uncertain", "Indeterminate");
  return gene;
}

struct LookUpCase {
  std::vector<std::string> alleles;
  std::optional<double> score;
  std::vector<std::string> phenotypes;
};

TEST(LookUp, AddsTheActivitiesOfBothAlleles) {
  const std::vector<LookUpCase> cases = {
      {{"*1", "*1"}, 2, {"Normal Metabolizer"}}, {{"*1", "*4"}, 1, {"Intermediate Metabolizer"}},
      {{"*4", "*4"}, 0, {"Poor Metabolizer"}},   {{"*1", "*7"}, std::nullopt, {"Indeterminate"}},
      {{"*1", "*99"}, std::nullopt, {}},
  };
  for (const LookUpCase& one : cases) {
    const LookupEntry entry = look_up(scored(), one.alleles);
    EXPECT_EQ(entry.activity_score, one.score) << entry.name;
    EXPECT_EQ(entry.phenotypes, one.phenotypes) << entry.name;
  }
}

TEST(LookUp, CopiesMultiplyAndTandemsAdd) {
  const std::vector<LookUpCase> cases = {
      {{"*1", "*1x2"}, 3, {"Ultrarapid Metabolizer"}},   // by its own name
      {{"*1", "*1x3"}, 4, {"Ultrarapid Metabolizer"}},   // 1 + 3
      {{"*1", "*1x≥3"}, 4, {"Ultrarapid Metabolizer"}},  // at least
      {{"*4x2", "*10x2"}, 0.5, {"Intermediate Metabolizer"}},
      {{"*36+*10", "*1"}, 1.25, {"Normal Metabolizer"}},
      {{"*36x2+*10", "*10"}, 0.5, {"Intermediate Metabolizer"}},
      {{"*36+*7", "*1"}, std::nullopt, {}},
      {{"*1xN", "*1"}, std::nullopt, {}},
  };
  for (const LookUpCase& one : cases) {
    const LookupEntry entry = look_up(scored(), one.alleles);
    EXPECT_EQ(entry.activity_score, one.score) << entry.name;
    EXPECT_EQ(entry.phenotypes, one.phenotypes) << entry.name;
  }
}

TEST(LookUp, SuballelesAreTheirAllele) {
  EXPECT_EQ(look_up(scored(), {"*4.024", "*1.001"}).activity_score, 1);
  EXPECT_EQ(look_up(scored(), {"*4.024", "*1.001"}).name, "*4.024/*1.001");
  EXPECT_THAT(look_up(enzyme(), {"*1", "*2.002"}).phenotypes, ElementsAre("Intermediate Metabolizer"));
}

TEST(LookUp, OneAlleleOfTwoHasNoScore) {
  const LookupEntry entry = look_up(scored(), {"*4"});
  EXPECT_EQ(entry.activity_score, std::nullopt);
  EXPECT_THAT(entry.phenotypes, IsEmpty());
}

TEST(LookUp, ThePairOfAllelesWinsOverTheScore) {
  Gene gene = scored();
  gene.phenotypes.add_alleles("*1", "*4", "Odd");
  EXPECT_THAT(look_up(gene, {"*4", "*1"}).phenotypes, ElementsAre("Odd"));
  EXPECT_EQ(look_up(gene, {"*4", "*1"}).activity_score, 1);
}

TEST(LookUp, OneCopyGoesByItsFunction) {
  Gene gene = enzyme();
  gene.phenotypes.add_function("No", "Deficient");
  EXPECT_THAT(look_up(gene, {"*2"}).phenotypes, ElementsAre("Deficient"));
  EXPECT_THAT(look_up(gene, {"*1"}).phenotypes, IsEmpty());
}

TEST(GeneCall, IsCalledWithItsPhenotype) {
  const GeneCall call = call_gene(enzyme(), sample_of("0/1 0/0 0/0"), {}, {});
  EXPECT_EQ(call.state, CallState::called);
  EXPECT_THAT(call.matched, ElementsAre("*1/*2"));
  EXPECT_THAT(call.lookup.front().phenotypes, ElementsAre("Intermediate Metabolizer"));
  EXPECT_EQ(call.phased, true);
  EXPECT_THAT(call.missing, IsEmpty());
  EXPECT_EQ(call.source, "genotypes");
}

TEST(GeneCall, WithoutAPhenotypeIsIndeterminate) {
  const Gene gene = enzyme();
  const GeneCall call = call_gene(gene, sample_of("0/0 0/1 0/0"), {}, {});
  EXPECT_EQ(call.state, CallState::called);
  EXPECT_THAT(call.lookup.front().phenotypes, IsEmpty());
  ASSERT_EQ(call.keys(gene).size(), 1U);
  EXPECT_THAT(call.keys(gene)[0].phenotypes, ElementsAre("Indeterminate"));
}

TEST(GeneCall, WithoutTheMinimumSetIsIncomplete) {
  const GeneCall call = call_gene(enzyme(), sample_of(". 0/0 0/0"), {}, {});
  EXPECT_EQ(call.state, CallState::incomplete);
  EXPECT_THAT(call.not_excluded, ElementsAre("*2", "*4"));
  EXPECT_THAT(call.missing, ElementsAre("rs10 (*2, *4)"));
  const GeneCall other = call_gene(enzyme(), sample_of("0/0 . 0/0"), {}, {});
  EXPECT_EQ(other.state, CallState::called);
  EXPECT_THAT(other.missing, ElementsAre("rs20 (*3, *4)"));
}

TEST(GeneCall, NamesAnAlleleOfAMissingPositionOnce) {
  Gene gene = gene_of({"10 C T", "20 A G"}, {"*1 10=C 20=A", "*45.001 20=G 10=C", "*45.002 20=G 10=T"});
  gene.alleles[1].suballele_of = gene.alleles[2].suballele_of = "*45";
  EXPECT_THAT(call_gene(gene, sample_of("0/0 ."), {}, {}).missing, ElementsAre("rs20 (*45)"));
}

TEST(GeneCall, WithSeveralPhenotypesIsAmbiguous) {
  // *1/*4 (intermediate) and *2/*3 (not in the table); *1/*1, *1/*9 and *9/*9 agree.
  const GeneCall call = call_gene(enzyme(), sample_of("0/1 0/1 0/0"), all_matches(), {});
  EXPECT_EQ(call.state, CallState::ambiguous);
  EXPECT_EQ(call.keys(enzyme()).size(), 2U);
  EXPECT_EQ(call.phased, false);
  Gene twins = enzyme();
  twins.alleles[4].bases = twins.alleles[0].bases;
  const GeneCall same = call_gene(twins, sample_of("0/0 0/0 0/0"), {}, {});
  EXPECT_EQ(same.state, CallState::called);
  EXPECT_EQ(same.lookup.size(), 3U);
  EXPECT_EQ(same.keys(twins).size(), 1U);
  EXPECT_THAT(same.messages, Contains("several_diplotypes_same_advice"));
}

TEST(GeneCall, WithoutPositionsHasNoResult) {
  const GeneCall call = call_gene(enzyme(), sample_of(". . ."), {}, {});
  EXPECT_EQ(call.state, CallState::no_call);
  EXPECT_THAT(call.missing, ElementsAre("all 3"));
  EXPECT_TRUE(call.keys(enzyme()).front().is_no_result());
}

TEST(GeneCall, OfResearchNeverHasAKey) {
  const GeneCall partial = call_gene(enzyme(), sample_of("0|1 0|0 0|1"), combinations(), {});
  EXPECT_TRUE(partial.is_research);
  EXPECT_EQ(partial.state, CallState::called);
  EXPECT_TRUE(partial.keys(enzyme()).front().is_no_result());
  Gene outside = enzyme();
  outside.route = CallRoute::outside;
  const GeneCall research = call_gene(outside, sample_of("0/1 0/0 0/0"), {}, {});
  EXPECT_TRUE(research.is_research);
  EXPECT_TRUE(research.keys(outside).front().is_no_result());
}

TEST(GeneCall, Slco1b1FallsBackToOneSnp) {
  Gene gene = gene_of({"10 C T", "20 T C", "30 A G"}, {"*1 10=C 20=T 30=A", "*5 20=C", "*2 10=T"});
  gene.name = "SLCO1B1";
  gene.positions[1].rsid = "rs4149056";
  gene.alleles[0].function = "Normal";
  gene.alleles[1].function = "No";
  gene.phenotypes.add_functions("Normal", "No", "Decreased Function");
  const GeneCall call = call_gene(gene, sample_of("0/0 0/1 0/1"), {}, {});
  EXPECT_EQ(call.state, CallState::no_call);
  EXPECT_THAT(call.matched, IsEmpty());
  ASSERT_EQ(call.lookup.size(), 1U);
  EXPECT_EQ(call.lookup[0].name, "*1/*5");
  EXPECT_THAT(call.lookup[0].phenotypes, ElementsAre("Decreased Function"));
  EXPECT_THAT(call.messages, Contains("slco1b1_rs4149056_fallback"));
  EXPECT_THAT(call_gene(gene, sample_of("0/0 . 0/1"), {}, {}).lookup, IsEmpty());
  EXPECT_THAT(call_gene(gene, sample_of("0/0 0/1 0/0"), {}, {}).messages, Not(Contains("slco1b1_rs4149056_fallback")));
}

Gene mitochondrial() {
  Gene gene = gene_of({"10 A G", "20 A G", "30 T C"},
                      {"Reference 10=A 20=A 30=T", "m.10A>G 10=G", "m.20A>G 20=G", "m.30T>C 30=C"});
  gene.route = CallRoute::chromosome_m;
  const std::vector<std::string> risks = {"Normal", "Normal", "Increased", "Uncertain"};
  for (std::size_t i = 0; i < risks.size(); ++i) gene.alleles[i].function = risks[i];
  gene.phenotypes.add_function("Normal", "normal risk");
  gene.phenotypes.add_function("Increased", "increased risk");
  gene.phenotypes.add_function("Uncertain", "uncertain risk");
  gene.positions[1].is_tier1 = true;
  return gene;
}

TEST(MitochondrialCall, TheVariantWithTheHighestRiskDecides) {
  const auto call = [](const std::string& calls) { return call_gene(mitochondrial(), sample_of(calls), {}, {}); };
  EXPECT_THAT(call("0 0 0").matched, ElementsAre("Reference"));
  EXPECT_THAT(call("0 0 0").lookup.front().phenotypes, ElementsAre("normal risk"));
  EXPECT_THAT(call("1 0 1").matched, ElementsAre("m.10A>G", "m.30T>C"));
  EXPECT_THAT(call("1 0 1").lookup.front().phenotypes, ElementsAre("uncertain risk"));
  EXPECT_THAT(call("1/1 1/1 1").lookup.front().phenotypes, ElementsAre("increased risk"));
  EXPECT_THAT(call("1 1 1").messages, Contains("mt_rnr1_highest_risk"));
  EXPECT_EQ(call("0 . 0").state, CallState::incomplete);
  EXPECT_EQ(call(". 0 0").state, CallState::called);
}

TEST(MitochondrialCall, OfBothBasesIsFlagged) {
  const auto call = [](const std::string& calls) { return call_gene(mitochondrial(), sample_of(calls), {}, {}); };
  EXPECT_EQ(call("0/0 0/1 0/0").state, CallState::no_call);
  EXPECT_THAT(call("0/0 0/1 0/0").messages, Contains("mt_rnr1_heteroplasmy"));
  // An increased risk that is certain stays.
  EXPECT_THAT(call("0/1 1/1 0/0").lookup.front().phenotypes, ElementsAre("increased risk"));
}

TEST(Messages, AreRaisedWhereTheirConditionsHold) {
  MessageRule pair;
  pair.code = "pair";
  pair.gene = "GENE";
  pair.diplotypes = {"*1/*4"};
  pair.kind = "ambiguity";
  MessageRule allele;
  allele.code = "allele";
  allele.gene = "GENE";
  allele.alleles_called = {"*9"};
  allele.rsids_missing = {"rs10"};
  MessageRule elsewhere = allele;
  elsewhere.code = "elsewhere";
  elsewhere.gene = "OTHER";
  const std::vector rules = {pair, allele, elsewhere};
  const auto messages = [&](const std::string& calls) {
    return call_gene(enzyme(), sample_of(calls), {}, rules).messages;
  };
  EXPECT_THAT(messages("0/1 0/1 0/0"), ElementsAre("pair"));
  EXPECT_THAT(messages("0|1 0|1 0/0"), IsEmpty());
  EXPECT_THAT(messages(". 0/0 0/1"), ElementsAre("allele"));
  EXPECT_THAT(messages("0/0 0/0 0/1"), IsEmpty());
}

TEST(TestedAlleles, AreThoseThatSomeRowAsksFor) {
  GuidelineTable table;
  Drug drug;
  for (const char* when : {"HLA-B: *58:01 positive", "HLA-B: *58:01 negative | No Result", "HLA-B: *57:01 positive"}) {
    drug.rows.emplace_back().when = parse_when(when, "table");
  }
  table.drugs = {drug};
  EXPECT_THAT(tested_alleles(table, "HLA-B"), ElementsAre("*57:01", "*58:01"));
  EXPECT_THAT(tested_alleles(table, "HLA-A"), IsEmpty());
}

// --- from outside
// -----------------------------------------------------------------------------------------------------

OutsideCall line(const std::string& diplotype, const std::string& phenotype = {}, std::optional<double> score = {}) {
  return {diplotype, phenotype, score, "calls.tsv:1"};
}

GeneCall outside(const Gene& gene, const std::vector<OutsideCall>& lines, const std::vector<std::string>& tested = {}) {
  return call_from_outside(gene, lines, tested);
}

TEST(OutsideCall, OfAScoredGeneGoesByScoreThenPhenotypeThenDiplotype) {
  const Gene gene = scored();
  const GeneCall by_diplotype = outside(gene, {line("*4/*1")});
  EXPECT_EQ(by_diplotype.state, CallState::outside);
  EXPECT_THAT(by_diplotype.reported, ElementsAre("*1/*4"));
  EXPECT_EQ(by_diplotype.lookup.front().activity_score, 1);
  EXPECT_THAT(by_diplotype.messages, ElementsAre("outside_call"));

  const GeneCall by_phenotype = outside(gene, {line("*1/*4", "Poor Metabolizer")});
  EXPECT_THAT(by_phenotype.lookup.front().phenotypes, ElementsAre("Poor Metabolizer"));
  EXPECT_EQ(by_phenotype.lookup.front().activity_score, 0);
  EXPECT_THAT(by_phenotype.messages, Contains("outside_phenotype_differs"));

  const GeneCall by_score = outside(gene, {line("*1/*4", "Poor Metabolizer", 2)});
  EXPECT_EQ(by_score.lookup.front().activity_score, 2);
  EXPECT_THAT(by_score.lookup.front().phenotypes, ElementsAre("Normal Metabolizer"));
  EXPECT_THAT(by_score.messages, Contains("outside_score_differs"));
  EXPECT_THAT(by_score.messages, Contains("outside_phenotype_differs"));

  const GeneCall agreeing = outside(gene, {line("*1/*4", "Intermediate Metabolizer", 1)});
  EXPECT_THAT(agreeing.messages, ElementsAre("outside_call"));
}

TEST(OutsideCall, OfAPhenotypeAloneHasTheScoresThatTwoAllelesCanGive) {
  const GeneCall call = outside(scored(), {line("", "Intermediate Metabolizer")});
  std::vector<double> scores;
  for (const LookupEntry& entry : call.lookup) scores.push_back(entry.activity_score.value());
  EXPECT_THAT(scores, ElementsAre(0.25, 0.5, 1));  // 0 + 0.25, 0.25 + 0.25, 0 + 1: none gives 0.75
  EXPECT_THAT(call.messages, Contains("several_activity_scores"));
  EXPECT_THAT(call.reported, ElementsAre("Intermediate Metabolizer"));
  EXPECT_EQ(outside(scored(), {line("", "Poor Metabolizer")}).lookup.size(), 1U);
  const GeneCall open = outside(scored(), {line("", "Indeterminate")});
  EXPECT_THAT(open.keys(scored()).front().phenotypes, ElementsAre("Indeterminate"));
}

TEST(OutsideCall, OfOtherGenesGoesByPhenotypeThenDiplotype) {
  const Gene gene = enzyme();
  EXPECT_THAT(outside(gene, {line("*2/*1")}).lookup.front().phenotypes, ElementsAre("Intermediate Metabolizer"));
  const GeneCall both = outside(gene, {line("*2/*1", "Poor Metabolizer", 7)});
  EXPECT_THAT(both.lookup.front().phenotypes, ElementsAre("Poor Metabolizer"));
  EXPECT_THAT(both.messages, Contains("outside_phenotype_differs"));
  EXPECT_EQ(both.keys(gene).front().activity_score, std::nullopt);
}

TEST(OutsideCall, OfAnUnknownAlleleIsIndeterminate) {
  const GeneCall call = outside(scored(), {line("*1/*XXX")});
  EXPECT_THAT(call.reported, ElementsAre("*1/*XXX"));
  EXPECT_THAT(call.messages, Contains("outside_allele_unknown"));
  EXPECT_THAT(call.keys(scored()).front().phenotypes, ElementsAre("Indeterminate"));
  EXPECT_THAT(outside(scored(), {line("*4x2/*36+*10")}).messages, ElementsAre("outside_call"));
}

TEST(OutsideCall, OfASingleAlleleOfTwoIsIndeterminate) {
  const GeneCall call = outside(scored(), {line("*4")});
  EXPECT_EQ(call.keys(scored()).front().activity_score, std::nullopt);
  EXPECT_THAT(call.keys(scored()).front().phenotypes, ElementsAre("Indeterminate"));
}

TEST(OutsideCall, SeveralLinesAreKeptSideBySide) {
  const GeneCall call = outside(scored(), {line("*4/*4"), line("*1x3/*1"), line("*1/*4")});
  EXPECT_THAT(call.reported, ElementsAre("*1/*4", "*1/*1x3", "*4/*4"));
  EXPECT_EQ(call.keys(scored()).size(), 3U);
  EXPECT_THAT(call.messages, Contains("outside_several_calls"));
}

TEST(OutsideCall, ThatSaysNothingIsNoCall) {
  const GeneCall call = outside(scored(), {line("")});
  EXPECT_EQ(call.state, CallState::no_call);
  EXPECT_TRUE(call.keys(scored()).front().is_no_result());
  EXPECT_EQ(outside(scored(), {line(""), line("*1/*1")}).state, CallState::outside);
}

TEST(OutsideCall, OfHlaTellsWhichAllelesAreThere) {
  Gene gene;
  gene.name = "HLA-B";
  gene.lookup = LookupKind::allele;
  const std::vector<std::string> tested = {"*15:02", "*57:01"};
  const auto phenotypes = [&](const OutsideCall& one) {
    return outside(gene, {one}, tested).lookup.front().phenotypes;
  };
  EXPECT_THAT(phenotypes(line("*57:01/*08:01")), ElementsAre("*15:02 negative", "*57:01 positive"));
  EXPECT_THAT(phenotypes(line("HLA-B*57:01:01:01/HLA-B*15:02")), ElementsAre("*15:02 positive", "*57:01 positive"));
  EXPECT_THAT(phenotypes(line("*15:02")), ElementsAre("*15:02 positive", "*57:01 negative"));
  // One field does not tell which of its alleles it is.
  EXPECT_THAT(phenotypes(line("*57/*08:01")), ElementsAre("*15:02 negative"));
  EXPECT_THAT(phenotypes(line("*57/*57:01")), ElementsAre("*15:02 negative", "*57:01 positive"));
  EXPECT_THAT(phenotypes(line("", "*57:01 positive; *15:02 negative")),
              ElementsAre("*57:01 positive", "*15:02 negative"));
  const GeneCall differs = outside(gene, {line("*57:01/*08:01", "*57:01 negative")}, tested);
  EXPECT_THAT(differs.lookup.front().phenotypes, ElementsAre("*57:01 negative"));
  EXPECT_THAT(differs.messages, Contains("outside_phenotype_differs"));
}

}  // namespace
}  // namespace varisk::pgx
