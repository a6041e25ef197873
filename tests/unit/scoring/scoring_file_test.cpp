#include "varisk/scoring/scoring_file.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cmath>
#include <string>

#include "../io/variant_files.hpp"
#include "varisk/core/error.hpp"

namespace varisk::scoring {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using varisk::test::message_of;
using varisk::test::TempFile;

ScoringFile read(const std::string& text, WeightPolicy policy = WeightPolicy::as_given,
                 const std::string& name = "score.txt") {
  const TempFile file(name, text);
  return read_scoring_file(file.path(), policy);
}

std::string fault(const std::string& text, WeightPolicy policy = WeightPolicy::as_given) {
  const TempFile file("score.txt", text);
  return message_of<UserError>([&] { static_cast<void>(read_scoring_file(file.path(), policy)); });
}

const std::string header = "chr_name\tchr_position\teffect_allele\tother_allele\teffect_weight\n";

TEST(ScoringFile, AnAuthorsFileOfTheCatalogIsRead) {
  const ScoringFile file = read(
      "###PGS CATALOG SCORING FILE\n#format_version=2.0\n##POLYGENIC SCORE INFORMATION\n#pgs_id=PGS000001\n"
      "#pgs_name=PRS77 = a name\n#genome_build=GRCh37\n#weight_type=beta\n"
      "rsID\tchr_name\tchr_position\teffect_allele\tother_allele\teffect_weight\tallelefrequency_effect\tlocus_name\n"
      "rs1\tchr11\t69331418\tC\tt\t0.2\t0.75\tx\n"
      "rs2\t23\t5\tG\t\t-1e-3\t\ty\n");
  EXPECT_EQ(file.name, "PRS77 = a name");
  EXPECT_EQ(file.build_text, "GRCh37");
  EXPECT_EQ(file.build, sites::GenomeBuild::grch37);
  EXPECT_FALSE(file.harmonised);
  ASSERT_EQ(file.scores.size(), 1U);
  EXPECT_EQ(file.scores[0].id, "PGS000001");
  EXPECT_EQ(file.scores[0].row, (RowList{0, 1}));
  EXPECT_THAT(file.scores[0].weight, ElementsAre(0.2, -1e-3));
  ASSERT_EQ(file.rows.size(), 2U);
  EXPECT_EQ(file.rows[0].number, 1U);
  EXPECT_EQ(file.rows[0].contig, "11");
  EXPECT_EQ(file.rows[0].position.value, 69331418);
  EXPECT_EQ(file.rows[0].effect_allele, "C");
  EXPECT_EQ(file.rows[0].other_allele, "T");
  EXPECT_EQ(file.rows[0].effect_frequency, 0.75);
  EXPECT_EQ(file.rows[1].contig, "X");
  EXPECT_EQ(file.rows[1].other_allele, std::nullopt);
  EXPECT_EQ(file.rows[1].effect_frequency, std::nullopt);
}

TEST(ScoringFile, OfAHarmonisedFileOnlyTheHarmonisedPositionIsUsed) {
  const ScoringFile file = read(
      "#pgs_id=PGS1\n#genome_build=GRCh37\n#HmPOS_build=GRCh38\n"
      "rsID\tchr_name\tchr_position\teffect_allele\teffect_weight\thm_source\thm_rsID\thm_chr\thm_pos\t"
      "hm_inferOtherAllele\n"
      "rs1\t1\t100\tA\t0.1\tENSEMBL\trs1\t2\t200\tG\n"
      "rs2\t1\t100\tA\t0.1\tENSEMBL\trs2\t\t\t\n"
      "rs3\t1\t100\tA\t0.1\tENSEMBL\trs3\t3\t300\tG/T\n");
  EXPECT_TRUE(file.harmonised);
  EXPECT_EQ(file.build, sites::GenomeBuild::grch38);
  EXPECT_EQ(file.rows[0].contig, "2");
  EXPECT_EQ(file.rows[0].position.value, 200);
  EXPECT_EQ(file.rows[0].other_allele, "G");
  EXPECT_EQ(file.rows[0].problem, RowProblem::none);
  EXPECT_EQ(file.rows[1].problem, RowProblem::not_harmonised);
  EXPECT_EQ(file.rows[2].other_allele, std::nullopt) << "several values mean unknown";
  EXPECT_EQ(file.scores[0].row.size(), 3U);
}

TEST(ScoringFile, AnotherAlleleThatIsGivenGoesBeforeTheInferredOne) {
  const ScoringFile file = read(
      "effect_allele\tother_allele\teffect_weight\thm_chr\thm_pos\thm_inferOtherAllele\n"
      "A\tC\t1\t1\t100\tG\nA\t\t1\t1\t101\tG\nA\tC/G\t1\t1\t102\t\n");
  EXPECT_EQ(file.rows[0].other_allele, "C");
  EXPECT_EQ(file.rows[1].other_allele, "G");
  EXPECT_EQ(file.rows[2].other_allele, std::nullopt);
}

TEST(ScoringFile, ReferenceAlleleIsAnotherNameOfOtherAllele) {
  EXPECT_EQ(read("chr_name\tchr_position\teffect_allele\treference_allele\teffect_weight\n1\t1\tA\tG\t1\n")
                .rows[0]
                .other_allele,
            "G");
}

TEST(ScoringFile, CodingsComeFromTheirColumns) {
  const ScoringFile file = read(
      "chr_name\tchr_position\teffect_allele\tother_allele\teffect_weight\tis_dominant\tis_recessive\n"
      "1\t1\tA\tG\t1\tTrue\tFalse\n1\t2\tA\tG\t1\tFalse\tTrue\n1\t3\tA\tG\t1\tFALSE\tfalse\n1\t4\tA\tG\t1\t\t\n"
      "1\t5\tA\tG\t1\tTRUE\tNA\n");
  EXPECT_EQ(file.rows[0].coding, Coding::dominant);
  EXPECT_EQ(file.rows[1].coding, Coding::recessive);
  EXPECT_EQ(file.rows[2].coding, Coding::additive);
  EXPECT_EQ(file.rows[3].coding, Coding::additive);
  EXPECT_EQ(file.rows[4].coding, Coding::dominant);
}

TEST(ScoringFile, WeightsByCopiesStandWithAndWithoutAnEffectWeight) {
  const std::string columns = "dosage_0_weight\tdosage_1_weight\tdosage_2_weight\n";
  const ScoringFile alone =
      read("chr_name\tchr_position\teffect_allele\tother_allele\t" + columns + "1\t1\tA\tG\t0\t-0.5\t2\n");
  ASSERT_EQ(alone.weights_by_copies.size(), 1U);
  EXPECT_EQ(alone.rows[0].coding, Coding::by_copies);
  EXPECT_THAT(alone.weights_by_copies[*alone.rows[0].weights_by_copies], ElementsAre(0, -0.5, 2));
  EXPECT_THAT(alone.scores[0].weight, ElementsAre(1));
  const ScoringFile both = read("chr_name\tchr_position\teffect_allele\tother_allele\teffect_weight\t" + columns +
                                "1\t1\tA\tG\t\t0\t1\t3\n1\t2\tA\tG\t0.25\t\t\t\n");
  EXPECT_EQ(both.rows[0].coding, Coding::by_copies);
  EXPECT_EQ(both.rows[1].coding, Coding::additive);
  EXPECT_EQ(both.rows[1].weights_by_copies, std::nullopt);
  EXPECT_THAT(both.scores[0].weight, ElementsAre(1, 0.25));
}

TEST(ScoringFile, RowsThatAreNotComputedAreKeptWithTheirReason) {
  const ScoringFile file = read(
      "chr_name\tchr_position\teffect_allele\tother_allele\teffect_weight\tis_haplotype\tis_diplotype\t"
      "is_interaction\n"
      "1\t1\tA\tG\t1\tTrue\t\t\n1\t1\tA\tG\t1\t\tTrue\t\n1\t1\tA\tG\t1\t\t\tTrue\n6\t\tHLA-A*01:01\t\t1\t\t\t\n"
      "1\t1\tA\tN\t1\t\t\t\n1\t1\t-\tA\t1\t\t\t\n\t\tA\tG\t1\t\t\t\n1\t1\tA\tG\t1\tFalse\tFalse\tFalse\n");
  for (std::size_t i = 0; i < 7; ++i) {
    EXPECT_EQ(file.rows[i].problem, RowProblem::unsupported) << i;
    EXPECT_FALSE(file.rows[i].reason.empty()) << i;
  }
  EXPECT_THAT(file.rows[3].reason, HasSubstr("HLA-A*01:01"));
  EXPECT_EQ(file.rows[7].problem, RowProblem::none);
  EXPECT_EQ(file.scores[0].row.size(), 8U);
}

TEST(ScoringFile, AWideFileHoldsOneScorePerForeignColumn) {
  const ScoringFile file = read(
      "#pgs_id=ignored here\nrsID\tchr_name\tchr_position\teffect_allele\tother_allele\tlocus_name\tfirst\tsecond\n"
      "rs1\t1\t1\tA\tG\tx\t0.5\t\nrs2\t1\t2\tA\tG\ty\t1\t-2\nrs3\t1\t3\tA\tG\tz\tNA\t3\n");
  ASSERT_EQ(file.scores.size(), 2U);
  EXPECT_EQ(file.scores[0].id, "first");
  EXPECT_EQ(file.scores[1].id, "second");
  EXPECT_EQ(file.scores[0].row, (RowList{0, 1}));
  EXPECT_THAT(file.scores[0].weight, ElementsAre(0.5, 1));
  EXPECT_EQ(file.scores[1].row, (RowList{1, 2}));
  EXPECT_THAT(file.scores[1].weight, ElementsAre(-2, 3));
}

TEST(ScoringFile, ForeignColumnsOfAFileThatIsNotWideAreIgnored) {
  const ScoringFile file =
      read("mine\tchr_name\tchr_position\teffect_allele\tother_allele\teffect_weight\n7\t1\t1\tA\tG\t1\n");
  ASSERT_EQ(file.scores.size(), 1U);
  EXPECT_EQ(file.scores[0].id, "score");
}

TEST(ScoringFile, WithoutAnIdTheFilesNameWithoutExtensionsIsTheId) {
  const std::string text = header + "1\t1\tA\tG\t1\n";
  EXPECT_EQ(read(text, WeightPolicy::as_given, "my.score.v2.txt").scores[0].id, "my.score.v2");
  EXPECT_EQ(read(text, WeightPolicy::as_given, "heart.tsv").scores[0].id, "heart");
  EXPECT_EQ(read(varisk::test::gzipped(text), WeightPolicy::as_given, "heart.txt.gz").scores[0].id, "heart");
}

TEST(ScoringFile, GzipAndBgzfAreReadLikePlainText) {
  const std::string text = header + "1\t1\tA\tG\t1\n2\t2\tC\tT\t2\n";
  for (const std::string& bytes : {varisk::test::gzipped(text), varisk::test::bgzipped(text)}) {
    EXPECT_THAT(read(bytes).scores[0].weight, ElementsAre(1, 2));
  }
}

TEST(ScoringFile, LineEndsEmptyLinesAndAMissingLastLineEndDoNotMatter) {
  std::string text = "#pgs_id=P\n" + header + "1\t1\tA\tG\t1\n\n1\t2\tA\tG\t2";
  std::string windows;
  for (const char c : text) windows += c == '\n' ? "\r\n" : std::string(1, c);
  for (const std::string& one : {text, windows}) {
    const ScoringFile file = read(one);
    EXPECT_EQ(file.scores[0].id, "P");
    EXPECT_THAT(file.scores[0].weight, ElementsAre(1, 2));
    EXPECT_EQ(file.rows[1].number, 2U);
  }
}

TEST(ScoringFile, RatiosAreRefusedUnlessTheirLogarithmIsAskedFor) {
  for (const std::string type : {"OR", "HR", "or"}) {
    const std::string text = "#weight_type=" + type + "\n" + header + "1\t1\tA\tG\t1.5\n";
    EXPECT_THAT(fault(text), AllOf(HasSubstr("weight_type is '" + type + "'"), HasSubstr("--weights log")));
    EXPECT_THAT(read(text, WeightPolicy::log).scores[0].weight, ElementsAre(std::log(1.5)));
  }
  for (const std::string type : {"beta", "NR", "log(OR)", "log(HR)", ""}) {
    const std::string text = "#weight_type=" + type + "\n" + header + "1\t1\tA\tG\t1.5\n";
    EXPECT_THAT(read(text).scores[0].weight, ElementsAre(1.5)) << type;
  }
  EXPECT_THAT(fault(header + "1\t1\tA\tG\t0\n", WeightPolicy::log), HasSubstr("line 2"));
  EXPECT_THAT(fault(header + "1\t1\tA\tG\t-1\n", WeightPolicy::log), HasSubstr("'-1'"));
}

TEST(ScoringFile, ResultAndErrorsDoNotDependOnTheNumberOfThreads) {
  std::string text =
      "chr_name\tchr_position\teffect_allele\tother_allele\tdosage_0_weight\tdosage_1_weight\t"
      "dosage_2_weight\teffect_weight\n";
  constexpr int rows = 60'000;  // several blocks
  for (int i = 0; i < rows; ++i) {
    const std::string by_copies = i % 3 == 0 ? fmt::format("{}\t1\t2", i) : "\t\t";
    text += fmt::format("1\t{}\tA\tG\t{}\t0.{}\n", i + 1, by_copies, i);
    if (i % 1000 == 0) text += '\n';
  }
  const TempFile whole("score.txt", text);
  const ScoringFile one = read_scoring_file(whole.path(), WeightPolicy::as_given, MatchBy::position, 1);
  const ScoringFile four = read_scoring_file(whole.path(), WeightPolicy::as_given, MatchBy::position, 4);
  ASSERT_EQ(one.rows.size(), static_cast<std::size_t>(rows));
  ASSERT_EQ(four.rows.size(), one.rows.size());
  EXPECT_EQ(four.scores[0].row, one.scores[0].row);
  EXPECT_EQ(four.scores[0].weight, one.scores[0].weight);
  EXPECT_EQ(four.weights_by_copies, one.weights_by_copies);
  for (std::size_t i = 0; i < one.rows.size(); ++i) {
    ASSERT_EQ(one.rows[i].number, i + 1);
    ASSERT_EQ(four.rows[i].number, i + 1);
    ASSERT_EQ(four.rows[i].position, one.rows[i].position);
    ASSERT_EQ(four.rows[i].weights_by_copies, one.rows[i].weights_by_copies);
    if (i % 3 == 0) {
      ASSERT_EQ(one.weights_by_copies[*one.rows[i].weights_by_copies][0], static_cast<double>(i));
    }
  }
  // The first fault is named, also where a NUL byte ends the reading further on.
  const TempFile broken("score.txt", text + "1\tfirst\tA\tG\t\t\t\t1\n" + text.substr(text.find('\n') + 1) +
                                         "1\tsecond\tA\tG\t\t\t\t1\n" + std::string(1, '\0') + "\n");
  const auto message = [&](int threads) {
    return message_of<UserError>([&] {
      static_cast<void>(read_scoring_file(broken.path(), WeightPolicy::as_given, MatchBy::position, threads));
    });
  };
  EXPECT_THAT(message(1), HasSubstr("line 60062: chr_position is 'first'"));
  EXPECT_EQ(message(4), message(1));
}

TEST(ScoringFile, ErrorsNameLineColumnExpectedAndFound) {
  const std::string good = "#pgs_id=P\n" + header + "1\t1\tA\tG\t1\n";
  struct Case {
    std::string row;
    std::vector<std::string> parts;
  };
  const std::vector<Case> cases = {{"1\t2\tA\tG\tx\n", {"effect_weight is 'x'", "expected a number"}},
                                   {"1\t2\tA\tG\t\n", {"effect_weight is ''", "expected a number"}},
                                   {"1\t2\tA\tG\tinf\n", {"effect_weight is 'inf'", "expected a number"}},
                                   {"1\t2\tA\tG\t0,5\n", {"effect_weight is '0,5'", "expected a number"}},
                                   {"1\t2.5\tA\tG\t1\n", {"chr_position is '2.5'", "expected a position"}},
                                   {"1\t0\tA\tG\t1\n", {"chr_position is '0'", "expected a position"}},
                                   {"1\t-3\tA\tG\t1\n", {"chr_position is '-3'", "expected a position"}},
                                   {"1\t2\tA\tA\t1\n", {"effect allele and other allele are both 'A'"}},
                                   {"1\t2\tA\tG\n", {"the row has 4 columns, the header has 5"}},
                                   {"1\t2\tA\tG\t1\t7\n", {"the row has 6 columns, the header has 5"}},
                                   {"1 2 A G 1\n", {"the row has 1 columns, the header has 5"}}};
  for (const Case& one : cases) {
    const std::string message = fault(good + one.row);
    EXPECT_THAT(message, HasSubstr("score.txt: line 4: ")) << one.row;
    for (const std::string& part : one.parts) EXPECT_THAT(message, HasSubstr(part)) << one.row;
  }
}

TEST(ScoringFile, WrongFlagsFrequenciesAndDosageWeightsAreErrors) {
  const auto with = [](const std::string& columns, const std::string& cells) {
    return fault("chr_name\tchr_position\teffect_allele\tother_allele\teffect_weight\t" + columns +
                 "\n1\t1\tA\tG\t1\t" + cells + "\n");
  };
  EXPECT_THAT(with("is_dominant", "perhaps"),
              AllOf(HasSubstr("line 2"), HasSubstr("is_dominant is 'perhaps'"), HasSubstr("expected True or False")));
  EXPECT_THAT(with("is_dominant\tis_recessive", "True\tTrue"), HasSubstr("both dominant and recessive"));
  for (const std::string f : {"1.01", "-0.01", "x", "nan"}) {
    EXPECT_THAT(with("allelefrequency_effect", f),
                AllOf(HasSubstr("allelefrequency_effect is '" + f + "'"), HasSubstr("from 0 to 1")));
  }
  EXPECT_THAT(with("dosage_0_weight\tdosage_1_weight\tdosage_2_weight", "0\tx\t1"),
              HasSubstr("dosage_1_weight is 'x'"));
  EXPECT_THAT(with("dosage_0_weight\tdosage_2_weight", "0\t1"), HasSubstr("lacks dosage_1_weight"));
}

TEST(ScoringFile, HeadersThatLackColumnsSayWhichAndWhatWasFound) {
  EXPECT_THAT(fault("rsID\teffect_allele\teffect_weight\nrs1\tA\t1\n"),
              AllOf(HasSubstr("line 1"), HasSubstr("chr_name"), HasSubstr("chr_position"),
                    HasSubstr("found rsID effect_allele effect_weight")));
  EXPECT_THAT(fault("chr_name\tchr_position\teffect_weight\n1\t1\t1\n"), HasSubstr("lacks effect_allele"));
  EXPECT_THAT(fault("chr_name\tchr_position\teffect_allele\tother_allele\n1\t1\tA\tG\n"),
              HasSubstr("lacks effect_weight"));
  EXPECT_THAT(fault("chr_name\tchr_position\teffect_allele\teffect_weight\teffect_weight\n1\t1\tA\t1\t1\n"),
              HasSubstr("column 'effect_weight' stands twice"));
}

TEST(ScoringFile, FilesWithoutHeaderOrRowsAreErrors) {
  EXPECT_THAT(fault(""), HasSubstr("no header line"));
  EXPECT_THAT(fault("#pgs_id=P\n\n"), HasSubstr("no header line"));
  EXPECT_THAT(fault("#pgs_id=P\n" + header), HasSubstr("no rows"));
  const std::string bytes = varisk::test::gzipped(header + "1\t1\tA\tG\t1\n");
  EXPECT_THAT(fault(bytes.substr(0, bytes.size() - 4)), HasSubstr("cut off"));
  EXPECT_THROW(static_cast<void>(read_scoring_file("/nonexistent/score.txt", WeightPolicy::as_given)), IoError);
  EXPECT_THROW(static_cast<void>(read_scoring_file("https://example.org/PGS1.txt", WeightPolicy::as_given)), UserError);
}

TEST(ScoringFile, RowsThatAreMatchedByIdNeedNoPosition) {
  const auto by_id = [](const std::string& text) {
    const TempFile file("score.txt", text);
    return read_scoring_file(file.path(), WeightPolicy::as_given, MatchBy::id);
  };
  const ScoringFile file = by_id(
      "rsID\teffect_allele\teffect_weight\thm_rsID\thm_chr\thm_pos\nrs1\tA\t1\trs9\t1\t5\nrs2\tA\t1\t\t\t\n"
      ".\tA\t1\tNA\t\tx\nrs3\tHLA-A*24\t1\t\t\t\n");
  ASSERT_EQ(file.rows.size(), 4U);
  EXPECT_EQ(file.rows[0].id, "rs9");
  EXPECT_EQ(file.rows[1].id, "rs2");
  EXPECT_EQ(file.rows[1].problem, RowProblem::none) << "not harmonised, but that is about positions";
  EXPECT_EQ(file.rows[2].problem, RowProblem::unsupported);
  EXPECT_EQ(file.rows[2].reason, "no id");
  EXPECT_EQ(file.rows[3].problem, RowProblem::unsupported);
  EXPECT_THROW(static_cast<void>(by_id(header + "1\t5\tA\tC\t1\n")), UserError);
  EXPECT_THROW(static_cast<void>(by_id("rsID\teffect_allele\teffect_weight\n.\tA\t1\n")), UserError);
}

TEST(ScoringFile, AColumnThatMayBeMeantForTheWeightsIsDoubted) {
  const auto doubts = [](const std::string& column) {
    return read("chr_name\tchr_position\teffect_allele\t" + column + "\n1\t5\tA\t1\n").doubts;
  };
  for (const std::string name : {"Effect_Weight", "effect_wieght", "weight", "BETA"})
    EXPECT_EQ(doubts(name).size(), 1U) << name;
  for (const std::string name : {"PGS000001", "t2d", "weight1\tweight2"}) {
    EXPECT_TRUE(
        read("chr_name\tchr_position\teffect_allele\t" + name + "\n1\t5\tA\t1" + (name.size() > 12 ? "\t1" : "") + "\n")
            .doubts.empty())
        << name;
  }
}

}  // namespace
}  // namespace varisk::scoring
