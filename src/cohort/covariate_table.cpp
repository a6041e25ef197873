#include "varisk/cohort/covariate_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "varisk/core/error.hpp"
#include "varisk/io/delimited.hpp"

namespace varisk::cohort {
namespace {

CovariateColumn parse_column(std::string_view text) {
  const std::size_t open = text.rfind(" [");
  if (!text.ends_with(']') || open == std::string_view::npos) return {std::string(text), std::nullopt};
  const std::string_view unit = text.substr(open + 2, text.size() - open - 3);
  return {std::string(text.substr(0, open)), std::string(unit)};
}

std::vector<CovariateColumn> parse_columns(const io::DelimitedReader& reader) {
  std::vector<CovariateColumn> columns;
  for (const std::string& text : reader.columns()) {
    CovariateColumn column = parse_column(text);
    const bool twice = std::any_of(columns.begin(), columns.end(),
                                   [&](const CovariateColumn& other) { return other.name == column.name; });
    if (twice) throw UserError(fmt::format("the column '{}' is there twice", column.name), reader.where());
    columns.push_back(std::move(column));
  }
  return columns;
}

}  // namespace

bool is_missing_text(std::string_view text) noexcept {
  constexpr std::array<std::string_view, 5> missing = {"", "NA", "N/A", "NaN", "."};
  return std::find(missing.begin(), missing.end(), text) != missing.end();
}

CovariateTable CovariateTable::read(const std::string& path, std::string_view sample_column, DuplicatePolicy policy) {
  io::DelimitedReader reader(path);
  CovariateTable table;
  table.path_ = path;
  table.columns_ = parse_columns(reader);
  const auto id_column = table.find_column(sample_column);
  if (!id_column) {
    throw UserError(fmt::format("expected a column '{}' with the sample ids, found {}", sample_column,
                                fmt::join(reader.columns(), ", ")),
                    reader.where(), "name it with --sample-column");
  }
  std::vector<std::string> cells;
  while (reader.next(cells)) {
    const std::string& sample_id = cells[*id_column];
    if (is_missing_text(sample_id)) {
      throw UserError(fmt::format("expected a sample id in column '{}', found '{}'", sample_column, sample_id),
                      reader.where());
    }
    table.add(sample_id, cells, reader.line_number(), policy);
  }
  table.unterminated_ = reader.unterminated();
  return table;
}

std::optional<std::size_t> CovariateTable::find_row(std::string_view sample_id) const {
  const auto found = row_of_.find(sample_id);
  if (found == row_of_.end()) return std::nullopt;
  return found->second;
}

std::optional<std::size_t> CovariateTable::find_column(std::string_view name) const {
  const auto found = std::find_if(columns_.begin(), columns_.end(),
                                  [&](const CovariateColumn& column) { return column.name == name; });
  if (found == columns_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - columns_.begin());
}

std::string_view CovariateTable::text(std::size_t row, std::size_t column) const {
  const std::size_t cell = rows_[row].first_cell + column;
  const std::size_t begin = cell == 0 ? 0 : cell_end_[cell - 1];
  return std::string_view(cells_).substr(begin, cell_end_[cell] - begin);
}

std::string CovariateTable::where(std::size_t row, std::size_t column) const {
  return fmt::format("{}: line {}, column '{}'", path_, rows_[row].line, columns_[column].name);
}

CovariateTable::Row CovariateTable::append(std::span<const std::string> cells, std::int64_t line) {
  const std::size_t first_cell = cell_end_.size();
  for (const std::string& cell : cells) {
    cells_ += cell;
    cell_end_.push_back(cells_.size());
  }
  return {first_cell, line};
}

void CovariateTable::add(const std::string& sample_id, std::span<const std::string> cells, std::int64_t line,
                         DuplicatePolicy policy) {
  const auto [known, fresh] = row_of_.emplace(sample_id, rows_.size());
  if (!fresh) return add_duplicate(known->second, cells, line, policy);
  rows_.push_back(append(cells, line));
  sample_ids_.push_back(sample_id);
}

void CovariateTable::add_duplicate(std::size_t row, std::span<const std::string> cells, std::int64_t line,
                                   DuplicatePolicy policy) {
  if (policy == DuplicatePolicy::last) {
    rows_[row] = append(cells, line);
  } else if (policy != DuplicatePolicy::first) {
    bool equal = policy == DuplicatePolicy::identical;
    for (std::size_t column = 0; equal && column < cells.size(); ++column) equal = text(row, column) == cells[column];
    if (!equal) {
      const std::string_view expected =
          policy == DuplicatePolicy::error ? "one row per sample" : "identical rows of one sample";
      throw UserError(fmt::format("expected {}, found the sample of line {} again", expected, rows_[row].line),
                      fmt::format("{}: line {}", path_, line), "remove one, or choose with --duplicate-samples");
    }
  }
  ++dropped_duplicates_;
}

}  // namespace varisk::cohort
