#pragma once
#include <CLI/CLI.hpp>

#include "varisk/pipeline/score_options.hpp"

namespace varisk::cli {

/// `--model --out results`: the file is missing, not called `--out`.
[[nodiscard]] CLI::Validator file_argument();

/// How rows are matched, and how calls are counted.
void add_matching_options(CLI::App& command, pipeline::ScoreOptions& options);
void add_genotype_options(CLI::App& command, pipeline::ScoreOptions& options);
/// All options that `score` and `check` share.
void add_input_options(CLI::App& command, pipeline::ScoreOptions& options);
/// Options of `score` alone.
void add_output_options(CLI::App& command, pipeline::ScoreOptions& options);

}  // namespace varisk::cli
