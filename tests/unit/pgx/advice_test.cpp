#include "varisk/pgx/advice.hpp"

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "../temp_file.hpp"
#include "varisk/core/error.hpp"

namespace varisk::pgx {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

Gene gene_named(const std::string& name, LookupKind lookup) {
  Gene gene;
  gene.name = name;
  gene.lookup = lookup;
  gene.phenotypes.add_interval(*parse_interval("[0,0]"), "Poor Metabolizer");
  gene.phenotypes.add_interval(*parse_interval("(0,1.25)"), "Intermediate Metabolizer");
  gene.phenotypes.add_interval(*parse_interval("[1.25,]"), "Normal Metabolizer");
  return gene;
}

Recommendation row(const std::string& when, const std::string& population, const std::string& action,
                   const std::string& cautions = ".") {
  Recommendation result;
  result.when = parse_when(when, "table");
  result.population = population;
  result.primary_action = action;
  result.fallback_action = result.condition = ".";
  result.dose_value = result.dose_unit = result.dose_low = result.dose_high = ".";
  result.strength = "Strong";
  result.text = "Do it.";
  result.cautions = cautions;
  return result;
}

/// CYP2C19 by phenotype for clopidogrel, CYP2C19 and CYP2D6 for amitriptyline, HLA-B for abacavir.
PgxData tables() {
  PgxData data;
  data.folder = "tables";
  data.guidelines.guidelines = {{"cpic-x", "CPIC", "123", "2020", "1"}};
  Drug clopidogrel{"clopidogrel", {"CYP2C19"}, {"acs", "other"}, {}};
  for (const char* population : {"acs", "other"}) {
    clopidogrel.rows.push_back(row("CYP2C19: Normal Metabolizer", population, "standard"));
    clopidogrel.rows.push_back(row("CYP2C19: Poor Metabolizer", population, "avoid", "bleeding"));
    clopidogrel.rows.push_back(row("CYP2C19: Indeterminate | No Result", population, "no_recommendation"));
  }
  Drug amitriptyline{"amitriptyline", {"CYP2C19", "CYP2D6"}, {"general"}, {}};
  amitriptyline.rows.push_back(row("CYP2C19: Normal Metabolizer; CYP2D6: [1.25,]", "general", "standard"));
  amitriptyline.rows.push_back(row("CYP2C19: Poor Metabolizer; CYP2D6: *", "general", "avoid"));
  amitriptyline.rows.push_back(row("CYP2C19: Normal Metabolizer; CYP2D6: [0,1.25)", "general", "decrease"));
  amitriptyline.rows.push_back(
      row("CYP2C19: Normal Metabolizer; CYP2D6: Indeterminate | No Result", "general", "monitor"));
  Drug abacavir{"abacavir", {"HLA-B"}, {"general"}, {}};
  abacavir.rows.push_back(row("HLA-B: *57:01 positive", "general", "avoid"));
  abacavir.rows.push_back(row("HLA-B: *57:01 negative", "general", "standard"));
  abacavir.rows.push_back(row("HLA-B: No Result", "general", "test"));
  data.guidelines.drugs = {abacavir, amitriptyline, clopidogrel};
  MessageRule warning;
  warning.code = "star17_not_tested";
  warning.kind = "warning";
  MessageRule note;
  note.code = "star1_or_star38";
  note.kind = "note";
  data.messages = {warning, note};
  return data;
}

const Gene cyp2c19 = gene_named("CYP2C19", LookupKind::phenotype);
const Gene cyp2d6 = gene_named("CYP2D6", LookupKind::activity);
const Gene hla_b = gene_named("HLA-B", LookupKind::allele);

GeneCall call_of(const std::vector<LookupEntry>& entries) {
  GeneCall call;
  call.state = CallState::called;
  call.lookup = entries;
  for (const LookupEntry& entry : entries) call.reported.push_back(entry.name);
  return call;
}
LookupEntry entry(const std::string& name, const std::string& phenotype, std::optional<double> score = {}) {
  return {name, {}, {phenotype}, score};
}

std::vector<AdviceRow> advice(const std::string& drug, const std::vector<GeneResult>& genes,
                              const PatientNotes& notes = {}) {
  const PgxData data = tables();
  return advise(data, *data.guidelines.find(drug), genes, notes);
}

TEST(Advice, HasOneRowForEachPopulation) {
  const GeneCall call = call_of({entry("*2/*2", "Poor Metabolizer")});
  const auto rows = advice("clopidogrel", {{&cyp2c19, &call}});
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].recommendation.population, "acs");
  EXPECT_EQ(rows[1].recommendation.population, "other");
  EXPECT_EQ(rows[0].recommendation.primary_action, "avoid");
  EXPECT_EQ(rows[0].diplotypes, "*2/*2");
  EXPECT_EQ(rows[0].phenotypes, "Poor Metabolizer");
  EXPECT_EQ(rows[0].activity_scores, ".");
  EXPECT_EQ(rows[0].source, "CPIC");
  EXPECT_EQ(rows[0].guideline, "cpic-x");
  EXPECT_EQ(rows[0].pmid, "123");
  EXPECT_THAT(rows[0].cautions, ElementsAre("bleeding"));
}

TEST(Advice, OfTwoGenesTakesTheKeyOfEach) {
  const GeneCall normal = call_of({entry("*1/*1", "Normal Metabolizer")});
  const GeneCall scored = call_of({entry("*1/*4", "Intermediate Metabolizer", 1)});
  const GeneCall nothing;
  auto rows = advice("amitriptyline", {{&cyp2c19, &normal}, {&cyp2d6, &scored}});
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].recommendation.primary_action, "decrease");
  EXPECT_EQ(rows[0].genes, "CYP2C19; CYP2D6");
  EXPECT_EQ(rows[0].diplotypes, "*1/*1; *1/*4");
  EXPECT_EQ(rows[0].activity_scores, ".; 1");
  rows = advice("amitriptyline", {{&cyp2c19, &normal}, {&cyp2d6, &nothing}});
  EXPECT_EQ(rows[0].recommendation.primary_action, "monitor");
  EXPECT_EQ(rows[0].phenotypes, "Normal Metabolizer; No Result");
}

TEST(Advice, OfAnAmbiguousGenotypeHasARowForEachAnswerThatDiffers) {
  const GeneCall call = call_of({entry("*1/*1", "Normal Metabolizer"), entry("*2/*2", "Poor Metabolizer")});
  const auto rows = advice("clopidogrel", {{&cyp2c19, &call}});
  ASSERT_EQ(rows.size(), 4U);
  EXPECT_EQ(rows[0].recommendation.primary_action, "standard");
  EXPECT_EQ(rows[1].recommendation.primary_action, "avoid");
  for (const AdviceRow& one : rows) {
    EXPECT_THAT(one.cautions, Contains("ambiguous_genotype"));
    // Each row names the candidates that it is for.
    const bool normal = one.recommendation.primary_action == "standard";
    EXPECT_EQ(one.diplotypes, normal ? "*1/*1" : "*2/*2");
    EXPECT_EQ(one.phenotypes, normal ? "Normal Metabolizer" : "Poor Metabolizer");
  }
  const GeneCall same = call_of({entry("*1/*1", "Normal Metabolizer"), entry("*1/*13", "Normal Metabolizer")});
  const auto agreed = advice("clopidogrel", {{&cyp2c19, &same}});
  ASSERT_EQ(agreed.size(), 2U);
  EXPECT_THAT(agreed[0].cautions, Not(Contains("ambiguous_genotype")));
}

TEST(Advice, WithdrawsTheStandardWhereAFrequentAlleleIsNotExcluded) {
  GeneCall call = call_of({entry("*1/*1", "Normal Metabolizer")});
  call.state = CallState::incomplete;
  call.not_excluded = {"*4", "*17"};
  const auto rows = advice("clopidogrel", {{&cyp2c19, &call}});
  EXPECT_EQ(rows[0].recommendation.primary_action, "no_recommendation");
  EXPECT_EQ(rows[0].recommendation.strength, "No recommendation");
  EXPECT_THAT(rows[0].recommendation.text, HasSubstr("CYP2C19 *4, *17"));
  EXPECT_THAT(rows[0].cautions, Contains("not_excluded:CYP2C19:*4+*17"));
  // Other actions stay, with the caution.
  GeneCall poor = call;
  poor.lookup = {entry("*2/*2", "Poor Metabolizer")};
  const auto avoid = advice("clopidogrel", {{&cyp2c19, &poor}});
  EXPECT_EQ(avoid[0].recommendation.primary_action, "avoid");
  EXPECT_THAT(avoid[0].cautions, Contains("not_excluded:CYP2C19:*4+*17"));
}

TEST(Advice, DoesNotRestOnAGeneWhoseKeyDoesNotMatter) {
  const GeneCall poor = call_of({entry("*2/*2", "Poor Metabolizer")});
  GeneCall open = call_of({entry("*1/*1", "Normal Metabolizer", 2)});
  open.not_excluded = {"*4"};
  const auto rows = advice("amitriptyline", {{&cyp2c19, &poor}, {&cyp2d6, &open}});
  EXPECT_EQ(rows[0].recommendation.primary_action, "avoid");
  EXPECT_THAT(rows[0].cautions, IsEmpty());
}

TEST(Advice, TakesOfSingleAllelesTheOneOfTheDrug) {
  const GeneCall carrier = call_of({{"*57:01/*08:01", {}, {"*15:02 negative", "*57:01 positive"}, {}}});
  EXPECT_EQ(advice("abacavir", {{&hla_b, &carrier}})[0].recommendation.primary_action, "avoid");
  const GeneCall other = call_of({{"", {}, {"*15:02 positive"}, {}}});
  EXPECT_EQ(advice("abacavir", {{&hla_b, &other}})[0].recommendation.primary_action, "test");
}

TEST(Advice, NeverRestsOnResearch) {
  GeneCall research = call_of({entry("*2/*2", "Poor Metabolizer")});
  research.is_research = true;
  const auto rows = advice("clopidogrel", {{&cyp2c19, &research}});
  EXPECT_EQ(rows[0].recommendation.primary_action, "no_recommendation");
  EXPECT_EQ(rows[0].diplotypes, "No Result");
  EXPECT_EQ(rows[0].phenotypes, "No Result");
}

TEST(Advice, ShowsBothPhenotypesBesideAnInhibitor) {
  const GeneCall normal = call_of({entry("*1/*1", "Normal Metabolizer")});
  const GeneCall scored = call_of({entry("*1/*1", "Normal Metabolizer", 2)});
  PatientNotes notes;
  const auto phenotypes = [&] {
    return advice("amitriptyline", {{&cyp2c19, &normal}, {&cyp2d6, &scored}}, notes)[0].phenotypes;
  };
  notes.cyp2d6 = Inhibition::strong;
  EXPECT_EQ(phenotypes(), "Normal Metabolizer; Normal Metabolizer (with the strong inhibitor: Poor Metabolizer)");
  notes.cyp2d6 = Inhibition::moderate;  // half of 2
  EXPECT_EQ(phenotypes(),
            "Normal Metabolizer; Normal Metabolizer (with the moderate inhibitor: Intermediate Metabolizer)");
  notes.cyp2d6 = Inhibition::weak;
  EXPECT_EQ(phenotypes(), "Normal Metabolizer; Normal Metabolizer");
  notes.cyp2c19 = Inhibition::moderate;
  EXPECT_THAT(phenotypes(), HasSubstr("with the moderate inhibitor: reduced"));
  const auto rows = advice("amitriptyline", {{&cyp2c19, &normal}, {&cyp2d6, &scored}}, notes);
  EXPECT_THAT(rows[0].cautions, ElementsAre("phenoconversion:CYP2C19:moderate", "phenoconversion:CYP2D6:weak"));
  // The row stays that of the genotype.
  EXPECT_EQ(rows[0].recommendation.primary_action, "standard");
}

TEST(Advice, CarriesTheCautionsOfThePatientAndTheWarningsOfTheCall) {
  GeneCall call = call_of({entry("*1/*1", "Normal Metabolizer")});
  call.messages = {"star1_or_star38", "star17_not_tested"};
  PatientNotes notes;
  notes.transplant = notes.transfusion = true;
  EXPECT_THAT(advice("clopidogrel", {{&cyp2c19, &call}}, notes)[0].cautions,
              ElementsAre("star17_not_tested", "transplant_germline_calls", "transfusion_germline_calls"));
}

TEST(Advice, SaysWhatTheTableLacks) {
  const GeneCall odd = call_of({entry("*1/*9", "Odd Metabolizer")});
  EXPECT_THAT(varisk::test::message_of<UserError>([&] {
                advice("clopidogrel", {{&cyp2c19, &odd}});
              }),
              testing::AllOf(HasSubstr("clopidogrel"), HasSubstr("CYP2C19"), HasSubstr("recommendations.tsv")));
}

TEST(NearestNames, AreThoseWithTheFewestChanges) {
  const std::vector<std::string> known = {"CYP2C19", "CYP2C9", "CYP2D6", "DPYD", "warfarin"};
  EXPECT_THAT(nearest_names("CYP2C8", known), ElementsAre("CYP2C9", "CYP2C19", "CYP2D6"));
  EXPECT_THAT(nearest_names("warfarine", known), ElementsAre("warfarin"));
  EXPECT_THAT(nearest_names("DYPD", known), ElementsAre("DPYD", "CYP2D6"));
  EXPECT_THAT(nearest_names("xyzxyzxyz", known), IsEmpty());
  EXPECT_THAT(nearest_names("CYP2C9", {}), IsEmpty());
}

}  // namespace
}  // namespace varisk::pgx
