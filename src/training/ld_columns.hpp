#pragma once
#include <cstdint>
#include <vector>

#include "selection_rows.hpp"

namespace varisk::training {

/// A column in the form in which it is compared with its neighbours: calls as bits, or codes row by row.
class LdColumn {
 public:
  LdColumn() = default;
  /// \param as_codes  genotypes too, so that they can be compared with dosages
  LdColumn(const SelectionRows& rows, std::size_t column, bool as_codes);

  [[nodiscard]] bool has_variance() const noexcept { return moments_.variance() > 0; }

  /// r², a missing value being the mean of the others. Of columns of the same rows with variance.
  [[nodiscard]] static double r2(const LdColumn& first, const LdColumn& second, const SelectionRows& rows);

 private:
  /// Sums over the rows that have a value. All are whole numbers.
  struct Moments {
    double present = 0;
    double sum = 0;
    double squares = 0;
    /// × present²
    [[nodiscard]] double variance() const noexcept { return present * squares - sum * sum; }
  };
  void set_bits(const SelectionRows& rows, std::size_t column);
  void set_call_codes(const SelectionRows& rows, std::size_t column);
  void set_dosage_codes(const SelectionRows& rows, std::size_t column);
  template <typename Code>
  void add_code(std::vector<Code>& codes, std::uint32_t code, bool missing);
  [[nodiscard]] CallBits bits() const noexcept;
  [[nodiscard]] bool complete(const SelectionRows& rows) const noexcept;
  [[nodiscard]] double sum_at(const std::vector<std::uint32_t>& places) const;
  [[nodiscard]] static PairSums pair_of_bits(const LdColumn& first, const LdColumn& second, const SelectionRows& rows);
  [[nodiscard]] static PairSums pair_of_codes(const LdColumn& first, const LdColumn& second, const SelectionRows& rows);

  Moments moments_;
  std::size_t words_ = 0;
  AlignedVector<std::uint64_t> bits_;
  std::vector<std::uint8_t> bytes_;          ///< codes of 8 bits, 0 where missing; or
  std::vector<std::uint16_t> shorts_;        ///< of 16 bits
  std::vector<std::uint32_t> missing_rows_;  ///< places among the rows of the fit
  std::vector<bool> is_missing_;             ///< of each of these; empty if none is
};

}  // namespace varisk::training
