#pragma once
/// \file
/// The command line: one parser per subcommand that binds option, help and check to its field, and one run function.

namespace varisk::cli {

/// Exit codes, as documented for scripts.
enum class ExitCode : int {
  done = 0,
  usage = 2,
  bad_input = 3,
  io = 4,
  below_threshold = 5,
  internal = 70,
};

/// Parses and runs. \throws UsageError, UserError, IoError, InternalError
[[nodiscard]] ExitCode run(int argc, const char* const* argv);

}  // namespace varisk::cli
