#pragma once
/// \file
/// The columns that a model is fitted to: packed genotypes, quantised dosages and dense numbers side by side.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "varisk/training/dosage_matrix.hpp"
#include "varisk/training/genotype_matrix.hpp"

namespace varisk::training {

enum class ColumnKind : std::uint8_t { genotype, dosage, dense };

/// Where a column of the design lies.
struct ColumnPlace {
  ColumnKind kind = ColumnKind::dense;
  std::uint32_t source = 0;  ///< which matrix of this kind
  std::uint32_t index = 0;   ///< column of it
};

/// Columns over the same rows. Genotypes and dosages stay where they are and must outlive the design.
class Design {
 public:
  explicit Design(std::size_t rows) : rows_(rows) {}

  /// One finite number for each row; returns the index of the column. Throws `InternalError` otherwise.
  std::size_t add_dense(std::vector<double> values);
  /// All columns of a matrix; returns the index of the first.
  std::size_t add_genotypes(const GenotypeMatrix& matrix);
  std::size_t add_dosages(const DosageMatrix& matrix);
  /// These columns of a matrix only.
  std::size_t add_genotypes(const GenotypeMatrix& matrix, std::span<const std::uint32_t> columns);
  std::size_t add_dosages(const DosageMatrix& matrix, std::span<const std::uint32_t> columns);

  [[nodiscard]] std::size_t rows() const noexcept { return rows_; }
  [[nodiscard]] std::size_t columns() const noexcept { return places_.size(); }
  [[nodiscard]] const ColumnPlace& place(std::size_t column) const noexcept { return places_[column]; }
  [[nodiscard]] const GenotypeMatrix& genotypes(std::uint32_t source) const noexcept { return *genotypes_[source]; }
  [[nodiscard]] const DosageMatrix& dosages(std::uint32_t source) const noexcept { return *dosages_[source]; }
  /// The values of a dense column.
  [[nodiscard]] std::span<const double> dense(std::uint32_t index) const noexcept { return dense_[index]; }
  /// The packed calls of a genotype column.
  [[nodiscard]] const std::uint8_t* packed(std::size_t column) const noexcept {
    return genotypes_[places_[column].source]->bytes(places_[column].index);
  }

 private:
  void check_rows(std::size_t rows, const char* what) const;

  std::size_t rows_;
  std::vector<ColumnPlace> places_;
  std::vector<const GenotypeMatrix*> genotypes_;
  std::vector<const DosageMatrix*> dosages_;
  std::vector<std::vector<double>> dense_;
};

/// Of the rows whose weight is not 0. `mean` and `sd` are of the values that are there; a missing value then takes the
/// mean, so that `sd` has the weight of all rows below it: sd² = Σ w (x − mean)² / Σ w, the sums above over rows with a
/// value.
struct ColumnStatistics {
  double mean = 0;
  double sd = 0;
  std::uint32_t missing = 0;  ///< rows with weight and without value
};

/// Weighted as the fit is. \param weights  one for each row, 0 outside the fit. The same bytes for any `threads`.
[[nodiscard]] std::vector<ColumnStatistics> column_statistics(const Design& design, std::span<const double> weights,
                                                              int threads);

/// Columns that a fit cannot use, or that say the same.
struct DesignFindings {
  std::vector<std::uint32_t> constant;     ///< one value in all rows of the fit, missing ones aside; never in a model
  std::vector<std::uint32_t> all_missing;  ///< no value in any row of the fit; never in a model
  /// A column and an earlier one of the same kind with the same values in all rows of the fit, `{later, earlier}`. Both
  /// stay; a penalised fit may divide the coefficient between them in any way without a change of the objective.
  struct Duplicate {
    std::uint32_t column = 0;
    std::uint32_t of = 0;
  };
  std::vector<Duplicate> duplicates;
};

/// \param weights     as for `column_statistics`, of which \param statistics are
[[nodiscard]] DesignFindings examine_design(const Design& design, std::span<const double> weights,
                                            std::span<const ColumnStatistics> statistics, int threads);

}  // namespace varisk::training
