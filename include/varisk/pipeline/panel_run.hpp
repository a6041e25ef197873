#pragma once
/// \file
/// `varisk panel`: builds a reference panel from genotypes and population labels.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "varisk/core/log.hpp"
#include "varisk/pipeline/score_options.hpp"
#include "varisk/pipeline/score_run.hpp"

namespace varisk::pipeline {

struct PanelOptions {
  ScoreOptions score;  ///< genotypes, scoring files, rules and the result folder, as for `varisk score`
  std::string labels;
  int components = 10;
  double min_frequency = 0.05;
  double max_missing = 0.05;
  std::optional<double> prune_r2;
  std::int64_t prune_window = 500000;
  std::optional<std::string> exclude_regions;
  std::uint64_t seed = 1;

  /// \throws UsageError for values out of range
  void validate() const;
};

/// Builds the panel and writes its folder.
/// \param command_line  for run.json
/// \throws UsageError, UserError, IoError; the folder then holds nothing of this run
[[nodiscard]] ScoreOutcome run_panel(const PanelOptions& options, const std::vector<std::string>& command_line,
                                     const Log& log);

}  // namespace varisk::pipeline
