// Any bytes as the --config file of `varisk check`, which writes nothing. A configuration that names a file
// elsewhere, a list of files, or asks for a help text is not run; standard input is empty.
#include <fcntl.h>
#include <unistd.h>

#include "fuzz_input.hpp"
#include "varisk/cli/command_line.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace varisk;
  const std::string_view text = fuzz::as_text(data, size);
  if (text.find_first_of("/@") != std::string_view::npos || text.find("help") != std::string_view::npos ||
      text.find("version") != std::string_view::npos) {
    return 0;
  }
  static fuzz::MemoryFile input;
  static const int nothing = ::open("/dev/null", O_RDONLY);
  ::dup2(nothing, STDIN_FILENO);
  input.write(text);
  const char* const arguments[] = {"varisk", "--log-level", "error", "--config", input.path().c_str(), "check"};
  fuzz::accepts([&] { static_cast<void>(cli::run(6, arguments)); });
  return 0;
}
