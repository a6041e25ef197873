#include "varisk/io/delimited.hpp"

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "../temp_file.hpp"
#include "varisk/core/error.hpp"

namespace varisk::io {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using varisk::test::message_of;
using varisk::test::TempFile;

using Rows = std::vector<std::vector<std::string>>;

Rows rows_of(const std::string& text) {
  const TempFile file("table", text);
  DelimitedReader reader(file.path());
  Rows rows = {reader.columns()};
  std::vector<std::string> row;
  while (reader.next(row)) rows.push_back(row);
  return rows;
}

std::string fault_of(const std::string& text) {
  return message_of<UserError>([&] { rows_of(text); });
}

TEST(DelimitedReader, TheHeaderLineTellsTheSeparator) {
  EXPECT_EQ(rows_of("a\tb,c\n1\t2,3\n"), (Rows{{"a", "b,c"}, {"1", "2,3"}}));
  EXPECT_EQ(rows_of("a,b\n1,2\t3\n"), (Rows{{"a", "b"}, {"1", "2\t3"}}));
  EXPECT_EQ(rows_of("\"a\tb\",c\n1,2\n"), (Rows{{"a\tb", "c"}, {"1", "2"}}));
}

TEST(DelimitedReader, EmptyFieldsAreFields) {
  EXPECT_EQ(rows_of("a,b,c\n,,\n1,,\n,,3"), (Rows{{"a", "b", "c"}, {"", "", ""}, {"1", "", ""}, {"", "", "3"}}));
}

TEST(DelimitedReader, QuotedFieldsHoldSeparatorsQuotesAndLineEnds) {
  EXPECT_EQ(rows_of("a,b\n\"1,2\",\"say \"\"hi\"\"\"\r\n\"two\r\nlines\",\"\"\n"),
            (Rows{{"a", "b"}, {"1,2", "say \"hi\""}, {"two\nlines", ""}}));
}

TEST(DelimitedReader, AQuoteInsideAnUnquotedFieldIsText) { EXPECT_EQ(rows_of("a\tb\n5\"\t1\n")[1][0], "5\""); }

TEST(DelimitedReader, AByteOrderMarkAndEmptyLinesAreSkipped) {
  EXPECT_EQ(rows_of("\xEF\xBB\xBF"
                    "a,b\n\n1,2\n\n"),
            (Rows{{"a", "b"}, {"1", "2"}}));
}

TEST(DelimitedReader, ARowWithAnotherNumberOfFieldsIsAnError) {
  EXPECT_THAT(fault_of("a,b\n1,2\n1,2,3\n"),
              HasSubstr("table: line 3: expected 2 fields as in the header line, found 3"));
  EXPECT_THAT(fault_of("a,b\n1\n"), HasSubstr("line 2: expected 2 fields as in the header line, found 1"));
}

TEST(DelimitedReader, LinesAreCountedThroughQuotedLineEnds) {
  EXPECT_THAT(fault_of("a,b\n\"x\ny\",1\n1\n"), HasSubstr("line 4: expected 2 fields"));
}

TEST(DelimitedReader, QuotesThatDoNotCloseWellAreErrors) {
  EXPECT_THAT(fault_of("a,b\n1,2\n\"1,2\n3,4\n"), HasSubstr("line 3: a quote is opened and not closed"));
  EXPECT_THAT(fault_of("a,b\n\"1\"2,3\n"), HasSubstr("line 2: expected a separator after a closing quote"));
}

TEST(DelimitedReader, ADuplicateColumnIsAnError) {
  EXPECT_THAT(fault_of("a,b,a\n"), HasSubstr("line 1: the column 'a' is there twice"));
}

TEST(DelimitedReader, AFileWithoutAHeaderLineIsAnError) {
  EXPECT_THAT(fault_of(""), HasSubstr("expected a header line"));
  EXPECT_THAT(fault_of("\n1,2\n"), HasSubstr("expected a header line"));
  EXPECT_THAT(fault_of("a,b\r1,2\r"), HasSubstr("CR alone"));
}

TEST(DelimitedReader, ColumnsAreFoundByName) {
  const TempFile file("table", "a,b\n");
  const DelimitedReader reader(file.path());
  EXPECT_EQ(reader.find_column("b"), 1U);
  EXPECT_EQ(reader.find_column("c"), std::nullopt);
  EXPECT_EQ(reader.require_column("a"), 0U);
  EXPECT_THAT(message_of<UserError>([&] { (void)reader.require_column("c"); }),
              HasSubstr("line 1: expected a column 'c', found a, b"));
}

}  // namespace
}  // namespace varisk::io
