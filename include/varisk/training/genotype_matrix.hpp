#pragma once
/// \file
/// Hard calls of all samples of a run at all variants that it trains on, two bits a call.

#include <cstddef>
#include <cstdint>
#include <span>

#include "varisk/training/column_store.hpp"

namespace varisk::training {

/// Code of a missing call; 0, 1 and 2 are copies of the effect allele.
inline constexpr std::uint8_t missing_call = 3;

/// Rows are samples (of training and all others of the run), columns are variants. Call i of a column is in byte i / 4,
/// bits 2 (i mod 4) and above. Rows beyond the last are 0.
class GenotypeMatrix {
 public:
  explicit GenotypeMatrix(std::size_t rows, MatrixStorage storage = {});

  [[nodiscard]] std::size_t rows() const noexcept { return rows_; }
  [[nodiscard]] std::size_t columns() const noexcept { return store_.columns(); }
  /// Bytes from one column to the next, a multiple of 64.
  [[nodiscard]] std::size_t stride() const noexcept { return store_.stride(); }

  /// Adds columns without copies and returns the index of the first. Not at the same time as anything else.
  std::size_t add_columns(std::size_t count) { return store_.add_columns(count); }
  /// Fills a column; different columns may be filled by different threads in any order.
  /// \param copies  one for each row: 0, 1, 2 or `missing_call`; anything else is an InternalError
  void set(std::size_t column, std::span<const std::uint8_t> copies);
  [[nodiscard]] std::uint8_t at(std::size_t column, std::size_t row) const noexcept {
    return static_cast<std::uint8_t>((static_cast<unsigned>(bytes(column)[row / 4]) >> (2 * (row % 4))) & 3U);
  }
  /// `stride()` bytes, 64-byte aligned.
  [[nodiscard]] const std::uint8_t* bytes(std::size_t column) const noexcept {
    return reinterpret_cast<const std::uint8_t*>(store_.column(column));  // NOLINT
  }
  [[nodiscard]] std::uint64_t bytes_in_memory() const noexcept { return store_.bytes_in_memory(); }
  [[nodiscard]] std::uint64_t bytes_in_file() const noexcept { return store_.bytes_in_file(); }

 private:
  std::size_t rows_;
  ColumnStore store_;
};

}  // namespace varisk::training
