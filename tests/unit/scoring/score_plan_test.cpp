#include "varisk/scoring/score_plan.hpp"

#include <gmock/gmock.h>

#include <set>

#include "scoring_inputs.hpp"

namespace varisk::scoring {
namespace {

using test::Planned;
using test::row;
using test::scoring_file;
using States = std::vector<std::optional<RowState>>;

constexpr auto duplicate = RowState::duplicate;
constexpr auto ambiguous = RowState::ambiguous;

States settled(const std::vector<ScoringRow>& rows, PalindromicPolicy palindromic, DuplicateRows duplicates) {
  const std::vector<ScoringFile> files = {scoring_file(rows, std::vector<double>(rows.size(), 1.0))};
  return Planned(files, palindromic, duplicates).plan.scores()[0].settled;
}

States duplicates(const std::vector<ScoringRow>& rows, DuplicateRows policy) {
  return settled(rows, PalindromicPolicy::keep, policy);
}

TEST(ScorePlan, PalindromicRowsAreDroppedIfTheirSiteIsFoundOrKept) {
  const std::vector<ScoringFile> files = {
      scoring_file({row("1", 1, "A", "T"), row("1", 2, "C", "G"), row("1", 3, "A", "C"), row("1", 4, "G", "C"),
                    row("1", 5, "T", "TA"), row("1", 6, "A", {})},
                   {1, 1, 1, 1, 1, 1})};
  const Planned drop(files, PalindromicPolicy::drop, DuplicateRows::drop);
  EXPECT_EQ(drop.plan.scores()[0].settled, States(6)) << "whether the site is absent is not known yet";
  EXPECT_THAT(drop.plan.scores()[0].dropped_if_found, testing::ElementsAre(true, true, false, true, false, false));
  const Planned keep(files, PalindromicPolicy::keep, DuplicateRows::drop);
  EXPECT_THAT(keep.plan.scores()[0].dropped_if_found, testing::Each(false));
  for (const Planned* planned : {&drop, &keep}) {
    EXPECT_EQ(planned->sites.size(), 6U);
    std::size_t users = 0;
    for (std::uint32_t site = 0; site < 6; ++site) users += planned->plan.users(SiteId{site}).size();
    EXPECT_EQ(users, planned == &drop ? 3U : 6U);
  }
}

TEST(ScorePlan, AnIndelWithoutItsOtherAlleleIsAmbiguous) {
  EXPECT_EQ(settled({row("1", 1, "AT", {}), row("1", 2, "A", {})}, PalindromicPolicy::keep, DuplicateRows::drop),
            (States{ambiguous, {}}));
}

TEST(ScorePlan, RowsWithProblemsAreSettledByThem) {
  ScoringRow lost = row("1", 1, "A", "T");
  lost.problem = RowProblem::not_harmonised;
  ScoringRow haplotype = row("1", 1, "A", "T");
  haplotype.problem = RowProblem::unsupported;
  EXPECT_EQ(settled({lost, haplotype, lost}, PalindromicPolicy::drop, DuplicateRows::drop),
            (States{RowState::not_harmonised, RowState::unsupported, RowState::not_harmonised}));
}

TEST(ScorePlan, DuplicateRowsAreDroppedOrTheFirstIsKeptOrAllAreSummed) {
  const std::vector<ScoringRow> rows = {row("1", 1, "A", "G"), row("1", 2, "A", "G"), row("1", 1, "A", "G"),
                                        row("1", 1, "A", "G")};
  EXPECT_EQ(duplicates(rows, DuplicateRows::drop), (States{duplicate, {}, duplicate, duplicate}));
  EXPECT_EQ(duplicates(rows, DuplicateRows::first), (States{{}, {}, duplicate, duplicate}));
  EXPECT_EQ(duplicates(rows, DuplicateRows::sum), States(4));
}

TEST(ScorePlan, RowsOfOneSiteWithOtherEffectAllelesAreNotDuplicates) {
  EXPECT_EQ(duplicates({row("1", 1, "A", "G"), row("1", 1, "G", "A"), row("1", 1, "T", "A")}, DuplicateRows::drop),
            States(3));
  EXPECT_EQ(duplicates({row("1", 1, "A", "T"), row("1", 1, "T", "A")}, DuplicateRows::drop), States(2));
  EXPECT_EQ(duplicates({row("1", 1, "A", "AT"), row("1", 1, "A", "ATT")}, DuplicateRows::drop), States(2));
  EXPECT_EQ(duplicates({row("1", 1, "A", "G"), row("2", 1, "A", "G"), row("1", 2, "A", "G")}, DuplicateRows::drop),
            States(3));
}

TEST(ScorePlan, TheSameSiteOnTheOtherStrandOrWithoutOtherAlleleIsADuplicate) {
  EXPECT_EQ(duplicates({row("1", 1, "A", "G"), row("1", 1, "T", "C")}, DuplicateRows::drop),
            (States{duplicate, duplicate}));
  EXPECT_EQ(duplicates({row("1", 1, "A", "G"), row("1", 1, "A", {})}, DuplicateRows::first), (States{{}, duplicate}));
  EXPECT_EQ(duplicates({row("1", 1, "AC", "GC"), row("1", 1, "A", "G")}, DuplicateRows::drop),
            (States{duplicate, duplicate}));
}

TEST(ScorePlan, AnotherSpellingOfTheSameIndelIsADuplicate) {
  EXPECT_EQ(duplicates({row("1", 100, "A", "AT"), row("1", 99, "GA", "GAT")}, DuplicateRows::drop),
            (States{duplicate, duplicate}));
  EXPECT_EQ(duplicates({row("1", 100, "A", "G"), row("1", 99, "CA", "CG")}, DuplicateRows::first),
            (States{{}, duplicate}));
}

TEST(ScorePlan, DuplicatesAreOfOneScoreOnly) {
  ScoringFile wide = scoring_file({row("1", 1, "A", "G"), row("1", 1, "A", "G")}, {1, 1});
  wide.scores = {{"first", {0}, {1}}, {"second", {1}, {1}}, {"both", {0, 1}, {1, 1}}};
  const std::vector<ScoringFile> files = {wide};
  const Planned planned(files, PalindromicPolicy::keep, DuplicateRows::drop);
  EXPECT_EQ(planned.plan.scores()[0].settled, States(1));
  EXPECT_EQ(planned.plan.scores()[1].settled, States(1));
  EXPECT_EQ(planned.plan.scores()[2].settled, (States{duplicate, duplicate}));
}

TEST(ScorePlan, EachSiteKnowsTheRowsThatUseIt) {
  const std::vector<ScoringFile> files = {
      scoring_file({row("2", 5, "A", "G"), row("1", 1, "C", "T"), row("1", 1, "A", "T")}, {1, 2, 3}),
      scoring_file({row("1", 1, "C", "T"), row("2", 5, "A", "G"), row("2", 5, "A", "G")}, {4, 5, 6})};
  const Planned planned(files, PalindromicPolicy::drop, DuplicateRows::sum);
  const ScorePlan& plan = planned.plan;
  EXPECT_EQ(planned.sites.size(), 3U);
  std::set<std::pair<std::uint32_t, std::uint32_t>> seen;
  for (std::uint32_t site = 0; site < planned.sites.size(); ++site) {
    for (const SiteUser& user : plan.users(SiteId{site})) {
      const PlannedRows& rows = plan.rows(user.rows);
      EXPECT_EQ(rows.site[user.entry], SiteId{site});
      EXPECT_EQ(rows.row_of(user.entry).position, planned.sites.site(SiteId{site}).position);
      EXPECT_TRUE(seen.emplace(user.rows, user.entry).second);
    }
  }
  EXPECT_THAT(seen, testing::ElementsAre(std::pair{0U, 0U}, std::pair{0U, 1U}, std::pair{1U, 0U}, std::pair{1U, 1U},
                                         std::pair{1U, 2U}));
}

TEST(ScorePlan, ScoresOfAWideFileWithTheSameRowsArePlannedOnce) {
  ScoringFile wide = scoring_file({row("1", 1, "A", "G"), row("1", 2, "A", "G"), row("1", 3, "A", "G")}, {1, 1, 1});
  wide.scores = {{"all", {0, 1, 2}, {1, 2, 3}},
                 {"gap", {0, 2}, {4, 5}},
                 {"all too", {0, 1, 2}, {6, 7, 8}},
                 {"gap too", {0, 2}, {9, 10}}};
  const std::vector<ScoringFile> files = {wide, wide};
  const Planned planned(files);
  ASSERT_EQ(planned.plan.row_sets(), 4U);
  EXPECT_THAT(planned.plan.rows(0).scores, testing::ElementsAre(0, 2));
  EXPECT_THAT(planned.plan.rows(1).scores, testing::ElementsAre(1, 3));
  EXPECT_THAT(planned.plan.rows(2).scores, testing::ElementsAre(4, 6));
  EXPECT_THAT(planned.plan.rows(3).scores, testing::ElementsAre(5, 7));
  for (std::uint32_t score = 0; score < 8; ++score) {
    const PlannedScore& one = planned.plan.scores()[score];
    EXPECT_THAT(planned.plan.rows(one.rows).scores, testing::Contains(score));
    EXPECT_EQ(one.settled.size(), score % 2 == 0 ? 3U : 2U);
  }
  EXPECT_EQ(planned.plan.users(SiteId{1}).size(), 2U);
  EXPECT_EQ(planned.plan.users(SiteId{2}).size(), 4U);
}

TEST(RowList, HoldsRowsWithAndWithoutGaps) {
  RowList rows;
  const std::vector<std::uint32_t> wanted = {0, 1, 2, 5, 6, 9};
  for (const std::uint32_t row : wanted) rows.push_back(row);
  ASSERT_EQ(rows.size(), wanted.size());
  for (std::size_t i = 0; i < wanted.size(); ++i) EXPECT_EQ(rows[i], wanted[i]);
  EXPECT_EQ(rows, (RowList{0, 1, 2, 5, 6, 9}));
  RowList joined{0, 1};
  joined.append({0, 1, 3}, 2);
  joined.append({0, 1}, 6);
  EXPECT_EQ(joined, (RowList{0, 1, 2, 3, 5, 6, 7}));
  EXPECT_NE(rows, (RowList{0, 1, 2, 5, 6, 8}));
  EXPECT_NE(rows, (RowList{0, 1, 2, 5, 6}));
}

TEST(RowState, EachHasItsNameInTheTables) {
  const std::vector<std::string> names = {"matched",   "flipped",  "absent",      "ambiguous",     "allele_mismatch",
                                          "duplicate", "filtered", "unsupported", "not_harmonised"};
  ASSERT_EQ(names.size(), row_states);
  for (std::size_t i = 0; i < names.size(); ++i) EXPECT_EQ(to_string(static_cast<RowState>(i)), names[i]);
}

TEST(ScorePlan, PalindromicRowsWithAFrequencyAskForASide) {
  const std::vector<ScoringFile> files = {scoring_file(
      {row("1", 1, "A", "T", 0.39), row("1", 2, "A", "T", 0.4), row("1", 3, "A", "T", 0.61), row("1", 4, "A", "T"),
       row("1", 5, "A", {}, 0.1), row("1", 6, "A", "C", 0.1), row("1", 7, "AT", "A", 0.1)},
      std::vector<double>(7, 1))};
  const Planned planned(files, PalindromicPolicy::frequency, DuplicateRows::drop);
  EXPECT_THAT(planned.plan.scores()[0].dropped_if_found,
              testing::ElementsAre(false, true, false, true, false, false, false));
  std::vector<sites::FrequencySide> sides;
  for (const SiteId site : planned.plan.scores()[0].site) sides.push_back(planned.sites.site(site).side);
  using enum sites::FrequencySide;
  EXPECT_THAT(sides, testing::ElementsAre(rarer, unknown, commoner, unknown, rarer, unknown, unknown));
}

TEST(ScorePlan, PalindromicRowsOfOneSideAreDuplicates) {
  const auto by_frequency = [](const std::vector<ScoringRow>& rows) {
    return settled(rows, PalindromicPolicy::frequency, DuplicateRows::first);
  };
  EXPECT_EQ(by_frequency({row("1", 1, "A", "T", 0.1), row("1", 1, "T", "A", 0.2)}), (States{{}, duplicate}));
  EXPECT_EQ(by_frequency({row("1", 1, "A", "T", 0.1), row("1", 1, "T", "A", 0.9)}), States(2));
  EXPECT_EQ(by_frequency({row("1", 1, "A", "T", 0.1), row("1", 1, "A", "T", 0.9)}), States(2));
  EXPECT_EQ(by_frequency({row("1", 1, "A", "T", 0.1), row("1", 1, "C", "G", 0.1)}), States(2));
  EXPECT_EQ(by_frequency({row("1", 1, "A", "T", 0.1), row("1", 1, "T", "A")}), States(2));
}

TEST(ScorePlan, FrequenciesOfSitesServeRowsWithoutOne) {
  const std::vector<ScoringFile> files = {
      scoring_file({row("1", 1, "A", "C", 0.1), row("1", 2, "A", "C"), row("1", 3, "A", "T", 0.1)}, {1, 1, 1})};
  ScorePlan plan(files, PalindromicPolicy::frequency, DuplicateRows::drop);
  std::vector<SiteId> ids;
  const sites::SitePlan sites(plan.requests(), ids);
  const std::vector<std::optional<double>> frequencies = {0.2, 0.3, 0.5};
  plan.set_sites(ids, sites.size(), frequencies);
  EXPECT_EQ(plan.effect_frequency(plan.rows(0), 0), 0.1);
  EXPECT_EQ(plan.effect_frequency(plan.rows(0), 1), 0.3);
  EXPECT_THAT(plan.scores()[0].dropped_if_found, testing::ElementsAre(false, false, true)) << "0.5 tells no strand";
  EXPECT_TRUE(plan.users(plan.scores()[0].site[2]).empty());
}

}  // namespace
}  // namespace varisk::scoring
