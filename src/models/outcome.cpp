#include "varisk/models/outcome.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "varisk/cohort/training_columns.hpp"
#include "varisk/core/error.hpp"
#include "varisk/core/number.hpp"

namespace varisk::models {
namespace {

/// A few names for a message.
std::string some_of(const std::vector<std::string>& names) {
  constexpr std::size_t shown = 5;
  const auto stop = names.begin() + static_cast<std::ptrdiff_t>(std::min(shown, names.size()));
  return fmt::format("{}{}", fmt::join(names.begin(), stop, ", "), names.size() > shown ? ", ..." : "");
}

/// The cells of the outcome that are not missing.
class Cells {
 public:
  Cells(const OutcomeColumn& outcome, const cohort::CovariateTable& table, std::span<const std::string> sample_ids)
      : outcome_(outcome), table_(table), column_(cohort::require_column(table, outcome.column, "--outcome")) {
    for (std::size_t i = 0; i < sample_ids.size(); ++i) {
      const auto row = table.find_row(sample_ids[i]);
      const bool observed = row && !table.is_missing(*row, column_);
      if (!observed && outcome.missing == OnMissingOutcome::error) refuse_missing(row, i);
      rows_.push_back(observed ? row : std::nullopt);
    }
  }

  [[nodiscard]] std::span<const std::optional<std::size_t>> rows() const { return rows_; }
  [[nodiscard]] std::string_view text(std::size_t row) const { return table_.text(row, column_); }
  [[nodiscard]] std::string where() const { return fmt::format("{}: column '{}'", table_.path(), outcome_.column); }

  [[noreturn]] void fail(std::size_t row, const std::string& expected, const std::string& help) const {
    throw UserError(fmt::format("expected {}, found '{}'", expected, text(row)), table_.where(row, column_), help);
  }

 private:
  [[noreturn]] void refuse_missing(std::optional<std::size_t> row, std::size_t sample) const {
    const std::string help = "leave out samples without an outcome";
    if (row)
      throw UserError(fmt::format("expected an outcome, found '{}'", text(*row)), table_.where(*row, column_), help);
    // By number: ids of samples do not belong in messages.
    throw UserError(fmt::format("expected an outcome, found no row for sample {}", sample + 1), where(), help);
  }

  const OutcomeColumn& outcome_;
  const cohort::CovariateTable& table_;
  std::size_t column_;
  std::vector<std::optional<std::size_t>> rows_;  ///< of each sample; nothing: no outcome
};

/// Texts that are there, each once, in the order of the samples.
std::vector<std::string> texts_of(const Cells& cells) {
  std::vector<std::string> texts;
  std::unordered_set<std::string_view> seen;
  for (const auto& row : cells.rows()) {
    if (row && seen.insert(cells.text(*row)).second) texts.emplace_back(cells.text(*row));
  }
  return texts;
}

/// Numbers by their value and texts by their bytes.
void sort_classes(std::vector<std::string>& classes) {
  const bool numbers = std::all_of(classes.begin(), classes.end(),
                                   [](const std::string& text) { return parse_double(text).has_value(); });
  std::sort(classes.begin(), classes.end(), [&](const std::string& a, const std::string& b) {
    if (!numbers) return a < b;
    const std::pair<double, std::string_view> left(*parse_double(a), a);
    return left < std::pair<double, std::string_view>(*parse_double(b), b);
  });
}

/// 0 and 1, however the number is written.
std::optional<std::size_t> zero_or_one(std::string_view text) {
  const auto number = parse_double(text);
  if (!number || (*number != 0 && *number != 1)) return std::nullopt;
  return *number == 1 ? 1 : 0;
}

std::string help_for_binary(std::string_view text) {
  if (text == "2") return "if 1 and 2 are the two classes, as in PLINK: --classes 1,2";
  return "name the two classes with --classes, the one to predict last";
}

void require_whole_numbers(const Cells& cells) {
  for (const auto& row : cells.rows()) {
    if (!row || parse_integer(cells.text(*row))) continue;
    cells.fail(*row, "a whole number, because the classes have no declared order",
               "give the classes in their order with --classes");
  }
}

/// The classes that nobody declared.
std::vector<std::string> find_classes(Family family, const Cells& cells) {
  if (family == Family::binomial) return {"0", "1"};
  if (family == Family::ordinal) require_whole_numbers(cells);
  std::vector<std::string> classes = texts_of(cells);
  sort_classes(classes);
  return classes;
}

void check_declared(const OutcomeColumn& outcome) {
  const auto& classes = outcome.classes;
  if (classes.empty()) return;
  const std::string found = fmt::format("found {}", fmt::join(classes, ", "));
  if (outcome.family == Family::gaussian) throw UsageError("expected no --classes for a gaussian outcome, " + found);
  if (outcome.family == Family::binomial && classes.size() != 2) {
    throw UsageError("expected two --classes for a binomial outcome, " + found);
  }
  if (classes.size() < 2) throw UsageError("expected two --classes or more, " + found);
  const std::unordered_set<std::string> different(classes.begin(), classes.end());
  if (different.size() != classes.size()) throw UsageError("expected different --classes, " + found);
}

void fill_classes(const OutcomeColumn& asked, const Cells& cells, Outcome& outcome) {
  const bool declared = !asked.classes.empty();
  outcome.classes = declared ? asked.classes : find_classes(asked.family, cells);
  if (outcome.classes.size() > most_classes) {
    throw UserError(fmt::format("expected {} classes at most, found {} ({})", most_classes, outcome.classes.size(),
                                some_of(outcome.classes)),
                    outcome.where, "is the outcome a number (--family gaussian), or another column?");
  }
  const bool binary = asked.family == Family::binomial && !declared;
  std::unordered_map<std::string_view, std::size_t> index;
  for (std::size_t k = 0; k < outcome.classes.size(); ++k) index.emplace(outcome.classes[k], k);
  for (std::size_t i = 0; i < cells.rows().size(); ++i) {
    const auto row = cells.rows()[i];
    if (!row) continue;
    const std::string_view text = cells.text(*row);
    const auto found = index.find(text);
    const auto value = binary ? zero_or_one(text) : found == index.end() ? std::nullopt : std::optional(found->second);
    if (!value) {
      if (binary) cells.fail(*row, "0 or 1", help_for_binary(text));
      cells.fail(*row, fmt::format("one of the classes {}", some_of(outcome.classes)), "complete --classes");
    }
    outcome.value[i] = static_cast<double>(*value);
  }
}

void fill_numbers(const Cells& cells, Outcome& outcome) {
  for (std::size_t i = 0; i < cells.rows().size(); ++i) {
    const auto row = cells.rows()[i];
    if (!row) continue;
    const auto value = parse_double(cells.text(*row));
    if (!value) cells.fail(*row, "a finite number", "the family is gaussian; for classes choose another --family");
    outcome.value[i] = *value;
  }
}

}  // namespace

Outcome read_outcome(const OutcomeColumn& asked, const cohort::CovariateTable& table,
                     std::span<const std::string> sample_ids) {
  check_declared(asked);
  const Cells cells(asked, table, sample_ids);
  Outcome outcome;
  outcome.column = asked.column;
  outcome.family = asked.family;
  outcome.where = cells.where();
  outcome.value.resize(sample_ids.size());
  std::vector<std::size_t> samples;
  for (std::size_t i = 0; i < sample_ids.size(); ++i) {
    outcome.observed.push_back(cells.rows()[i] ? 1 : 0);
    if (cells.rows()[i]) samples.push_back(i);
  }
  outcome.missing = sample_ids.size() - samples.size();
  if (samples.empty()) {
    throw UserError(fmt::format("expected outcomes, found none in {} samples", sample_ids.size()), outcome.where);
  }
  if (asked.family == Family::gaussian) {
    fill_numbers(cells, outcome);
  } else {
    fill_classes(asked, cells, outcome);
  }
  require_variation(outcome, samples, {});
  return outcome;
}

std::vector<std::size_t> class_counts(const Outcome& outcome, std::span<const std::size_t> samples) {
  std::vector<std::size_t> counts(outcome.classes.size());
  if (counts.empty()) return counts;
  for (const std::size_t i : samples) ++counts.at(static_cast<std::size_t>(outcome.value[i]));
  return counts;
}

void require_variation(const Outcome& outcome, std::span<const std::size_t> samples, const std::string& part) {
  const std::string among = fmt::format("{} samples{}{}", samples.size(), part.empty() ? "" : " of ", part);
  if (outcome.family == Family::gaussian) {
    const bool varies = std::any_of(samples.begin(), samples.end(),
                                    [&](std::size_t i) { return outcome.value[i] != outcome.value[samples.front()]; });
    if (varies) return;
    const std::string value = samples.empty() ? "none" : format_double(outcome.value[samples.front()]);
    throw UserError(fmt::format("expected an outcome that varies, found {} in all {}", value, among), outcome.where);
  }
  const auto counts = class_counts(outcome, samples);
  const auto present = std::count_if(counts.begin(), counts.end(), [](std::size_t count) { return count > 0; });
  if (static_cast<std::size_t>(present) == counts.size() && present > 1) return;
  std::vector<std::string> found;
  for (std::size_t k = 0; k < counts.size(); ++k) {
    if (counts[k] > 0) found.push_back(fmt::format("'{}' ({})", outcome.classes[k], counts[k]));
  }
  std::vector<std::string> absent;
  for (std::size_t k = 0; k < counts.size(); ++k) {
    if (counts[k] == 0) absent.push_back("'" + outcome.classes[k] + "'");
  }
  if (present < 2) {
    throw UserError(fmt::format("expected two classes or more, found {} alone in {}",
                                found.empty() ? "none" : found.front(), among),
                    outcome.where);
  }
  throw UserError(fmt::format("expected samples of each class, found none of {} among {}", some_of(absent), among),
                  outcome.where, "leave the class out of --classes, or choose another split");
}

cohort::Strata strata_of(const Outcome& outcome, std::span<const std::size_t> samples) {
  if (outcome.family == Family::gaussian) {
    std::vector<double> values;
    for (const std::size_t i : samples) values.push_back(outcome.value[i]);
    return cohort::quantile_strata(values);
  }
  cohort::Strata strata;
  strata.count = outcome.classes.size();
  strata.names = outcome.classes;
  for (const std::size_t i : samples) strata.of.push_back(static_cast<std::uint32_t>(outcome.value[i]));
  return strata;
}

}  // namespace varisk::models
