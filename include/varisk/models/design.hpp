#pragma once
/// \file
/// Terms as columns of numbers, by the same code that predicts.

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "varisk/cohort/covariate_table.hpp"
#include "varisk/models/feature_column.hpp"
#include "varisk/models/model.hpp"

namespace varisk::models {

/// The product of a term's factors for one sample.
/// \param columns  one column for each feature that the factors name \return nothing if a feature is missing, or a
///        logarithm is not defined
[[nodiscard]] std::optional<double> term_value(const Term& term, std::span<const FeatureColumn> columns,
                                               std::size_t sample);

/// One column for each feature, with its missing values filled as the feature says. \param features  covariates only,
/// anything else is an InternalError \param counts  by column name; added to \throws UserError as `covariate_column`
[[nodiscard]] std::vector<FeatureColumn> covariate_columns(std::span<const Feature> features,
                                                           const cohort::CovariateTable& table,
                                                           std::span<const std::string> sample_ids,
                                                           std::map<std::string, CleaningCounts>& counts);

/// samples × terms, column by column.
struct Design {
  std::size_t samples = 0;
  std::size_t terms = 0;
  std::vector<double> values;          ///< `values[term * samples + sample]`, finite; 0 where `complete` is not
  std::vector<std::uint8_t> complete;  ///< of each sample: 1 if all terms have a value, else 0

  [[nodiscard]] std::span<const double> column(std::size_t term) const {
    return std::span(values).subspan(term * samples, samples);
  }
};

/// With η = intercept + Σ coefficient × column, added in the order of the terms, η is what `predict` says of the
/// sample, to the last bit (before prevalence and calibration). \param columns  one for each feature that the terms'
/// factors name, each with `samples` entries
[[nodiscard]] Design design_of(std::span<const Term> terms, std::span<const FeatureColumn> columns,
                               std::size_t samples);

}  // namespace varisk::models
