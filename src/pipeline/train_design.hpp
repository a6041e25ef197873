#pragma once
/// \file
/// The columns of a training, and what each of them becomes in the model.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "train_genotypes.hpp"
#include "train_samples.hpp"
#include "varisk/models/fit_cleaning.hpp"
#include "varisk/training/design.hpp"

namespace varisk::pipeline {

enum class TermGroup : std::uint8_t { covariate, score, genotype, product };
[[nodiscard]] std::string_view to_string(TermGroup group) noexcept;

/// Columns in this order: covariates, scores, products, genotypes, dosages.
struct TrainDesign {
  /// What a column is.
  struct Column {
    TermGroup group = TermGroup::covariate;
    std::uint32_t index = 0;  ///< of a genotype: into the variants; of others: into `terms`
    double penalty_factor = 1;
  };

  training::Design design{0};
  std::vector<Column> columns;
  std::vector<models::Feature> features;  ///< of covariates, scores, and variants of products
  std::vector<models::Term> terms;        ///< of covariates, then scores, then products; without coefficients
  std::vector<std::uint8_t> complete;     ///< of each row: 1 if all dense columns have a value
  std::vector<models::FeatureColumn> feature_columns;  ///< of `features`, all rows
  std::vector<models::ColumnReport> cleaning;
  std::vector<std::string> notes;

  [[nodiscard]] std::string name_of(std::size_t column, const TrainGenotypes& genotypes) const;
};

/// `CONTIG:POS:REF:ALT`.
[[nodiscard]] std::string name_of(const TrainVariant& variant);

/// Values of a variant for all rows; a missing one takes `mean`.
[[nodiscard]] models::FeatureColumn variant_column(const TrainVariant& variant, const TrainGenotypes& genotypes,
                                                   double mean);

/// Statistics of scores, covariates and the variants of products are of the training part.
/// \throws UserError for covariates and products that cannot be used
[[nodiscard]] TrainDesign make_design(const TrainOptions& options, const cohort::CovariateTable& table,
                                      const TrainSamples& samples, const TrainGenotypes& genotypes);

}  // namespace varisk::pipeline
