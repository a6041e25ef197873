#pragma once
/// \file
/// `varisk score` and `varisk check`.

#include <string>
#include <vector>

#include "varisk/core/log.hpp"
#include "varisk/pipeline/score_options.hpp"

namespace varisk::pipeline {

struct ScoreOutcome {
  bool below_min_match = false;  ///< of a threshold that was given explicitly
};

/// Scores the cohort and writes the result folder.
/// \param command_line  for run.json
/// \throws UsageError, UserError, IoError; the folder then holds nothing of this run
[[nodiscard]] ScoreOutcome run_score(const ScoreOptions& options, const std::vector<std::string>& command_line,
                                     const Log& log);

/// Reads the same inputs and says on `report` what would be wrong or weak, without writing anything.
/// With `options.strict` the genotype files are read to their end.
void run_check(const ScoreOptions& options, const Log& log);

/// Reads genotype files that may have no samples to their end.
/// Of the options only `variants`, `threads` and `strict` count.
void run_sites_check(const ScoreOptions& options, const Log& log);

}  // namespace varisk::pipeline
