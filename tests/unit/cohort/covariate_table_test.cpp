#include "varisk/cohort/covariate_table.hpp"

#include <gmock/gmock.h>

#include <string>

#include "../temp_file.hpp"
#include "varisk/core/error.hpp"

namespace varisk::cohort {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using varisk::test::message_of;
using varisk::test::TempFile;

CovariateTable table_of(const std::string& text, DuplicatePolicy policy = DuplicatePolicy::error) {
  const TempFile file("cov.csv", text);
  return CovariateTable::read(file.path(), "sample_id", policy);
}

std::string fault_of(const std::string& text, DuplicatePolicy policy = DuplicatePolicy::error) {
  return message_of<UserError>([&] { table_of(text, policy); });
}

TEST(CovariateTable, FindsRowsAndColumnsByName) {
  const CovariateTable table = table_of("age,sample_id,sex\n50,A,male\n61,B,female\n");
  EXPECT_THAT(table.sample_ids(), ElementsAre("A", "B"));
  EXPECT_EQ(table.find_row("B"), 1U);
  EXPECT_EQ(table.find_row("C"), std::nullopt);
  EXPECT_EQ(table.find_column("sex"), 2U);
  EXPECT_EQ(table.find_column("bmi"), std::nullopt);
  EXPECT_EQ(table.text(1, 0), "61");
  EXPECT_EQ(table.text(1, 2), "female");
  EXPECT_THAT(table.where(1, 2), HasSubstr("cov.csv: line 3, column 'sex'"));
}

TEST(CovariateTable, TakesUnitsFromTheHeader) {
  const CovariateTable table = table_of("sample_id,fasting glucose [mmol/L],bmi,plain[x]\n");
  EXPECT_EQ(table.columns()[table.find_column("fasting glucose").value()].unit, "mmol/L");
  EXPECT_EQ(table.columns()[table.find_column("bmi").value()].unit, std::nullopt);
  EXPECT_TRUE(table.find_column("plain[x]").has_value());
}

TEST(CovariateTable, ColumnsThatDifferInTheUnitAloneAreAnError) {
  EXPECT_THAT(fault_of("sample_id,glucose [mg/dL],glucose [mmol/L]\n"), HasSubstr("column 'glucose' is there twice"));
}

TEST(CovariateTable, KnowsTheSpellingsOfMissing) {
  const CovariateTable table = table_of("sample_id,a,b,c,d,e,f,g\nA,,NA,N/A,NaN,.,0,na\n");
  for (std::size_t column = 1; column <= 5; ++column) EXPECT_TRUE(table.is_missing(0, column)) << column;
  EXPECT_FALSE(table.is_missing(0, 6));
  EXPECT_FALSE(table.is_missing(0, 7));
}

TEST(CovariateTable, NeedsTheSampleColumnAndAnIdInEachRow) {
  EXPECT_THAT(fault_of("id,age\nA,1\n"),
              HasSubstr("line 1: expected a column 'sample_id' with the sample ids, found id, age"));
  EXPECT_THAT(fault_of("sample_id,age\nA,1\nNA,2\n"), HasSubstr("line 3: expected a sample id"));
}

constexpr const char* duplicates = "sample_id,age\nA,1\nB,5\nA,2\n";

TEST(CovariateTable, DuplicatesAreAnErrorThatNamesLinesAndNotTheSample) {
  const std::string fault = fault_of("sample_id,age\nSECRET,1\nSECRET,1\n");
  EXPECT_THAT(fault, HasSubstr("line 3: expected one row per sample, found the sample of line 2 again"));
  EXPECT_THAT(fault, Not(HasSubstr("SECRET")));
}

TEST(CovariateTable, KeepsTheFirstOrTheLastOfDuplicates) {
  const CovariateTable first = table_of(duplicates, DuplicatePolicy::first);
  EXPECT_THAT(first.sample_ids(), ElementsAre("A", "B"));
  EXPECT_EQ(first.text(0, 1), "1");
  EXPECT_EQ(first.text(1, 1), "5");
  EXPECT_EQ(first.dropped_duplicates(), 1U);
  const CovariateTable last = table_of(duplicates, DuplicatePolicy::last);
  EXPECT_THAT(last.sample_ids(), ElementsAre("A", "B"));
  EXPECT_EQ(last.text(0, 1), "2");
  EXPECT_THAT(last.where(0, 1), HasSubstr("line 4"));
  EXPECT_EQ(last.text(1, 1), "5");
  EXPECT_EQ(last.dropped_duplicates(), 1U);
}

TEST(CovariateTable, IdenticalAllowsEqualRowsOnly) {
  const CovariateTable table = table_of("sample_id,age\nA,1\nA,1\nA,1\n", DuplicatePolicy::identical);
  EXPECT_EQ(table.sample_ids().size(), 1U);
  EXPECT_EQ(table.dropped_duplicates(), 2U);
  EXPECT_THAT(fault_of(duplicates, DuplicatePolicy::identical), HasSubstr("line 4: expected identical rows"));
}

}  // namespace
}  // namespace varisk::cohort
