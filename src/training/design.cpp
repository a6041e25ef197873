#include "varisk/training/design.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <utility>

#include "varisk/core/error.hpp"

namespace varisk::training {
namespace {

std::vector<std::uint32_t> all_columns(std::size_t count) {
  std::vector<std::uint32_t> columns(count);
  std::iota(columns.begin(), columns.end(), 0U);
  return columns;
}

}  // namespace

void Design::check_rows(std::size_t rows, const char* what) const {
  if (rows == rows_) return;
  throw InternalError("the design has " + std::to_string(rows_) + " rows and " + std::to_string(columns()) +
                      " columns, but " + what + " to add " + std::to_string(rows) + " rows");
}

std::size_t Design::add_dense(std::vector<double> values) {
  check_rows(values.size(), "the column");
  if (!std::all_of(values.begin(), values.end(), [](double value) { return std::isfinite(value); })) {
    throw InternalError("a dense column of the design has a value that is not finite");
  }
  places_.push_back({ColumnKind::dense, 0, static_cast<std::uint32_t>(dense_.size())});
  dense_.push_back(std::move(values));
  return places_.size() - 1;
}

std::size_t Design::add_genotypes(const GenotypeMatrix& matrix, std::span<const std::uint32_t> columns) {
  check_rows(matrix.rows(), "the genotypes");
  const auto source = static_cast<std::uint32_t>(genotypes_.size());
  genotypes_.push_back(&matrix);
  const std::size_t first = places_.size();
  places_.reserve(first + columns.size());
  for (const std::uint32_t column : columns) places_.push_back({ColumnKind::genotype, source, column});
  return first;
}

std::size_t Design::add_dosages(const DosageMatrix& matrix, std::span<const std::uint32_t> columns) {
  check_rows(matrix.rows(), "the dosages");
  const auto source = static_cast<std::uint32_t>(dosages_.size());
  dosages_.push_back(&matrix);
  const std::size_t first = places_.size();
  places_.reserve(first + columns.size());
  for (const std::uint32_t column : columns) places_.push_back({ColumnKind::dosage, source, column});
  return first;
}

std::size_t Design::add_genotypes(const GenotypeMatrix& matrix) {
  return add_genotypes(matrix, all_columns(matrix.columns()));
}

std::size_t Design::add_dosages(const DosageMatrix& matrix) {
  return add_dosages(matrix, all_columns(matrix.columns()));
}

}  // namespace varisk::training
