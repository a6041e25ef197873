#include "varisk/scoring/site_frequencies.hpp"

#include <gmock/gmock.h>

#include "../temp_file.hpp"
#include "varisk/core/error.hpp"

namespace varisk::scoring {
namespace {

using sites::ReferenceAllele;
using sites::SiteRequest;

const std::string header = "#CHROM\tID\tREF\tALT\tALT_FREQS\tOBS_CT\n";

/// Sites and what a file says of them.
struct Joined {
  Joined(const std::vector<SiteRequest>& requests, const std::string& lines, std::vector<std::string> names = {})
      : plan(requests, site), row_ids(std::move(names)) {
    SitesOfId sites_of_id;
    for (std::size_t i = 0; i < row_ids.size(); ++i) sites_of_id.emplace(row_ids[i], site[i]);
    const varisk::test::TempFile file("a.afreq", header + lines);
    found = SiteFrequencies(file.path(), plan, sites_of_id);
  }
  [[nodiscard]] std::optional<double> effect(std::size_t request) const {
    return found.effect()[to_number(site[request])];
  }
  [[nodiscard]] sites::ReferenceMatch reference(std::size_t request) const {
    return found.reference()[to_number(site[request])];
  }
  std::vector<SiteId> site;
  sites::SitePlan plan;
  std::vector<std::string> row_ids;
  SiteFrequencies found;
};

TEST(SiteFrequenciesOf, EveryAlleleMayBeTheEffectAllele) {
  const Joined joined({{"1", Position{10}, "G", "A"},
                       {"1", Position{10}, "A", "T"},
                       {"1", Position{10}, "T", "G"},
                       {"1", Position{10}, "T", std::nullopt}},
                      "1\t1:10:A:G,T\tA\tG,T\t0.25,0.125\t8\n");
  EXPECT_EQ(joined.effect(0), 0.25);
  EXPECT_EQ(joined.effect(1), 0.625);
  EXPECT_EQ(joined.effect(2), 0.125);
  EXPECT_EQ(joined.effect(3), 0.125);
  EXPECT_EQ(joined.reference(0).allele, ReferenceAllele::other);
  EXPECT_EQ(joined.reference(1).allele, ReferenceAllele::effect);
  EXPECT_EQ(joined.reference(2).allele, ReferenceAllele::other);
  EXPECT_EQ(joined.found.found(), 4U);
}

TEST(SiteFrequenciesOf, TheOtherStrandIsFoundAndAsGivenIsPreferred) {
  const Joined joined({{"1", Position{10}, "C", "T"}, {"1", Position{20}, "C", "T"}},
                      "1\t1:10:A:G\tA\tG\t0.25\t8\n1\t1:20:A:G\tA\tG\t0.25\t8\n1\t1:20:C:T\tC\tT\t0.125\t8\n");
  EXPECT_EQ(joined.effect(0), 0.25);
  EXPECT_EQ(joined.reference(0), (sites::ReferenceMatch{ReferenceAllele::other, true}));
  EXPECT_EQ(joined.effect(1), 0.875);
  EXPECT_EQ(joined.reference(1), (sites::ReferenceMatch{ReferenceAllele::effect, false}));
}

TEST(SiteFrequenciesOf, LinesWithoutPositionAreFoundByTheIdOfTheRow) {
  const Joined joined({{"1", Position{10}, "G", "A"}, {"1", Position{20}, "G", "A"}, {"2", Position{5}, "CT", "C"}},
                      "1\trs1\tA\tG\t0.25\t8\n2\trs2\tA\tG\t0.5\t8\n2\trs7;rs3\tC\tCT\t0.125\t8\n",
                      {"rs1", "rs2", "rs3"});
  EXPECT_EQ(joined.effect(0), 0.25);
  EXPECT_EQ(joined.effect(1), std::nullopt) << "rs2 is on another contig";
  EXPECT_EQ(joined.effect(2), 0.125);
}

TEST(SiteFrequenciesOf, OtherAllelesAreCounted) {
  const Joined joined({{"1", Position{10}, "G", "A"}, {"1", Position{20}, "G", "A"}},
                      "1\t1:10:C:T\tC\tT\t0.25\t8\n1\t1:20:C:A\tC\tA\t0.25\t8\n1\t1:30:C:A\tC\tA\t0.25\t8\n");
  EXPECT_EQ(joined.effect(0), 0.75) << "the other strand";
  EXPECT_EQ(joined.effect(1), std::nullopt);
  EXPECT_EQ(joined.found.found(), 1U);
  EXPECT_EQ(joined.found.other_alleles(), 1U);
}

TEST(SiteFrequenciesOf, LinesThatContradictEachOtherAreRefused) {
  const std::vector<SiteRequest> requests = {{"1", Position{10}, "G", "A"}};
  const Joined same(requests, "1\t1:10:A:G\tA\tG\t0.25\t8\n1\t1:10:A:G\tA\tG\t0.25\t8\n");
  EXPECT_EQ(same.effect(0), 0.25);
  try {
    const Joined two(requests, "1\t1:10:A:G\tA\tG\t0.25\t8\n1\t1:10:G:A\tG\tA\t0.25\t8\n");
    FAIL() << "taken";
  } catch (const UserError& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("line 3"));
    EXPECT_THAT(error.what(), testing::HasSubstr("is 0.75, an earlier line says 0.25"));
  }
}

TEST(SiteFrequenciesOf, RefOfASiteOnSeveralLinesIsNotKnownFromOneOfThem) {
  const Joined joined({{"1", Position{10}, "A", std::nullopt}, {"1", Position{10}, "G", std::nullopt}},
                      "1\t1:10:A:G\tA\tG\t0.25\t8\n1\t1:10:A:T\tA\tT\t0.125\t8\n");
  EXPECT_EQ(joined.effect(0), std::nullopt);
  EXPECT_EQ(joined.effect(1), 0.25);
}

}  // namespace
}  // namespace varisk::scoring
