#pragma once
/// \file
/// Predictions of samples: `risk.tsv`, or any table with sample ids and probabilities.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "varisk/pipeline/evaluate_run.hpp"

namespace varisk::pipeline {

/// In the order of the file.
struct PredictionTable {
  std::string path;
  std::optional<std::string> model_id;
  /// Of each column of `values`; empty if there is one column and no class is named.
  std::vector<std::string> classes;
  std::vector<std::string> all_classes;  ///< that the file has, those that were not asked for too
  std::vector<std::string> sample_ids;
  std::vector<std::int64_t> lines;  ///< of each sample's first row
  std::vector<double> values;       ///< sample by sample
  std::vector<bool> missing;        ///< of each sample: one of its values is not there

  [[nodiscard]] std::size_t columns() const noexcept { return classes.empty() ? 1 : classes.size(); }
};

struct PredictionRules {
  std::string sample_column;              ///< or, if the table lacks it, sample_id
  std::optional<std::string> class_name;  ///< only its rows or column
  bool probabilities = true;              ///< values are from 0 to 1
  bool classes = true;                    ///< a column `class` tells rows of one sample apart
};

/// \throws IoError, UserError with file, line, expected and found
[[nodiscard]] PredictionTable read_predictions(const PredictionChoice& choice, const PredictionRules& rules);

}  // namespace varisk::pipeline
