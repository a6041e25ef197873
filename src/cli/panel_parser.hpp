#pragma once
#include <CLI/CLI.hpp>

#include "varisk/pipeline/panel_run.hpp"

namespace varisk::cli {

/// The subcommand `panel` with its options.
CLI::App& add_panel(CLI::App& app, pipeline::PanelOptions& options);

}  // namespace varisk::cli
