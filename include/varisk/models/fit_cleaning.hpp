#pragma once
/// \file
/// From the training samples' covariates to the features and terms of a model.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "varisk/cohort/covariate_table.hpp"
#include "varisk/io/json.hpp"
#include "varisk/models/cleaning_rules.hpp"
#include "varisk/models/feature_column.hpp"
#include "varisk/models/model.hpp"

namespace varisk::models {

/// Of the cleaned and filled numbers of the training samples. SD over n; quantiles interpolate linearly at (n − 1) p
/// (type 7 of Hyndman and Fan, Am Stat 1996, 50, 361).
struct NumberSummary {
  double mean = 0;
  double sd = 0;
  double low = 0;
  double median = 0;
  double high = 0;
};

/// What became of one column of the table.
struct ColumnReport {
  enum class Use : std::uint8_t { used, constant };  ///< constant: no term, but perhaps an indicator

  std::string column;
  ColumnType type = ColumnType::number;
  bool declared = false;  ///< the type was
  Use use = Use::used;
  std::optional<std::string> unit;
  std::size_t samples = 0;  ///< of the training
  CleaningCounts counts;    ///< of the training samples
  /// Numbers: of the training samples that have a value after filling.
  std::optional<NumberSummary> summary;
  /// Categories: levels with their training samples, in the order of the model, filled ones included.
  std::vector<std::pair<std::string, std::size_t>> levels;
  std::optional<std::string> reference;  ///< level without a term
  std::optional<Outliers> outliers;      ///< limits that were stored
  std::optional<std::string> fill;       ///< what missing values take, as text
  bool indicator = false;                ///< has a term for missing values
  std::vector<std::string> terms;
  std::optional<std::string> duplicate_of;  ///< an earlier term that has the same numbers in all training samples
};

/// Terms of the covariates, without coefficients: the trainer adds those. `features[i]` is what factors call i.
/// `reference` is the training mean of a number (0 if it is standardised), 0 of one-hot levels and indicators, and the
/// most frequent level of an ordinal coding.
struct FittedCleaning {
  std::vector<Feature> features;
  std::vector<Term> terms;
  std::vector<std::size_t> column_of_term;  ///< index into `columns`
  std::vector<ColumnReport> columns;        ///< in the order they were asked for
  std::vector<std::string> notes;           ///< one sentence for each thing that the user should know
};

/// Numbers are columns in which each cell of the training samples that is not missing is a finite number; others are
/// categories, unless more than ten different numbers among them say that a text is a mistake. A declared level that
/// no training sample has is not among the levels of a one-hot coding, so that it is unknown in scoring. A column that
/// does not vary among the training samples is reported and has no feature. \param columns  covariates, in the order of
/// the terms \param training_ids  all that statistics, types and levels are taken from \throws UserError (file, line,
/// column, expected, found, help) for a column that is not there, has no values, has too
///         many levels, does not fit its rules, or whose values its rules refuse
[[nodiscard]] FittedCleaning fit_cleaning(const cohort::CovariateTable& table, std::span<const std::string> columns,
                                          std::span<const std::string> training_ids, const CleaningRules& rules);

/// All columns of the table but those in `but`: sample ids, outcome, weights and so on.
[[nodiscard]] std::vector<std::string> covariate_names(const cohort::CovariateTable& table,
                                                       std::span<const std::string> but);

/// For `run.json` and the model card: an object with one entry for each column.
[[nodiscard]] io::Json to_json(std::span<const ColumnReport> columns);

/// Linear interpolation between order statistics at (n − 1) p. \param sorted  ascending, not empty
[[nodiscard]] double quantile(std::span<const double> sorted, double p);

}  // namespace varisk::models
