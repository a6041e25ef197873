#pragma once
/// \file
/// Judging probabilities of three or more classes.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "varisk/evaluation/binary.hpp"
#include "varisk/evaluation/metric.hpp"
#include "varisk/evaluation/settings.hpp"

namespace varisk::evaluation {

struct MulticlassSample {
  std::vector<std::string> classes;        ///< two or more names
  std::span<const std::uint32_t> outcome;  ///< index of the class
  std::span<const double> probability;     ///< sample by sample, one of each class
  bool ordered = false;                    ///< the classes stand in their order
};

struct ClassResult {
  std::string name;
  bool judged = true;  ///< false: nobody or everybody has the class, `one_vs_rest` has counts only
  BinaryResult one_vs_rest;
  Metrics predicted;  ///< sensitivity, ppv, f1 of the most probable class
};

struct MulticlassResult {
  std::uint64_t count = 0;
  Metrics metrics;
  std::vector<ClassResult> classes;
  std::vector<std::uint64_t> confusion;  ///< row: outcome, column: most probable class (of equal ones the first)
};

/// \throws as evaluate_binary; an outcome with one class only is a UserError
[[nodiscard]] MulticlassResult evaluate_multiclass(const MulticlassSample& sample, const Settings& settings);

/// Differences model − baseline of macro AUC, Brier score, log loss and accuracy. \param baseline  as
/// MulticlassSample::probability
[[nodiscard]] Metrics compare_multiclass(const MulticlassSample& model, std::span<const double> baseline,
                                         const Settings& settings);

}  // namespace varisk::evaluation
