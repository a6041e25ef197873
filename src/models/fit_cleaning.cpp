#include "varisk/models/fit_cleaning.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <map>
#include <unordered_map>
#include <utility>

#include "column_fit.hpp"
#include "varisk/cohort/training_columns.hpp"
#include "varisk/core/error.hpp"
#include "varisk/core/number.hpp"
#include "varisk/models/design.hpp"

namespace varisk::models {
namespace {

void check_rules(const FitContext& context, std::span<const std::string> columns, FittedCleaning& fitted) {
  for (const auto& [name, rules] : context.rules.columns) {
    if (!context.table.find_column(name)) {
      std::vector<std::string> known;
      for (const auto& column : context.table.columns()) known.push_back(column.name);
      throw UserError(fmt::format("expected rules for columns of {}, found '{}'; the columns are {}",
                                  context.table.path(), name, fmt::join(known, ", ")),
                      rule_place(context, name));
    }
    if (std::find(columns.begin(), columns.end(), name) == columns.end()) {
      fitted.notes.push_back(fmt::format("{}: has rules for its cleaning and is no covariate of the model", name));
    }
  }
}

void check_name(const FitContext& context, const std::string& column) {
  const bool control = std::any_of(column.begin(), column.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; });
  if (!column.empty() && !control) return;
  throw UserError("expected a column name of one or more characters without tabs and line ends, found '" + column + "'",
                  context.table.path() + ": line 1", "rename the column, or leave it out (--features)");
}

FittedColumn fit_column(const FitContext& context, const std::string& column) {
  check_name(context, column);
  const auto known = context.rules.columns.find(column);
  const ColumnRules rules = known == context.rules.columns.end() ? ColumnRules{} : known->second;
  std::vector<std::string> notes;
  const bool of_number = rules.unit || rules.analyte || rules.range || rules.out_of_range || rules.outliers;
  const bool of_category = rules.coding || rules.reference || rules.unknown_level || !rules.levels.empty();
  ColumnType type = of_category ? ColumnType::category : ColumnType::number;
  if (rules.type) {
    type = *rules.type;
  } else if (!of_category && !of_number) {
    type = find_type(context, column, notes);
  }
  FittedColumn fitted =
      type == ColumnType::number ? fit_number(context, column, rules) : fit_category(context, column, rules);
  fitted.notes.insert(fitted.notes.begin(), notes.begin(), notes.end());
  return fitted;
}

void append(FittedColumn&& column, FittedCleaning& fitted) {
  const std::size_t feature = fitted.features.size();
  for (Term& term : column.terms) {
    for (Factor& factor : term.factors) factor.feature = feature;
    column.report.terms.push_back(term.name);
    const auto same = std::find_if(fitted.terms.begin(), fitted.terms.end(),
                                   [&](const Term& other) { return other.name == term.name; });
    if (same != fitted.terms.end()) {
      const auto other = fitted.column_of_term[static_cast<std::size_t>(same - fitted.terms.begin())];
      throw UserError(fmt::format("expected different names of terms, found '{}' from the columns '{}' and '{}'",
                                  term.name, fitted.columns[other].column, column.report.column),
                      {}, "rename one of the columns");
    }
    fitted.terms.push_back(std::move(term));
    fitted.column_of_term.push_back(fitted.columns.size());
  }
  if (column.feature) fitted.features.push_back(std::move(*column.feature));
  fitted.notes.insert(fitted.notes.end(), column.notes.begin(), column.notes.end());
  fitted.columns.push_back(std::move(column.report));
}

/// Terms that are an earlier one over again.
void report_duplicates(const FitContext& context, FittedCleaning& fitted) {
  std::map<std::string, CleaningCounts> ignored;
  const auto columns = covariate_columns(fitted.features, context.table, context.training_ids, ignored);
  const std::size_t n = context.training_ids.size();
  const auto value = [&](std::size_t term, std::size_t sample) {
    return term_value(fitted.terms[term], columns, sample).value_or(0);
  };
  std::unordered_map<std::uint64_t, std::vector<std::size_t>> by_hash;
  for (std::size_t t = 0; t < fitted.terms.size(); ++t) {
    std::uint64_t hash = 0;
    for (std::size_t i = 0; i < n; ++i) {
      constexpr std::uint64_t prime = 0x100000001B3U;
      hash = (hash ^ std::bit_cast<std::uint64_t>(value(t, i))) * prime;
      hash ^= hash >> 29U;
    }
    auto& alike = by_hash[hash];
    const auto same = std::find_if(alike.begin(), alike.end(), [&](std::size_t k) {
      for (std::size_t i = 0; i < n; ++i) {
        if (value(k, i) != value(t, i)) return false;
      }
      return true;
    });
    if (same == alike.end()) {
      alike.push_back(t);
      continue;
    }
    ColumnReport& report = fitted.columns[fitted.column_of_term[t]];
    report.duplicate_of = fitted.terms[*same].name;
    fitted.notes.push_back(fmt::format("{}: the same numbers as {} in all {} training samples", fitted.terms[t].name,
                                       *report.duplicate_of, n));
  }
}

io::Json to_json(const CleaningCounts& counts) {
  return {{"converted", counts.converted},   {"out_of_range", counts.out_of_range},   {"outliers", counts.outliers},
          {"winsorised", counts.winsorised}, {"unknown_level", counts.unknown_level}, {"missing", counts.missing},
          {"imputed", counts.imputed}};
}

io::Json to_json(const ColumnReport& column) {
  io::Json json;
  json["type"] = to_string(column.type);
  json["declared"] = column.declared;
  json["use"] = column.use == ColumnReport::Use::used ? "used" : "constant";
  if (column.unit) json["unit"] = *column.unit;
  json["samples"] = column.samples;
  json["counts"] = to_json(column.counts);
  if (const auto& summary = column.summary) {
    json["summary"] = {{"mean", summary->mean},
                       {"sd", summary->sd},
                       {"low", summary->low},
                       {"median", summary->median},
                       {"high", summary->high}};
  }
  if (!column.levels.empty()) {
    json["levels"] = io::Json::object();
    for (const auto& [level, count] : column.levels) json["levels"][level] = count;
  }
  if (column.reference) json["reference"] = *column.reference;
  if (column.outliers) {
    if (column.outliers->low) json["outliers"]["low"] = *column.outliers->low;
    if (column.outliers->high) json["outliers"]["high"] = *column.outliers->high;
  }
  if (column.fill) json["missing"] = *column.fill;
  json["indicator"] = column.indicator;
  json["terms"] = column.terms;
  if (column.duplicate_of) json["duplicate_of"] = *column.duplicate_of;
  return json;
}

}  // namespace

FittedCleaning fit_cleaning(const cohort::CovariateTable& table, std::span<const std::string> columns,
                            std::span<const std::string> training_ids, const CleaningRules& rules) {
  if (training_ids.empty()) throw InternalError("no training samples");
  const FitContext context{table, training_ids, rules};
  FittedCleaning fitted;
  check_rules(context, columns, fitted);
  for (const std::string& column : columns) append(fit_column(context, column), fitted);
  report_duplicates(context, fitted);
  return fitted;
}

std::vector<std::string> covariate_names(const cohort::CovariateTable& table, std::span<const std::string> but) {
  std::vector<std::string> names;
  for (const cohort::CovariateColumn& column : table.columns()) {
    if (std::find(but.begin(), but.end(), column.name) == but.end()) names.push_back(column.name);
  }
  return names;
}

io::Json to_json(std::span<const ColumnReport> columns) {
  io::Json json = io::Json::object();
  for (const ColumnReport& column : columns) json[column.column] = to_json(column);
  return json;
}

}  // namespace varisk::models
