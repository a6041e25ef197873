#pragma once
/// \file
/// A logistic or linear model as data (`varisk-model/1`, docs/formats.md).

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "varisk/io/json.hpp"
#include "varisk/models/features.hpp"
#include "varisk/sites/contig.hpp"

namespace varisk::models {

/// (x − center) / scale, of ln x if `log`. Of a category x is the index of the level, and `log` is false.
struct Affine {
  bool log = false;
  double center = 0;
  double scale = 1;
  bool operator==(const Affine&) const = default;
};
/// 1 if at_least ≤ x < below, else 0.
struct Interval {
  std::optional<double> at_least;
  std::optional<double> below;
  bool operator==(const Interval&) const = default;
};
/// 1 if the category has this level, else 0.
struct LevelIs {
  std::size_t level = 0;
  bool operator==(const LevelIs&) const = default;
};
/// 1 if the sample has no value of its own and took the model's, else 0. The feature imputes.
struct WasMissing {
  bool operator==(const WasMissing&) const = default;
};

struct Factor {
  std::size_t feature = 0;  ///< index into Model::features
  std::variant<Affine, Interval, LevelIs, WasMissing> transform;
  bool operator==(const Factor&) const = default;
};

/// coefficient × the product of the factors.
struct Term {
  std::string name;
  std::vector<double> coefficients;  ///< of each linear predictor
  double reference = 0;              ///< the product in the reference person
  std::vector<Factor> factors;
  bool operator==(const Term&) const = default;
};

/// intercept + slope × linear predictor.
struct Calibration {
  std::vector<double> intercepts = {0};  ///< of each linear predictor
  double slope = 1;
  bool operator==(const Calibration&) const = default;
};

/// Case fractions, both inside (0, 1).
struct Prevalence {
  double training = 0.5;
  double population = 0.5;
  bool operator==(const Prevalence&) const = default;
};

/// Probabilities below `below` that no band before holds; the last band has no upper end.
struct Band {
  std::string name;
  std::optional<double> below;
  bool operator==(const Band&) const = default;
};

/// Linear regression, and binary, baseline-category and cumulative logits (Agresti, Categorical Data Analysis, 3rd ed.
/// 2013, sections 5.1, 8.1 and 8.2). Linear predictors: one; multinomial: one of each class.
enum class Family : std::uint8_t {
  binomial,
  multinomial,  ///< ln P(Y = k) = η_k − ln Σ_j exp η_j
  ordinal,      ///< logit P(Y ≤ k) = θ_k − η, so that a larger η means a higher class
  gaussian,     ///< E Y = η; no classes and no probabilities
};
[[nodiscard]] std::string_view to_string(Family family) noexcept;

/// What `parse_model` makes is then constant: every index, shape and number in it has been checked.
struct Model {
  std::string id;
  std::string name;
  std::string description;
  std::string outcome;
  Family family = Family::binomial;
  std::vector<std::string> classes = {"no", "yes"};  ///< two or more; ordinal: in their order; gaussian: none
  std::optional<std::string> outcome_unit;           ///< gaussian, as is the next
  std::optional<double> residual_sd;                 ///< SD of Y about η, above 0
  sites::GenomeBuild genome_build = sites::GenomeBuild::unknown;
  std::vector<Feature> features;   ///< in the order of the file
  std::vector<double> intercepts;  ///< of each linear predictor; ordinal: 0
  std::vector<double> thresholds;  ///< ordinal: θ_k, ascending, one less than classes
  std::vector<Term> terms;
  /// Of the intercept and the terms, row by row, (1 + terms)² numbers; empty if the model has none. Binomial and
  /// gaussian models only; prevalence and bands are of binomial ones.
  std::vector<double> covariance;
  std::optional<Calibration> calibration;
  std::optional<Prevalence> prevalence;
  std::vector<Band> bands;
  std::string intended_population;
  io::Json provenance;   ///< null if the model has none
  io::Json performance;  ///< null if the model has none
  std::string notice;
  bool operator==(const Model&) const = default;
};

/// \param path  of the model file: named in errors, and its folder is where relative score files are
/// \throws UserError with file, JSON path, expected and found for whatever the schema does not allow
[[nodiscard]] Model parse_model(const io::Json& json, const std::string& path);

/// \throws IoError if the file cannot be read, UserError if it is not a model
[[nodiscard]] Model read_model(const std::string& path);

}  // namespace varisk::models
