#include "varisk/cli/command_line.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <iostream>

#include "choice.hpp"
#include "command_config.hpp"
#include "evaluate_parser.hpp"
#include "panel_parser.hpp"
#include "score_parser.hpp"
#include "train_parser.hpp"
#include "varisk/core/error.hpp"
#include "varisk/core/log.hpp"
#include "varisk/core/version.hpp"
#include "varisk/pipeline/score_run.hpp"
#include "varisk/pipeline/train_run.hpp"

namespace varisk::cli {
namespace {

struct GlobalOptions {
  LogFormat log_format = LogFormat::text;
  LogLevel log_level = LogLevel::info;
};

struct CheckOptions {
  pipeline::ScoreOptions inputs;
  bool sites_only = false;
};

void add_global_options(CLI::App& app, GlobalOptions& options, const std::string& command) {
  app.set_version_flag("--version", std::string(version()));
  app.set_config("--config", "", "TOML file with any of the options, by their long names; the command line wins");
  app.config_formatter(std::make_shared<CommandConfig>(command));
  app.allow_config_extras(CLI::config_extras_mode::error);
  add_choice<LogFormat>(app, "--log-format", options.log_format, {{"text", LogFormat::text}, {"json", LogFormat::json}},
                        "messages for people or for machines: text or json [text]");
  add_choice<LogLevel>(app, "--log-level", options.log_level,
                       {{"debug", LogLevel::debug},
                        {"info", LogLevel::info},
                        {"warning", LogLevel::warning},
                        {"error", LogLevel::error}},
                       "debug, info, warning or error [info]");
}

CLI::App& add_score(CLI::App& app, pipeline::ScoreOptions& options) {
  CLI::App& command = *app.add_subcommand("score", "scores and risks of a cohort, in one pass over its genotypes");
  add_input_options(command, options);
  add_output_options(command, options);
  command.footer(
      "Examples:\n"
      "  varisk score --variants cohort.vcf.gz --model PGS000001.txt.gz --out results\n"
      "  varisk score --variants chr1.bcf chr2.bcf --model score.tsv model.json --covariates clinic.tsv --out results\n"
      "  varisk score --config nightly.toml --out results --overwrite\n"
      "Results: scores.tsv risk.tsv samples.tsv matches.tsv sites.tsv run.json (docs/formats.md).\n"
      "Exit codes: 0 done, 2 usage, 3 bad input, 4 cannot read or write, 5 below --min-match, 70 internal error.");
  return command;
}

CLI::App& add_check(CLI::App& app, CheckOptions& options) {
  CLI::App& command = *app.add_subcommand("check", "says what would go wrong, without scoring");
  add_input_options(command, options.inputs);
  add_output_options(command, options.inputs);
  command.add_flag("--sites-only", options.sites_only,
                   "only read --variants to the end; files without samples are welcome");
  command.footer(
      "Examples:\n"
      "  varisk check --variants cohort.vcf.gz --model score.tsv --covariates clinic.tsv\n"
      "  varisk check --strict --variants cohort.vcf.gz --model score.tsv      (reads the genotypes too)\n"
      "  varisk check --sites-only --variants sites.vcf");
  return command;
}

/// Which command the configuration is for; it is read before the command line is parsed.
std::string first_command(const std::vector<std::string>& arguments) {
  const std::array commands = {"score", "check", "panel", "evaluate", "train"};
  const auto first = std::find_first_of(arguments.begin(), arguments.end(), commands.begin(), commands.end());
  return first == arguments.end() ? "score" : *first;
}

}  // namespace

ExitCode run(int argc, const char* const* argv) {
  CLI::App app("varisk: from variants to disease risk, for whole cohorts", "varisk");
  GlobalOptions global;
  pipeline::ScoreOptions score_options;
  CheckOptions check_options;
  pipeline::PanelOptions panel_options;
  EvaluateArguments evaluate_arguments;
  TrainArguments train_arguments;
  const std::vector<std::string> arguments(argv, argv + argc);
  add_global_options(app, global, first_command(arguments));
  app.require_subcommand(0, 1);
  app.fallthrough();
  CLI::App& score = add_score(app, score_options);
  CLI::App& check = add_check(app, check_options);
  CLI::App& panel = add_panel(app, panel_options);
  CLI::App& evaluate = add_evaluate(app, evaluate_arguments);
  CLI::App& train = add_train(app, train_arguments);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) {  // --help, --version
      static_cast<void>(app.exit(error, std::cout, std::cerr));
      return ExitCode::done;
    }
    throw UsageError(error.what(), "varisk --help and varisk COMMAND --help list the options");
  }
  if (app.get_subcommands().empty()) {
    throw UsageError("a command is missing", "varisk score, train, evaluate, panel or check; varisk --help lists them");
  }
  const Log log(global.log_format, global.log_level);
  if (score.parsed()) {
    const auto outcome = pipeline::run_score(score_options, arguments, log);
    return outcome.below_min_match ? ExitCode::below_threshold : ExitCode::done;
  }
  if (panel.parsed()) {
    const auto outcome = pipeline::run_panel(panel_options, arguments, log);
    return outcome.below_min_match ? ExitCode::below_threshold : ExitCode::done;
  }
  if (train.parsed()) {
    pipeline::run_train(train_arguments.settle(), arguments, log);
    return ExitCode::done;
  }
  if (evaluate.parsed()) {
    pipeline::run_evaluate(evaluate_arguments.settle(), arguments, log);
    return ExitCode::done;
  }
  if (check.parsed() && check_options.sites_only) {
    if (check_options.inputs.variants.empty())
      throw UsageError("--variants is missing", "give one or more VCF, BCF or PLINK .bed files");
    pipeline::run_sites_check(check_options.inputs, log);
  } else {
    pipeline::run_check(check_options.inputs, log);
  }
  return ExitCode::done;
}

}  // namespace varisk::cli
