#include "varisk/sites/alleles.hpp"

#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace varisk::sites {
namespace {

TEST(IsBases, OnlyAcgt) {
  for (const std::string text : {"A", "acgt", "ACGTACGT"}) EXPECT_TRUE(is_bases(text)) << text;
  for (const std::string text : {"", "N", "AN", "-", ".", "*", "<DEL>", "A ", "I", "D", "A/C"}) {
    EXPECT_FALSE(is_bases(text)) << text;
  }
}

TEST(ReverseComplement, TurnsAndComplements) {
  EXPECT_EQ(reverse_complement("A"), "T");
  EXPECT_EQ(reverse_complement("GATTC"), "GAATC");
  EXPECT_EQ(reverse_complement("ACGT"), "ACGT");
  EXPECT_EQ(reverse_complement(""), "");
  for (const std::string text : {"AAC", "GTTG", "C", "TTTACG"}) {
    EXPECT_EQ(reverse_complement(reverse_complement(text)), text);
  }
}

TEST(IsPalindromic, IsAtAndCgOnly) {
  const std::string bases = "ACGT";
  for (const char first : bases) {
    for (const char second : bases) {
      const std::string pair{first, second};
      const bool expected = pair == "AT" || pair == "TA" || pair == "CG" || pair == "GC";
      EXPECT_EQ(is_palindromic(pair.substr(0, 1), pair.substr(1)), expected) << pair;
    }
  }
  EXPECT_FALSE(is_palindromic("AC", "GT"));
  EXPECT_FALSE(is_palindromic("A", "TT"));
}

TEST(Trimmed, KeepsOneBaseOfEachAndTakesTheEndFirst) {
  struct Case {
    std::int64_t position;
    std::string first, second;
    std::int64_t trimmed_position;
    std::string trimmed_first, trimmed_second;
  };
  const std::vector<Case> cases = {
      {100, "A", "G", 100, "A", "G"},       {100, "AT", "A", 100, "AT", "A"},    {99, "GAT", "GA", 100, "AT", "A"},
      {99, "GAC", "GTC", 100, "A", "T"},    {100, "GC", "GAC", 100, "G", "GA"},  {100, "AAA", "AA", 100, "AA", "A"},
      {100, "ACGT", "TCGT", 100, "A", "T"}, {100, "CTT", "CT", 100, "CT", "C"},  {100, "A", "A", 100, "A", "A"},
      {100, "GAT", "GAT", 100, "G", "G"},   {98, "TTAG", "TTAC", 101, "G", "C"}, {100, "", "A", 100, "", "A"}};
  for (const Case& one : cases) {
    const AllelePair pair = trimmed({Position{one.position}, one.first, one.second});
    EXPECT_EQ(pair.position.value, one.trimmed_position) << one.first << '/' << one.second;
    EXPECT_EQ(pair.first, one.trimmed_first) << one.first << '/' << one.second;
    EXPECT_EQ(pair.second, one.trimmed_second) << one.first << '/' << one.second;
  }
}

struct Case {
  std::string name;
  std::int64_t wanted_position;
  std::string effect;
  std::optional<std::string> other;
  std::int64_t position;
  std::vector<std::string> alleles;
  MatchKind kind;
  int effect_index = 0;
  std::optional<int> other_index = {};
};

class MatchAlleles : public testing::TestWithParam<Case> {};

TEST_P(MatchAlleles, FindsEffectAndOther) {
  const Case& one = GetParam();
  const WantedSite site{ContigId{}, Position{one.wanted_position}, one.effect, one.other};
  const std::vector<std::string_view> alleles(one.alleles.begin(), one.alleles.end());
  const AlleleMatch match = match_alleles(site, Position{one.position}, alleles);
  ASSERT_EQ(match.kind, one.kind);
  if (one.kind == MatchKind::none) return;
  EXPECT_EQ(match.effect.value, one.effect_index);
  ASSERT_EQ(match.other.has_value(), one.other_index.has_value());
  if (match.other) {
    EXPECT_EQ(match.other->value, *one.other_index);
  }
}

constexpr auto as_given = MatchKind::as_given;
constexpr auto flipped = MatchKind::flipped;
constexpr auto other_unknown = MatchKind::other_unknown;
constexpr auto none = MatchKind::none;

const std::vector<Case>& cases() {
  static const std::vector<Case> all = {
      {"alt_effect", 100, "G", "A", 100, {"A", "G"}, as_given, 1, 0},
      {"ref_effect", 100, "A", "G", 100, {"A", "G"}, as_given, 0, 1},
      {"second_alt", 100, "T", "A", 100, {"A", "G", "T"}, as_given, 2, 0},
      {"ref_effect_second_alt", 100, "A", "T", 100, {"A", "G", "T"}, as_given, 0, 2},
      {"both_alts", 100, "G", "T", 100, {"A", "G", "T"}, as_given, 1, 2},
      {"both_alts_other_way", 100, "T", "G", 100, {"A", "G", "T"}, as_given, 2, 1},
      {"other_position", 100, "G", "A", 101, {"A", "G"}, none},
      {"other_alleles", 100, "G", "C", 100, {"A", "G"}, none},
      // a record without ALT: the allele that it lacks has the index that no call can name
      {"no_alt", 100, "G", "A", 100, {"A"}, as_given, 1, 0},
      {"no_alt_ref_effect", 100, "A", "G", 100, {"A"}, as_given, 0, 1},
      {"no_alt_flipped", 100, "C", "T", 100, {"A"}, flipped, 1, 0},
      {"no_alt_other_base", 100, "C", "G", 100, {"A"}, none},
      {"no_alt_indel", 100, "A", "AT", 100, {"A"}, none},
      {"no_alt_other_position", 100, "G", "A", 99, {"A"}, none},
      {"no_alt_long_ref", 100, "G", "A", 100, {"AT"}, none},
      {"star_is_not_an_allele", 100, "G", "A", 100, {"A", "*"}, none},
      {"beside_star", 100, "G", "A", 100, {"A", "*", "G"}, as_given, 2, 0},
      {"beside_non_ref", 100, "G", "A", 100, {"A", "<NON_REF>", "G"}, as_given, 2, 0},
      // insertions and deletions
      {"deletion", 100, "A", "AT", 100, {"AT", "A"}, as_given, 1, 0},
      {"deletion_ref_effect", 100, "AT", "A", 100, {"AT", "A"}, as_given, 0, 1},
      {"record_anchored_one_before", 100, "A", "AT", 99, {"GAT", "GA"}, as_given, 1, 0},
      {"row_anchored_one_before", 99, "GA", "GAT", 100, {"AT", "A"}, as_given, 1, 0},
      {"record_with_a_base_behind", 100, "A", "AT", 100, {"ATC", "AC"}, as_given, 1, 0},
      {"insertion_in_multi_allelic", 100, "GA", "G", 100, {"GC", "GAC", "G"}, as_given, 1, 0},
      {"snp_in_multi_allelic_with_deletion", 100, "G", "A", 100, {"AT", "GT", "A"}, as_given, 1, 0},
      {"snp_spelled_from_one_before", 100, "G", "A", 99, {"TA", "TG"}, as_given, 1, 0},
      {"same_length_other_place", 100, "A", "AT", 101, {"AT", "A"}, none},
      {"insertion_is_not_deletion", 100, "AT", "A", 100, {"AC", "A"}, none},
      {"both_alts_indels", 100, "G", "GAA", 100, {"GA", "G", "GAA"}, as_given, 1, 2},
      // the other strand
      {"flipped", 100, "C", "T", 100, {"A", "G"}, flipped, 1, 0},
      {"flipped_ref_effect", 100, "T", "C", 100, {"A", "G"}, flipped, 0, 1},
      {"two_alts_do_not_tell_the_strand", 100, "C", "A", 100, {"A", "G", "T"}, none},
      {"flipped_deletion", 100, "A", "TA", 100, {"TA", "T"}, flipped, 1, 0},
      {"flipped_insertion", 100, "GGT", "G", 100, {"C", "ACC"}, flipped, 1, 0},
      {"palindrome_is_taken_as_given", 100, "A", "T", 100, {"A", "T"}, as_given, 0, 1},
      {"as_given_before_flipped", 100, "A", "C", 100, {"G", "T", "A", "C"}, as_given, 2, 3},
      {"half_flipped_is_none", 100, "C", "G", 100, {"A", "G"}, none},
      // effect allele alone
      {"other_unknown_alt", 100, "G", std::nullopt, 100, {"A", "G"}, other_unknown, 1, std::nullopt},
      {"other_unknown_ref", 100, "A", std::nullopt, 100, {"A", "G"}, other_unknown, 0, std::nullopt},
      {"other_unknown_third", 100, "T", std::nullopt, 100, {"A", "G", "T"}, other_unknown, 2, std::nullopt},
      {"other_unknown_absent", 100, "C", std::nullopt, 100, {"A", "G"}, none},
      {"other_unknown_is_not_flipped", 100, "T", std::nullopt, 100, {"A", "G"}, none},
      {"other_unknown_other_position", 100, "G", std::nullopt, 99, {"TA", "TG"}, none},
      {"other_unknown_indel", 100, "GA", std::nullopt, 100, {"G", "GA"}, none},
      {"other_unknown_base_of_an_indel", 100, "G", std::nullopt, 100, {"GA", "G"}, none},
  };
  return all;
}

INSTANTIATE_TEST_SUITE_P(Table, MatchAlleles, testing::ValuesIn(cases()),
                         [](const auto& one) { return one.param.name; });

TEST(MatchKinds, AreInTheOrderOfPreference) {
  EXPECT_LT(none, other_unknown);
  EXPECT_LT(other_unknown, flipped);
  EXPECT_LT(flipped, as_given);
}

TEST(FrequencySideOf, TellsNothingBetweenFourAndSixTenths) {
  EXPECT_EQ(frequency_side(std::nullopt), FrequencySide::unknown);
  for (const double unsure : {0.4, 0.5, 0.6}) EXPECT_EQ(frequency_side(unsure), FrequencySide::unknown) << unsure;
  for (const double rare : {0.0, 0.3999}) EXPECT_EQ(frequency_side(rare), FrequencySide::rarer) << rare;
  for (const double common : {0.6001, 1.0}) EXPECT_EQ(frequency_side(common), FrequencySide::commoner) << common;
}

TEST(MatchAlleles, WithoutAPositionTrimmedAllelesAreEqualAnywhere) {
  const std::vector<std::string_view> record = {"GCAG", "GCA", "GT"};
  const auto match = [&](const std::string& effect, std::optional<std::string> other) {
    return match_alleles({ContigId{}, Position{1}, effect, std::move(other)}, std::nullopt, record);
  };
  EXPECT_EQ(match("A", "AG").kind, MatchKind::as_given);
  EXPECT_EQ(match("A", "AG").effect.value, 1);
  EXPECT_EQ(match("CT", "T").kind, MatchKind::flipped) << "AG/A on the other strand";
  EXPECT_EQ(match("G", "GC").kind, MatchKind::none);
  EXPECT_EQ(
      match_alleles({ContigId{}, Position{1}, "T", std::nullopt}, std::nullopt, std::vector<std::string_view>{"A", "T"})
          .kind,
      MatchKind::other_unknown);
}

}  // namespace
}  // namespace varisk::sites
