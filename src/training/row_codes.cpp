#include "row_codes.hpp"

#include <algorithm>
#include <array>

namespace varisk::training {
namespace {

/// Room for more columns than asked for.
constexpr std::size_t spare_lines = 1;
/// Quads of rows of one task.
constexpr std::size_t quads_of_task = 256;

/// Two bits at (column c, row r) to (row r, column c), four by four: byte c of the word has the rows of column c.
[[nodiscard]] constexpr std::uint32_t transpose(std::uint32_t word) noexcept {
  // swap single codes within pairs, then pairs
  const std::uint32_t odd = (word ^ (word >> 6U)) & 0x00CC00CCU;
  word ^= odd ^ (odd << 6U);
  const std::uint32_t high = (word ^ (word >> 12U)) & 0x0000F0F0U;
  return word ^ high ^ (high << 12U);
}
static_assert(transpose(0x000000E4U) == 0x03020100U);
static_assert(transpose(0x03020100U) == 0x000000E4U);
static_assert(transpose(0x00E40000U) == 0x30201000U);

}  // namespace

void RowCodes::clear(std::size_t columns) {
  lines_ = (columns + line_rows - 1) / line_rows + spare_lines;
  codes_.assign(design_->rows() * lines_ * line_rows / 4, 0);
  slot_of_.clear();
  used_ = 0;
}

void RowCodes::use(std::span<const std::uint32_t> columns, const Threads& threads) {
  std::vector<std::uint32_t> fresh;
  for (const std::uint32_t column : columns) {
    if (!slot_of_.contains(column)) fresh.push_back(column);
  }
  const std::size_t room = lines_ * line_rows;
  const bool wasteful = used_ + fresh.size() > columns.size() + columns.size() / 4 + line_rows;
  if (used_ + fresh.size() > room || wasteful) {
    clear(columns.size());
    fresh.assign(columns.begin(), columns.end());
  }
  const std::size_t first = used_;
  for (const std::uint32_t column : fresh) slot_of_.emplace(column, static_cast<std::uint32_t>(used_++));
  write(first, fresh, threads);
  slots_.resize(columns.size());
  for (std::size_t k = 0; k < columns.size(); ++k) slots_[k] = slot_of_.at(columns[k]);
}

void RowCodes::write(std::size_t first_slot, std::span<const std::uint32_t> columns, const Threads& threads) {
  const std::size_t rows = design_->rows();
  const std::size_t stride = lines_ * line_rows / 4;
  threads.pieces((rows + 3) / 4, quads_of_task, [&](std::size_t first, std::size_t last) {
    for (std::size_t slot = first_slot; slot < first_slot + columns.size(); slot = (slot / 4 + 1) * 4) {
      std::array<const std::uint8_t*, 4> from{};
      for (std::size_t k = slot % 4; k < 4 && slot - slot % 4 + k < first_slot + columns.size(); ++k) {
        from[k] = design_->packed(columns[slot - slot % 4 + k - first_slot]);
      }
      std::uint8_t* const to = codes_.data() + slot / 4;
      for (std::size_t quad = first; quad < last; ++quad) {
        std::uint32_t word = 0;
        for (std::size_t k = 0; k < 4; ++k) {
          if (from[k] != nullptr) word |= static_cast<std::uint32_t>(from[k][quad]) << (8 * k);
        }
        word = transpose(word);
        for (std::size_t r = 0; r < 4 && 4 * quad + r < rows; ++r) {
          to[(4 * quad + r) * stride] = static_cast<std::uint8_t>(to[(4 * quad + r) * stride] | (word >> (8 * r)));
        }
      }
    }
  });
}

}  // namespace varisk::training
