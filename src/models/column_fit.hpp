#pragma once
/// \file
/// One column of the covariate table as a feature with terms.

#include <span>
#include <string>
#include <vector>

#include "varisk/models/fit_cleaning.hpp"

namespace varisk::models {

struct FittedColumn {
  std::optional<Feature> feature;  ///< nothing if the column does not vary
  std::vector<Term> terms;         ///< their factors name feature 0
  ColumnReport report;
  std::vector<std::string> notes;
};

/// What all columns of one fit share.
struct FitContext {
  const cohort::CovariateTable& table;
  std::span<const std::string> training_ids;
  const CleaningRules& rules;
};

[[nodiscard]] FittedColumn fit_number(const FitContext& context, const std::string& column, const ColumnRules& rules);
[[nodiscard]] FittedColumn fit_category(const FitContext& context, const std::string& column, const ColumnRules& rules);

/// Whether the column `name` is of numbers or a category. \param notes  gets what is doubtful
[[nodiscard]] ColumnType find_type(const FitContext& context, const std::string& name, std::vector<std::string>& notes);

/// Different texts of the training samples that are not missing, by number if all are numbers, else by name.
[[nodiscard]] std::vector<std::string> levels_in(const FitContext& context, const std::string& name);

/// `FILE: column 'name'`, for messages.
[[nodiscard]] std::string place_of(const FitContext& context, const std::string& column);
/// `FILE: columns.name` of the cleaning file, or that of the table.
[[nodiscard]] std::string rule_place(const FitContext& context, const std::string& column);

/// Adds the term of a missing-value indicator if the rules ask for one and a training sample needs it.
void add_indicator(const FitContext& context, const ColumnRules& rules, FittedColumn& fitted);

/// What was found missing, beyond limits and so on, as a note.
void note_counts(FittedColumn& fitted);

}  // namespace varisk::models
