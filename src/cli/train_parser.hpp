#pragma once
#include <CLI/CLI.hpp>

#include "varisk/pipeline/train_options.hpp"

namespace varisk::cli {

/// Words that become several fields of the options.
struct TrainArguments {
  pipeline::TrainOptions options;
  std::string genotypes = "all";
  std::string lambdas = "100";
  std::string standardize = "on";
  std::string outliers = "none";
  std::string fill_number = "median";
  std::string fill_category = "mode";
  std::string memory;
  std::vector<std::string> penalty_factors;

  /// \throws UsageError for words that are none
  [[nodiscard]] pipeline::TrainOptions settle() const;
};

/// The subcommand `train` with its options.
CLI::App& add_train(CLI::App& app, TrainArguments& arguments);

}  // namespace varisk::cli
