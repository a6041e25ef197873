#include "varisk/cohort/training_columns.hpp"

#include <gmock/gmock.h>

#include "../temp_file.hpp"
#include "varisk/core/error.hpp"

namespace varisk::cohort {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using varisk::test::message_of;
using varisk::test::TempFile;

const std::vector<std::string> ids = {"a", "b", "c"};

CovariateTable table_of(const std::vector<std::string>& cells) {
  std::string text = "id\tx\n";
  for (std::size_t i = 0; i < cells.size(); ++i) text += ids[i] + "\t" + cells[i] + "\n";
  const TempFile file("cov.tsv", text);
  return CovariateTable::read(file.path(), "id", DuplicatePolicy::error);
}

template <typename Read>
std::string fault_of(Read read, const std::vector<std::string>& cells) {
  return message_of<UserError>([&] { (void)read(table_of(cells), "x", ids); });
}

TEST(TrainingColumns, WeightsAreAboveZero) {
  EXPECT_THAT(read_weights(table_of({"1", "0.5", "1e-9"}), "x", ids), ElementsAre(1, 0.5, 1e-9));
  for (const char* bad : {"0", "-1", "NA", "inf", "NaN", "", "x"}) {
    EXPECT_THAT(
        fault_of(read_weights, {"1", bad, "1"}),
        HasSubstr(std::string("cov.tsv: line 3, column 'x': expected a weight, a finite number above 0, found '") +
                  bad + "'; correct the column, or leave out --weights"));
  }
}

TEST(TrainingColumns, OffsetsAreFinite) {
  EXPECT_THAT(read_offsets(table_of({"0", "-0.5", "3"}), "x", ids), ElementsAre(0, -0.5, 3));
  EXPECT_THAT(fault_of(read_offsets, {"1", "-inf", "1"}), HasSubstr("line 3, column 'x': expected an offset"));
}

TEST(TrainingColumns, GroupsAreEqualTexts) {
  const Groups groups = read_groups(table_of({"p2", "p1", "p2"}), "x", ids);
  EXPECT_THAT(groups.of, ElementsAre(0, 1, 0));
  EXPECT_THAT(groups.names, ElementsAre("p2", "p1"));
  EXPECT_THAT(fault_of(read_groups, {"p", ".", "p"}), HasSubstr("expected the name of a group, found '.'"));
}

TEST(TrainingColumns, FoldsAreNumberedFromOneWithoutGaps) {
  const Folds folds = read_folds(table_of({"2", "1", "2"}), "x", ids);
  EXPECT_THAT(folds.of, ElementsAre(1, 0, 1));
  EXPECT_EQ(folds.count, 2U);
  EXPECT_THAT(fault_of(read_folds, {"0", "1", "2"}),
              HasSubstr("line 2, column 'x': expected the number of a fold, 1 to 3 at most, found '0'"));
  EXPECT_THAT(fault_of(read_folds, {"1", "2", "4"}), HasSubstr("found '4'"));
  EXPECT_THAT(fault_of(read_folds, {"1", "2", "1.5"}), HasSubstr("found '1.5'"));
  EXPECT_THAT(fault_of(read_folds, {"1", "3", "1"}),
              HasSubstr("column 'x': expected samples in each of the folds 1 to 3, found none in fold 2"));
  EXPECT_THAT(fault_of(read_folds, {"1", "1", "1"}), HasSubstr("expected two folds or more, found 1"));
}

TEST(TrainingColumns, PartsHaveNames) {
  EXPECT_THAT(read_split(table_of({"train", "holdout", "validation"}), "x", ids).of,
              ElementsAre(Part::train, Part::test, Part::validation));
  EXPECT_THAT(read_split(table_of({"train", "test", "test"}), "x", ids).of,
              ElementsAre(Part::train, Part::test, Part::test));
  EXPECT_THAT(fault_of(read_split, {"train", "Test", "test"}),
              HasSubstr("line 3, column 'x': expected train, validation, test or holdout, found 'Test'"));
  EXPECT_THAT(fault_of(read_split, {"test", "test", "test"}),
              HasSubstr("expected samples to train on, found no 'train'"));
}

TEST(TrainingColumns, EachSampleHasARow) {
  EXPECT_THAT(fault_of(read_weights, {"1", "1"}),
              HasSubstr("cov.tsv: column 'x': expected a row for each sample, found none for sample 3"));
  EXPECT_THAT(message_of<UserError>([] { (void)require_column(table_of({"1"}), "y", "--weights"); }),
              HasSubstr("cov.tsv: line 1: expected a column 'y', found id, x; name one of them with --weights"));
}

}  // namespace
}  // namespace varisk::cohort
