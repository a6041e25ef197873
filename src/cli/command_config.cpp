#include "command_config.hpp"

#include <algorithm>
#include <array>
#include <sstream>
#include <string_view>

namespace varisk::cli {
namespace {

/// One key and its value per line, without comments.
std::string plain_lines(std::istream& input) {
  std::string out;
  std::string line;
  char quote = '\0';
  int depth = 0;  // of the brackets of an array
  while (std::getline(input, line)) {
    bool has_value = depth > 0;
    for (std::size_t i = 0; i < line.size(); ++i) {
      const char c = line[i];
      if (quote == '\0' && c == '#') break;
      if (quote != '\0') {
        if (c == '\\' && quote == '"' && i + 1 < line.size()) out += line[i++];
        if (line[i] == quote && c == quote) quote = '\0';
      } else if (c == '"' || c == '\'') {
        quote = c;
      } else if (c == '=') {
        has_value = true;
      } else if (has_value && c == '[') {
        ++depth;
      } else if (has_value && c == ']') {
        --depth;
      }
      out += line[i];
    }
    out += depth > 0 ? ' ' : '\n';
  }
  return out;
}

bool is_section_of_command(const CLI::ConfigItem& item) {
  constexpr std::array<std::string_view, 4> commands = {"score", "check", "panel", "evaluate"};
  return item.parents.size() == 1 &&
         std::find(commands.begin(), commands.end(), item.parents.front()) != commands.end();
}

bool is_global(const std::string& name) { return name == "log-format" || name == "log-level"; }

}  // namespace

std::vector<CLI::ConfigItem> CommandConfig::from_config(std::istream& input) const {
  std::istringstream lines(plain_lines(input));
  auto entries = CLI::ConfigTOML::from_config(lines);
  // CLI11 marks where sections open and close; the commands are not to be started by their sections.
  std::erase_if(entries, [](const CLI::ConfigItem& item) { return item.name == "++" || item.name == "--"; });
  // A check takes what the run would; otherwise sections are for their command alone.
  std::erase_if(entries, [&](const auto& item) {
    if (!is_section_of_command(item)) return false;
    const std::string& section = item.parents.front();
    return section != command_ && !(command_ == "check" && section == "score");
  });
  for (CLI::ConfigItem& item : entries) {
    if (item.parents.empty() || is_section_of_command(item))
      item.parents = is_global(item.name) ? std::vector<std::string>{} : std::vector<std::string>{command_};
  }
  return entries;
}

}  // namespace varisk::cli
