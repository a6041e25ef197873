#include "varisk/sites/site_plan.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>
#include <tuple>

namespace varisk::sites {
namespace {

using testing::ElementsAre;

std::vector<SiteRequest> random_requests(std::mt19937& random, std::size_t count) {
  const std::vector<std::string> contigs = {"1", "2", "10", "X"};
  const std::vector<std::string> alleles = {"A", "C", "G", "T", "AT", "ATT", "GAT", "GA", "TTTTT"};
  const auto pick = [&](const auto& from) { return from[random() % from.size()]; };
  std::vector<SiteRequest> requests;
  for (std::size_t i = 0; i < count; ++i) {
    SiteRequest request{pick(contigs), Position{1 + static_cast<std::int64_t>(random() % 60)}, pick(alleles), {}};
    if (random() % 4 != 0) request.other_allele = pick(alleles);
    requests.push_back(std::move(request));
  }
  return requests;
}

std::int64_t trimmed_position(const WantedSite& site) {
  if (!site.other_allele) return site.position.value;
  return trimmed({site.position, site.effect_allele, *site.other_allele}).position.value;
}

TEST(SitePlan, NothingWantedIsAPlanWithoutSites) {
  std::vector<SiteId> ids(3);
  const SitePlan plan({}, ids);
  EXPECT_EQ(plan.size(), 0U);
  EXPECT_TRUE(ids.empty());
  EXPECT_EQ(plan.find_contig("1"), std::nullopt);
  SiteCursor cursor(plan);
  cursor.set_contig(std::nullopt);
  EXPECT_TRUE(cursor.find(1, 100).empty());
}

TEST(SitePlan, EqualRequestsAreOneSiteAndIdsFollowTheRequests) {
  const std::vector<SiteRequest> requests = {{"2", Position{5}, "A", "G"},          {"1", Position{9}, "C", "T"},
                                             {"2", Position{5}, "A", "G"},          {"2", Position{5}, "G", "A"},
                                             {"2", Position{5}, "A", std::nullopt}, {"1", Position{9}, "C", "T"}};
  std::vector<SiteId> ids;
  const SitePlan plan(requests, ids);
  EXPECT_EQ(plan.size(), 4U);
  ASSERT_EQ(ids.size(), requests.size());
  EXPECT_EQ(ids[0], ids[2]);
  EXPECT_EQ(ids[1], ids[5]);
  const std::set<SiteId> distinct(ids.begin(), ids.end());
  EXPECT_EQ(distinct.size(), 4U);
}

TEST(SitePlan, SpellingsOfOtherLengthHaveThePositionOfTheirDifference) {
  const std::vector<SiteRequest> requests = {{"1", Position{99}, "GA", "GAT"}, {"1", Position{100}, "A", "AT"}};
  std::vector<SiteId> ids;
  const SitePlan plan(requests, ids);
  EXPECT_THAT(std::vector<std::int64_t>(plan.positions().begin(), plan.positions().end()), ElementsAre(100, 100));
}

TEST(SitePlan, RandomRequestsComeBackByTheirIdsInOrder) {
  std::mt19937 random(11);
  for (int round = 0; round < 50; ++round) {
    const auto requests = random_requests(random, random() % 200);
    std::vector<SiteId> ids;
    const SitePlan plan(requests, ids);
    ASSERT_EQ(ids.size(), requests.size());
    std::set<std::tuple<std::string, std::int64_t, std::string, std::optional<std::string>>> distinct;
    for (std::size_t i = 0; i < requests.size(); ++i) {
      const WantedSite& site = plan.site(ids[i]);
      EXPECT_EQ(plan.contig(site.contig), requests[i].contig);
      EXPECT_EQ(site.position, requests[i].position);
      EXPECT_EQ(site.effect_allele, requests[i].effect_allele);
      EXPECT_EQ(site.other_allele, requests[i].other_allele);
      EXPECT_EQ(plan.positions()[to_number(ids[i])], trimmed_position(site));
      distinct.emplace(requests[i].contig, requests[i].position.value, requests[i].effect_allele,
                       requests[i].other_allele);
    }
    EXPECT_EQ(plan.size(), distinct.size());
    std::uint32_t next = 0;
    for (std::uint32_t c = 0; c < plan.contigs().size(); ++c) {
      EXPECT_EQ(plan.find_contig(plan.contig(ContigId{c})), ContigId{c});
      const SiteRange range = plan.range(ContigId{c});
      EXPECT_EQ(range.first, next);
      next = range.last;
      const auto positions = plan.positions().subspan(range.first, range.last - range.first);
      EXPECT_TRUE(std::is_sorted(positions.begin(), positions.end()));
      for (std::uint32_t i = range.first; i < range.last; ++i) EXPECT_EQ(plan.site(SiteId{i}).contig, ContigId{c});
    }
    EXPECT_EQ(next, plan.size());
    EXPECT_EQ(plan.find_contig("none"), std::nullopt);
  }
}

/// All sites of the contig whose trimmed position is in [first, last], one by one.
std::vector<std::uint32_t> found_by_force(const SitePlan& plan, ContigId contig, std::int64_t first,
                                          std::int64_t last) {
  std::vector<std::uint32_t> found;
  for (std::uint32_t i = 0; i < plan.size(); ++i) {
    const WantedSite& site = plan.site(SiteId{i});
    const std::int64_t position = trimmed_position(site);
    if (site.contig == contig && first <= position && position <= last) found.push_back(i);
  }
  return found;
}

void expect_same(const SitePlan& plan, SiteCursor& cursor, ContigId contig, std::int64_t first, std::int64_t last) {
  const SiteRange range = cursor.find(first, last);
  std::vector<std::uint32_t> found;
  for (std::uint32_t i = range.first; i < range.last; ++i) found.push_back(i);
  ASSERT_EQ(found, found_by_force(plan, contig, first, last)) << first << '-' << last;
}

TEST(SiteCursor, AscendingQueriesFindWhatASearchOfAllSitesFinds) {
  std::mt19937 random(12);
  for (int round = 0; round < 60; ++round) {
    std::vector<SiteId> ids;
    const SitePlan plan(random_requests(random, 1 + random() % 150), ids);
    SiteCursor cursor(plan);
    for (std::uint32_t c = 0; c < plan.contigs().size(); ++c) {
      cursor.set_contig(ContigId{c});
      std::int64_t first = 0;
      while (first < 70) {
        expect_same(plan, cursor, ContigId{c}, first, first + static_cast<std::int64_t>(random() % 6));
        first += static_cast<std::int64_t>(random() % 5);
      }
    }
  }
}

TEST(SiteCursor, QueriesInAnyOrderFindWhatASearchOfAllSitesFinds) {
  std::mt19937 random(13);
  for (int round = 0; round < 100; ++round) {
    std::vector<SiteId> ids;
    const SitePlan plan(random_requests(random, 1 + random() % 200), ids);
    SiteCursor cursor(plan);
    ContigId contig{};
    cursor.set_contig(contig);
    for (int query = 0; query < 200; ++query) {
      if (random() % 10 == 0) {
        contig = ContigId{static_cast<std::uint32_t>(random() % plan.contigs().size())};
        cursor.set_contig(contig);
      }
      const auto first = static_cast<std::int64_t>(random() % 75);
      const auto span = static_cast<std::int64_t>(random() % (random() % 8 == 0 ? 80 : 3));
      expect_same(plan, cursor, contig, first, first + span);
    }
  }
}

TEST(SiteCursor, AContigThatNobodyWantsHasNoSites) {
  std::vector<SiteId> ids;
  const SitePlan plan(std::vector<SiteRequest>{{"1", Position{5}, "A", "G"}}, ids);
  SiteCursor cursor(plan);
  EXPECT_TRUE(cursor.find(1, 10).empty());
  cursor.set_contig(plan.find_contig("1"));
  EXPECT_FALSE(cursor.find(1, 10).empty());
  cursor.set_contig(std::nullopt);
  EXPECT_TRUE(cursor.find(1, 10).empty());
}

TEST(SitePlan, OnlySingleBaseSubstitutionsHaveOneSpelling) {
  std::vector<SiteId> ids;
  const SitePlan plan(std::vector<SiteRequest>{{"1", Position{5}, "A", "AT"}, {"1", Position{5}, "AC", "GT"}}, ids);
  for (const SiteId id : ids) EXPECT_TRUE(plan.has_many_spellings(id));
}

TEST(SitePlan, SitesOfAnIdAreNeighboursAndAreOnNoContigOfAFile) {
  const auto by_id = [](const std::string& id, const std::string& effect) {
    return SiteRequest{"", Position{}, effect, "CA", FrequencySide::unknown, id};
  };
  std::vector<SiteId> ids;
  SitePlan plan(
      std::vector<SiteRequest>{
          by_id("rs2", "CAAA"), by_id("rs1", "T"), {"1", Position{7}, "A", "C"}, by_id("rs2", "A"), by_id("rs1", "T")},
      ids);
  const SitePlan moved = std::move(plan);
  EXPECT_EQ(moved.size(), 4U);
  EXPECT_EQ(ids[1], ids[4]);
  const SiteRange range = moved.find_id("rs2");
  ASSERT_EQ(range.last - range.first, 2U);
  for (const std::size_t request : {std::size_t{0}, std::size_t{3}}) {
    EXPECT_GE(to_number(ids[request]), range.first);
    EXPECT_LT(to_number(ids[request]), range.last);
    EXPECT_EQ(moved.id(ids[request]), "rs2");
    EXPECT_FALSE(moved.has_many_spellings(ids[request]));
  }
  EXPECT_TRUE(moved.find_id("rs3").empty());
  EXPECT_TRUE(moved.find_id("").empty());
  EXPECT_EQ(moved.id(ids[2]), "");
  EXPECT_EQ(moved.describe(ids[2]), "1:7");
  EXPECT_EQ(moved.describe(ids[0]), "rs2");
}

}  // namespace
}  // namespace varisk::sites
