#pragma once
/// \file
/// The covariate table (`--covariates`) as text, with units as the header declares them.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace varisk::cohort {

/// Empty, `NA`, `N/A`, `NaN` or `.`.
[[nodiscard]] bool is_missing_text(std::string_view text) noexcept;

/// What becomes of the rows of a sample that has several. `identical`: one is kept if all cells are equal, else error.
enum class DuplicatePolicy : std::uint8_t { error, first, last, identical };

/// A column name of the header line: `name` or `name [unit]`.
struct CovariateColumn {
  std::string name;
  std::optional<std::string> unit;
};

/// One row per sample, in the order in which the samples first appear.
class CovariateTable {
 public:
  /// \throws IoError if the file cannot be read, UserError if the table is malformed, lacks `sample_column`, has a row
  ///         without a sample id, or duplicates that `policy` does not allow
  [[nodiscard]] static CovariateTable read(const std::string& path, std::string_view sample_column,
                                           DuplicatePolicy policy);

  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  [[nodiscard]] std::span<const std::string> sample_ids() const noexcept { return sample_ids_; }
  [[nodiscard]] std::optional<std::size_t> find_row(std::string_view sample_id) const;

  /// The id column included.
  [[nodiscard]] std::span<const CovariateColumn> columns() const noexcept { return columns_; }
  /// By name, without the unit.
  [[nodiscard]] std::optional<std::size_t> find_column(std::string_view name) const;

  [[nodiscard]] std::string_view text(std::size_t row, std::size_t column) const;
  [[nodiscard]] bool is_missing(std::size_t row, std::size_t column) const {
    return is_missing_text(text(row, column));
  }
  /// Line of a row in the file.
  [[nodiscard]] std::int64_t line(std::size_t row) const { return rows_[row].line; }
  /// `path: line N, column 'name'`, for error messages.
  [[nodiscard]] std::string where(std::size_t row, std::size_t column) const;

  /// The last line had no line end, so the table may have been cut within it.
  [[nodiscard]] bool unterminated() const noexcept { return unterminated_; }
  /// Rows that `policy` left out.
  [[nodiscard]] std::size_t dropped_duplicates() const noexcept { return dropped_duplicates_; }

 private:
  struct Row {
    std::size_t first_cell = 0;
    std::int64_t line = 0;
  };
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept { return std::hash<std::string_view>{}(text); }
  };

  Row append(std::span<const std::string> cells, std::int64_t line);
  void add(const std::string& sample_id, std::span<const std::string> cells, std::int64_t line, DuplicatePolicy policy);
  void add_duplicate(std::size_t row, std::span<const std::string> cells, std::int64_t line, DuplicatePolicy policy);

  std::string path_;
  std::vector<CovariateColumn> columns_;
  std::vector<std::string> sample_ids_;
  std::vector<Row> rows_;
  std::unordered_map<std::string, std::size_t, TextHash, std::equal_to<>> row_of_;
  std::string cells_;                  // all cells, end to end
  std::vector<std::size_t> cell_end_;  // of each cell in cells_
  std::size_t dropped_duplicates_ = 0;
  bool unterminated_ = false;
};

}  // namespace varisk::cohort
