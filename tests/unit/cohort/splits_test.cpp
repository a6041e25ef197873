#include "varisk/cohort/splits.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <random>
#include <set>

#include "../temp_file.hpp"
#include "varisk/core/error.hpp"

namespace varisk::cohort {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using varisk::test::message_of;

std::vector<std::string> ids_of(std::size_t count) {
  std::vector<std::string> ids;
  for (std::size_t i = 0; i < count; ++i) ids.push_back("s" + std::to_string(i));
  return ids;
}

Strata strata_of(const std::vector<std::uint32_t>& of, bool named = true) {
  Strata strata;
  strata.of = of;
  strata.count = of.empty() ? 0 : *std::max_element(of.begin(), of.end()) + 1;
  for (std::size_t s = 0; named && s < strata.count; ++s) strata.names.push_back("c" + std::to_string(s));
  return strata;
}

Groups groups_of(const std::vector<std::uint32_t>& of) {
  Groups groups;
  groups.of = of;
  for (std::size_t g = 0; g <= *std::max_element(of.begin(), of.end()); ++g)
    groups.names.push_back("g" + std::to_string(g));
  return groups;
}

/// Members of each stratum in each part.
template <typename Index>
std::map<std::uint32_t, std::vector<std::size_t>> table_of(const std::vector<Index>& part_of, const Strata& strata,
                                                           std::size_t parts) {
  std::map<std::uint32_t, std::vector<std::size_t>> table;
  for (std::size_t i = 0; i < part_of.size(); ++i) {
    auto& row = table[strata.of.empty() ? 0 : strata.of[i]];
    row.resize(parts);
    ++row.at(static_cast<std::size_t>(part_of[i]));
  }
  return table;
}

std::size_t spread(const std::vector<std::size_t>& counts) {
  const auto [low, high] = std::minmax_element(counts.begin(), counts.end());
  return *high - *low;
}

TEST(Folds, HaveStrataAndSizesWithinOneOfEachOther) {
  std::mt19937_64 random(7);
  for (int round = 0; round < 50; ++round) {
    const std::size_t n = 30 + random() % 200;
    const std::size_t folds = 2 + random() % 9;
    std::vector<std::uint32_t> of;
    for (std::size_t i = 0; i < n; ++i) of.push_back(static_cast<std::uint32_t>(random() % 4));
    const Strata strata = strata_of(of, false);
    const Folds out = deal_folds(ids_of(n), folds, strata, {}, random());
    ASSERT_EQ(out.of.size(), n);
    ASSERT_LT(*std::max_element(out.of.begin(), out.of.end()), folds);
    for (const auto& [stratum, counts] : table_of(out.of, strata, folds)) EXPECT_LE(spread(counts), 1U);
    EXPECT_LE(spread(table_of(out.of, Strata{}, folds)[0]), 1U);
  }
}

TEST(Folds, AreTheSameForTheSameSeedAndAnyOrderOfTheSamples) {
  const auto ids = ids_of(40);
  std::vector<std::uint32_t> classes;
  std::vector<std::uint32_t> persons;
  for (std::uint32_t i = 0; i < 40; ++i) classes.push_back(i % 3 == 0 ? 1 : 0);
  for (std::uint32_t i = 0; i < 40; ++i) persons.push_back(i / 3);
  std::vector<std::size_t> order(40);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::mt19937_64 random(3);
  std::shuffle(order.begin(), order.end(), random);
  for (const bool grouped : {false, true}) {
    const Groups groups = grouped ? groups_of(persons) : Groups{};
    const Folds first = deal_folds(ids, 5, strata_of(classes), groups, 11);
    EXPECT_EQ(first.of, deal_folds(ids, 5, strata_of(classes), groups, 11).of);
    EXPECT_NE(first.of, deal_folds(ids, 5, strata_of(classes), groups, 12).of);
    std::vector<std::string> shuffled_ids;
    std::vector<std::uint32_t> shuffled_classes;
    Groups shuffled_groups;
    for (const std::size_t i : order) {
      shuffled_ids.push_back(ids[i]);
      shuffled_classes.push_back(classes[i]);
      if (!grouped) continue;
      const std::string name = "g" + std::to_string(persons[i]);
      const auto known = std::find(shuffled_groups.names.begin(), shuffled_groups.names.end(), name);
      shuffled_groups.of.push_back(static_cast<std::uint32_t>(known - shuffled_groups.names.begin()));
      if (known == shuffled_groups.names.end()) shuffled_groups.names.push_back(name);
    }
    const Folds second = deal_folds(shuffled_ids, 5, strata_of(shuffled_classes), shuffled_groups, 11);
    for (std::size_t i = 0; i < order.size(); ++i) EXPECT_EQ(second.of[i], first.of[order[i]]);
  }
}

/// A promise: another release must not deal other folds. The numbers are those of the documented hash in Python.
TEST(Folds, StayWhatTheyAre) {
  EXPECT_THAT(deal_folds(ids_of(12), 3, strata_of({0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1}), {}, 1).of,
              ElementsAre(1, 0, 1, 2, 0, 2, 0, 2, 1, 2, 1, 0));
}

TEST(Folds, NeverSplitAGroupAndBalanceTheStrata) {
  std::mt19937_64 random(5);
  for (int round = 0; round < 30; ++round) {
    const std::size_t groups = 30 + random() % 40;
    std::vector<std::uint32_t> of;
    std::vector<std::uint32_t> classes;
    for (std::size_t g = 0; g < groups; ++g) {
      const std::size_t size = 1 + random() % 8;
      const auto person_class = static_cast<std::uint32_t>(random() % 4 == 0 ? 0 : 1);
      for (std::size_t k = 0; k < size; ++k) {
        of.push_back(static_cast<std::uint32_t>(g));
        classes.push_back(person_class);
      }
    }
    const std::size_t folds = 5;
    const Strata strata = strata_of(classes);
    const Folds out = deal_folds(ids_of(of.size()), folds, strata, groups_of(of), random());
    require_whole_groups(out.of, groups_of(of), "here");
    std::set<std::uint32_t> used(out.of.begin(), out.of.end());
    EXPECT_EQ(used.size(), folds);
    // No worse than the largest group.
    EXPECT_LE(spread(table_of(out.of, Strata{}, folds)[0]), 8U);
    for (const auto& [stratum, counts] : table_of(out.of, strata, folds)) EXPECT_LE(spread(counts), 8U);
  }
}

TEST(Folds, NeedAsManySamplesAndGroups) {
  EXPECT_EQ(deal_folds(ids_of(3), 3, {}, {}, 1).of.size(), 3U);
  EXPECT_THAT(message_of<UserError>([] { (void)deal_folds(ids_of(3), 4, {}, {}, 1); }),
              HasSubstr("expected as many samples as folds (4) at least, found 3; choose fewer folds (--folds)"));
  EXPECT_THAT(message_of<UserError>([] {
                (void)deal_folds(ids_of(6), 3, {}, groups_of({0, 0, 0, 1, 1, 1}), 1);
              }),
              HasSubstr("expected as many groups as folds (3) at least, found 2"));
}

TEST(Folds, ARareClassIsAWarningAndOneThatCannotBeTrainedOnAnError) {
  const Folds out = deal_folds(ids_of(10), 5, strata_of({0, 0, 0, 0, 0, 0, 0, 0, 1, 1}), {}, 1);
  EXPECT_THAT(out.warnings, ElementsAre("class 'c1' has 2 sample(s) and is missing from 3 of the 5 folds"));
  EXPECT_THAT(message_of<UserError>([] {
                (void)deal_folds(ids_of(4), 2, strata_of({0, 0, 0, 1}), {}, 1);
              }),
              HasSubstr("found all 1 sample(s) of class 'c1' in one"));
  EXPECT_THAT(message_of<UserError>([] {
                (void)deal_folds(ids_of(6), 2, strata_of({0, 0, 0, 0, 1, 1}), groups_of({0, 1, 2, 3, 4, 4}), 1);
              }),
              HasSubstr("found all 2 sample(s) of class 'c1' in one"));
  EXPECT_THAT(deal_folds(ids_of(4), 2, strata_of({0, 0, 0, 1}, false), {}, 1).warnings, IsEmpty());
}

TEST(Split, EachPartHasItsShareOfEachStratumWithinOne) {
  std::mt19937_64 random(9);
  for (int round = 0; round < 50; ++round) {
    const std::size_t n = 40 + random() % 300;
    std::vector<std::uint32_t> of;
    for (std::size_t i = 0; i < n; ++i) of.push_back(static_cast<std::uint32_t>(random() % 3));
    const Strata strata = strata_of(of, false);
    const std::array<double, 3> share = {70, 15, 15};
    const Split out = deal_split(ids_of(n), {share}, strata, {}, random());
    ASSERT_EQ(out.of.size(), n);
    const auto near = [&](const std::vector<std::size_t>& counts, double slack) {
      const auto members = static_cast<double>(std::accumulate(counts.begin(), counts.end(), std::size_t{0}));
      for (std::size_t p = 0; p < 3; ++p) {
        EXPECT_LT(std::abs(static_cast<double>(counts[p]) - members * share[p] / 100), slack);
      }
    };
    for (const auto& [stratum, counts] : table_of(out.of, strata, 3)) near(counts, 1);
    near(table_of(out.of, Strata{}, 3)[0], 2);
  }
}

TEST(Split, ExactSharesAreExact) {
  const auto counts = [](const SplitShares& shares) {
    return table_of(deal_split(ids_of(100), shares, {}, {}, 4).of, Strata{}, 3)[0];
  };
  EXPECT_THAT(counts(parse_split("70:15:15")), ElementsAre(70, 15, 15));
  EXPECT_THAT(counts(parse_split("80:20")), ElementsAre(80, 0, 20));
  EXPECT_THAT(counts(parse_split("0.5:0.25:0.25")), ElementsAre(50, 25, 25));
}

TEST(Split, IsAnotherDealThanTheFolds) {
  const auto split = deal_split(ids_of(40), parse_split("50:50"), {}, {}, 4).of;
  const auto folds = deal_folds(ids_of(40), 2, {}, {}, 4).of;
  std::size_t together = 0;
  for (std::size_t i = 0; i < 40; ++i) together += (split[i] == Part::train) == (folds[i] == 0) ? 1U : 0U;
  EXPECT_GT(together, 8U);
  EXPECT_LT(together, 32U);
}

TEST(Split, NeverSplitsAGroup) {
  std::vector<std::uint32_t> of;
  for (std::uint32_t i = 0; i < 300; ++i) of.push_back(i / 6);
  const Split out = deal_split(ids_of(300), parse_split("70:15:15"), {}, groups_of(of), 2);
  require_whole_groups(out.of, groups_of(of), "here");
  const auto counts = table_of(out.of, Strata{}, 3)[0];
  EXPECT_NEAR(static_cast<double>(counts[0]), 210, 6);
  EXPECT_NEAR(static_cast<double>(counts[1]), 45, 6);
  EXPECT_NEAR(static_cast<double>(counts[2]), 45, 6);
}

TEST(Split, APartThatStaysEmptyIsAnError) {
  EXPECT_THAT(message_of<UserError>([] { (void)deal_split(ids_of(3), parse_split("90:5:5"), {}, {}, 1); }),
              HasSubstr("expected samples in each part, found none for"));
  EXPECT_THAT(message_of<UserError>([] {
                (void)deal_split(ids_of(8), parse_split("70:15:15"), {}, groups_of({0, 0, 0, 0, 1, 1, 1, 1}), 1);
              }),
              HasSubstr("(8 samples in 2 groups)"));
  EXPECT_THAT(deal_split(ids_of(20), parse_split("90:10"),
                         strata_of({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}), {}, 1)
                  .warnings,
              ElementsAre("class 'c1' has nobody in test"));
}

TEST(Split, IsParsed) {
  EXPECT_THAT(parse_split("70:15:15").share, ElementsAre(70, 15, 15));
  EXPECT_THAT(parse_split("80:20").share, ElementsAre(80, 0, 20));
  for (const char* bad : {"", "70", "70:", "0:50:50", "70:30:0", "70:-1:20", "70:15:10:5", "a:b:c", "nan:1:1"}) {
    EXPECT_THAT(message_of<UsageError>([&] { (void)parse_split(bad); }), HasSubstr("such as 70:15:15")) << bad;
  }
}

TEST(Groups, ThatAreCutAreNamedByTheirSamples) {
  const std::vector<std::uint32_t> folds = {0, 1, 0, 1};
  require_whole_groups(folds, groups_of({0, 1, 0, 1}), "cov.tsv: column 'fold'");
  const std::string fault = message_of<UserError>([&] {
    require_whole_groups(folds, groups_of({0, 1, 1, 2}), "cov.tsv: column 'fold'");
  });
  EXPECT_THAT(fault,
              HasSubstr("cov.tsv: column 'fold': expected all samples of a group in one fold, found samples 2 and 3"));
}

TEST(QuantileStrata, HaveAboutTheSameSizeAndKeepEqualValuesTogether) {
  std::vector<double> values;
  for (int i = 0; i < 100; ++i) values.push_back(100 - i);
  const Strata strata = quantile_strata(values, 10);
  EXPECT_EQ(strata.count, 10U);
  EXPECT_THAT(strata.names, IsEmpty());
  EXPECT_EQ(strata.of[0], 9U);
  EXPECT_EQ(strata.of[99], 0U);
  for (const auto& [band, counts] : table_of(std::vector<int>(100, 0), strata, 1)) EXPECT_EQ(counts[0], 10U);
  const Strata ties = quantile_strata(std::vector<double>{1, 5, 5, 5, 5, 5, 5, 9}, 4);
  EXPECT_THAT(ties.of, ElementsAre(0, 0, 0, 0, 0, 0, 0, 1));
  EXPECT_EQ(ties.count, 2U);
  EXPECT_EQ(quantile_strata(std::vector<double>{2, 2}, 4).count, 1U);
  EXPECT_EQ(quantile_strata({}, 4).count, 0U);
}

}  // namespace
}  // namespace varisk::cohort
