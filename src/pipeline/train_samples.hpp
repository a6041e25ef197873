#pragma once
/// \file
/// Who is in a training, with what outcome, in which part and fold.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "varisk/cohort/covariate_table.hpp"
#include "varisk/cohort/splits.hpp"
#include "varisk/io/json.hpp"
#include "varisk/models/outcome.hpp"
#include "varisk/pipeline/train_options.hpp"

namespace varisk::pipeline {

/// One entry for each sample that has genotypes (where there are any), a row in the table and an outcome.
struct TrainSamples {
  std::vector<std::string> ids;
  std::vector<std::uint32_t> source;  ///< number among the candidates
  models::Outcome outcome;            ///< all observed
  std::vector<cohort::Part> part;
  std::vector<double> weight;  ///< as given, class weights not included
  std::vector<double> offset;  ///< empty: none
  cohort::Groups groups;       ///< empty: none
  bool has_split = false;

  std::size_t candidates = 0;
  std::size_t without_row = 0;
  std::size_t without_outcome = 0;
  std::vector<std::string> warnings;

  [[nodiscard]] std::size_t size() const noexcept { return ids.size(); }
  [[nodiscard]] std::vector<std::uint32_t> rows_of(cohort::Part which) const;
  [[nodiscard]] std::vector<std::string> ids_of(std::span<const std::uint32_t> rows) const;
};

/// \param candidates  samples with genotypes, else all of the table
/// \throws UserError, UsageError
[[nodiscard]] TrainSamples choose_samples(const TrainOptions& options, const cohort::CovariateTable& table,
                                          const std::vector<std::string>& candidates);

/// Folds of some rows: `of` is of each of them. Without folds `count` is 0.
[[nodiscard]] cohort::Folds make_folds(const TrainOptions& options, const cohort::CovariateTable& table,
                                       const TrainSamples& samples, std::span<const std::uint32_t> rows);

/// The same, with another number of folds and never those of a column.
[[nodiscard]] cohort::Folds deal_rows(const TrainSamples& samples, std::span<const std::uint32_t> rows,
                                      std::size_t folds, std::uint64_t seed);

}  // namespace varisk::pipeline
