#pragma once
/// \file
/// Dosages of all samples of a run, as whole numbers of 8 or 16 bits.

#include <cstddef>
#include <cstdint>
#include <span>

#include "varisk/training/column_store.hpp"

namespace varisk::training {

enum class DosageBits : std::uint8_t { eight, sixteen };

/// Rows are samples, columns variants. A dosage is code × step; the largest code means missing.
class DosageMatrix {
 public:
  /// \param step  above 0. 2/254 covers 0 to 2 with 8 bits; 0.001 keeps three decimals with 16 bits
  DosageMatrix(std::size_t rows, DosageBits bits, double step, MatrixStorage storage = {});

  [[nodiscard]] std::size_t rows() const noexcept { return rows_; }
  [[nodiscard]] std::size_t columns() const noexcept { return store_.columns(); }
  [[nodiscard]] DosageBits bits() const noexcept { return bits_; }
  [[nodiscard]] double step() const noexcept { return step_; }
  [[nodiscard]] std::uint32_t missing_code() const noexcept { return bits_ == DosageBits::eight ? 0xFFU : 0xFFFFU; }

  std::size_t add_columns(std::size_t count) { return store_.add_columns(count); }
  /// Rounds to the nearest step. Different columns may be filled by different threads in any order.
  /// \param missing  one for each row, not 0 if missing; or empty: none is
  /// Throws `UserError` for a dosage that is not finite, negative, or beyond the largest code.
  void set(std::size_t column, std::span<const double> dosages, std::span<const std::uint8_t> missing);
  [[nodiscard]] std::uint32_t code(std::size_t column, std::size_t row) const noexcept;
  /// Codes of a column, of the type that `bits()` says.
  [[nodiscard]] const std::byte* bytes(std::size_t column) const noexcept { return store_.column(column); }

 private:
  std::size_t rows_;
  DosageBits bits_;
  double step_;
  ColumnStore store_;
};

}  // namespace varisk::training
