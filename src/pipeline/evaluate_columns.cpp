#include "evaluate_columns.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>

#include "varisk/core/error.hpp"
#include "varisk/core/number.hpp"

namespace varisk::pipeline {
namespace {

constexpr std::size_t most_levels = 50;
constexpr std::size_t most_numbers_as_levels = 10;
constexpr std::size_t usual_bands = 4;

using Cuts = std::map<std::string, std::vector<double>>;

Cuts parse_bands(const std::vector<std::string>& bands) {
  Cuts cuts;
  for (const std::string& text : bands) {
    const std::size_t equals = text.rfind('=');
    const auto fail = [&] {
      throw UsageError(fmt::format("--bands is '{}', expected COLUMN=CUT,CUT,... with ascending numbers", text));
    };
    if (equals == std::string::npos || equals == 0) fail();
    auto& list = cuts[text.substr(0, equals)];
    if (!list.empty()) throw UsageError(fmt::format("--bands has the column of '{}' twice", text));
    for (std::size_t at = equals + 1; at <= text.size();) {
      const std::size_t comma = std::min(text.find(',', at), text.size());
      const auto cut = parse_double(std::string_view(text).substr(at, comma - at));
      if (!cut || (!list.empty() && *cut <= list.back())) fail();
      list.push_back(*cut);
      at = comma + 1;
    }
  }
  return cuts;
}

std::string place(const SampleColumn& column) {
  return fmt::format("{}, column '{}'", column.table->path(), column.table->columns()[column.column].name);
}

std::set<std::string> levels_of(const SampleColumn& column, const char* purpose) {
  std::set<std::string> levels;
  for (const auto& text : column.text) {
    if (text) levels.insert(*text);
    if (levels.size() > most_levels) {
      throw UserError(fmt::format("expected at most {} levels {}, found more", most_levels, purpose), place(column));
    }
  }
  return levels;
}

std::vector<evaluation::Subgroup> subgroups_of(const std::string& name, const SampleColumn& column, const Cuts& cuts) {
  const auto given = cuts.find(name);
  if (given != cuts.end()) {
    if (!column.number) throw UserError("expected numbers for --bands, found text", place(column));
    return evaluation::subgroups_by_bands(name, *column.number, given->second);
  }
  if (column.number) {
    std::set<double> values;
    for (const auto& value : *column.number) {
      if (value) values.insert(*value);
      if (values.size() > most_numbers_as_levels) {
        return evaluation::subgroups_by_bands(name, *column.number,
                                              evaluation::quantile_cuts(*column.number, usual_bands));
      }
    }
  }
  static_cast<void>(levels_of(column, "of subgroups"));
  return evaluation::subgroups_by_text(name, column.text);
}

}  // namespace

SampleColumn ColumnSource::column(const std::string& name, const std::string& option) const {
  SampleColumn out;
  std::vector<std::string> names;
  for (const cohort::CovariateTable* table : tables_) {
    const auto found = table->find_column(name);
    for (const auto& column : table->columns()) names.push_back(column.name);
    if (!found || out.table != nullptr) continue;
    out.table = table;
    out.column = *found;
  }
  if (out.table == nullptr) {
    throw UserError(fmt::format("expected a column '{}' for {}, found {}", name, option, fmt::join(names, ", ")),
                    tables_.front()->path(), "a further table is given with --covariates");
  }
  bool all_numbers = true;
  std::vector<std::optional<double>> numbers;
  for (const std::string& id : sample_ids_) {
    const auto row = out.table->find_row(id);
    const bool there = row && !out.table->is_missing(*row, out.column);
    out.text.push_back(there ? std::optional(std::string(out.table->text(*row, out.column))) : std::nullopt);
    numbers.push_back(there ? parse_double(*out.text.back()) : std::nullopt);
    all_numbers = all_numbers && (!there || numbers.back());
  }
  if (all_numbers) out.number = std::move(numbers);
  return out;
}

std::vector<evaluation::Subgroup> make_subgroups(const EvaluateOptions& options, const ColumnSource& source) {
  const Cuts cuts = parse_bands(options.bands);
  for (const auto& [name, list] : cuts) {
    if (std::find(options.subgroups.begin(), options.subgroups.end(), name) == options.subgroups.end())
      throw UsageError(fmt::format("--bands names the column '{}', --subgroups does not", name));
  }
  std::vector<evaluation::Subgroup> groups;
  for (const std::string& name : options.subgroups) {
    for (auto& group : subgroups_of(name, source.column(name, "--subgroups"), cuts)) groups.push_back(std::move(group));
  }
  return groups;
}

std::vector<AdjustColumn> make_adjust_columns(const EvaluateOptions& options, const ColumnSource& source) {
  std::vector<AdjustColumn> columns;
  for (const std::string& name : options.adjust) {
    SampleColumn column = source.column(name, "--adjust");
    if (column.number) {
      columns.push_back({name, std::move(*column.number)});
      continue;
    }
    const auto levels = levels_of(column, "to adjust for");
    for (auto level = std::next(levels.begin()); level != levels.end(); ++level) {
      AdjustColumn indicator{name + "=" + *level, {}};
      for (const auto& text : column.text)
        indicator.value.push_back(text ? std::optional(*text == *level ? 1.0 : 0.0) : std::nullopt);
      columns.push_back(std::move(indicator));
    }
  }
  return columns;
}

}  // namespace varisk::pipeline
