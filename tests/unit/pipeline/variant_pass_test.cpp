#include "varisk/pipeline/variant_pass.hpp"

#include <gmock/gmock.h>

#include <random>
#include <string>
#include <vector>

#include "pass_fixture.hpp"
#include "varisk/core/error.hpp"

namespace varisk::pipeline {
namespace {

using sites::SiteRequest;
using test::line;
using test::Pass;
using testing::ElementsAre;
using testing::HasSubstr;
using varisk::test::bgzipped;
using varisk::test::message_of;
using varisk::test::sample_names;
using varisk::test::TempFile;
using varisk::test::to_bcf;
using varisk::test::vcf_header;

SiteRequest want(const std::string& contig, std::int64_t position, const std::string& effect,
                 std::optional<std::string> other) {
  return {contig, Position{position}, effect, std::move(other)};
}

/// The encodings in which the same records may come.
std::vector<std::string> encodings(const std::string& vcf) { return {vcf, bgzipped(vcf), to_bcf(vcf)}; }

TEST(VariantPass, EachSiteEndsInItsState) {
  const std::string vcf = vcf_header(sample_names(2)) + line("1\t100\t.\tA\tG", "0/1\t1/1") +
                          line("1\t101\t.\tA\tG", "0/1\t1/1") + line("1\t102\t.\tA\tT", "0/1\t1/1") +
                          line("1\t103\t.\tA\tG", "0/1\t1/1", "low") + line("1\t104\t.\tA\tG,T", "0/2\t./.");
  const std::vector<SiteRequest> requests = {
      want("1", 100, "A", "G"), want("1", 101, "C", "T"), want("1", 102, "T", {}), want("1", 103, "G", "A"),
      want("1", 104, "T", "G"), want("1", 100, "A", "C"), want("1", 99, "A", "G"), want("2", 100, "A", "G")};
  for (const std::string& bytes : encodings(vcf)) {
    const TempFile file("a.vcf", bytes);
    PassOptions options;
    options.pass_only = true;
    options.keep_all_records = true;
    Pass pass(requests, options);
    pass.run(file.path());
    pass.finish();
    const std::vector<SiteState> wanted = {SiteState::matched,  SiteState::flipped, SiteState::ambiguous,
                                           SiteState::filtered, SiteState::matched, SiteState::allele_mismatch,
                                           SiteState::absent,   SiteState::absent};
    for (std::size_t i = 0; i < wanted.size(); ++i) EXPECT_EQ(pass.outcome(i).state, wanted[i]) << i;
    EXPECT_THAT(pass.kept(0).copies, ElementsAre(1, 0)) << "REF is the effect allele";
    EXPECT_THAT(pass.kept(1).copies, ElementsAre(1, 2));
    EXPECT_EQ(pass.kept(2).times, 0);
    EXPECT_EQ(pass.kept(3).times, 0);
    EXPECT_THAT(pass.kept(4).copies, ElementsAre(1, -1));
    EXPECT_EQ(pass.outcome(0).record, "1:100:A:G");
    EXPECT_EQ(pass.outcome(4).record, "1:104:A:G,T");
    EXPECT_EQ(pass.outcome(4).observed, 1);
    EXPECT_EQ(pass.outcome(4).missing, 1);
    EXPECT_THAT(pass.outcome(3).reason, HasSubstr("low"));
    EXPECT_EQ(pass.pass().counts().records, 5);
    EXPECT_EQ(pass.pass().counts().duplicate_records, 0);
    EXPECT_TRUE(pass.pass().has_contig("1"));
    EXPECT_FALSE(pass.pass().has_contig("2"));
    EXPECT_TRUE(pass.pass().unsorted().empty());
  }
}

TEST(VariantPass, PalindromicSitesWithoutOtherAlleleMayBeKept) {
  const TempFile file("a.vcf", vcf_header(sample_names(1)) + line("1\t102\t.\tA\tT", "0/1"));
  PassOptions options;
  options.keep_palindromic = true;
  Pass pass({want("1", 102, "T", {})}, options);
  pass.run(file.path());
  pass.finish();
  EXPECT_EQ(pass.outcome(0).state, SiteState::matched);
  EXPECT_THAT(pass.kept(0).copies, ElementsAre(1));
}

TEST(VariantPass, ContigNamesAreComparedByTheirCanonicalForm) {
  std::string vcf = vcf_header(sample_names(1), "##contig=<ID=chr7>\n##contig=<ID=chrM>\n");
  vcf += line("chr7\t5\t.\tA\tG", "0/1") + line("chrM\t5\t.\tA\tG", "1");
  const TempFile file("a.vcf", vcf);
  Pass pass({want("7", 5, "G", "A"), want("MT", 5, "G", "A")});
  pass.run(file.path());
  pass.finish();
  EXPECT_EQ(pass.outcome(0).state, SiteState::matched);
  EXPECT_THAT(pass.kept(1).copies, ElementsAre(1));
  EXPECT_TRUE(pass.pass().has_contig("MT"));
}

TEST(VariantPass, TheImputationQualityFiltersAlikeInTextAndBcf) {
  const std::string vcf = vcf_header(sample_names(1)) + line("1\t1\t.\tA\tG", "0/1", "PASS", "R2=0.7") +
                          line("1\t2\t.\tA\tG", "0/1", "PASS", "R2=0.69") + line("1\t3\t.\tA\tG", "0/1") +
                          line("1\t4\t.\tA\tG,T", "0/1", "PASS", "DR2=0.9,0.8");
  for (const std::string& bytes : encodings(vcf)) {
    const TempFile file("a.vcf", bytes);
    PassOptions options;
    options.min_r2 = 0.7;
    Pass pass({want("1", 1, "G", "A"), want("1", 2, "G", "A"), want("1", 3, "G", "A"), want("1", 4, "G", "A")},
              options);
    pass.run(file.path());
    pass.finish();
    EXPECT_EQ(pass.outcome(0).state, SiteState::matched) << "0.7 is not below 0.7";
    EXPECT_EQ(pass.outcome(1).state, SiteState::filtered);
    EXPECT_EQ(pass.outcome(2).state, SiteState::filtered);
    EXPECT_EQ(pass.outcome(3).state, SiteState::matched) << "one value for each ALT";
  }
}

TEST(VariantPass, AFurtherRecordOfASiteIsCountedAndTheFirstIsUsed) {
  for (const std::string alleles : {"A\tG", "AT\tA"}) {
    const std::string vcf = vcf_header(sample_names(2)) + line("1\t100\t.\t" + alleles, "0/1\t1/1") +
                            line("1\t100\t.\t" + alleles, "0/0\t0/0");
    const bool snp = alleles == "A\tG";
    for (const std::string& bytes : encodings(vcf)) {
      const TempFile file("a.vcf", bytes);
      Pass pass({snp ? want("1", 100, "G", "A") : want("1", 100, "A", "AT")});
      pass.run(file.path());
      pass.finish();
      EXPECT_EQ(pass.kept(0).times, 1);
      EXPECT_THAT(pass.kept(0).copies, ElementsAre(1, 2));
      EXPECT_EQ(pass.pass().counts().duplicate_records, 1);
      EXPECT_THAT(pass.outcome(0).reason, HasSubstr("the first was used"));
    }
  }
}

TEST(VariantPass, RecordsThatSpellOneSiteFromOtherPositionsCountOnce) {
  // Each file is sorted; the second record holds the site too.
  const std::string indel = line("1\t99\t.\tGAT\tGA", "0/1") + line("1\t100\t.\tAT\tA", "1/1");
  const std::string snp = line("1\t99\t.\tTA\tTG", "0/1") + line("1\t100\t.\tA\tG", "1/1");
  for (const bool is_snp : {false, true}) {
    const TempFile file("a.vcf", vcf_header(sample_names(1)) + (is_snp ? snp : indel));
    Pass pass({is_snp ? want("1", 100, "G", "A") : want("1", 100, "A", "AT")});
    ASSERT_NO_THROW(pass.run(file.path())) << is_snp;
    pass.finish();
    EXPECT_EQ(pass.kept(0).times, 1);
    // Of an indel the first record; of a substitution the one that spells it plainly.
    EXPECT_THAT(pass.kept(0).copies, ElementsAre(is_snp ? 2 : 1));
    EXPECT_EQ(pass.pass().counts().duplicate_records, 1);
  }
}

TEST(VariantPass, TheBestMatchAtAPositionIsTakenWhateverTheOrderOfTheLines) {
  const std::string flipped = line("1\t100\t.\tT\tC", "0/0");
  const std::string as_given = line("1\t100\t.\tA\tG", "1/1");
  for (const std::string& body : {flipped + as_given, as_given + flipped}) {
    const TempFile file("a.vcf", vcf_header(sample_names(1)) + body);
    Pass pass({want("1", 100, "G", "A")});
    pass.run(file.path());
    pass.finish();
    EXPECT_EQ(pass.outcome(0).state, SiteState::matched);
    EXPECT_EQ(pass.outcome(0).record, "");
    EXPECT_THAT(pass.kept(0).copies, ElementsAre(2));
  }
}

TEST(VariantPass, ASiteThatIsSplitOverSeveralLinesIsOneSite) {
  // A/A, A/G, G/T, T/T and missing, as bcftools norm -m- writes the record A>G,T
  const std::string vcf = vcf_header(sample_names(5)) + line("1\t100\t.\tA\tG", "0/0\t0/1\t1/0\t0/0\t./.") +
                          line("1\t100\t.\tA\tT", "0/0\t0/0\t0/1\t1/1\t./.");
  for (const std::string& bytes : encodings(vcf)) {
    const TempFile file("a.vcf", bytes);
    Pass pass({want("1", 100, "A", "G"), want("1", 100, "G", "A"), want("1", 100, "A", "T"), want("1", 100, "T", "A")});
    pass.run(file.path());
    pass.finish();
    EXPECT_THAT(pass.kept(0).copies, ElementsAre(2, 1, 0, 0, -1));
    EXPECT_THAT(pass.kept(1).copies, ElementsAre(0, 1, 1, 0, -1));
    EXPECT_THAT(pass.kept(2).copies, ElementsAre(2, 1, 0, 0, -1));
    EXPECT_THAT(pass.kept(3).copies, ElementsAre(0, 0, 1, 2, -1));
  }
}

TEST(VariantPass, MalesHaveOneCopyOfXOutsideThePseudoAutosomalRegions) {
  const std::string vcf = vcf_header(sample_names(4)) + line("X\t2781479\t.\tA\tG", "1/1\t0/1\t1/1\t0/1") +
                          line("X\t2781480\t.\tA\tG", "1/1\t0/1\t1/1\t0/1");
  const TempFile file("a.vcf", vcf);
  Pass pass({want("X", 2781479, "G", "A"), want("X", 2781480, "G", "A")});
  pass.run(file.path(), {Sex::male, Sex::male, Sex::female, Sex::female});
  pass.finish();
  EXPECT_THAT(pass.kept(0).copies, ElementsAre(2, 1, 2, 1));
  EXPECT_THAT(pass.kept(1).copies, ElementsAre(1, -1, 2, 1));
  EXPECT_EQ(pass.pass().counts().male_heterozygous_calls, 1);
}

TEST(VariantPass, AFaultNamesFileAndLine) {
  const TempFile file(
      "a.vcf", vcf_header(sample_names(2)) + line("1\t99\t.\tA\tG", "0/1\t1/1") + line("1\t100\t.\tA\tG", "0/1\tx"));
  const std::int64_t lines = io::open_variant_source(file.path())->header_lines();
  Pass pass({want("1", 100, "G", "A")});
  EXPECT_THAT(message_of<UserError>([&] { pass.run(file.path()); }),
              testing::AllOf(HasSubstr(file.path() + ": line " + std::to_string(lines + 2)), HasSubstr("'x'")));
}

TEST(VariantPass, AFileThatIsNotSortedIsNotedWithItsLine) {
  const std::string header = vcf_header(sample_names(1));
  const std::vector<std::string> bodies = {
      line("1\t5\t.\tA\tG", "0/1") + line("1\t7\t.\tA\tG", "0/1") + line("1\t6\t.\tA\tG", "1/1"),
      line("1\t5\t.\tA\tG", "0/1") + line("2\t7\t.\tA\tG", "0/1") + line("1\t6\t.\tA\tG", "1/1")};
  for (const std::string& body : bodies) {
    const TempFile file("a.vcf", header + body);
    Pass pass({want("1", 5, "G", "A"), want("1", 6, "G", "A")});
    pass.run(file.path());
    pass.finish();
    const std::int64_t lines = io::open_variant_source(file.path())->header_lines();
    ASSERT_EQ(pass.pass().unsorted().size(), 1U);
    EXPECT_THAT(pass.pass().unsorted()[0], HasSubstr(file.path() + ": line " + std::to_string(lines + 3)));
    EXPECT_THAT(pass.kept(0).copies, ElementsAre(1));
    EXPECT_THAT(pass.kept(1).copies, ElementsAre(2));
  }
}

TEST(VariantPass, RecordsOfOneWantedSiteThatStandApartAreNeverAddedTwice) {
  for (const std::string between : {"1\t200\t.\tC\tT", "2\t5\t.\tC\tT"}) {
    const auto body = [&](const std::string& alleles) {
      return line("1\t100\t.\t" + alleles, "0/1") + line(between, "0/0") + line("1\t100\t.\t" + alleles, "1/1");
    };
    const TempFile snp("a.vcf", vcf_header(sample_names(1)) + body("A\tG"));
    Pass refused({want("1", 100, "G", "A")});
    EXPECT_THAT(message_of<UserError>([&] { refused.run(snp.path()); }), HasSubstr("1:100")) << between;
    // Records at several positions may spell an indel, so its first record is used and the others are counted.
    const TempFile indel("a.vcf", vcf_header(sample_names(1)) + body("AT\tA"));
    Pass counted({want("1", 100, "A", "AT")});
    counted.run(indel.path());
    counted.finish();
    EXPECT_EQ(counted.kept(0).times, 1);
    EXPECT_THAT(counted.kept(0).copies, ElementsAre(1));
    EXPECT_EQ(counted.pass().counts().duplicate_records, 1);
  }
}

TEST(VariantPass, TwoFilesWithTheSameSiteAreAnErrorThatNamesBoth) {
  const TempFile first("a.vcf", vcf_header(sample_names(1)) + line("1\t100\t.\tA\tG", "0/1"));
  const TempFile second("b.vcf", vcf_header(sample_names(1)) + line("1\t100\t.\tA\tG", "0/1"));
  const TempFile other("c.vcf", vcf_header(sample_names(1)) + line("2\t100\t.\tA\tG", "1/1"));
  Pass pass({want("1", 100, "G", "A"), want("2", 100, "G", "A")});
  pass.run(first.path());
  pass.run(other.path());
  EXPECT_THAT(message_of<UserError>([&] { pass.run(second.path()); }),
              testing::AllOf(HasSubstr("1:100"), HasSubstr(first.path()), HasSubstr(second.path())));
}

TEST(VariantPass, FilesByContigAreJoined) {
  const TempFile first("a.vcf", vcf_header(sample_names(1)) + line("1\t100\t.\tA\tG", "0/1"));
  const TempFile second("b.bcf", to_bcf(vcf_header(sample_names(1)) + line("2\t100\t.\tA\tG", "1/1")));
  Pass pass({want("1", 100, "G", "A"), want("2", 100, "G", "A")});
  pass.run(first.path());
  pass.run(second.path());
  pass.finish();
  EXPECT_THAT(pass.kept(0).copies, ElementsAre(1));
  EXPECT_THAT(pass.kept(1).copies, ElementsAre(2));
  EXPECT_EQ(pass.pass().counts().records, 2);
}

TEST(VariantPass, ResultsDoNotDependOnTheNumberOfThreadsOrTheEncoding) {
  std::mt19937 random(91);
  constexpr std::size_t samples = 50;
  std::string vcf = vcf_header(sample_names(samples));
  std::vector<SiteRequest> requests;
  for (int i = 1; i <= 20000; ++i) {
    std::string calls;
    for (std::size_t k = 0; k < samples; ++k) {
      const std::vector<std::string> some = {"0/0", "0|1", "1/1", "./.", "0/2"};
      calls += (k > 0 ? "\t" : "") + some[random() % some.size()];
    }
    const std::vector<std::string> alleles = {"A\tG,T", "AT\tA,ATT", "C\tG,A"};
    const auto which = random() % 3;
    vcf += line("1\t" + std::to_string(i * 3) + "\t.\t" + alleles[which], calls);
    if (random() % 4 == 0) {
      requests.push_back(which == 1 ? want("1", i * 3, "A", "AT") : want("1", i * 3, "G", which == 0 ? "A" : "C"));
    }
  }
  const TempFile text("a.vcf.gz", bgzipped(vcf));
  const TempFile bcf("a.bcf", to_bcf(vcf));
  std::optional<std::vector<test::KeepingSink::Kept>> first;
  for (const int threads : {1, 2, 4}) {
    for (const std::string& path : {text.path(), bcf.path()}) {
      PassOptions options;
      options.threads = threads;
      Pass pass(requests, options);
      pass.run(path);
      pass.finish();
      std::vector<test::KeepingSink::Kept> kept;
      for (std::size_t i = 0; i < requests.size(); ++i) {
        ASSERT_EQ(pass.outcome(i).state, SiteState::matched);
        kept.push_back(pass.kept(i));
        ASSERT_EQ(kept.back().times, 1);
      }
      if (!first) first = kept;
      EXPECT_TRUE(kept == *first) << threads << path;
      EXPECT_EQ(pass.pass().counts().records, 20000);
    }
  }
}

TEST(CopyRule, IsThatOfTheContigAndItsRegions) {
  using genotypes::CopyRule;
  constexpr auto build = sites::GenomeBuild::grch38;
  EXPECT_EQ(copy_rule(build, "1", Position{5000000}), CopyRule::diploid);
  EXPECT_EQ(copy_rule(build, "X", Position{5000000}), CopyRule::hemizygous);
  EXPECT_EQ(copy_rule(build, "X", Position{2781479}), CopyRule::diploid);
  EXPECT_EQ(copy_rule(build, "Y", Position{5000000}), CopyRule::hemizygous);
  EXPECT_EQ(copy_rule(build, "MT", Position{5000}), CopyRule::haploid);
}

}  // namespace
}  // namespace varisk::pipeline
