#include "varisk/pgx/definitions.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <string>
#include <vector>

#include "../temp_file.hpp"
#include "tiny_gene.hpp"
#include "varisk/core/error.hpp"

namespace varisk::pgx {
namespace {

using test::allele_of;
using test::gene_of;
using test::position_of;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

TEST(NaturalOrder, TakesRunsOfDigitsAsNumbers) {
  const std::vector<std::vector<std::string>> ordered = {
      {"*1", "*1x2", "*1x3", "*2", "*3A", "*3B", "*9", "*10", "*45.001", "*45.002", "*45.010"},
      {"*28", "*80", "*80+*28", "*80+*37"},
      {"A", "A- 202A_376G", "B (reference)", "Chatham"},
      {"Reference", "c.61C>T", "c.313G>A", "c.1129-5923C>G", "c.1129-5923C>G, c.1236G>A (HapB3)", "c.1905+1G>A (*2A)"},
  };
  for (const auto& names : ordered) {
    for (std::size_t i = 0; i < names.size(); ++i) {
      for (std::size_t j = 0; j < names.size(); ++j) {
        EXPECT_EQ(natural_less(names[i], names[j]), i < j) << names[i] << " and " << names[j];
      }
    }
  }
}

TEST(NaturalOrder, HasNoPlaceForLeadingZerosAndEmptyNames) {
  EXPECT_FALSE(natural_less("*01", "*1"));
  EXPECT_FALSE(natural_less("*1", "*01"));
  EXPECT_TRUE(natural_less("*09", "*10"));
  EXPECT_TRUE(natural_less("", "*1"));
  EXPECT_FALSE(natural_less("", ""));
}

TEST(Interval, HoldsItsEndsWhereTheBracketIsSquare) {
  struct Case {
    const char* text;
    std::vector<double> inside;
    std::vector<double> outside;
  };
  const std::vector<Case> cases = {
      {"[0,0]", {0}, {0.25, -0.25}},
      {"(0,1.25)", {0.25, 1.24}, {0, 1.25}},
      {"[1.25,2.25]", {1.25, 2, 2.25}, {1.2, 2.26}},
      {"(2.25,]", {2.26, 1000}, {2.25}},
      {"[,1)", {-5, 0, 0.99}, {1}},
  };
  for (const Case& one : cases) {
    const auto interval = parse_interval(one.text);
    ASSERT_TRUE(interval) << one.text;
    for (const double score : one.inside) EXPECT_TRUE(interval->contains(score)) << one.text << ' ' << score;
    for (const double score : one.outside) EXPECT_FALSE(interval->contains(score)) << one.text << ' ' << score;
  }
}

TEST(Interval, IsNoPhenotypeAndNoFunction) {
  for (const char* text : {"", "[]", "[1]", "1,2", "[1,2", "1,2]", "[a,2]", "[1,b]", "Poor Metabolizer", "[1;2]"}) {
    EXPECT_FALSE(parse_interval(text)) << text;
  }
}

NamedAllele allele(const std::string& name, const std::string& function, std::optional<double> activity = {}) {
  NamedAllele result;
  result.name = name;
  result.function = function;
  result.activity = activity;
  return result;
}

TEST(Phenotypes, TakeTheFunctionsInAnyOrder) {
  PhenotypeTable table;
  table.add_functions("Normal", "No", "Intermediate");
  table.add_function("No", "Deficient");
  EXPECT_EQ(table.find(allele("a", "No"), allele("b", "Normal")), "Intermediate");
  EXPECT_EQ(table.find(allele("b", "Normal"), allele("a", "No")), "Intermediate");
  EXPECT_EQ(table.find(allele("a", "No"), allele("a", "No")), std::nullopt);
  EXPECT_EQ(table.find(allele("a", "No")), "Deficient");
  EXPECT_EQ(table.find(allele("a", "Normal")), std::nullopt);
}

TEST(Phenotypes, OfAPairOfAllelesWinOverFunctionsAndScores) {
  PhenotypeTable table;
  table.add_functions("No", "No", "Poor");
  table.add_interval(*parse_interval("[0,0]"), "Poor");
  table.add_alleles("*7", "*4", "Odd");
  EXPECT_EQ(table.find(allele("*4", "No", 0), allele("*7", "No", 0)), "Odd");
  EXPECT_EQ(table.find(allele("*4", "No", 0), allele("*4", "No", 0)), "Poor");
  EXPECT_EQ(table.find(allele("*4", "No"), allele("*5", "No")), "Poor");
}

TEST(Phenotypes, GoByTheSumOfTheActivitiesIfBothAreKnown) {
  PhenotypeTable table;
  table.add_interval(*parse_interval("[0,0.5]"), "Poor");
  table.add_interval(*parse_interval("(0.5,2]"), "Normal");
  table.add_functions("Normal", "Unknown", "Indeterminate");
  EXPECT_EQ(table.find(allele("a", "Normal", 1), allele("b", "No", 0)), "Normal");
  EXPECT_EQ(table.find(allele("a", "Normal", 1), allele("b", "Unknown")), "Indeterminate");
  EXPECT_EQ(table.find(0.5), "Poor");
  EXPECT_EQ(table.find(2.25), std::nullopt);
  EXPECT_THAT(table.phenotypes(), UnorderedElementsAre("Poor", "Normal", "Indeterminate"));
}

TEST(Bases, AreThoseOfThePositionOrACodeForSeveral) {
  const GenePosition position = position_of("10 A G T");
  EXPECT_EQ(parse_bases(position, "A"), bit(0));
  EXPECT_EQ(parse_bases(position, "T"), bit(2));
  EXPECT_EQ(parse_bases(position, "R"), bit(0) | bit(1));
  EXPECT_EQ(parse_bases(position, "K"), bit(1) | bit(2));
  EXPECT_EQ(parse_bases(position, "N"), bit(0) | bit(1) | bit(2));
  EXPECT_EQ(parse_bases(position, "M"), bit(0));  // C is none of the position's
  EXPECT_EQ(parse_bases(position, "C"), std::nullopt);
  EXPECT_EQ(parse_bases(position, "AG"), std::nullopt);
  EXPECT_EQ(parse_bases(position, ""), std::nullopt);
  EXPECT_EQ(parse_bases(position_of("5 CAT C CATAT"), "CATAT"), bit(2));
}

std::string fault_of(const Gene& gene) {
  return varisk::test::message_of<UserError>([&] { check_gene(gene, "tables"); });
}

TEST(CheckGene, WantsAReferenceThatSaysSomethingEverywhere) {
  const std::vector<std::string> positions = {"10 C T", "20 A G"};
  Gene gene = gene_of(positions, {"*1 10=C 20=A", "*2 10=T"});
  EXPECT_NO_THROW(check_gene(gene, "tables"));
  gene.reference.reset();
  EXPECT_THAT(fault_of(gene), HasSubstr("reference"));
  // Also where calls come from outside: the positions are there for research.
  gene.route = CallRoute::outside;
  EXPECT_THAT(fault_of(gene), HasSubstr("reference"));
  gene.positions.clear();
  EXPECT_NO_THROW(check_gene(gene, "tables"));
  EXPECT_THAT(fault_of(gene_of(positions, {"*1 10=C", "*2 10=T"})), HasSubstr("'*1' says nothing at 20"));
  EXPECT_THAT(fault_of(gene_of(positions, {"*1", "*2 10=T"})), HasSubstr("'*1' says nothing at 10"));
}

TEST(CheckGene, FindsAllelesThatAreThereTwiceAndTooManyBases) {
  EXPECT_THAT(fault_of(gene_of({"10 C T"}, {"*1 10=C", "*2 10=T", "*2 10=T"})), HasSubstr("'*2' is defined twice"));
  std::string alts;
  for (int i = 0; i < 30; ++i) alts += " C" + std::string(static_cast<std::size_t>(i) + 1, 'A');
  EXPECT_THAT(fault_of(gene_of({"10 C" + alts}, {"*1 10=C"})), HasSubstr("position 10"));
}

TEST(Gene, FindsAllelesByTheirWholeName) {
  const Gene gene = gene_of({"10 C T"}, {"*1 10=C", "*11 10=T"});
  ASSERT_NE(gene.find("*11"), nullptr);
  EXPECT_EQ(gene.find("*11")->bases[0], bit(1));
  EXPECT_EQ(gene.find("*"), nullptr);
}

}  // namespace
}  // namespace varisk::pgx
