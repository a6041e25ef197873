#include "varisk/io/delimited.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "varisk/core/error.hpp"

namespace varisk::io {
namespace {

char told_separator(std::string_view header) {
  bool quoted = false;
  for (const char c : header) {
    if (c == '"') quoted = !quoted;
    if (c == '\t' && !quoted) return '\t';
  }
  return ',';
}

}  // namespace

DelimitedReader::DelimitedReader(const std::string& path) : input_(path) { read_header(); }

std::optional<std::size_t> DelimitedReader::find_column(std::string_view name) const {
  const auto found = std::find(columns_.begin(), columns_.end(), name);
  if (found == columns_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - columns_.begin());
}

std::size_t DelimitedReader::require_column(std::string_view name) const {
  if (const auto column = find_column(name)) return *column;
  throw UserError(fmt::format("expected a column '{}', found {}", name, fmt::join(columns_, ", ")),
                  path() + ": line 1");
}

bool DelimitedReader::next(std::vector<std::string>& fields) {
  std::string_view line;
  do {
    if (!input_.next(line)) return false;
  } while (line.empty());
  split(line, fields);
  if (fields.size() != columns_.size()) {
    throw UserError(fmt::format("expected {} fields as in the header line, found {}", columns_.size(), fields.size()),
                    where());
  }
  return true;
}

std::string DelimitedReader::where() const { return fmt::format("{}: line {}", path(), row_line_); }

void DelimitedReader::read_header() {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  std::string_view line;
  const bool any = input_.next(line);
  if (line.starts_with(byte_order_mark)) line.remove_prefix(byte_order_mark.size());
  if (!any || line.empty()) throw UserError("expected a header line with the column names, found none", path());
  if (line.find('\r') != std::string_view::npos) {
    throw UserError("the lines end with CR alone", path(), "convert the line ends to LF");
  }
  separator_ = told_separator(line);
  split(line, columns_);
  std::set<std::string_view> seen;
  for (const std::string& column : columns_) {
    if (!seen.insert(column).second) throw UserError(fmt::format("the column '{}' is there twice", column), where());
  }
}

void DelimitedReader::split(std::string_view line, std::vector<std::string>& fields) {
  row_line_ = input_.line_number();
  std::size_t count = 0;
  std::size_t at = 0;
  while (true) {
    if (count == fields.size()) fields.emplace_back();
    std::string& field = fields[count++];
    if (at < line.size() && line[at] == '"') {
      at = take_quoted(line, at + 1, field);
    } else {
      const std::size_t end = std::min(line.find(separator_, at), line.size());
      field.assign(line.substr(at, end - at));
      at = end;
    }
    if (at == line.size()) break;
    ++at;
  }
  fields.resize(count);
}

/// \param line  replaced by the following lines if the quote spans them
/// \param at    just after the opening quote
/// \return      just after the closing quote
std::size_t DelimitedReader::take_quoted(std::string_view& line, std::size_t at, std::string& field) {
  field.clear();
  while (true) {
    const std::size_t quote = line.find('"', at);
    if (quote == std::string_view::npos) {
      field.append(line.substr(at)).push_back('\n');
      if (!input_.next(line)) throw UserError("a quote is opened and not closed", where());
      at = 0;
      continue;
    }
    field.append(line.substr(at, quote - at));
    at = quote + 1;
    if (at == line.size() || line[at] == separator_) return at;
    if (line[at] != '"') throw UserError("expected a separator after a closing quote, found other text", where());
    field.push_back('"');
    ++at;
  }
}

}  // namespace varisk::io
