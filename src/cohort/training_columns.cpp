#include "varisk/cohort/training_columns.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <unordered_map>

#include "varisk/core/error.hpp"
#include "varisk/core/number.hpp"

namespace varisk::cohort {
namespace {

/// Calls `take(text, row, column)` for the cell of each sample, in their order.
template <typename Take>
void for_each_cell(const CovariateTable& table, std::string_view name, std::string_view option,
                   std::span<const std::string> sample_ids, std::string_view expected, Take take) {
  const std::size_t column = require_column(table, name, option);
  for (std::size_t i = 0; i < sample_ids.size(); ++i) {
    const auto row = table.find_row(sample_ids[i]);
    if (!row) {
      // By number: ids of samples do not belong in messages.
      throw UserError(fmt::format("expected a row for each sample, found none for sample {}", i + 1),
                      fmt::format("{}: column '{}'", table.path(), name));
    }
    const std::string_view text = table.text(*row, column);
    if (is_missing_text(text) || !take(text)) {
      throw UserError(fmt::format("expected {}, found '{}'", expected, text), table.where(*row, column),
                      fmt::format("correct the column, or leave out {}", option));
    }
  }
}

std::vector<double> read_numbers(const CovariateTable& table, std::string_view column, std::string_view option,
                                 std::span<const std::string> sample_ids, std::string_view expected, bool positive) {
  std::vector<double> numbers;
  numbers.reserve(sample_ids.size());
  for_each_cell(table, column, option, sample_ids, expected, [&](std::string_view text) {
    const auto value = parse_double(text);
    if (!value || (positive && *value <= 0)) return false;
    numbers.push_back(*value);
    return true;
  });
  return numbers;
}

std::string place(const CovariateTable& table, std::string_view column) {
  return fmt::format("{}: column '{}'", table.path(), column);
}

}  // namespace

std::size_t require_column(const CovariateTable& table, std::string_view column, std::string_view option) {
  if (const auto found = table.find_column(column)) return *found;
  std::vector<std::string> names;
  for (const CovariateColumn& known : table.columns()) names.push_back(known.name);
  throw UserError(fmt::format("expected a column '{}', found {}", column, fmt::join(names, ", ")),
                  table.path() + ": line 1", fmt::format("name one of them with {}", option));
}

std::vector<double> read_weights(const CovariateTable& table, std::string_view column,
                                 std::span<const std::string> sample_ids) {
  return read_numbers(table, column, "--weights", sample_ids, "a weight, a finite number above 0", true);
}

std::vector<double> read_offsets(const CovariateTable& table, std::string_view column,
                                 std::span<const std::string> sample_ids) {
  return read_numbers(table, column, "--offset", sample_ids, "an offset, a finite number", false);
}

Groups read_groups(const CovariateTable& table, std::string_view column, std::span<const std::string> sample_ids) {
  Groups groups;
  std::unordered_map<std::string_view, std::uint32_t> index;
  for_each_cell(table, column, "--group-by", sample_ids, "the name of a group", [&](std::string_view text) {
    const auto [entry, is_new] = index.try_emplace(text, static_cast<std::uint32_t>(groups.names.size()));
    if (is_new) groups.names.emplace_back(text);
    groups.of.push_back(entry->second);
    return true;
  });
  return groups;
}

Folds read_folds(const CovariateTable& table, std::string_view column, std::span<const std::string> sample_ids) {
  Folds folds;
  const auto most = static_cast<std::int64_t>(sample_ids.size());
  const std::string expected = fmt::format("the number of a fold, 1 to {} at most", most);
  for_each_cell(table, column, "--fold-column", sample_ids, expected, [&](std::string_view text) {
    const auto fold = parse_integer(text);
    if (!fold || *fold < 1 || *fold > most) return false;
    folds.of.push_back(static_cast<std::uint32_t>(*fold - 1));
    folds.count = std::max(folds.count, static_cast<std::size_t>(*fold));
    return true;
  });
  if (folds.count < 2) {
    throw UserError(fmt::format("expected two folds or more, found {}", folds.count), place(table, column));
  }
  std::vector<bool> present(folds.count);
  for (const std::uint32_t fold : folds.of) present[fold] = true;
  const auto absent = std::find(present.begin(), present.end(), false);
  if (absent != present.end()) {
    throw UserError(fmt::format("expected samples in each of the folds 1 to {}, found none in fold {}", folds.count,
                                absent - present.begin() + 1),
                    place(table, column), "number the folds without gaps");
  }
  return folds;
}

Split read_split(const CovariateTable& table, std::string_view column, std::span<const std::string> sample_ids) {
  Split split;
  for_each_cell(table, column, "--split-column", sample_ids, "train, validation, test or holdout",
                [&](std::string_view text) {
                  if (text == "train") {
                    split.of.push_back(Part::train);
                  } else if (text == "validation") {
                    split.of.push_back(Part::validation);
                  } else if (text == "test" || text == "holdout") {
                    split.of.push_back(Part::test);
                  } else {
                    return false;
                  }
                  return true;
                });
  if (std::find(split.of.begin(), split.of.end(), Part::train) == split.of.end()) {
    throw UserError("expected samples to train on, found no 'train'", place(table, column));
  }
  return split;
}

}  // namespace varisk::cohort
