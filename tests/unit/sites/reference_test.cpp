#include "varisk/sites/reference.hpp"

#include <gtest/gtest.h>

namespace varisk::sites {
namespace {

WantedSite site(std::string effect, std::optional<std::string> other) {
  return {ContigId{0}, Position{10}, std::move(effect), std::move(other)};
}

ReferenceMatch found(ReferenceAllele allele, bool flipped = false) { return {allele, flipped}; }

TEST(ReferenceAlleleOf, SubstitutionsAreToldByTheBase) {
  EXPECT_EQ(reference_allele(site("A", "G"), "A"), found(ReferenceAllele::effect));
  EXPECT_EQ(reference_allele(site("A", "G"), "GT"), found(ReferenceAllele::other));
  EXPECT_EQ(reference_allele(site("A", "G"), "T"), found(ReferenceAllele::effect, true));
  EXPECT_EQ(reference_allele(site("A", "G"), "C"), found(ReferenceAllele::other, true));
  EXPECT_EQ(reference_allele(site("A", "T"), "T"), found(ReferenceAllele::other));
  EXPECT_EQ(reference_allele(site("A", "T"), "G"), found(ReferenceAllele::neither));
}

TEST(ReferenceAlleleOf, WithoutAnOtherAlleleTheEffectAlleleDecides) {
  EXPECT_EQ(reference_allele(site("A", std::nullopt), "A"), found(ReferenceAllele::effect));
  EXPECT_EQ(reference_allele(site("A", std::nullopt), "T"), found(ReferenceAllele::other));
  EXPECT_EQ(reference_allele(site("AT", std::nullopt), "AT"), found(ReferenceAllele::ambiguous));
}

TEST(ReferenceAlleleOf, AnInsertionFitsWhereTheInsertedBasesDoNotStandAlready) {
  EXPECT_EQ(reference_allele(site("GT", "G"), "GA"), found(ReferenceAllele::other));
  EXPECT_EQ(reference_allele(site("GT", "G"), "GT"), found(ReferenceAllele::ambiguous));
  EXPECT_EQ(reference_allele(site("TC", "T"), "GA"), found(ReferenceAllele::effect, true));
  EXPECT_EQ(reference_allele(site("AC", "GT"), "AC"), found(ReferenceAllele::effect));
}

TEST(ReferenceAlleleOf, NothingIsKnownWhereTheReferenceHasNoBases) {
  EXPECT_EQ(reference_allele(site("A", "G"), ""), found(ReferenceAllele::unknown));
  EXPECT_EQ(reference_allele(site("A", "G"), "N"), found(ReferenceAllele::unknown));
  EXPECT_EQ(reference_allele(site("GT", "G"), "G"), found(ReferenceAllele::unknown));
}

class FewBases final : public ReferenceBases {
 public:
  std::string bases(std::string_view contig, Position first, std::int64_t count) const override {
    return contig == "1" && first.value == 10 ? std::string("GATTACA").substr(0, static_cast<std::size_t>(count)) : "";
  }
};

TEST(ReferenceAlleleOf, AsksForTheBasesOfTheLongerAllele) {
  const FewBases reference;
  EXPECT_EQ(reference_allele(site("GATTAC", "G"), "1", reference), found(ReferenceAllele::ambiguous));
  EXPECT_EQ(reference_allele(site("GAC", "G"), "1", reference), found(ReferenceAllele::other));
  EXPECT_EQ(reference_allele(site("G", "A"), "2", reference), found(ReferenceAllele::unknown));
}

}  // namespace
}  // namespace varisk::sites
