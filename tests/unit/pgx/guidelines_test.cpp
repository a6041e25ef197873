#include "varisk/pgx/guidelines.hpp"

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "../temp_file.hpp"
#include "varisk/core/error.hpp"

namespace varisk::pgx {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(When, HasOneSetOfKeysForEachGene) {
  const auto sets =
      parse_when("CYP2C19: Poor Metabolizer | Likely Poor Metabolizer; CYP2D6: [0,0] | (2.25,] | No Result", "table");
  ASSERT_EQ(sets.size(), 2U);
  EXPECT_EQ(sets[0].gene, "CYP2C19");
  EXPECT_THAT(sets[0].phenotypes, ElementsAre("Poor Metabolizer", "Likely Poor Metabolizer"));
  EXPECT_THAT(sets[0].scores, IsEmpty());
  EXPECT_FALSE(sets[0].any);
  EXPECT_EQ(sets[1].gene, "CYP2D6");
  EXPECT_THAT(sets[1].phenotypes, ElementsAre("No Result"));
  EXPECT_EQ(sets[1].scores.size(), 2U);
  const auto any = parse_when("HLA-B: *57:01 positive; RYR1: *", "table");
  EXPECT_THAT(any[0].phenotypes, ElementsAre("*57:01 positive"));
  EXPECT_TRUE(any[1].any);
}

TEST(When, IsRefusedWithoutGeneOrKey) {
  for (const char* text : {"", "CYP2C19", "CYP2C19:Poor", "CYP2C19: Poor; "}) {
    EXPECT_THAT(varisk::test::message_of<UserError>([&] { static_cast<void>(parse_when(text, "r.tsv:7")); }),
                HasSubstr("r.tsv:7"))
        << text;
  }
}

KeySet keys_of(const std::string& text) { return parse_when("G: " + text, "table")[0]; }

TEST(KeySet, GoesByPhenotypesOrScoresAsTheGeneDoes) {
  const KeySet names = keys_of("Poor | Likely Poor");
  EXPECT_TRUE(names.contains({{"Likely Poor"}, {}}, LookupKind::phenotype));
  EXPECT_FALSE(names.contains({{"Normal"}, {}}, LookupKind::phenotype));
  const KeySet scores = keys_of("[0,0] | (1,2]");
  EXPECT_TRUE(scores.contains({{"Poor"}, 0}, LookupKind::activity));
  EXPECT_FALSE(scores.contains({{"Poor"}, 1}, LookupKind::activity));
  EXPECT_TRUE(scores.contains({{}, 2}, LookupKind::activity));
  EXPECT_FALSE(scores.contains({{"Indeterminate"}, {}}, LookupKind::activity));
  // Names may stand where there are no intervals.
  EXPECT_TRUE(names.contains({{"Poor"}, 0}, LookupKind::activity));
  EXPECT_TRUE(keys_of("[0,0] | Indeterminate").contains({{"Indeterminate"}, {}}, LookupKind::activity));
}

TEST(KeySet, NoResultIsAKeyOfItsOwn) {
  const LookupKey nothing;
  ASSERT_TRUE(nothing.is_no_result());
  EXPECT_TRUE(keys_of("Indeterminate | No Result").contains(nothing, LookupKind::phenotype));
  EXPECT_FALSE(keys_of("Indeterminate").contains(nothing, LookupKind::phenotype));
  EXPECT_FALSE(keys_of("[0,]").contains(nothing, LookupKind::activity));
  EXPECT_TRUE(keys_of("*").contains(nothing, LookupKind::phenotype));
}

TEST(KeySet, OfSingleAllelesOneOfThePersonsIsEnough) {
  const LookupKey person{{"*57:01 negative", "*58:01 positive"}, {}};
  EXPECT_TRUE(keys_of("*58:01 positive").contains(person, LookupKind::allele));
  EXPECT_TRUE(keys_of("*57:01 negative").contains(person, LookupKind::allele));
  EXPECT_FALSE(keys_of("*57:01 positive").contains(person, LookupKind::allele));
}

TEST(FindRow, TakesTheRowOfThePopulationWhoseSetsAllHoldTheirKeys) {
  Drug drug;
  const auto add = [&](const std::string& when, const std::string& population, const std::string& text) {
    Recommendation row;
    row.when = parse_when(when, "table");
    row.population = population;
    row.text = text;
    drug.rows.push_back(row);
  };
  add("A: Poor; B: *", "adults", "1");
  add("A: Normal; B: Poor", "adults", "2");
  add("A: Normal; B: Poor", "pediatrics", "3");
  const std::vector lookups = {LookupKind::phenotype, LookupKind::phenotype};
  const auto text = [&](const char* population, const char* a, const char* b) -> std::string {
    const Recommendation* const row = find_row(drug, population, {{{a}, {}}, {{b}, {}}}, lookups);
    return row == nullptr ? "none" : row->text;
  };
  EXPECT_EQ(text("adults", "Poor", "Normal"), "1");
  EXPECT_EQ(text("adults", "Normal", "Poor"), "2");
  EXPECT_EQ(text("pediatrics", "Normal", "Poor"), "3");
  EXPECT_EQ(text("pediatrics", "Poor", "Poor"), "none");
  EXPECT_EQ(text("adults", "Normal", "Normal"), "none");
}

}  // namespace
}  // namespace varisk::pgx
