#pragma once
/// \file
/// Tables with a header line: tab or comma separated, plain, gzip or BGZF.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "varisk/io/text_input.hpp"

namespace varisk::io {

/// Rows of one table. The separator is a tab if the header line has one, else a comma. Quoting as in RFC 4180, line
/// ends within quotes included; a byte order mark is skipped, and so are empty lines.
class DelimitedReader {
 public:
  /// Reads the header line.
  /// \throws IoError if the file cannot be read, UserError if it is empty or names a column twice
  explicit DelimitedReader(const std::string& path);

  [[nodiscard]] const std::vector<std::string>& columns() const noexcept { return columns_; }
  /// Index of the column with this name.
  [[nodiscard]] std::optional<std::size_t> find_column(std::string_view name) const;
  /// Index of the column with this name. \throws UserError that lists the columns there are
  [[nodiscard]] std::size_t require_column(std::string_view name) const;

  /// Moves to the next row; `fields` gets one text per column.
  /// \return false at the end
  /// \throws UserError if the number of fields is not that of the columns, or a quote is not closed
  bool next(std::vector<std::string>& fields);

  [[nodiscard]] const std::string& path() const noexcept { return input_.path(); }
  [[nodiscard]] bool unterminated() const noexcept { return input_.unterminated(); }
  /// 1-based line on which the row starts that `next` gave last.
  [[nodiscard]] std::int64_t line_number() const noexcept { return row_line_; }
  /// `path: line N` of that row, for error messages.
  [[nodiscard]] std::string where() const;

 private:
  void read_header();
  void split(std::string_view line, std::vector<std::string>& fields);
  std::size_t take_quoted(std::string_view& line, std::size_t at, std::string& field);

  TextInput input_;
  char separator_ = ',';
  std::vector<std::string> columns_;
  std::int64_t row_line_ = 0;
};

}  // namespace varisk::io
