#include "command_config.hpp"

#include <sstream>

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

bool is_global(const std::string& name) { return name == "log-format" || name == "log-level"; }

}  // namespace

std::vector<CLI::ConfigItem> CommandConfig::from_config(std::istream& input) const {
  std::istringstream lines(plain_lines(input));
  auto entries = CLI::ConfigTOML::from_config(lines);
  // CLI11 marks where sections open and close; the commands are not to be started by their sections.
  std::erase_if(entries, [](const CLI::ConfigItem& item) { return item.name == "++" || item.name == "--"; });
  if (command_ == "score")
    std::erase_if(entries, [](const auto& item) { return item.parents == std::vector<std::string>{"check"}; });
  for (CLI::ConfigItem& item : entries) {
    const bool of_a_command = item.parents.empty() || item.parents == std::vector<std::string>{"score"} ||
                              item.parents == std::vector<std::string>{"check"};
    if (of_a_command)
      item.parents = is_global(item.name) ? std::vector<std::string>{} : std::vector<std::string>{command_};
  }
  return entries;
}

}  // namespace varisk::cli
