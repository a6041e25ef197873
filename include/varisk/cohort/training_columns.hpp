#pragma once
/// \file
/// Columns of the covariate table that steer a training: weights, offsets, groups, folds and parts.
///
/// All functions take the samples by id and answer in their order. A sample without a row, a missing cell or a value
/// that is not allowed is a UserError with file, line, column, expected and found; so is a column that is not there.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "varisk/cohort/covariate_table.hpp"
#include "varisk/cohort/splits.hpp"

namespace varisk::cohort {

/// Index of a column. \param option  that named it, for the help \throws UserError that lists the columns there are
[[nodiscard]] std::size_t require_column(const CovariateTable& table, std::string_view column, std::string_view option);

/// Finite numbers above 0.
[[nodiscard]] std::vector<double> read_weights(const CovariateTable& table, std::string_view column,
                                               std::span<const std::string> sample_ids);

/// Finite numbers, added to the linear predictor.
[[nodiscard]] std::vector<double> read_offsets(const CovariateTable& table, std::string_view column,
                                               std::span<const std::string> sample_ids);

/// Any text that is not missing; equal texts are one group.
[[nodiscard]] Groups read_groups(const CovariateTable& table, std::string_view column,
                                 std::span<const std::string> sample_ids);

/// Numbers 1 to K, each of them present, K at least 2.
[[nodiscard]] Folds read_folds(const CovariateTable& table, std::string_view column,
                               std::span<const std::string> sample_ids);

/// `train`, `validation`, `test` or `holdout`, which is test. Somebody must be in train.
[[nodiscard]] Split read_split(const CovariateTable& table, std::string_view column,
                               std::span<const std::string> sample_ids);

}  // namespace varisk::cohort
