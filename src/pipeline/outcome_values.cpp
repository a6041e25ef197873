#include "outcome_values.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "varisk/core/error.hpp"
#include "varisk/core/number.hpp"

namespace varisk::pipeline {
namespace {

constexpr std::size_t most_listed = 5;

std::string place(const OutcomeCells& cells) {
  return fmt::format("{}, column '{}'", cells.table->path(), cells.table->columns()[cells.column].name);
}

/// Value -> how often it is there.
std::map<std::string, std::size_t> values_of(const OutcomeCells& cells) {
  std::map<std::string, std::size_t> values;
  for (const std::size_t row : cells.rows) ++values[std::string(cells.table->text(row, cells.column))];
  return values;
}

std::string list(const std::map<std::string, std::size_t>& values) {
  std::vector<std::string> texts;
  for (const auto& [value, count] : values) {
    if (texts.size() == most_listed) break;
    texts.push_back(fmt::format("'{}' ({})", value, count));
  }
  if (values.size() > most_listed) texts.push_back(fmt::format("and {} more", values.size() - most_listed));
  return fmt::format("{}", fmt::join(texts, ", "));
}

std::optional<std::uint8_t> zero_or_one(std::string_view text) {
  const auto value = parse_double(text);
  if (!value || (*value != 0 && *value != 1)) return std::nullopt;
  return static_cast<std::uint8_t>(*value);
}

void check_both(const OutcomeCells& cells, const std::vector<std::uint8_t>& outcome,
                const std::map<std::string, std::size_t>& values) {
  const auto events = std::count(outcome.begin(), outcome.end(), 1);
  if (events > 0 && events < static_cast<std::ptrdiff_t>(outcome.size())) return;
  throw UserError(fmt::format("expected events and non-events, found one kind: {}", list(values)), place(cells),
                  "both are needed among the samples that have a prediction");
}

[[noreturn]] void refuse_values(const OutcomeCells& cells, const std::string& event,
                                const std::map<std::string, std::size_t>& values) {
  const auto bad = std::find_if(cells.rows.begin(), cells.rows.end(),
                                [&](std::size_t row) { return !zero_or_one(cells.table->text(row, cells.column)); });
  const std::string where = bad == cells.rows.end() ? place(cells) : cells.table->where(*bad, cells.column);
  if (event.empty()) {
    throw UserError(fmt::format("expected 0 and 1, found {}", list(values)), where,
                    "--class names the value that is the event, --family another kind of outcome");
  }
  throw UserError(fmt::format("expected '{}' and one other value, or 0 and 1, found {}", event, list(values)), where,
                  "what is not known is NA; --class names the value that is the event");
}

}  // namespace

std::vector<std::uint8_t> binary_outcome(const OutcomeCells& cells, std::string& event,
                                         std::span<const std::string> classes) {
  std::vector<std::uint8_t> outcome;
  if (classes.size() > 2) {
    for (const std::uint32_t k : class_outcome(cells, classes)) outcome.push_back(classes[k] == event ? 1 : 0);
    check_both(cells, outcome, values_of(cells));
    return outcome;
  }
  const auto values = values_of(cells);
  const bool coded = std::all_of(values.begin(), values.end(), [](const auto& v) { return zero_or_one(v.first); });
  if (values.contains(event) && values.size() <= 2) {
    for (const std::size_t row : cells.rows) outcome.push_back(cells.table->text(row, cells.column) == event ? 1 : 0);
  } else if (coded && zero_or_one(event).value_or(1) == 1) {
    for (const std::size_t row : cells.rows) outcome.push_back(*zero_or_one(cells.table->text(row, cells.column)));
    if (event.empty()) event = "1";
  } else {
    refuse_values(cells, event, values);
  }
  check_both(cells, outcome, values);
  return outcome;
}

std::vector<std::uint32_t> class_outcome(const OutcomeCells& cells, std::span<const std::string> classes) {
  std::vector<std::uint32_t> outcome;
  for (const std::size_t row : cells.rows) {
    const std::string_view text = cells.table->text(row, cells.column);
    const auto found = std::find(classes.begin(), classes.end(), text);
    if (found == classes.end()) {
      throw UserError(fmt::format("expected one of the classes {}, found '{}'", fmt::join(classes, ", "), text),
                      cells.table->where(row, cells.column));
    }
    outcome.push_back(static_cast<std::uint32_t>(found - classes.begin()));
  }
  if (std::set<std::uint32_t>(outcome.begin(), outcome.end()).size() < 2) {
    throw UserError(fmt::format("expected two or more classes, found one: {}", list(values_of(cells))), place(cells));
  }
  return outcome;
}

std::vector<double> number_outcome(const OutcomeCells& cells) {
  std::vector<double> outcome;
  for (const std::size_t row : cells.rows) {
    const std::string_view text = cells.table->text(row, cells.column);
    const auto value = parse_double(text);
    if (!value)
      throw UserError(fmt::format("expected a number, found '{}'", text), cells.table->where(row, cells.column));
    outcome.push_back(*value);
  }
  if (std::set<double>(outcome.begin(), outcome.end()).size() < 2)
    throw UserError("all outcomes are equal", place(cells), "there is nothing to predict");
  return outcome;
}

}  // namespace varisk::pipeline
