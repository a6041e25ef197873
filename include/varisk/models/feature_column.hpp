#pragma once
/// \file
/// Values of a model's features for the samples, with a state beside each: a missing value is never a number.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "varisk/cohort/covariate_table.hpp"
#include "varisk/models/features.hpp"

namespace varisk::models {

enum class ValueState : std::uint8_t {
  observed,
  winsorised,  ///< observed, and moved to the nearer limit of the outliers
  imputed,
  assumed,  ///< a site that no file has, taken for homozygous reference
  missing,
};
inline constexpr std::size_t value_states = 5;

/// `value` means something unless `state` is missing.
struct FeatureValue {
  double value = 0;
  ValueState state = ValueState::missing;
};

/// One feature, one entry per sample. Categories are stored as the index of the level.
struct FeatureColumn {
  std::vector<double> value;
  std::vector<ValueState> state;
};

/// What happened to the cells of one column. A cell that is out of range, an outlier or of an unknown level and becomes
/// missing is counted there and not under `missing`; `imputed` counts whatever then got the model's value.
struct CleaningCounts {
  std::size_t converted = 0;
  std::size_t out_of_range = 0;
  std::size_t outliers = 0;
  std::size_t winsorised = 0;
  std::size_t unknown_level = 0;
  std::size_t missing = 0;
  std::size_t imputed = 0;
};

/// The values of a covariate in the model's unit, in the order of `sample_ids`; a sample without a row in the table has
/// no value. Adds to `counts`.
/// \throws UserError naming file, line, column, expected and found: for text where a number is due, for units that
///         cannot be converted, for a column that is not there, and for what the model does not allow
[[nodiscard]] FeatureColumn covariate_column(const CovariateFeature& feature, const cohort::CovariateTable& table,
                                             std::span<const std::string> sample_ids, CleaningCounts& counts);

/// \param sum  of the score; nothing if the sample has none
[[nodiscard]] FeatureValue score_value(const ScoreFeature& feature, std::optional<double> sum);

/// The call of one sample at one site.
struct VariantCall {
  double dosage = 0;  ///< copies of the effect allele, 0 to `ploidy`
  double two = 0;     ///< probability of two copies
  int ploidy = 2;
};

/// Diploid, with d copies and the probability P2 of two: dominant d − P2, recessive P2; one copy: both are d. A missing
/// genotype takes the mean.
/// \param call  nothing if the genotype is missing
[[nodiscard]] FeatureValue variant_value(const VariantFeature& feature, const std::optional<VariantCall>& call);

}  // namespace varisk::models
