#pragma once
#include <string_view>
#include <vector>

namespace varisk::pgx {

/// The parts between separators; one empty part for an empty text.
[[nodiscard]] inline std::vector<std::string_view> split(std::string_view text, std::string_view separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + separator.size());
  }
}

}  // namespace varisk::pgx
