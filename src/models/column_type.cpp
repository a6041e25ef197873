#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "column_fit.hpp"
#include "varisk/cohort/training_columns.hpp"
#include "varisk/core/error.hpp"
#include "varisk/core/number.hpp"

namespace varisk::models {
namespace {

/// Calls `take(text, row)` for each cell of the training samples that is not missing.
template <typename Take>
void for_each_cell(const FitContext& context, std::size_t column, Take take) {
  for (const std::string& id : context.training_ids) {
    const auto row = context.table.find_row(id);
    if (row && !context.table.is_missing(*row, column)) take(context.table.text(*row, column), *row);
  }
}

/// `inf` and the like, and numbers that no double holds.
bool is_not_finite(std::string_view text) {
  double value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = end == text.data() + text.size() && !text.empty();
  return whole && (code == std::errc::result_out_of_range ? true : code == std::errc{} && !std::isfinite(value));
}

}  // namespace

std::string place_of(const FitContext& context, const std::string& column) {
  return fmt::format("{}: column '{}'", context.table.path(), column);
}

std::string rule_place(const FitContext& context, const std::string& column) {
  if (context.rules.path.empty() || !context.rules.columns.contains(column)) return place_of(context, column);
  return fmt::format("{}: columns.{}", context.rules.path, column);
}

ColumnType find_type(const FitContext& context, const std::string& name, std::vector<std::string>& notes) {
  constexpr std::size_t most_number_codes = 10;
  const std::size_t column = cohort::require_column(context.table, name, "--features");
  std::size_t numbers = 0;
  std::size_t texts = 0;
  std::unordered_set<std::string_view> different_numbers;
  std::optional<std::pair<std::string_view, std::size_t>> first_text;
  for_each_cell(context, column, [&](std::string_view text, std::size_t row) {
    if (parse_double(text)) {
      ++numbers;
      different_numbers.insert(text);
      return;
    }
    if (is_not_finite(text)) {
      throw UserError(fmt::format("expected a finite number, found '{}'", text), context.table.where(row, column),
                      "correct the value, or write NA");
    }
    ++texts;
    if (!first_text) first_text.emplace(text, row);
  });
  if (!first_text) return ColumnType::number;
  if (different_numbers.size() > most_number_codes) {
    throw UserError(
        fmt::format("expected a number, as in {} other cells of the column, found '{}'", numbers, first_text->first),
        context.table.where(first_text->second, column),
        "correct the cell, write NA for a missing value, or declare the column a category (--cleaning)");
  }
  if (numbers > 0) {
    notes.push_back(fmt::format("{}: {} cell(s) are numbers, {} are not, such as '{}' in line {}: taken for a category",
                                name, numbers, texts, first_text->first, context.table.line(first_text->second)));
  }
  return ColumnType::category;
}

std::vector<std::string> levels_in(const FitContext& context, const std::string& name) {
  const std::size_t column = cohort::require_column(context.table, name, "--features");
  std::unordered_set<std::string_view> seen;
  std::vector<std::string> levels;
  bool all_numbers = true;
  for_each_cell(context, column, [&](std::string_view text, std::size_t row) {
    if (!seen.insert(text).second) return;
    const bool control = std::any_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; });
    if (control) {
      throw UserError("expected a text without control characters, found one with a tab or line end",
                      context.table.where(row, column));
    }
    all_numbers = all_numbers && parse_double(text).has_value();
    levels.emplace_back(text);
  });
  std::sort(levels.begin(), levels.end(), [&](const std::string& a, const std::string& b) {
    if (!all_numbers) return a < b;
    const std::pair<double, std::string_view> left(*parse_double(a), a);
    return left < std::pair<double, std::string_view>(*parse_double(b), b);
  });
  return levels;
}

void add_indicator(const FitContext& context, const ColumnRules& rules, FittedColumn& fitted) {
  const bool asked = rules.indicator.value_or(context.rules.defaults.indicator);
  if (!asked || fitted.report.counts.imputed == 0) return;
  if (fitted.report.counts.imputed == fitted.report.samples) return;
  fitted.terms.push_back({fitted.report.column + " (missing)", {}, 0, {{0, WasMissing{}}}});
  fitted.report.indicator = true;
}

void note_counts(FittedColumn& fitted) {
  const CleaningCounts& counts = fitted.report.counts;
  std::vector<std::string> parts;
  const auto add = [&](std::size_t count, std::string_view what) {
    if (count > 0) parts.push_back(fmt::format("{} {}", count, what));
  };
  add(counts.missing, "missing");
  add(counts.out_of_range, "out of range");
  add(counts.outliers, "outlier(s) taken for missing");
  add(counts.winsorised, "winsorised");
  add(counts.unknown_level, "of an unknown level");
  add(counts.converted, "converted to " + fitted.report.unit.value_or("the model's unit"));
  if (parts.empty()) return;
  const std::string filled = counts.imputed == 0 ? std::string{}
                                                 : fmt::format("; {} filled with {}", counts.imputed,
                                                               fitted.report.fill.value_or("the model's value"));
  fitted.notes.push_back(fmt::format("{}: of {} samples {}{}", fitted.report.column, fitted.report.samples,
                                     fmt::join(parts, ", "), filled));
}

}  // namespace varisk::models
