#pragma once
/// \file
/// The inputs of a model, as its file describes them (docs/formats.md, "Model file").

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "varisk/cohort/units.hpp"
#include "varisk/core/types.hpp"

namespace varisk::models {

/// What is done with a value that the feature does not allow.
enum class OnBadValue : std::uint8_t { error, missing };

/// What is done for a sample without a value: an error, no result for the sample, or a value in its place (for a
/// category, the index of the level).
struct RefuseMissing {};
struct KeepMissing {};
struct ImputeMissing {
  double value = 0;
};
using MissingRule = std::variant<KeepMissing, RefuseMissing, ImputeMissing>;

struct Range {
  double low = 0;
  double high = 0;
};

struct NumberCovariate {
  std::optional<std::string> unit;
  std::optional<cohort::Analyte> analyte;
  std::optional<Range> range;  ///< in `unit`, both ends allowed
  OnBadValue out_of_range = OnBadValue::error;
};

/// One of some levels: of a covariate, or of what is known of a gene.
struct Category {
  std::vector<std::string> levels;
  OnBadValue unknown_level = OnBadValue::error;
};

struct CovariateFeature {
  std::string column;
  std::variant<NumberCovariate, Category> value;
  MissingRule missing;
};

/// (sum − mean) / sd of a polygenic score.
struct ScoreFeature {
  struct Id {
    std::string text;
  };
  struct File {
    std::string path;  ///< the folder of the model file included
  };
  std::variant<Id, File> score;
  double mean = 0;
  double sd = 1;
};

enum class Coding : std::uint8_t { additive, dominant, recessive };

/// Copies of one allele of one variant, coded.
struct VariantFeature {
  std::string contig;  ///< as `sites::canonical_contig` names it
  Position position;
  std::string ref;  ///< upper case, as are `alt` and `effect_allele`
  std::string alt;
  std::string effect_allele;  ///< `ref` or `alt`
  Coding coding = Coding::additive;
  std::optional<double> mean;  ///< on the coded scale, for a missing genotype
};

enum class GeneValue : std::uint8_t { activity_score, allele_count, phenotype, diplotype };

/// What the call of a pharmacogene says. Names are those of the tables, which are not known here.
struct PharmacogeneFeature {
  std::string gene;
  GeneValue value = GeneValue::activity_score;
  std::string allele;  ///< of an allele count
  Category category;   ///< of a phenotype or diplotype
  MissingRule missing;
};

struct Feature {
  std::string name;
  std::variant<CovariateFeature, ScoreFeature, VariantFeature, PharmacogeneFeature> source;
};

/// The category behind a feature; none for a number.
[[nodiscard]] const Category* category_of(const Feature& feature) noexcept;

}  // namespace varisk::models
