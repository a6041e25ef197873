#include "varisk/io/plink_line.hpp"

namespace varisk::io {

std::optional<std::array<std::string_view, plink_columns>> split_plink_line(std::string_view line) {
  const auto is_blank = [](char c) { return c == '\t' || c == ' ' || c == '\r'; };
  std::array<std::string_view, plink_columns> columns;
  std::size_t count = 0;
  std::size_t at = 0;
  while (true) {
    while (at < line.size() && is_blank(line[at])) ++at;
    if (at == line.size()) break;
    if (count == plink_columns) return std::nullopt;
    const std::size_t start = at;
    while (at < line.size() && !is_blank(line[at])) ++at;
    columns[count++] = line.substr(start, at - start);
  }
  if (count < plink_columns) return std::nullopt;
  return columns;
}

}  // namespace varisk::io
