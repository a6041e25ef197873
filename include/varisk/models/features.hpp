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

/// What is done with an outlier; `winsorise` takes the nearer limit in its place.
enum class OnOutlier : std::uint8_t { missing, winsorise, error };

/// What is done for a sample without a value: an error, no result for the sample, or a value in its place (for a
/// category, the index of the level).
struct RefuseMissing {
  bool operator==(const RefuseMissing&) const = default;
};
struct KeepMissing {
  bool operator==(const KeepMissing&) const = default;
};
struct ImputeMissing {
  double value = 0;
  bool operator==(const ImputeMissing&) const = default;
};
using MissingRule = std::variant<KeepMissing, RefuseMissing, ImputeMissing>;

struct Range {
  double low = 0;
  double high = 0;
  bool operator==(const Range&) const = default;
};

/// Values within the plausible range that are still beyond `low` or `high`, at least one of which is there.
struct Outliers {
  std::optional<double> low;  ///< the limits themselves are no outliers
  std::optional<double> high;
  OnOutlier action = OnOutlier::missing;
  bool operator==(const Outliers&) const = default;
};

struct NumberCovariate {
  std::optional<std::string> unit;
  std::optional<cohort::Analyte> analyte;
  std::optional<Range> range;  ///< in `unit`, both ends allowed
  OnBadValue out_of_range = OnBadValue::error;
  std::optional<Outliers> outliers = std::nullopt;  ///< in `unit`, looked at after `range`
  bool operator==(const NumberCovariate&) const = default;
};

/// One of some levels: of a covariate, or of what is known of a gene.
struct Category {
  std::vector<std::string> levels;
  OnBadValue unknown_level = OnBadValue::error;
  bool operator==(const Category&) const = default;
};

struct CovariateFeature {
  std::string column;
  std::variant<NumberCovariate, Category> value;
  MissingRule missing;
  bool operator==(const CovariateFeature&) const = default;
};

/// (sum − mean) / sd of a polygenic score.
struct ScoreFeature {
  struct Id {
    std::string text;
    bool operator==(const Id&) const = default;
  };
  struct File {
    std::string path;  ///< the folder of the model file included
    bool operator==(const File&) const = default;
  };
  std::variant<Id, File> score;
  double mean = 0;
  double sd = 1;
  bool operator==(const ScoreFeature&) const = default;
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
  bool operator==(const VariantFeature&) const = default;
};

enum class GeneValue : std::uint8_t { activity_score, allele_count, phenotype, diplotype };

/// What the call of a pharmacogene says. Names are those of the tables, which are not known here.
struct PharmacogeneFeature {
  std::string gene;
  GeneValue value = GeneValue::activity_score;
  std::string allele;  ///< of an allele count
  Category category;   ///< of a phenotype or diplotype
  MissingRule missing;
  bool operator==(const PharmacogeneFeature&) const = default;
};

struct Feature {
  std::string name;
  std::variant<CovariateFeature, ScoreFeature, VariantFeature, PharmacogeneFeature> source;
  bool operator==(const Feature&) const = default;
};

/// The category behind a feature; none for a number.
[[nodiscard]] const Category* category_of(const Feature& feature) noexcept;

/// A missing value is replaced, so that each sample has one.
[[nodiscard]] bool imputes_missing(const Feature& feature) noexcept;

}  // namespace varisk::models
