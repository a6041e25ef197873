#pragma once
/// \file
/// `run.json`: what was run on what, and what came of it.

#include <chrono>
#include <string>
#include <vector>

#include "result_tables.hpp"
#include "varisk/io/json.hpp"

namespace varisk::pipeline {

/// What identifies an input.
[[nodiscard]] io::Json file_identity(const std::string& path);
/// How every record starts.
[[nodiscard]] io::Json run_header(const std::vector<std::string>& command_line, sites::GenomeBuild build);
/// How every record ends: times and peak memory.
void add_usage(io::Json& record, std::chrono::system_clock::time_point started);

/// Times and peak memory stand here and nowhere else.
[[nodiscard]] io::Json run_record(const ScoreInputs& inputs, const ScoreOptions& options, const ScorePlans& plans,
                                  const ResultTables& tables, const PassCounts& counts,
                                  const std::vector<std::string>& command_line,
                                  std::chrono::system_clock::time_point started);

}  // namespace varisk::pipeline
