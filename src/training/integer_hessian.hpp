#pragma once
#include <span>
#include <vector>

#include "curvature.hpp"
#include "fit_columns.hpp"
#include "parallel.hpp"
#include "row_codes.hpp"

namespace varisk::training {

/// v → Xᵀ H X v for columns, intercepts and several predictors, to about four digits: coefficients and the vector over
/// rows are rounded to 15 bits of their largest value, and all sums with packed columns are whole numbers.
///
/// A vector over the variables has the intercepts first, then for each column the coefficients of all predictors.
class IntegerHessian {
 public:
  IntegerHessian(const FitColumns& columns, const Threads& threads)
      : columns_(&columns), threads_(&threads), rows_(columns.design()) {}
  void assign(std::span<const std::uint32_t> columns, const Curvature<double>& curvature);
  void multiply(std::span<const double> variables, std::span<double> to);

 private:
  /// A vector as whole numbers: that of predictor c begins at c × lines × line_bytes.
  struct Numbers {
    AlignedVector<std::int8_t> bytes;
    std::vector<const std::int8_t*> begin;  ///< of each predictor
    std::vector<float> steps;
    std::vector<double> sums;
  };
  void quantise_vectors(const AlignedVector<float>& values, std::size_t lines, Numbers& numbers) const;
  void quantise_coefficients(std::span<const double> variables);
  void multiply_rows(std::size_t first, std::size_t last);
  void multiply_columns(std::size_t first, std::size_t last, std::span<double> to) const;
  void multiply_others(std::span<double> to) const;
  void add_others(std::size_t first, std::size_t last);
  [[nodiscard]] const float* other(std::size_t index, std::size_t first, std::size_t last, float* buffer) const;

  const FitColumns* columns_;
  const Threads* threads_;
  RowCodes rows_;
  Curvature<float> curvature_;
  std::size_t predictors_ = 1;
  std::size_t intercepts_ = 1;
  std::size_t lines_ = 0;  ///< of rows
  bool any_missing_ = false;

  std::vector<std::uint32_t> all_;        ///< columns
  std::vector<std::uint32_t> packed_;     ///< of them the packed ones
  std::vector<std::uint32_t> packed_at_;  ///< and where they stand
  std::vector<std::uint32_t> other_at_;
  AlignedVector<float> other_values_;  ///< of the others, if they are few

  AlignedVector<float> scaled_, scaled_missing_;  ///< by slot and predictor
  Numbers of_slots_, of_missing_, of_rows_;
  std::vector<double> constants_;     ///< by predictor: what the means take away
  std::vector<float> other_factors_;  ///< by other column and predictor
  AlignedVector<float> values_;       ///< by predictor and row
  std::vector<float> shift_;          ///< intercepts, then those of each task of rows
};

}  // namespace varisk::training
