#pragma once
#include <CLI/CLI.hpp>

#include "varisk/pipeline/evaluate_run.hpp"

namespace varisk::cli {

/// The baseline is there once one of its options is.
struct EvaluateArguments {
  pipeline::EvaluateOptions options;
  std::optional<std::string> baseline;
  std::vector<std::string> baseline_prediction;
  std::optional<std::string> baseline_model_id;

  /// \throws UsageError for options of a baseline that is not there
  [[nodiscard]] pipeline::EvaluateOptions settle() const;
};

/// The subcommand `evaluate` with its options.
CLI::App& add_evaluate(CLI::App& app, EvaluateArguments& arguments);

}  // namespace varisk::cli
