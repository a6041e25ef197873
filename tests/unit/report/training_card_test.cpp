#include "varisk/report/training_card.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <set>

#include "varisk/core/error.hpp"
#include "varisk/report/reporting_items.hpp"

namespace varisk::report {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> section_ids(const Page& page) {
  std::vector<std::string> ids;
  for (const Section& section : page.sections) ids.push_back(section.id);
  return ids;
}

const Section& section(const Page& page, const std::string& id) {
  return *std::find_if(page.sections.begin(), page.sections.end(), [&id](const Section& one) { return one.id == id; });
}

template <typename Kind>
std::vector<Kind> blocks_of(const Section& section) {
  std::vector<Kind> found;
  for (const Block& block : section.blocks) {
    if (const auto* kind = std::get_if<Kind>(&block.content)) found.push_back(*kind);
  }
  return found;
}

TrainingCard small_card() {
  TrainingCard card;
  card.model_id = "m";
  card.outcome = "disease";
  card.classes = {"no", "yes"};
  card.parts = {{"train", 90, {}, {80, 10}, "fit"}, {"test", 10, {}, {9, 1}, "judged"}};
  return card;
}

TEST(TrainingCard, WhatIsNotKnownHasNoSection) {
  EXPECT_THAT(section_ids(training_card_page(small_card())), ElementsAre("summary", "use", "data", "items"));
}

TEST(TrainingCard, IntendedUseIsOpenUntilTheAuthorGivesIt) {
  TrainingCard card = small_card();
  EXPECT_TRUE(blocks_of<Facts>(section(training_card_page(card), "use"))[0].facts[0].open);
  card.intended_use = "screening";
  const Fact fact = blocks_of<Facts>(section(training_card_page(card), "use"))[0].facts[0];
  EXPECT_FALSE(fact.open);
  EXPECT_EQ(std::get<std::string>(fact.value), "screening");
}

TEST(TrainingCard, SamplesOfAllPartsAreCounted) {
  const Page page = training_card_page(small_card());
  const Fact figure = blocks_of<KeyFigures>(section(page, "summary"))[0].figures[0];
  EXPECT_EQ(figure.name, "Samples");
  EXPECT_EQ(std::get<std::int64_t>(figure.value), 100);
}

TEST(TrainingCard, ColumnsThatNobodyFilledAreNotShown) {
  const Table table = blocks_of<Table>(section(training_card_page(small_card()), "data"))[0];
  std::vector<std::string> names;
  for (const Column& column : table.columns) names.push_back(column.name);
  EXPECT_THAT(names, ElementsAre("Part", "Samples", "no", "yes", "Used for"));
}

TEST(TrainingCard, ThePathHasItsLambdasAndTheDegreesOfFreedomAbove) {
  TrainingCard card = small_card();
  card.path.points = {{0.1, 0, {}}, {0.01, 3, {}}};
  for (int term = 0; term < 10; ++term) card.path.terms.push_back({"t" + std::to_string(term), {0, 1.5}});
  card.lambda_min = card.lambda_chosen = 0.01;
  card.lambda_1se = 0.1;
  const auto plots = blocks_of<XyPlot>(section(training_card_page(card), "fit"));
  ASSERT_EQ(plots.size(), 1);
  EXPECT_TRUE(plots[0].x.reversed);
  EXPECT_EQ(plots[0].top_ticks.size(), 2);
  EXPECT_EQ(plots[0].top_ticks[1].label, "3");
  const Panel& panel = plots[0].panels[0];
  ASSERT_EQ(panel.series.size(), 10);
  EXPECT_EQ(panel.series[0].points[1].y, 1.5);
  EXPECT_EQ(panel.series[7].emphasis, Emphasis::normal);
  EXPECT_EQ(panel.series[8].emphasis, Emphasis::muted);
  EXPECT_EQ(panel.lines[0].label, "\u03bb.min, chosen");
  EXPECT_EQ(panel.lines[1].label, "\u03bb.1se");
}

TEST(TrainingCard, CrossValidationWithoutAucHasOnePanel) {
  TrainingCard card = small_card();
  card.cross_validation.points = {{0.1, {0.7, 0.6, 0.8}, {}}};
  EXPECT_EQ(blocks_of<XyPlot>(section(training_card_page(card), "fit"))[0].panels.size(), 1);
  card.cross_validation.points[0].auc.value = 0.8;
  EXPECT_EQ(blocks_of<XyPlot>(section(training_card_page(card), "fit"))[0].panels.size(), 2);
}

TEST(TrainingCard, ASecondJudgementHasSectionsOfItsOwn) {
  TrainingCard card = small_card();
  Performance performance;
  performance.metrics = {{"AUC", {}, {0.8, 0.7, 0.9}, {}, "DeLong", {}}};
  performance.data = "cross-validation";
  card.performance = {performance, performance};
  card.performance[1].data = "test part";
  const Page page = training_card_page(card);
  EXPECT_EQ(section(page, "performance").title, "Performance");
  EXPECT_EQ(section(page, "performance-2").title, "Performance: test part");
}

TEST(ReportingItems, AreThoseOfTheGuidelines) {
  std::size_t tripod = 0;
  std::set<std::string_view> keys;
  for (const ReportingItem& item : reporting_items()) {
    tripod += item.guideline == Guideline::tripod_ai ? 1 : 0;
    EXPECT_TRUE(keys.insert(item.key).second) << item.key;
    EXPECT_EQ(item.section.empty(), item.answered_by == AnsweredBy::author) << item.key;
  }
  EXPECT_EQ(tripod, 52);
  EXPECT_EQ(reporting_items().size() - tripod, 22);
}

Table items_table(const Page& page) {
  const auto details = blocks_of<Details>(section(page, "items"));
  return std::get<Table>(details.at(0).blocks.at(0).content);
}

std::string status_of(const Page& page, const std::string& key) {
  for (const auto& row : items_table(page).rows) {
    if (std::get<std::string>(row.back()) == key) return std::get<std::string>(row[3]);
  }
  return "not there";
}

TEST(TrainingCard, ItemsSayWhereTheyAreAnsweredAndWhatIsOpen) {
  TrainingCard card = small_card();
  card.author_notes = {{"tripod-ai-17", "approved"}, {"tripod-ai-5a", "a registry"}};
  const Page page = training_card_page(card);
  EXPECT_EQ(status_of(page, "tripod-ai-21"), "answered");                 // the card has the section
  EXPECT_EQ(status_of(page, "tripod-ai-11"), "open");                     // its section is not there
  EXPECT_EQ(status_of(page, "tripod-ai-20a"), "facts here, words open");  // words are missing
  EXPECT_EQ(status_of(page, "tripod-ai-5a"), "answered");
  EXPECT_EQ(status_of(page, "tripod-ai-17"), "answered");
  EXPECT_EQ(status_of(page, "tripod-ai-18a"), "open");
  EXPECT_THAT(section(page, "data").tags, Contains("TRIPOD+AI 21"));
}

TEST(TrainingCard, ItemsOfPolygenicScoresAreForGeneticModels) {
  TrainingCard card = small_card();
  EXPECT_EQ(items_table(training_card_page(card)).rows.size(), 52);
  EXPECT_EQ(status_of(training_card_page(card), "prs-rs-ancestry"), "not there");
  card.genetic = true;
  EXPECT_EQ(items_table(training_card_page(card)).rows.size(), 74);
}

TEST(TrainingCard, NotesForUnknownItemsAreRefused) {
  TrainingCard card = small_card();
  card.author_notes = {{"tripod-ai-99", "x"}};
  try {
    static_cast<void>(training_card_page(card));
    FAIL() << "no error";
  } catch (const UserError& error) {
    EXPECT_THAT(error.what(), HasSubstr("tripod-ai-99"));
  }
  card.author_notes = {{"tripod-ai-2", "x"}, {"tripod-ai-2", "y"}};
  EXPECT_THROW(static_cast<void>(training_card_page(card)), UserError);
}

}  // namespace
}  // namespace varisk::report
