#pragma once
/// \file
/// A logistic model as data (`varisk-model/1`, docs/formats.md).

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "varisk/io/json.hpp"
#include "varisk/models/features.hpp"
#include "varisk/sites/contig.hpp"

namespace varisk::models {

/// (x − center) / scale, of ln x if `log`.
struct Affine {
  bool log = false;
  double center = 0;
  double scale = 1;
};
/// 1 if at_least ≤ x < below, else 0.
struct Interval {
  std::optional<double> at_least;
  std::optional<double> below;
};
/// 1 if the category has this level, else 0.
struct LevelIs {
  std::size_t level = 0;
};

struct Factor {
  std::size_t feature = 0;  ///< index into Model::features
  std::variant<Affine, Interval, LevelIs> transform;
};

/// coefficient × the product of the factors.
struct Term {
  std::string name;
  double coefficient = 0;
  double reference = 0;  ///< the product in the reference person
  std::vector<Factor> factors;
};

struct Calibration {
  double intercept = 0;
  double slope = 1;
};

/// Case fractions, both inside (0, 1).
struct Prevalence {
  double training = 0.5;
  double population = 0.5;
};

/// Probabilities below `below` that no band before holds; the last band has no upper end.
struct Band {
  std::string name;
  std::optional<double> below;
};

/// Made by `parse_model` alone and then constant: every index, shape and number in it has been checked.
struct Model {
  std::string id;
  std::string name;
  std::string description;
  std::string outcome;
  std::array<std::string, 2> classes = {"no", "yes"};  ///< the probability is that of the second
  sites::GenomeBuild genome_build = sites::GenomeBuild::unknown;
  std::vector<Feature> features;  ///< in the order of the file
  double intercept = 0;
  std::vector<Term> terms;
  /// Of the intercept and the terms, row by row, (1 + terms)² numbers; empty if the model has none.
  std::vector<double> covariance;
  std::optional<Calibration> calibration;
  std::optional<Prevalence> prevalence;
  std::vector<Band> bands;
  std::string intended_population;
  io::Json provenance;   ///< null if the model has none
  io::Json performance;  ///< null if the model has none
  std::string notice;
};

/// \param path  of the model file: named in errors, and its folder is where relative score files are
/// \throws UserError with file, JSON path, expected and found for whatever the schema does not allow
[[nodiscard]] Model parse_model(const io::Json& json, const std::string& path);

/// \throws IoError if the file cannot be read, UserError if it is not a model
[[nodiscard]] Model read_model(const std::string& path);

}  // namespace varisk::models
