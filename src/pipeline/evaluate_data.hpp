#pragma once
/// \file
/// Predictions, outcomes and further columns, joined by sample.

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "prediction_table.hpp"
#include "varisk/evaluation/subgroups.hpp"
#include "varisk/pipeline/evaluate_run.hpp"

namespace varisk::pipeline {

/// One number per sample; of a category an indicator of one level.
struct AdjustColumn {
  std::string name;
  std::vector<std::optional<double>> value;
};

/// Samples that have a prediction and an outcome, by ascending id: the order of the files changes nothing.
struct EvaluateData {
  OutcomeFamily family = OutcomeFamily::binomial;  ///< never `automatic`
  std::vector<std::string> classes;                ///< of multinomial and ordinal outcomes
  std::optional<std::string> event;                ///< the value that counts as the event
  std::optional<std::string> model_id;
  std::optional<std::string> baseline_id;
  std::vector<std::uint8_t> binary;        ///< of a binomial outcome
  std::vector<std::uint32_t> class_index;  ///< of classes
  std::vector<double> number;              ///< of a gaussian outcome
  std::vector<double> prediction;          ///< sample by sample, one of each class
  std::vector<double> baseline;            ///< the same; empty: no baseline
  std::vector<bool> has_baseline;
  std::vector<AdjustColumn> adjust;
  std::vector<evaluation::Subgroup> subgroups;
  std::vector<std::pair<std::string, std::uint64_t>> counts;
  std::vector<std::string> warnings;

  [[nodiscard]] std::size_t samples() const noexcept { return prediction.size() / columns(); }
  [[nodiscard]] std::size_t columns() const noexcept { return classes.empty() ? 1 : classes.size(); }
};

/// \throws IoError, UserError with file, line, expected and found
[[nodiscard]] EvaluateData read_evaluate_data(const EvaluateOptions& options);

}  // namespace varisk::pipeline
