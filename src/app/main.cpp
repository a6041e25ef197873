#include <malloc.h>

#include <cstdio>
#include <exception>
#include <new>
#include <string_view>

#include "varisk/cli/command_line.hpp"
#include "varisk/core/error.hpp"
#include "varisk/core/log.hpp"

namespace {

using varisk::cli::ExitCode;

/// Whether machines read the messages; asked before the options are parsed, as their errors count too.
bool wants_json(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == "--log-format=json") return true;
    if (argument == "--log-format" && i + 1 < argc && std::string_view(argv[i + 1]) == "json") return true;
  }
  return false;
}

int fail(ExitCode code, const char* message, bool json) {
  const varisk::Log log(json ? varisk::LogFormat::json : varisk::LogFormat::text, varisk::LogLevel::error);
  log.error(message);
  return static_cast<int>(code);
}

/// Tables of a run come and go; pages that are given back between them would be faulted in again.
void keep_freed_memory() {
  constexpr int largest_heap_block = 32 << 20;  // the most that glibc allows
  constexpr int largest_free_top = 256 << 20;
  // Where these are refused the run is only slower.
  static_cast<void>(mallopt(M_MMAP_THRESHOLD, largest_heap_block));
  static_cast<void>(mallopt(M_TRIM_THRESHOLD, largest_free_top));
}

}  // namespace

int main(int argc, char** argv) {
  keep_freed_memory();
  const bool json = wants_json(argc, argv);
  const auto fail = [json](ExitCode code, const char* message) { return ::fail(code, message, json); };
  try {
    const ExitCode code = varisk::cli::run(argc, argv);
    if (std::fflush(stdout) != 0) return fail(ExitCode::io, "standard output cannot be written");
    return static_cast<int>(code);
  } catch (const varisk::UsageError& error) {
    return fail(ExitCode::usage, error.what());
  } catch (const varisk::UserError& error) {
    return fail(ExitCode::bad_input, error.what());
  } catch (const varisk::IoError& error) {
    return fail(ExitCode::io, error.what());
  } catch (const std::bad_alloc&) {
    return fail(ExitCode::io, "memory ran out; fewer --threads need less");
  } catch (const std::exception& error) {
    return fail(ExitCode::internal, error.what());
  }
}
