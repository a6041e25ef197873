#include "varisk/training/selection.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <numeric>

#include "selection_data.hpp"
#include "varisk/core/error.hpp"

namespace varisk::training {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// What `select_columns` needs, and stays alive with it.
struct Cohort {
  explicit Cohort(const test::Copies& copies)
      : matrix(test::genotypes(copies)), design(copies.front().size()), weights(copies.front().size(), 1) {
    design.add_genotypes(matrix);
    outcome.values.assign(weights.size(), 0);
  }

  [[nodiscard]] SelectionInput input() const {
    return {.design = &design,
            .outcome = &outcome,
            .weights = weights,
            .offset = {},
            .places = places,
            .males = males,
            .adjust = adjust};
  }
  [[nodiscard]] Selection select(const SelectionRules& rules, int threads = 1) const {
    return select_columns(input(), rules, threads);
  }

  GenotypeMatrix matrix;
  Design design;
  Outcome outcome;
  std::vector<double> weights;
  std::vector<std::optional<VariantPlace>> places;
  std::vector<std::uint8_t> males;
  std::vector<std::uint32_t> adjust;
};

std::vector<std::uint32_t> all_but(const std::vector<std::uint32_t>& kept, std::size_t count) {
  std::vector<std::uint32_t> others;
  for (std::uint32_t j = 0; j < count; ++j) {
    if (!std::binary_search(kept.begin(), kept.end(), j)) others.push_back(j);
  }
  return others;
}

TEST(Selection, LeavesAllColumnsWithoutRules) {
  const Cohort cohort(test::copies_of(reference::with_missing));
  const Selection selection = cohort.select({});
  EXPECT_THAT(selection.excluded, IsEmpty());
  EXPECT_THAT(selection.steps, IsEmpty());
  EXPECT_EQ(selection.candidates, 60U);
}

TEST(Selection, MissingShareFrequencyAndHardyWeinbergAreThoseOfPlink2) {
  const Cohort cohort(test::copies_of(reference::with_missing));
  for (std::size_t limit = 0; limit < reference::facts.size(); ++limit) {
    // A value that a variant has is still allowed; one above it by what plink2 does not write is not.
    const auto& fact = reference::facts[limit];
    const double maf = std::min(fact.frequency, 1 - fact.frequency);
    std::vector<std::uint32_t> rare;
    std::vector<std::uint32_t> missing;
    std::vector<std::uint32_t> unlikely;
    for (std::uint32_t j = 0; j < reference::facts.size(); ++j) {
      const auto& other = reference::facts[j];
      if (std::min(other.frequency, 1 - other.frequency) < maf - 2e-6) rare.push_back(j);
      if (other.missing > fact.missing + 2e-6) missing.push_back(j);
      if (other.p < fact.p * (1 - 2e-5)) unlikely.push_back(j);
    }
    EXPECT_EQ(cohort.select({.min_maf = maf - 2e-6}).excluded, rare);
    EXPECT_EQ(cohort.select({.max_missing = fact.missing + 2e-6}).excluded, missing);
    EXPECT_EQ(cohort.select({.min_hwe_p = fact.p * (1 - 2e-5)}).excluded, unlikely);
  }
}

TEST(Selection, LimitsThemselvesAreAllowed) {
  // 1 of 10 alleles, 1 of 6 calls missing
  const Cohort cohort({{0, 0, 1, 0, 0, 3}});
  EXPECT_THAT(cohort.select({.min_maf = 0.1}).excluded, IsEmpty());
  EXPECT_THAT(cohort.select({.min_maf = std::nextafter(0.1, 1)}).excluded, ElementsAre(0));
  EXPECT_THAT(cohort.select({.max_missing = 1.0 / 6}).excluded, IsEmpty());
  EXPECT_THAT(cohort.select({.max_missing = std::nextafter(1.0 / 6, 0)}).excluded, ElementsAre(0));
  EXPECT_THAT(cohort.select({.min_hwe_p = 1}).excluded, IsEmpty());
}

TEST(Selection, ColumnsWithoutCallsAreRareAndMissing) {
  const Cohort cohort({{3, 3, 3}, {0, 1, 1}});
  EXPECT_THAT(cohort.select({.min_maf = 1e-9}).excluded, ElementsAre(0));
  EXPECT_THAT(cohort.select({.max_missing = 0.99}).excluded, ElementsAre(0));
  EXPECT_THAT(cohort.select({.min_hwe_p = 1}).excluded, IsEmpty());
  EXPECT_THAT(cohort.select({.max_missing = 1}).excluded, IsEmpty());
}

TEST(Selection, PruningIsThatOfPlink2) {
  Cohort cohort(test::copies_of(reference::complete));
  cohort.places = test::reference_places();
  for (const auto& pruning : reference::prunings) {
    const Selection selection = cohort.select({.prune_r2 = pruning.r2, .prune_window = pruning.window});
    EXPECT_EQ(selection.excluded, all_but(pruning.kept, 60)) << pruning.window;
    ASSERT_EQ(selection.steps.size(), 1U);
    EXPECT_EQ(selection.steps[0].left, pruning.kept.size());
    EXPECT_EQ(selection.steps[0].out + selection.steps[0].left, 60U);
  }
}

TEST(Selection, PruningOfDosagesAndOfMixedColumnsIsThatOfCalls) {
  const test::Copies copies = test::copies_of(reference::complete);
  const GenotypeMatrix calls = test::genotypes(copies);
  const DosageMatrix eight = test::dosages(copies, DosageBits::eight, 0.5);
  const DosageMatrix sixteen = test::dosages(copies, DosageBits::sixteen, 0.001);
  Design design(reference::people);
  for (std::uint32_t j = 0; j < copies.size(); ++j) {
    if (j % 4 < 2) design.add_genotypes(calls, std::array{j});
    if (j % 4 == 2) design.add_dosages(eight, std::array{j});
    if (j % 4 == 3) design.add_dosages(sixteen, std::array{j});
  }
  const std::vector<double> weights(reference::people, 1);
  const auto places = test::reference_places();
  const Outcome outcome;
  for (const auto& pruning : reference::prunings) {
    const SelectionInput input{.design = &design,
                               .outcome = &outcome,
                               .weights = weights,
                               .offset = {},
                               .places = places,
                               .males = {},
                               .adjust = {}};
    const Selection selection = select_columns(input, {.prune_r2 = pruning.r2, .prune_window = pruning.window}, 1);
    EXPECT_EQ(selection.excluded, all_but(pruning.kept, 60)) << pruning.window;
  }
}

TEST(Selection, TheOrderOfColumnsDoesNotMatterToPruningOnlyPositionsDo) {
  test::Copies copies = test::copies_of(reference::complete);
  auto places = test::reference_places();
  std::reverse(copies.begin(), copies.end());
  std::reverse(places.begin(), places.end());
  Cohort cohort(copies);
  cohort.places = places;
  const auto& pruning = reference::prunings[1];
  std::vector<std::uint32_t> expected = all_but(pruning.kept, 60);
  for (std::uint32_t& column : expected) column = 59 - column;
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(cohort.select({.prune_r2 = pruning.r2, .prune_window = pruning.window}).excluded, expected);
}

TEST(Selection, PruningKeepsTheMoreFrequentAndOfEqualOnesTheEarlier) {
  // 1 is 0 with one more rare allele; 2 is 0.
  Cohort cohort({{0, 0, 0, 1, 1, 0, 0, 0}, {0, 0, 0, 1, 1, 1, 0, 0}, {0, 0, 0, 1, 1, 0, 0, 0}});
  cohort.places = {VariantPlace{1, 100}, VariantPlace{1, 200}, VariantPlace{1, 300}};
  EXPECT_THAT(cohort.select({.prune_r2 = 0.5, .prune_window = 100}).excluded, ElementsAre(0, 2));
  EXPECT_THAT(cohort.select({.prune_r2 = 0.5, .prune_window = 99}).excluded, IsEmpty());
  // r² of 0 and 1 is 5/9
  EXPECT_THAT(cohort.select({.prune_r2 = 5.0 / 9}).excluded, ElementsAre(2));
  cohort.places[1] = VariantPlace{2, 200};
  EXPECT_THAT(cohort.select({.prune_r2 = 0.5}).excluded, ElementsAre(2));
  EXPECT_THAT(cohort.select({.prune_r2 = 1}).excluded, IsEmpty());
}

TEST(Selection, ColumnsWithoutPlaceOrVarianceAreNotPruned) {
  Cohort cohort({{0, 1, 2, 1}, {0, 1, 2, 1}, {1, 1, 1, 1}, {0, 1, 2, 1}});
  cohort.places = {VariantPlace{1, 1}, std::nullopt, VariantPlace{1, 2}, VariantPlace{1, 3}};
  const Selection selection = cohort.select({.prune_r2 = 0.5});
  EXPECT_THAT(selection.excluded, ElementsAre(3));
  EXPECT_EQ(selection.steps[0].untested, 2U);
}

TEST(Selection, StepsSeeWhatTheStepsBeforeHaveLeft) {
  // 0 and 1 are alike, but 0, the more frequent one, has too many missing calls.
  Cohort cohort({{3, 1, 2, 1, 0, 2}, {0, 1, 2, 0, 0, 1}, {0, 0, 0, 0, 0, 1}});
  cohort.places = {VariantPlace{1, 1}, VariantPlace{1, 2}, VariantPlace{1, 3}};
  EXPECT_THAT(cohort.select({.prune_r2 = 0.3}).excluded, ElementsAre(1));
  const Selection selection = cohort.select({.min_maf = 0.1, .max_missing = 0.1, .prune_r2 = 0.3});
  EXPECT_THAT(selection.excluded, ElementsAre(0, 2));
  ASSERT_EQ(selection.steps.size(), 3U);
  EXPECT_EQ(selection.steps[0].step, SelectionStep::missing);
  EXPECT_EQ(selection.steps[0].out, 1U);
  EXPECT_EQ(selection.steps[1].step, SelectionStep::frequency);
  EXPECT_EQ(selection.steps[1].left, 1U);
  EXPECT_EQ(selection.steps[2].out, 0U);
}

TEST(Selection, HardyWeinbergIsNotTestedOutsideAutosomes) {
  Cohort cohort({{0, 0, 2, 2, 0, 2, 0, 2, 2, 0}, {0, 0, 2, 2, 0, 2, 0, 2, 2, 0}});
  cohort.places = {VariantPlace{1, 1}, VariantPlace{.contig = 23, .position = 1, .autosomal = false}};
  const Selection selection = cohort.select({.min_hwe_p = 0.05});
  EXPECT_THAT(selection.excluded, ElementsAre(0));
  EXPECT_EQ(selection.steps[0].untested, 1U);
}

TEST(Selection, AllelesOfMalesAreCountedOnce) {
  // Three women with two alleles, three men with one: 9 alleles, of which 8 are counted.
  Cohort cohort({{2, 2, 1, 1, 1, 1}, {1, 1, 1, 1, 1, 3}});
  cohort.males = {0, 0, 0, 1, 1, 1};
  const VariantPlace x{.contig = 23, .position = 1, .autosomal = false, .alleles = CallAlleles::one_in_males};
  cohort.places = {x, VariantPlace{.contig = 25, .position = 1, .autosomal = false, .alleles = CallAlleles::one}};
  EXPECT_THAT(cohort.select({.min_maf = 1.0 / 9}).excluded, ElementsAre(1));
  EXPECT_THAT(cohort.select({.min_maf = std::nextafter(1.0 / 9, 1)}).excluded, ElementsAre(0, 1));
}

TEST(Selection, HardCallsOfDosagesAreThoseOfPlink2) {
  // Within 0.1 of a whole number; in the hard calls nobody is heterozygous.
  DosageMatrix matrix(12, DosageBits::sixteen, 0.001);
  matrix.add_columns(2);
  std::vector<double> values = {0.1, 0, 0.05, 1.9, 2, 1.95, 0, 2, 0, 2, 0.89, 1.11};
  matrix.set(0, values, {});
  values[10] = 0.9;
  values[11] = 1.1;
  matrix.set(1, values, {});
  Design design(12);
  design.add_dosages(matrix);
  const std::vector<double> weights(12, 1);
  const Outcome outcome;
  SelectionInput input;
  input.design = &design;
  input.outcome = &outcome;
  input.weights = weights;
  // By whole numbers: 5, 0, 5 has p = 0.001363961, and 5, 2, 5 has p = 0.02646
  EXPECT_THAT(select_columns(input, {.min_hwe_p = 0.0013639}, 1).excluded, IsEmpty());
  EXPECT_THAT(select_columns(input, {.min_hwe_p = 0.0013640}, 1).excluded, ElementsAre(0));
}

TEST(Selection, CountsOfDosagesAreThoseOfTheirValues) {
  DosageMatrix matrix(4, DosageBits::eight, 2.0 / 254);
  matrix.add_columns(1);
  matrix.set(0, std::vector<double>{2, 2, 2.0 * 89 / 127, 0}, std::vector<std::uint8_t>{0, 0, 0, 1});
  Design design(4);
  design.add_dosages(matrix);
  const std::vector<double> weights(4, 1);
  const Outcome outcome;
  SelectionInput input;
  input.design = &design;
  input.outcome = &outcome;
  input.weights = weights;
  const double maf = 2 * 38.0 / 127 / 6;
  EXPECT_THAT(select_columns(input, {.min_maf = maf - 1e-9}, 1).excluded, IsEmpty());
  EXPECT_THAT(select_columns(input, {.min_maf = maf + 1e-9}, 1).excluded, ElementsAre(0));
  EXPECT_THAT(select_columns(input, {.max_missing = 0.25}, 1).excluded, IsEmpty());
  EXPECT_THAT(select_columns(input, {.max_missing = 0.249}, 1).excluded, ElementsAre(0));
}

TEST(Selection, MarginalTestsUseTheLimitAndTheBest) {
  Cohort cohort(test::copies_of(reference::with_missing));
  cohort.outcome.values = reference::gaussian;
  cohort.adjust = {static_cast<std::uint32_t>(cohort.design.add_dense(reference::first_covariate)),
                   static_cast<std::uint32_t>(cohort.design.add_dense(reference::second_covariate))};
  const Selection by_p = cohort.select({.max_marginal_p = 0.2});
  ASSERT_EQ(by_p.steps.size(), 1U);
  EXPECT_GT(by_p.steps[0].left, 3U);
  EXPECT_LT(by_p.steps[0].left, 30U);
  EXPECT_EQ(by_p.excluded.size(), by_p.steps[0].out);
  // The statistics of columns 3 and 10 are 0.036 and 3.335: p = 0.85 and 0.068.
  EXPECT_THAT(by_p.excluded, testing::AllOf(testing::Contains(3U), testing::Not(testing::Contains(10U))));
  EXPECT_EQ(cohort.select({.best_marginal = by_p.steps[0].left}).excluded, by_p.excluded);
  const Selection both = cohort.select({.max_marginal_p = 0.2, .best_marginal = 3});
  ASSERT_EQ(both.steps.size(), 2U);
  EXPECT_EQ(both.steps[1].left, 3U);
  EXPECT_EQ(both.excluded, cohort.select({.best_marginal = 3}).excluded);
  EXPECT_THAT(cohort.select({.best_marginal = 60}).excluded, IsEmpty());
  EXPECT_THAT(cohort.select({.max_marginal_p = 1}).excluded, IsEmpty());
}

TEST(Selection, OfEquallyAssociatedColumnsTheFirstAreTheBest) {
  Cohort cohort({{0, 0, 0, 0}, {0, 1, 2, 1}, {0, 1, 2, 1}, {0, 1, 2, 1}, {1, 0, 1, 0}});
  cohort.outcome.values = {0, 1, 2, 1.5};
  EXPECT_THAT(cohort.select({.best_marginal = 2}).excluded, ElementsAre(0, 3, 4));
  const Selection selection = cohort.select({.max_marginal_p = 0.9});
  EXPECT_EQ(selection.steps[0].untested, 1U);
  EXPECT_THAT(selection.excluded, testing::Contains(0U));
}

TEST(Selection, RowsOutsideTheFitDoNotMatter) {
  const test::Copies copies = test::random_copies(150, 300, 0.04, 5);
  std::mt19937 random(6);
  Cohort all(copies);
  test::Copies some(copies.size());
  std::vector<double> some_weights;
  std::vector<std::uint8_t> some_males;
  all.outcome.family = Family::binomial;
  all.outcome.values.clear();
  all.outcome.class_count = 2;
  Outcome some_outcome = all.outcome;
  std::vector<double> covariate;
  std::vector<double> some_covariate;
  for (std::size_t i = 0; i < 300; ++i) {
    all.weights[i] = random() % 3 == 0 ? 0 : 1 + static_cast<double>(random() % 4);
    all.males.push_back(random() % 2);
    all.outcome.classes.push_back(copies[20][i] + random() % 4 > 2 ? 1 : 0);
    covariate.push_back(static_cast<double>(random() % 100) + copies[70][i]);
    if (all.weights[i] == 0) continue;
    for (std::size_t j = 0; j < copies.size(); ++j) some[j].push_back(copies[j][i]);
    some_weights.push_back(all.weights[i]);
    some_males.push_back(all.males[i]);
    some_outcome.classes.push_back(all.outcome.classes[i]);
    some_covariate.push_back(covariate[i]);
  }
  Cohort part(some);
  part.weights = some_weights;
  part.males = some_males;
  part.outcome = some_outcome;
  part.adjust = {static_cast<std::uint32_t>(part.design.add_dense(some_covariate))};
  all.adjust = {static_cast<std::uint32_t>(all.design.add_dense(covariate))};
  for (std::size_t j = 0; j < copies.size(); ++j) {
    VariantPlace place{static_cast<std::uint32_t>(j / 60), static_cast<std::int64_t>(1000 * j)};
    if (j >= 120)
      place = {.contig = 23, .position = place.position, .autosomal = false, .alleles = CallAlleles::one_in_males};
    all.places.emplace_back(place);
  }
  all.places.emplace_back();
  part.places = all.places;
  const std::vector<SelectionRules> cases = {
      parse_selection("maf=0.1"),
      parse_selection("missing=0.04"),
      parse_selection("hwe=0.2"),
      parse_selection("prune=0.2,window=20000"),
      parse_selection("marginal=0.3"),
      parse_selection("top=40"),
      parse_selection("maf=0.03,missing=0.06,hwe=1e-3,marginal=0.8,top=80,prune=0.3,window=50000")};
  for (const SelectionRules& rules : cases) {
    const Selection expected = part.select(rules);
    EXPECT_GT(expected.excluded.size(), 5U);
    EXPECT_LT(expected.excluded.size(), 145U);
    EXPECT_EQ(all.select(rules).excluded, expected.excluded);
    EXPECT_EQ(all.select(rules, 3).excluded, expected.excluded);
  }
}

TEST(Selection, DenseColumnsStay) {
  Cohort cohort({{0, 0, 0, 0, 0, 0}});
  cohort.design.add_dense({1, 1, 1, 1, 1, 1});
  cohort.design.add_dense({1, 2, 3, 4, 5, 6});
  cohort.design.add_dense({1, 2, 3, 4, 5, 6});
  cohort.outcome.values = {1, 5, 2, 4, 3, 3};
  const Selection selection = cohort.select(parse_selection("maf=0.5,missing=0,hwe=1,marginal=1e-9,top=1,prune=0.01"));
  EXPECT_THAT(selection.excluded, ElementsAre(0));
  EXPECT_EQ(selection.candidates, 1U);
  EXPECT_EQ(selection.steps.size(), 6U);
}

template <typename Kind>
std::string error_of(const Cohort& cohort, const SelectionRules& rules) {
  try {
    static_cast<void>(cohort.select(rules));
  } catch (const Kind& error) {
    return error.what();
  }
  return "no error";
}

TEST(Selection, ScoreTestsThatCannotBeMadeAreErrors) {
  Cohort cohort({{0, 1, 2, 1, 0, 1}});
  cohort.adjust = {static_cast<std::uint32_t>(cohort.design.add_dense({1, 2, 3, 4, 5, 6}))};
  cohort.outcome = {Family::binomial, {}, {0, 0, 0, 1, 1, 1}, 2};
  EXPECT_THAT(error_of<UserError>(cohort, {.best_marginal = 1}), HasSubstr("tell its classes apart"));
  cohort.outcome.classes = {0, 0, 0, 0, 0, 0};
  EXPECT_THAT(error_of<UserError>(cohort, {.best_marginal = 1}), HasSubstr("class 1"));
  cohort.outcome = {Family::gaussian, {2, 4, 6, 8, 10, 12}, {}, 0};
  EXPECT_THAT(error_of<UserError>(cohort, {.best_marginal = 1}), HasSubstr("leave nothing"));
  cohort.weights = {1, 1, 0, 0, 0, 0};
  EXPECT_THAT(error_of<UserError>(cohort, {.best_marginal = 1}), HasSubstr("2 rows are too few"));
  cohort.weights.assign(6, 0);
  EXPECT_THAT(error_of<InternalError>(cohort, {.min_maf = 0.1}), HasSubstr("without rows"));
  cohort.weights.pop_back();
  EXPECT_THAT(error_of<InternalError>(cohort, {.min_maf = 0.1}), HasSubstr("5 weights"));
}

TEST(ParseSelection, ReadsAllRules) {
  const SelectionRules rules =
      parse_selection("maf=0.01,missing=0.05,hwe=1e-6,prune=0.5,marginal=1e-3,top=1000,window=250000");
  EXPECT_EQ(rules.min_maf, 0.01);
  EXPECT_EQ(rules.max_missing, 0.05);
  EXPECT_EQ(rules.min_hwe_p, 1e-6);
  EXPECT_EQ(rules.prune_r2, 0.5);
  EXPECT_EQ(rules.prune_window, 250000);
  EXPECT_EQ(rules.max_marginal_p, 1e-3);
  EXPECT_EQ(rules.best_marginal, 1000U);
  EXPECT_TRUE(rules.any());
}

TEST(ParseSelection, RulesThatAreNotGivenAreNone) {
  const SelectionRules rules = parse_selection("maf=0");
  EXPECT_EQ(rules.min_maf, 0.0);
  EXPECT_FALSE(rules.max_missing || rules.min_hwe_p || rules.prune_r2 || rules.max_marginal_p || rules.best_marginal);
  EXPECT_EQ(rules.prune_window, 500000);
  EXPECT_FALSE(SelectionRules{}.any());
}

TEST(ParseSelection, BothEndsOfEachRangeAreAllowed) {
  for (const char* text : {"maf=0", "maf=0.5", "missing=0", "missing=1", "hwe=0", "hwe=1", "marginal=1e-300",
                           "marginal=1", "top=1", "prune=1e-9", "prune=1", "prune=1,window=1"}) {
    EXPECT_NO_THROW(static_cast<void>(parse_selection(text))) << text;
  }
}

TEST(ParseSelection, RefusesWhatItDoesNotKnow) {
  const auto error = [](std::string_view text) -> std::string {
    try {
      static_cast<void>(parse_selection(text));
    } catch (const UsageError& problem) {
      return problem.what();
    }
    return "no error";
  };
  EXPECT_THAT(error("maf=0.51"), HasSubstr("--select: maf is '0.51', expected a number from 0 to 0.5"));
  EXPECT_THAT(error("maf=-0.1"), HasSubstr("from 0 to 0.5"));
  EXPECT_THAT(error("missing=1.1"), HasSubstr("from 0 to 1"));
  EXPECT_THAT(error("hwe=2"), HasSubstr("from 0 to 1"));
  EXPECT_THAT(error("marginal=0"), HasSubstr("above 0, at most 1"));
  EXPECT_THAT(error("prune=0"), HasSubstr("above 0, at most 1"));
  EXPECT_THAT(error("prune=1.5"), HasSubstr("above 0, at most 1"));
  EXPECT_THAT(error("prune=nan"), HasSubstr("above 0, at most 1"));
  EXPECT_THAT(error("top=0"), HasSubstr("whole number of at least 1"));
  EXPECT_THAT(error("top=1.5"), HasSubstr("whole number of at least 1"));
  EXPECT_THAT(error("prune=0.5,window=0"), HasSubstr("whole number of at least 1"));
  EXPECT_THAT(error("window=1000"), HasSubstr("without prune"));
  EXPECT_THAT(error("MAF=0.1"), HasSubstr("'MAF' is not one of maf, missing, hwe"));
  EXPECT_THAT(error("maf=0.1,maf=0.2"), HasSubstr("maf is given twice"));
  for (const char* text : {"", "maf", "maf=0.1,", ",maf=0.1", "maf=", "maf=0.1 ,missing=0.1", "=0.1"}) {
    EXPECT_NE(error(text), "no error") << text;
  }
}

TEST(ParseSelection, WordsOfStepsAreThoseOfTheRules) {
  EXPECT_EQ(selection_word(SelectionStep::frequency), "maf");
  EXPECT_EQ(selection_word(SelectionStep::best), "top");
}

}  // namespace
}  // namespace varisk::training
