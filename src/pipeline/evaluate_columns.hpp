#pragma once
/// \file
/// Columns of the outcome table (or of the covariates) that make subgroups or are adjusted for.

#include <span>
#include <string>
#include <vector>

#include "evaluate_data.hpp"
#include "varisk/cohort/covariate_table.hpp"

namespace varisk::pipeline {

/// The cells of one column for the samples, missing ones and samples without a row left out.
struct SampleColumn {
  const cohort::CovariateTable* table = nullptr;
  std::size_t column = 0;
  std::vector<std::optional<std::string>> text;
  /// All numbers: the same as numbers.
  std::optional<std::vector<std::optional<double>>> number;
};

/// Looks names up in the tables, the first one that has it wins.
class ColumnSource {
 public:
  ColumnSource(std::vector<const cohort::CovariateTable*> tables, std::span<const std::string> sample_ids)
      : tables_(std::move(tables)), sample_ids_(sample_ids) {}
  /// \throws UserError if no table has the column
  [[nodiscard]] SampleColumn column(const std::string& name, const std::string& option) const;

 private:
  std::vector<const cohort::CovariateTable*> tables_;
  std::span<const std::string> sample_ids_;
};

/// Subgroups of each column: a text by its values, a number of more than ten values in bands.
/// \throws UserError for a column with too many levels or cut points of a text, UsageError for bands that are wrong
[[nodiscard]] std::vector<evaluation::Subgroup> make_subgroups(const EvaluateOptions& options,
                                                               const ColumnSource& source);

/// Numbers as they are, texts as indicators of all levels but the first.
[[nodiscard]] std::vector<AdjustColumn> make_adjust_columns(const EvaluateOptions& options, const ColumnSource& source);

}  // namespace varisk::pipeline
