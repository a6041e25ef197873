#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "varisk/core/error.hpp"
#include "varisk/core/number.hpp"
#include "varisk/training/selection.hpp"

namespace varisk::training {
namespace {

constexpr const char* example = "write for example maf=0.01,missing=0.05,hwe=1e-6,prune=0.5";
constexpr std::array words = {"maf", "missing", "hwe", "marginal", "top", "prune", "window"};

/// One `word=value`.
struct Rule {
  std::string_view word;
  std::string_view value;
};

/// Closed, or open below.
struct Range {
  double low;
  double high;
  bool low_too = true;
};

double number_within(const Rule& rule, const Range& range) {
  const std::optional<double> value = parse_double(rule.value);
  if (!value || *value > range.high || *value < range.low || (*value == range.low && !range.low_too)) {
    const std::string expected = fmt::format(fmt::runtime(range.low_too ? "from {} to {}" : "above {}, at most {}"),
                                             format_double(range.low), format_double(range.high));
    throw UsageError(fmt::format("--select: {} is '{}', expected a number {}", rule.word, rule.value, expected),
                     example);
  }
  return *value;
}

std::int64_t positive_integer(const Rule& rule) {
  const std::optional<std::int64_t> value = parse_integer(rule.value);
  if (!value || *value < 1) {
    throw UsageError(fmt::format("--select: {} is '{}', expected a whole number of at least 1", rule.word, rule.value),
                     example);
  }
  return *value;
}

std::vector<Rule> split_rules(std::string_view text) {
  std::vector<Rule> rules;
  for (std::size_t start = 0; start <= text.size();) {
    const std::size_t end = std::min(text.find(',', start), text.size());
    const std::string_view part = text.substr(start, end - start);
    const std::size_t sign = part.find('=');
    if (sign == std::string_view::npos) {
      throw UsageError(fmt::format("--select: '{}', expected WORD=VALUE", part), example);
    }
    const Rule rule{part.substr(0, sign), part.substr(sign + 1)};
    if (std::find(words.begin(), words.end(), rule.word) == words.end()) {
      throw UsageError(fmt::format("--select: '{}' is not one of {}", rule.word, fmt::join(words, ", ")), example);
    }
    const auto same = [&](const Rule& other) { return other.word == rule.word; };
    if (std::any_of(rules.begin(), rules.end(), same)) {
      throw UsageError(fmt::format("--select: {} is given twice", rule.word), "keep one of them");
    }
    rules.push_back(rule);
    start = end + 1;
  }
  return rules;
}

}  // namespace

SelectionRules parse_selection(std::string_view text) {
  SelectionRules rules;
  bool window = false;
  for (const Rule& rule : split_rules(text)) {
    if (rule.word == "maf") rules.min_maf = number_within(rule, {0, 0.5});
    if (rule.word == "missing") rules.max_missing = number_within(rule, {0, 1});
    if (rule.word == "hwe") rules.min_hwe_p = number_within(rule, {0, 1});
    if (rule.word == "marginal") rules.max_marginal_p = number_within(rule, {0, 1, false});
    if (rule.word == "top") rules.best_marginal = static_cast<std::size_t>(positive_integer(rule));
    if (rule.word == "prune") rules.prune_r2 = number_within(rule, {0, 1, false});
    if (rule.word != "window") continue;
    rules.prune_window = positive_integer(rule);
    window = true;
  }
  if (window && !rules.prune_r2) {
    throw UsageError("--select: window is given without prune", "add prune=R2, or leave window out");
  }
  return rules;
}

std::string_view selection_word(SelectionStep step) noexcept {
  switch (step) {
    case SelectionStep::missing: return "missing";
    case SelectionStep::frequency: return "maf";
    case SelectionStep::hardy_weinberg: return "hwe";
    case SelectionStep::marginal: return "marginal";
    case SelectionStep::best: return "top";
    case SelectionStep::pruning: return "prune";
  }
  return "";
}

}  // namespace varisk::training
