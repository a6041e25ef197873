#include "varisk/sites/contig.hpp"

#include <gmock/gmock.h>

#include <array>
#include <string>
#include <vector>

namespace varisk::sites {
namespace {

TEST(CanonicalContig, OneContigHasOneName) {
  struct Case {
    std::string name;
    std::string canonical;
  };
  const std::vector<Case> cases = {{"1", "1"},
                                   {"chr1", "1"},
                                   {"Chr1", "1"},
                                   {"CHR1", "1"},
                                   {"01", "1"},
                                   {"chr09", "9"},
                                   {"22", "22"},
                                   {"chr22", "22"},
                                   {"10", "10"},
                                   {"X", "X"},
                                   {"x", "X"},
                                   {"chrX", "X"},
                                   {"23", "X"},
                                   {"chr23", "X"},
                                   {"25", "X"},
                                   {"XY", "X"},
                                   {"Y", "Y"},
                                   {"chrY", "Y"},
                                   {"y", "Y"},
                                   {"24", "Y"},
                                   {"MT", "MT"},
                                   {"M", "MT"},
                                   {"chrM", "MT"},
                                   {"chrMT", "MT"},
                                   {"26", "MT"},
                                   {"mt", "MT"},
                                   {"chr", "chr"},
                                   {"", ""},
                                   {"0", "0"},
                                   {"00", "00"},
                                   {"HLA-A", "HLA-A"},
                                   {"chr1_KI270706v1_random", "1_KI270706v1_random"},
                                   {"GL000191.1", "GL000191.1"}};
  for (const Case& one : cases) EXPECT_EQ(canonical_contig(one.name), one.canonical) << one.name;
}

TEST(ContigKind, SexChromosomesAndMitochondriaAreTold) {
  EXPECT_EQ(contig_kind("X"), ContigKind::x);
  EXPECT_EQ(contig_kind("Y"), ContigKind::y);
  EXPECT_EQ(contig_kind("MT"), ContigKind::mitochondrial);
  EXPECT_EQ(contig_kind("1"), ContigKind::other);
  EXPECT_EQ(contig_kind("X_random"), ContigKind::other);
}

TEST(BuildFromName, UsualSpellingsAreKnownAndOthersAreNot) {
  for (const std::string name : {"GRCh37", "grch37", "hg19", "HG19", "b37", "GRCh37.p13"}) {
    EXPECT_EQ(build_from_name(name), GenomeBuild::grch37) << name;
  }
  for (const std::string name : {"GRCh38", "hg38", "b38", "GRCh38.p14"}) {
    EXPECT_EQ(build_from_name(name), GenomeBuild::grch38) << name;
  }
  for (const std::string name : {"hg18", "NCBI36"}) EXPECT_EQ(build_from_name(name), GenomeBuild::ncbi36) << name;
  for (const std::string name : {"", "NR", "T2T", "GRCh36"}) {
    EXPECT_EQ(build_from_name(name), GenomeBuild::unknown) << name;
  }
}

TEST(BuildFromLengths, EachChromosomeTellsTheBuild) {
  EXPECT_EQ(build_from_lengths(std::vector<ContigLength>{{"1", 249250621}}), GenomeBuild::grch37);
  EXPECT_EQ(build_from_lengths(std::vector<ContigLength>{{"chr1", 248956422}}), GenomeBuild::grch38);
  EXPECT_EQ(build_from_lengths(std::vector<ContigLength>{{"chr22", 51304566}}), GenomeBuild::grch37);
  EXPECT_EQ(build_from_lengths(std::vector<ContigLength>{{"22", 50818468}}), GenomeBuild::grch38);
  EXPECT_EQ(build_from_lengths(std::vector<ContigLength>{{"X", 155270560}, {"Y", 59373566}}), GenomeBuild::grch37);
  EXPECT_EQ(build_from_lengths(std::vector<ContigLength>{{"chrX", 156040895}, {"chrY", 57227415}}),
            GenomeBuild::grch38);
}

TEST(BuildFromLengths, OtherContigsAndUnknownLengthsDoNotMatter) {
  const std::vector<ContigLength> contigs = {{"MT", 16569}, {"GL000191.1", 106433}, {"7", 0}, {"20", 63025520}};
  EXPECT_EQ(build_from_lengths(contigs), GenomeBuild::grch37);
}

TEST(BuildFromLengths, NoneOrBothBuildsAreUnknown) {
  EXPECT_EQ(build_from_lengths({}), GenomeBuild::unknown);
  EXPECT_EQ(build_from_lengths(std::vector<ContigLength>{{"1", 1}, {"2", 0}}), GenomeBuild::unknown);
  EXPECT_EQ(build_from_lengths(std::vector<ContigLength>{{"2", 249250621}}), GenomeBuild::unknown);
  EXPECT_EQ(build_from_lengths(std::vector<ContigLength>{{"1", 249250621}, {"2", 242193529}}), GenomeBuild::unknown);
}

struct Par {
  ContigKind contig;
  std::int64_t first;
  std::int64_t last;
};

// from the Genome Reference Consortium's pages of the two assemblies
constexpr std::array<Par, 4> par37 = {{{ContigKind::x, 60001, 2699520},
                                       {ContigKind::x, 154931044, 155260560},
                                       {ContigKind::y, 10001, 2649520},
                                       {ContigKind::y, 59034050, 59363566}}};
constexpr std::array<Par, 4> par38 = {{{ContigKind::x, 10001, 2781479},
                                       {ContigKind::x, 155701383, 156030895},
                                       {ContigKind::y, 10001, 2781479},
                                       {ContigKind::y, 56887903, 57217415}}};

TEST(PseudoAutosomalRegions, EndAtTheBaseThatTheAssemblySays) {
  for (const auto& [build, regions] : {std::pair{GenomeBuild::grch37, par37}, {GenomeBuild::grch38, par38}}) {
    for (const Par& par : regions) {
      EXPECT_TRUE(is_hemizygous_in_males(build, par.contig, Position{par.first - 1})) << par.first;
      EXPECT_FALSE(is_hemizygous_in_males(build, par.contig, Position{par.first})) << par.first;
      EXPECT_FALSE(is_hemizygous_in_males(build, par.contig, Position{par.last})) << par.last;
      EXPECT_TRUE(is_hemizygous_in_males(build, par.contig, Position{par.last + 1})) << par.last;
    }
  }
}

TEST(PseudoAutosomalRegions, OfAnUnknownBuildAreThoseOfBoth) {
  for (const auto& regions : {par37, par38}) {
    for (const Par& par : regions) {
      EXPECT_FALSE(is_hemizygous_in_males(GenomeBuild::unknown, par.contig, Position{par.first}));
      EXPECT_FALSE(is_hemizygous_in_males(GenomeBuild::unknown, par.contig, Position{par.last}));
    }
  }
  EXPECT_TRUE(is_hemizygous_in_males(GenomeBuild::unknown, ContigKind::x, Position{10000}));
  EXPECT_TRUE(is_hemizygous_in_males(GenomeBuild::unknown, ContigKind::x, Position{2781480}));
  EXPECT_TRUE(is_hemizygous_in_males(GenomeBuild::unknown, ContigKind::y, Position{20000000}));
}

TEST(PseudoAutosomalRegions, OtherContigsAreNeverHemizygous) {
  for (const GenomeBuild build : {GenomeBuild::unknown, GenomeBuild::grch37, GenomeBuild::grch38}) {
    EXPECT_FALSE(is_hemizygous_in_males(build, ContigKind::other, Position{5000000}));
    EXPECT_FALSE(is_hemizygous_in_males(build, ContigKind::mitochondrial, Position{5000}));
  }
}

}  // namespace
}  // namespace varisk::sites
