#pragma once
#include <CLI/CLI.hpp>

#include "varisk/pipeline/score_options.hpp"

namespace varisk::cli {

/// Options that `score` and `check` share.
void add_input_options(CLI::App& command, pipeline::ScoreOptions& options);
/// Options of `score` alone.
void add_output_options(CLI::App& command, pipeline::ScoreOptions& options);

}  // namespace varisk::cli
