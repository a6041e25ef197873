#pragma once
#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "aligned.hpp"
#include "fit_columns.hpp"
#include "parallel.hpp"

namespace varisk::training {

/// The calls of some packed columns row by row: slot k of a row is in byte k / 4, bits 2 (k mod 4). A product of all
/// rows with a vector of coefficients is then made of the same sums as a product of columns with a vector over rows.
class RowCodes {
 public:
  explicit RowCodes(const Design& design) : design_(&design) {}

  /// Gives each column a slot, and writes those that had none. \param columns  packed ones, ascending
  void use(std::span<const std::uint32_t> columns, const Threads& threads);
  /// In the order of `use`.
  [[nodiscard]] std::span<const std::uint32_t> slots() const noexcept { return slots_; }
  /// Lines of 256 slots in a row.
  [[nodiscard]] std::size_t lines() const noexcept { return lines_; }
  [[nodiscard]] const std::uint8_t* row(std::size_t index) const noexcept {
    return codes_.data() + index * lines_ * line_rows / 4;
  }

 private:
  void clear(std::size_t columns);
  void write(std::size_t first_slot, std::span<const std::uint32_t> columns, const Threads& threads);

  const Design* design_;
  std::size_t lines_ = 0;
  std::size_t used_ = 0;  ///< slots
  AlignedVector<std::uint8_t> codes_;
  std::unordered_map<std::uint32_t, std::uint32_t> slot_of_;
  std::vector<std::uint32_t> slots_;
};

}  // namespace varisk::training
