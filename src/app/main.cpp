#include <cstdio>
#include <exception>
#include <new>

#include "varisk/cli/command_line.hpp"
#include "varisk/core/error.hpp"

namespace {

using varisk::cli::ExitCode;

int fail(ExitCode code, const char* message) {
  std::fprintf(stderr, "varisk: error: %s\n", message);
  return static_cast<int>(code);
}

}  // namespace

int main(int argc, char** argv) {
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
