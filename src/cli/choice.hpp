#pragma once
#include <CLI/CLI.hpp>
#include <map>
#include <string>
#include <vector>

namespace varisk::cli {

/// An option that takes one of a few words. `Field` is the enum itself or an optional of it.
template <typename Enum, typename Field>
CLI::Option* add_choice(CLI::App& command, const std::string& name, Field& field,
                        const std::map<std::string, Enum>& values, const std::string& help) {
  std::vector<std::string> words;
  words.reserve(values.size());
  for (const auto& [word, value] : values) words.push_back(word);
  return command
      .add_option_function<std::string>(
          name, [&field, values](const std::string& word) { field = values.at(word); }, help)
      ->check(CLI::IsMember(words).description(""))
      ->type_name("WORD");
}

}  // namespace varisk::cli
