#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "selection_kernels.hpp"
#include "varisk/training/selection.hpp"

namespace varisk::training {

/// What the observed calls or dosages of a column say.
struct ColumnCounts {
  std::uint64_t missing = 0;
  double minor_frequency = 0;  ///< 0 without any
};

/// Calls by copies.
struct HardCalls {
  std::uint64_t none = 0;
  std::uint64_t one = 0;
  std::uint64_t two = 0;
};

/// Codes of a dosage column in some rows, in their order.
template <typename Action>
void each_code(const DosageMatrix& matrix, std::size_t column, std::span<const std::uint32_t> rows,
               const Action& action) {
  const std::byte* const bytes = matrix.bytes(column);
  if (matrix.bits() == DosageBits::eight) {
    for (const std::uint32_t row : rows) action(static_cast<std::uint32_t>(bytes[row]));
  } else {
    const auto* const codes = reinterpret_cast<const std::uint16_t*>(bytes);  // NOLINT
    for (const std::uint32_t row : rows) action(std::uint32_t{codes[row]});
  }
}

/// Genotype and dosage columns in the rows of one fit.
class SelectionRows {
 public:
  /// \param males  of each row, or empty
  SelectionRows(const Design& design, std::span<const double> weights, std::span<const std::uint8_t> males);

  [[nodiscard]] const Design& design() const noexcept { return *design_; }
  [[nodiscard]] std::span<const std::uint32_t> rows() const noexcept { return rows_; }  ///< ascending
  [[nodiscard]] const RowBits& bits() const noexcept { return bits_; }
  [[nodiscard]] const SelectionKernels& kernels() const noexcept { return *kernels_; }

  [[nodiscard]] ColumnCounts counts(std::size_t column, CallAlleles alleles) const;
  [[nodiscard]] HardCalls hard_calls(std::size_t column) const;

 private:
  [[nodiscard]] ColumnCounts call_counts(const std::uint8_t* packed, CallAlleles alleles) const;
  [[nodiscard]] ColumnCounts dosage_counts(const ColumnPlace& place, CallAlleles alleles) const;

  const Design* design_;
  const SelectionKernels* kernels_;
  std::vector<std::uint32_t> rows_;
  std::vector<std::uint32_t> male_rows_;
  RowBits bits_;
  RowBits male_bits_;
};

}  // namespace varisk::training
