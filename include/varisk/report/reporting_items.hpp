#pragma once
/// \file
/// Items of the reporting guidelines that a card answers, or that its author has to. Topics are in our own words.

#include <cstdint>
#include <span>
#include <string_view>

namespace varisk::report {

enum class Guideline : std::uint8_t {
  tripod_ai,  ///< Collins et al., TRIPOD+AI statement, BMJ 2024;385:e078378
  prs_rs,     ///< Wand et al., Nature 2021;591:211-219
};
[[nodiscard]] std::string_view to_string(Guideline guideline) noexcept;

enum class AnsweredBy : std::uint8_t {
  card,    ///< from the run itself
  both,    ///< the card gives the facts, the author their meaning
  author,  ///< only somebody who knows the study
};

struct ReportingItem {
  Guideline guideline = Guideline::tripod_ai;
  std::string_view key;     ///< for AuthorNote::item, such as `tripod-ai-3a`
  std::string_view number;  ///< such as `3a`; PRS-RS has none: empty
  std::string_view topic;
  AnsweredBy answered_by = AnsweredBy::author;
  std::string_view section;  ///< id of the card's section with the answer; empty: only an author's note
};

/// In the order of the guidelines.
[[nodiscard]] std::span<const ReportingItem> reporting_items() noexcept;

}  // namespace varisk::report
