#pragma once
#include <span>
#include <vector>

#include "curvature.hpp"
#include "fit_columns.hpp"
#include "parallel.hpp"

namespace varisk::training {

/// Some columns of a fit, ready for products with all of them.
class ColumnBlock {
 public:
  explicit ColumnBlock(const FitColumns& columns) : columns_(&columns) {}

  void assign(std::span<const std::uint32_t> columns);
  [[nodiscard]] std::size_t size() const noexcept { return columns_here_.size(); }

  /// Coefficients of all columns made ready for `add`. \param coefficients  that of column e at e × step
  struct Scaled {
    std::vector<CodeTable> tables;
    std::vector<double> others;
  };
  void scale(const double* coefficients, std::size_t step, Scaled& scaled) const;
  /// to += Σ coefficient × x, in rows `first` to `last`, multiples of `line_rows`. \param to  begins at row `first`
  void add(const Scaled& scaled, std::size_t first, std::size_t last, double* to) const;
  /// to[e] = Σ x v over rows `first` to `last`. \param v  begins at row `first`
  void dots(std::size_t first, std::size_t last, const double* v, double* to) const;

 private:
  const FitColumns* columns_;
  std::vector<std::uint32_t> columns_here_;
  std::vector<const std::uint8_t*> packed_;  ///< of the packed ones
  std::vector<CodeTable> tables_;            ///< likewise
  std::vector<std::uint32_t> packed_at_;     ///< where they stand among all
  std::vector<std::uint32_t> other_at_;
};

/// v ← Xᵀ H X v for columns, intercepts and several predictors.
///
/// A vector over the variables has the intercepts first, then for each column the coefficients of all predictors.
class ExactHessian {
 public:
  ExactHessian(const FitColumns& columns, const Threads& threads) : threads_(&threads), block_(columns) {}
  void assign(std::span<const std::uint32_t> columns, const Curvature<double>& curvature);
  void multiply(std::span<const double> variables, std::span<double> to);

 private:
  const Threads* threads_;
  ColumnBlock block_;
  Curvature<double> curvature_;
  std::size_t piece_ = 0;
  std::vector<ColumnBlock::Scaled> scaled_;
  AlignedVector<double> rows_;
  std::vector<double> sums_;
  std::vector<double> intercepts_;
};

/// Rows of one task of products with many columns; at most 16 tasks.
[[nodiscard]] std::size_t rows_of_task(std::size_t padded) noexcept;

}  // namespace varisk::training
