#include "card_items.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "blocks.hpp"
#include "varisk/core/error.hpp"
#include "varisk/report/reporting_items.hpp"

namespace varisk::report {
namespace {

std::map<std::string_view, std::string_view> notes_by_item(const std::vector<AuthorNote>& notes) {
  std::map<std::string_view, std::string_view> by_item;
  const auto items = reporting_items();
  for (const AuthorNote& note : notes) {
    const auto same = [&note](const ReportingItem& item) { return item.key == note.item; };
    if (std::none_of(items.begin(), items.end(), same)) {
      throw UserError(fmt::format("the card has no item '{}'", note.item), "notes of the author",
                      "items have names such as 'tripod-ai-3a'; the last section of a card lists them");
    }
    if (!by_item.emplace(note.item, note.text).second) {
      throw UserError(fmt::format("the item '{}' has two notes", note.item), "notes of the author");
    }
  }
  return by_item;
}

struct ItemState {
  std::string answer;  ///< where or what; empty: nowhere
  bool open = false;   ///< the author has still to say something
};

ItemState state_of(const ReportingItem& item, const Section* section, std::string_view note) {
  ItemState state;
  if (section != nullptr) state.answer = fmt::format("Section \u201c{}\u201d", section->title);
  if (!note.empty()) state.answer += (state.answer.empty() ? "" : ". ") + std::string(note);
  state.open = note.empty() && (item.answered_by != AnsweredBy::card || section == nullptr);
  return state;
}

std::string_view status(const ItemState& state) {
  if (!state.open) return "answered";
  return state.answer.empty() ? "open" : "facts here, words open";
}

}  // namespace

void add_reporting_items(Page& page, const TrainingCard& card) {
  const auto notes = notes_by_item(card.author_notes);
  Table table;
  table.searchable = true;
  table.columns = {text_column("Guideline"), text_column("Item"),   text_column("Topic"),
                   text_column("Status"),    text_column("Answer"), text_column("Key")};
  std::int64_t answered = 0;
  std::int64_t without_words = 0;
  for (const ReportingItem& item : reporting_items()) {
    if (item.guideline == Guideline::prs_rs && !card.genetic) continue;
    const auto section = std::find_if(page.sections.begin(), page.sections.end(),
                                      [&item](const Section& one) { return one.id == item.section; });
    const bool here = section != page.sections.end();
    if (here && item.guideline == Guideline::tripod_ai)
      section->tags.push_back(fmt::format("TRIPOD+AI {}", item.number));
    if (here && item.guideline == Guideline::prs_rs) section->tags.push_back(fmt::format("PRS-RS {}", item.topic));
    const auto note = notes.find(item.key);
    const ItemState state = state_of(item, here ? &*section : nullptr, note == notes.end() ? "" : note->second);
    answered += state.open ? 0 : 1;
    without_words += state.open && !state.answer.empty() ? 1 : 0;
    table.rows.push_back({std::string(to_string(item.guideline)), cell(std::string(item.number)),
                          std::string(item.topic), std::string(status(state)), cell(state.answer),
                          std::string(item.key)});
  }
  const auto all = static_cast<std::int64_t>(table.rows.size());
  Section section{
      "items",
      "Items of reporting guidelines",
      "What TRIPOD+AI (Collins et al., BMJ 2024) and PRS-RS (Wand et al., Nature 2021) ask for, where this card "
      "answers it, and what only its author can say.",
      {},
      {}};
  if (!card.genetic) {
    section.lead =
        "What TRIPOD+AI (Collins et al., BMJ 2024) asks for, where this card answers it, and what only its "
        "author can say.";
  }
  section.blocks.emplace_back(KeyFigures{{count_fact("Answered", answered, fmt::format("of {} items", all)),
                                          count_fact("Facts here, words open", without_words),
                                          count_fact("Open for the author", all - answered - without_words)}});
  section.blocks.emplace_back(Details{"All items", {Block(std::move(table))}, false});
  page.sections.push_back(std::move(section));
}

}  // namespace varisk::report
