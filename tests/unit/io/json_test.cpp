#include "varisk/io/json.hpp"

#include <gmock/gmock.h>

#include <string>

#include "../temp_file.hpp"
#include "varisk/core/error.hpp"

namespace varisk::io {
namespace {

using testing::HasSubstr;
using testing::Not;
using varisk::test::message_of;
using varisk::test::TempFile;

std::string fault_of(const std::string& text) {
  const TempFile file("a.json", text);
  return message_of<UserError>([&] { (void)read_json(file.path()); });
}

TEST(Json, KeepsTheOrderOfKeys) {
  const TempFile file("a.json", R"({"z": 1, "a": {"y": [1, 2.5, "text", null, true]}})");
  EXPECT_EQ(read_json(file.path()).dump(), R"({"z":1,"a":{"y":[1,2.5,"text",null,true]}})");
}

TEST(Json, ADuplicateKeyIsAnErrorWithItsPlace) {
  EXPECT_THAT(fault_of("{\"a\": 1,\n \"a\": 2}"), HasSubstr("a.json: line 2, column 4: duplicate key 'a'"));
  EXPECT_THAT(fault_of(R"({"a": {"b": 1, "b": 2}})"), HasSubstr("duplicate key 'b'"));
}

TEST(Json, TheSameKeyInTwoObjectsIsFine) {
  const TempFile file("a.json", R"([{"a": 1}, {"a": {"a": 2}}])");
  EXPECT_EQ(read_json(file.path()).size(), 2U);
}

TEST(Json, ASyntaxErrorNamesLineAndColumn) {
  const std::string fault = fault_of("{\n  \"a\": 1,\n  \"b\": }\n");
  EXPECT_THAT(fault, HasSubstr("a.json: line 3, column 8: not JSON: syntax error"));
  EXPECT_THAT(fault, Not(HasSubstr("json.exception")));
}

TEST(Json, WhatIsNotOneWholeDocumentIsAnError) {
  EXPECT_THAT(fault_of(""), HasSubstr("line 1, column 1: not JSON"));
  EXPECT_THAT(fault_of("{\"a\": 1"), HasSubstr("not JSON"));
  EXPECT_THAT(fault_of("{} {}"), HasSubstr("line 1, column 4"));
  EXPECT_THAT(fault_of("{} // comment"), HasSubstr("not JSON"));
  EXPECT_THAT(fault_of("[1,]"), HasSubstr("not JSON"));
  EXPECT_THAT(fault_of("[NaN]"), HasSubstr("not JSON"));
}

TEST(Json, NumbersThatNoDoubleHoldsAreErrors) { EXPECT_THAT(fault_of("[1e999]"), HasSubstr("1e999")); }

TEST(Json, DeepNestingIsAnError) { EXPECT_THAT(fault_of(std::string(100000, '[')), HasSubstr("nested")); }

TEST(Json, AFileThatIsNotThereIsAnIoError) { EXPECT_THROW((void)read_json("/nonexistent/a.json"), IoError); }

}  // namespace
}  // namespace varisk::io
