#pragma once
#include <CLI/CLI.hpp>
#include <istream>
#include <string>
#include <vector>

namespace varisk::cli {

/// A TOML configuration for the command that is run, whether its keys stand at the top or under [score], [check],
/// [panel], [evaluate] or [train]. CLI11 reads it; what its reader lacks of TOML, arrays over several lines and
/// comments behind values, is made plain first.
class CommandConfig final : public CLI::ConfigTOML {
 public:
  explicit CommandConfig(std::string command) : command_(std::move(command)) {}

  [[nodiscard]] std::vector<CLI::ConfigItem> from_config(std::istream& input) const override;

 private:
  std::string command_;
};

}  // namespace varisk::cli
