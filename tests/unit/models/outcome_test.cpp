#include "varisk/models/outcome.hpp"

#include <gmock/gmock.h>

#include "../temp_file.hpp"
#include "varisk/core/error.hpp"

namespace varisk::models {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using varisk::test::message_of;
using varisk::test::TempFile;

Outcome read(const std::vector<std::string>& cells, Family family, const std::vector<std::string>& classes = {},
             OnMissingOutcome missing = OnMissingOutcome::leave_out) {
  std::string text = "id\ty\n";
  std::vector<std::string> ids;
  for (const std::string& cell : cells) {
    ids.push_back("s" + std::to_string(ids.size()));
    text += ids.back() + "\t" + cell + "\n";
  }
  const TempFile file("cov.tsv", text);
  return read_outcome({"y", family, classes, missing},
                      cohort::CovariateTable::read(file.path(), "id", cohort::DuplicatePolicy::error), ids);
}

std::string fault_of(const std::vector<std::string>& cells, Family family, const std::vector<std::string>& classes = {},
                     OnMissingOutcome missing = OnMissingOutcome::leave_out) {
  return message_of<UserError>([&] { (void)read(cells, family, classes, missing); });
}

using enum Family;

TEST(Outcome, BinomialIsZeroOrOne) {
  const Outcome out = read({"0", "1", "1.0", "NA", "0"}, binomial);
  EXPECT_THAT(out.classes, ElementsAre("0", "1"));
  EXPECT_THAT(out.observed, ElementsAre(1, 1, 1, 0, 1));
  EXPECT_EQ(out.value[1], 1);
  EXPECT_EQ(out.value[2], 1);
  EXPECT_EQ(out.missing, 1U);
  const std::vector<std::size_t> samples = {0, 1, 2, 4};
  EXPECT_THAT(class_counts(out, samples), ElementsAre(2, 2));
}

TEST(Outcome, WhatIsNeitherZeroNorOneIsNamed) {
  EXPECT_THAT(
      fault_of({"0", "1", "case"}, binomial),
      HasSubstr("cov.tsv: line 4, column 'y': expected 0 or 1, found 'case'; name the two classes with --classes"));
  EXPECT_THAT(fault_of({"1", "2"}, binomial), HasSubstr("expected 0 or 1, found '2'; if 1 and 2 are the two classes"));
  EXPECT_THAT(fault_of({"0", "0.5"}, binomial), HasSubstr("found '0.5'"));
  EXPECT_THAT(fault_of({"0", "inf"}, binomial), HasSubstr("found 'inf'"));
}

TEST(Outcome, BinomialClassesMayBeDeclared) {
  const Outcome out = read({"ill", "well", "ill"}, binomial, {"well", "ill"});
  EXPECT_THAT(out.value, ElementsAre(1, 0, 1));
  EXPECT_THAT(fault_of({"ill", "well", "dead"}, binomial, {"well", "ill"}),
              HasSubstr("line 4, column 'y': expected one of the classes well, ill, found 'dead'"));
  EXPECT_THAT(message_of<UsageError>([] {
                (void)read({"a"}, binomial, {"a", "b", "c"});
              }),
              HasSubstr("expected two --classes for a binomial outcome, found a, b, c"));
  EXPECT_THAT(message_of<UsageError>([] {
                (void)read({"a"}, multinomial, {"a", "a"});
              }),
              HasSubstr("expected different --classes, found a, a"));
  EXPECT_THAT(message_of<UsageError>([] {
                (void)read({"1"}, gaussian, {"a", "b"});
              }),
              HasSubstr("expected no --classes for a gaussian outcome"));
}

TEST(Outcome, OneClassIsNotEnough) {
  EXPECT_THAT(fault_of({"1", "1", "NA"}, binomial),
              HasSubstr("cov.tsv: column 'y': expected two classes or more, found '1' (2) alone in 2 samples"));
  EXPECT_THAT(fault_of({"a", "a"}, multinomial), HasSubstr("found 'a' (2) alone"));
  EXPECT_THAT(fault_of({"3", "3"}, gaussian), HasSubstr("expected an outcome that varies, found 3 in all 2 samples"));
  EXPECT_THAT(fault_of({"NA", ""}, binomial), HasSubstr("expected outcomes, found none in 2 samples"));
}

TEST(Outcome, MultinomialClassesAreThoseThatAreThere) {
  EXPECT_THAT(read({"b", "a", "c", "a"}, multinomial).value, ElementsAre(1, 0, 2, 0));
  const Outcome numbers = read({"10", "9", "10", "2"}, multinomial);
  EXPECT_THAT(numbers.classes, ElementsAre("2", "9", "10"));
  EXPECT_THAT(numbers.value, ElementsAre(2, 1, 2, 0));
  EXPECT_THAT(read({"b", "a"}, multinomial, {"b", "a"}).value, ElementsAre(0, 1));
  EXPECT_THAT(fault_of({"b", "a"}, multinomial, {"b", "a", "c"}),
              HasSubstr("expected samples of each class, found none of 'c' among 2 samples"));
}

TEST(Outcome, TooManyClassesAreTakenForAMistake) {
  std::vector<std::string> cells;
  for (std::size_t i = 0; i < most_classes; ++i) cells.push_back("c" + std::to_string(i));
  EXPECT_THAT(read(cells, multinomial).classes, SizeIs(most_classes));
  cells.emplace_back("more");
  EXPECT_THAT(fault_of(cells, multinomial),
              HasSubstr("expected 50 classes at most, found 51 (c0, c1, c10, c11, c12, ...)"));
}

TEST(Outcome, OrdinalClassesHaveAnOrder) {
  EXPECT_THAT(read({"high", "low", "middle"}, ordinal, {"low", "middle", "high"}).value, ElementsAre(2, 0, 1));
  const Outcome numbers = read({"10", "-1", "3"}, ordinal);
  EXPECT_THAT(numbers.classes, ElementsAre("-1", "3", "10"));
  EXPECT_THAT(numbers.value, ElementsAre(2, 0, 1));
  EXPECT_THAT(fault_of({"1", "high"}, ordinal),
              HasSubstr("line 3, column 'y': expected a whole number, because the classes have no declared order"));
}

TEST(Outcome, GaussianIsANumber) {
  const Outcome out = read({"1.5", "-2e3", "NA"}, gaussian);
  EXPECT_THAT(out.classes, IsEmpty());
  EXPECT_EQ(out.value[1], -2000);
  EXPECT_THAT(fault_of({"1", "many"}, gaussian),
              HasSubstr("line 3, column 'y': expected a finite number, found 'many'"));
  EXPECT_THAT(fault_of({"1", "1e999"}, gaussian), HasSubstr("found '1e999'"));
}

TEST(Outcome, MissingMayBeRefused) {
  EXPECT_THAT(fault_of({"0", "1", "NA"}, binomial, {}, OnMissingOutcome::error),
              HasSubstr("line 4, column 'y': expected an outcome, found 'NA'"));
  const TempFile file("cov.tsv", "id\ty\na\t0\nb\t1\n");
  const auto table = cohort::CovariateTable::read(file.path(), "id", cohort::DuplicatePolicy::error);
  const std::vector<std::string> ids = {"a", "z", "b"};
  EXPECT_THAT(read_outcome({"y", binomial, {}, OnMissingOutcome::leave_out}, table, ids).observed,
              ElementsAre(1, 0, 1));
  EXPECT_THAT(message_of<UserError>([&] {
                (void)read_outcome({"y", binomial, {}, OnMissingOutcome::error}, table, ids);
              }),
              HasSubstr("expected an outcome, found no row for sample 2"));
  EXPECT_THAT(message_of<UserError>([&] {
                (void)read_outcome({"z", binomial, {}, {}}, table, ids);
              }),
              HasSubstr("expected a column 'z', found id, y; name one of them with --outcome"));
}

TEST(Outcome, PartsOfTheSamplesVaryToo) {
  const Outcome out = read({"0", "1", "0"}, binomial);
  const std::vector<std::size_t> all = {0, 1, 2};
  require_variation(out, all, "the training part");
  const std::vector<std::size_t> part = {0, 2};
  EXPECT_THAT(message_of<UserError>([&] { require_variation(out, part, "the training part"); }),
              HasSubstr("found '0' (2) alone in 2 samples of the training part"));
}

TEST(Outcome, StrataAreItsClassesOrBandsOfItsValue) {
  const Outcome classes = read({"b", "a", "c", "a"}, multinomial);
  const std::vector<std::size_t> samples = {0, 2, 3};
  const cohort::Strata strata = strata_of(classes, samples);
  EXPECT_THAT(strata.of, ElementsAre(1, 2, 0));
  EXPECT_THAT(strata.names, ElementsAre("a", "b", "c"));
  EXPECT_EQ(strata.count, 3U);
  const cohort::Strata bands = strata_of(read({"1", "2", "3", "4"}, gaussian), samples);
  EXPECT_THAT(bands.of, ElementsAre(0, 1, 2));
  EXPECT_THAT(bands.names, IsEmpty());
}

}  // namespace
}  // namespace varisk::models
