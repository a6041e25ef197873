#pragma once
#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "aligned.hpp"
#include "packed_kernels.hpp"
#include "quantise.hpp"
#include "varisk/training/design.hpp"

namespace varisk::training {

/// The columns of a design as one fit sees them: centred, and scaled if that is wanted; a missing value is 0. Vectors
/// over rows are padded (`padded_rows`). Rows outside of the fit have values too: their predictors come for nothing.
class FitColumns {
 public:
  FitColumns(const Design& design, std::span<const ColumnStatistics> statistics, bool standardise,
             const PackedKernels& kernels)
      : design_(&design), statistics_(statistics), standardise_(standardise), kernels_(&kernels) {}

  [[nodiscard]] const Design& design() const noexcept { return *design_; }
  [[nodiscard]] const PackedKernels& kernels() const noexcept { return *kernels_; }
  [[nodiscard]] std::size_t padded() const noexcept { return padded_rows(design_->rows()); }
  [[nodiscard]] double mean(std::size_t column) const noexcept { return statistics_[column].mean; }
  [[nodiscard]] std::uint32_t missing(std::size_t column) const noexcept { return statistics_[column].missing; }
  /// By which centred values are divided.
  [[nodiscard]] double scale(std::size_t column) const noexcept { return standardise_ ? statistics_[column].sd : 1; }
  /// Weighted norm of the centred and scaled column.
  [[nodiscard]] double norm(std::size_t column) const noexcept { return standardise_ ? 1 : statistics_[column].sd; }
  [[nodiscard]] bool is_packed(std::size_t column) const noexcept {
    return design_->place(column).kind == ColumnKind::genotype;
  }

  /// What the codes of a packed column stand for.
  [[nodiscard]] CodeTable table(std::size_t column) const noexcept {
    const double mean = statistics_[column].mean;
    const double per_scale = 1 / scale(column);
    return {(0 - mean) * per_scale, (1 - mean) * per_scale, (2 - mean) * per_scale, 0};
  }
  /// Σ x v
  [[nodiscard]] double dot(std::size_t column, const double* vector) const;
  /// Σ x v of several columns, v being `numbers` too.
  void dots(std::span<const std::uint32_t> columns, const double* vector, const SplitNumbers& numbers,
            double* to) const;
  /// Σ x² v
  [[nodiscard]] double dot_square(std::size_t column, const double* vector) const;
  /// v += factor × x
  void add(std::size_t column, double factor, double* vector) const;
  /// v += factor × x × weight, row by row
  void add_weighted(std::size_t column, double factor, const double* weights, double* vector) const;
  /// The values of rows `first` to `last` of a column that is not packed.
  template <typename Real>
  void values(std::size_t column, std::size_t first, std::size_t last, Real* to) const;
  /// The value of a packed or other column in one row.
  [[nodiscard]] double value(std::size_t column, std::size_t row) const;

 private:
  const Design* design_;
  std::span<const ColumnStatistics> statistics_;
  bool standardise_;
  const PackedKernels* kernels_;
};

/// Sums of products of plain vectors, in lanes as those of `PackedKernels`.
template <typename Real, typename Other>
[[nodiscard]] inline Real dot_product(const Real* one, const Other* other, std::size_t count) {
  constexpr std::size_t lanes = 16;
  std::array<Real, lanes> sums{};
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    for (std::size_t k = 0; k < lanes; ++k) sums[k] += one[i + k] * static_cast<Real>(other[i + k]);
  }
  for (std::size_t k = 0; i + k < count; ++k) sums[k] += one[i + k] * static_cast<Real>(other[i + k]);
  return add_lanes(sums);
}

}  // namespace varisk::training
