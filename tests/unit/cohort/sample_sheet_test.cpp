#include "varisk/cohort/sample_sheet.hpp"

#include <gmock/gmock.h>

#include <string>

#include "../temp_file.hpp"
#include "varisk/core/error.hpp"

namespace varisk::cohort {
namespace {

using testing::HasSubstr;
using varisk::test::message_of;
using varisk::test::TempFile;

SampleSheet sheet_of(const std::string& text) {
  const TempFile file("sheet.tsv", text);
  return SampleSheet::read(file.path());
}

std::string fault_of(const std::string& text) {
  return message_of<UserError>([&] { sheet_of(text); });
}

TEST(SampleSheet, KeepsTheOrderAndFillsInWhatIsNotGiven) {
  const SampleSheet sheet = sheet_of("sample_id\tsource_id\tsex\tnote\nB\tHG2\tfemale\tx\nA\t\t1\ty\nC\tHG3\t\tz\n");
  ASSERT_EQ(sheet.entries().size(), 3U);
  EXPECT_EQ(sheet.entries()[0].sample_id, "B");
  EXPECT_EQ(sheet.entries()[0].source_id, "HG2");
  EXPECT_EQ(sheet.entries()[0].sex, Sex::female);
  EXPECT_EQ(sheet.entries()[1].source_id, "A");
  EXPECT_EQ(sheet.entries()[1].sex, Sex::male);
  EXPECT_EQ(sheet.entries()[2].sex, Sex::unknown);
}

TEST(SampleSheet, OneColumnIsEnough) {
  const SampleSheet sheet = sheet_of("sample_id\nA\nB\n");
  ASSERT_EQ(sheet.entries().size(), 2U);
  EXPECT_EQ(sheet.entries()[1].source_id, "B");
  EXPECT_EQ(sheet.entries()[1].sex, Sex::unknown);
}

TEST(SampleSheet, ReadsEverySpellingOfSex) {
  const SampleSheet sheet = sheet_of("sample_id,sex\na,male\nb,1\nc,female\nd,2\ne,unknown\nf,0\ng,NA\n");
  using enum Sex;
  const Sex expected[] = {male, male, female, female, unknown, unknown, unknown};
  for (std::size_t i = 0; i < std::size(expected); ++i) EXPECT_EQ(sheet.entries()[i].sex, expected[i]) << i;
}

TEST(SampleSheet, WrongRowsAreErrorsThatNameTheLine) {
  EXPECT_THAT(fault_of("id\nA\n"), HasSubstr("sheet.tsv: line 1: expected a column 'sample_id', found id"));
  EXPECT_THAT(fault_of("sample_id,sex\nA,man\n"), HasSubstr("line 2: expected male, female, unknown"));
  EXPECT_THAT(fault_of("sample_id,sex\n,male\n"), HasSubstr("line 2: expected a sample_id"));
  EXPECT_THAT(fault_of("sample_id\n"), HasSubstr("expected one line per sample"));
}

TEST(SampleSheet, SamplesAndSourcesAreThereOnce) {
  EXPECT_THAT(fault_of("sample_id\nA\nB\nA\n"),
              HasSubstr("line 4: expected each sample_id once, found the one of line 2"));
  EXPECT_THAT(fault_of("sample_id,source_id\nA,X\nB,X\n"), HasSubstr("expected each source_id once"));
  EXPECT_THAT(fault_of("sample_id,source_id\nA,B\nB,\n"), HasSubstr("expected each source_id once"));
}

TEST(SampleSheet, AColumnThatIsMeantToBeAKnownOneIsNotIgnored) {
  EXPECT_THAT(fault_of("sample_id\tSex\nA\tmale\n"), HasSubstr("expected a column 'sex', found 'Sex'"));
  EXPECT_THAT(fault_of("sample_id\tSourceID\nA\tB\n"), HasSubstr("'source_id', found 'SourceID'"));
  EXPECT_EQ(sheet_of("sample_id\tsex\tSex\tnote\nA\tmale\tx\ty\n").entries().size(), 1U);
}

}  // namespace
}  // namespace varisk::cohort
