#pragma once
/// The hot loops of the selection of columns. All sums are whole numbers, so all levels give the same.
#include <cstddef>
#include <cstdint>

#include "aligned.hpp"
#include "varisk/core/simd.hpp"

namespace varisk::training {

/// Calls of some rows of a column.
struct CallCounts {
  std::uint64_t one = 0;
  std::uint64_t two = 0;
  std::uint64_t missing = 0;
};

/// Bits of rows: 64 rows, 16 bytes of packed calls, are one word. Row 64 w + r has bit 2 r of word w for r < 32, bit
/// 2 (r − 32) + 1 otherwise, so that packed calls need only be shifted.
class RowBits {
 public:
  explicit RowBits(std::size_t rows) : words_(padded_rows(rows) / 64) {}
  void set(std::size_t row) noexcept { words_[row / 64] |= std::uint64_t{1} << bit(row % 64); }
  [[nodiscard]] const std::uint64_t* data() const noexcept { return words_.data(); }
  [[nodiscard]] std::size_t words() const noexcept { return words_.size(); }

 private:
  static std::size_t bit(std::size_t row) noexcept { return row < 32 ? 2 * row : 2 * (row - 32) + 1; }
  AlignedVector<std::uint64_t> words_;
};

/// Calls of a column in the rows of a fit as bits: those of two equal alleles, those of two effect alleles, missing
/// ones. Each has `words` words, one after the other.
struct CallBits {
  const std::uint64_t* same;
  const std::uint64_t* two;
  const std::uint64_t* missing;
};

/// Sums over rows of copies − 1 of two columns, a missing call being 0.
struct PairSums {
  std::int64_t product = 0;
  std::int64_t first_without_second = 0;  ///< of the first column where the second is missing
  std::int64_t second_without_first = 0;
  std::int64_t both_missing = 0;
};

struct SelectionKernels {
  CallCounts (*count)(const std::uint8_t* packed, const std::uint64_t* rows, std::size_t words);
  /// Writes the three arrays of `CallBits` to `bits`, 3 × words.
  void (*split)(const std::uint8_t* packed, const std::uint64_t* rows, std::size_t words, std::uint64_t* bits);
  /// Of columns without missing calls.
  std::int64_t (*product)(const CallBits& first, const CallBits& second, std::size_t words);
  PairSums (*pair)(const CallBits& first, const CallBits& second, std::size_t words);
  /// Σ first × second
  std::uint64_t (*dot_8_8)(const std::uint8_t* first, const std::uint8_t* second, std::size_t count);
  std::uint64_t (*dot_8_16)(const std::uint8_t* first, const std::uint16_t* second, std::size_t count);
  std::uint64_t (*dot_16_16)(const std::uint16_t* first, const std::uint16_t* second, std::size_t count);
};

extern const SelectionKernels selection_scalar_kernels;
#if defined(__x86_64__)
extern const SelectionKernels selection_avx2_kernels;
extern const SelectionKernels selection_avx512_kernels;
#endif

[[nodiscard]] const SelectionKernels& selection_kernels(SimdLevel level) noexcept;

}  // namespace varisk::training
