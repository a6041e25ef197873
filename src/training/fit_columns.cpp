#include "fit_columns.hpp"

namespace varisk::training {
namespace {

/// Rows of other columns that are unfolded at a time.
constexpr std::size_t piece_rows = 512;

}  // namespace

template <typename Real>
void FitColumns::values(std::size_t column, std::size_t first, std::size_t last, Real* to) const {
  const ColumnPlace& place = design_->place(column);
  const double mean = statistics_[column].mean;
  const double per_scale = 1 / scale(column);
  const std::size_t end = std::min(last, design_->rows());
  std::size_t i = first;
  if (place.kind == ColumnKind::dense) {
    const auto values = design_->dense(place.index);
    for (; i < end; ++i) to[i - first] = static_cast<Real>((values[i] - mean) * per_scale);
  } else {
    const DosageMatrix& dosages = design_->dosages(place.source);
    const double step = dosages.step();
    const std::uint32_t missing = dosages.missing_code();
    for (; i < end; ++i) {
      const std::uint32_t code = dosages.code(place.index, i);
      to[i - first] = code == missing ? Real{0} : static_cast<Real>((code * step - mean) * per_scale);
    }
  }
  for (; i < last; ++i) to[i - first] = 0;
}
template void FitColumns::values(std::size_t, std::size_t, std::size_t, double*) const;
template void FitColumns::values(std::size_t, std::size_t, std::size_t, float*) const;

double FitColumns::value(std::size_t column, std::size_t row) const {
  if (is_packed(column)) {
    const ColumnPlace& place = design_->place(column);
    return table(column)[design_->genotypes(place.source).at(place.index, row)];
  }
  double here = 0;
  values(column, row, row + 1, &here);
  return here;
}

void FitColumns::add(std::size_t column, double factor, double* vector) const {
  if (is_packed(column)) {
    CodeTable scaled = table(column);
    for (double& entry : scaled) entry *= factor;
    const std::uint8_t* const packed = design_->packed(column);
    kernels_->sums.add_columns(vector, padded(), &packed, &scaled, 1);
    return;
  }
  std::array<double, piece_rows> here;
  for (std::size_t i = 0; i < design_->rows(); i += piece_rows) {
    const std::size_t count = std::min(piece_rows, design_->rows() - i);
    values(column, i, i + count, here.data());
    for (std::size_t k = 0; k < count; ++k) vector[i + k] += factor * here[k];
  }
}

void FitColumns::add_weighted(std::size_t column, double factor, const double* weights, double* vector) const {
  if (is_packed(column)) {
    CodeTable scaled = table(column);
    for (double& entry : scaled) entry *= factor;
    kernels_->sums.add_weighted(vector, weights, design_->packed(column), padded(), scaled);
    return;
  }
  std::array<double, piece_rows> here;
  for (std::size_t i = 0; i < design_->rows(); i += piece_rows) {
    const std::size_t count = std::min(piece_rows, design_->rows() - i);
    values(column, i, i + count, here.data());
    for (std::size_t k = 0; k < count; ++k) vector[i + k] += factor * here[k] * weights[i + k];
  }
}

double FitColumns::dot(std::size_t column, const double* vector) const {
  if (is_packed(column)) return kernels_->sums.dot(design_->packed(column), vector, padded(), table(column));
  double sum = 0;
  std::array<double, piece_rows> here;
  for (std::size_t i = 0; i < design_->rows(); i += piece_rows) {
    const std::size_t count = std::min(piece_rows, design_->rows() - i);
    values(column, i, i + count, here.data());
    sum += dot_product(here.data(), vector + i, count);
  }
  return sum;
}

void FitColumns::dots(std::span<const std::uint32_t> columns, const double* vector, const SplitNumbers& numbers,
                      double* to) const {
  std::vector<const std::uint8_t*> packed;
  std::vector<std::size_t> at;
  bool any_missing = false;
  for (std::size_t k = 0; k < columns.size(); ++k) {
    if (!is_packed(columns[k])) {
      to[k] = dot(columns[k], vector);
      continue;
    }
    packed.push_back(design_->packed(columns[k]));
    at.push_back(k);
    any_missing = any_missing || missing(columns[k]) > 0;
  }
  const std::size_t levels = numbers.levels();
  const std::size_t lines = padded() / line_rows;
  std::vector<std::int64_t> codes(packed.size() * levels);
  std::vector<std::int64_t> gaps(packed.size() * levels, 0);
  kernels_->screen.codes(packed.data(), packed.size(), lines, numbers.begin(), levels, codes.data());
  if (any_missing) {
    kernels_->screen.missing(packed.data(), packed.size(), lines, numbers.begin(), levels, gaps.data());
  }
  for (std::size_t k = 0; k < packed.size(); ++k) {
    const std::uint32_t column = columns[at[k]];
    for (std::size_t level = 0; level < levels; ++level) codes[k * levels + level] -= 3 * gaps[k * levels + level];
    const double present = numbers.sum() - numbers.together(gaps.data() + k * levels);
    to[at[k]] = (numbers.together(codes.data() + k * levels) - mean(column) * present) / scale(column);
  }
}

double FitColumns::dot_square(std::size_t column, const double* vector) const {
  if (is_packed(column)) {
    CodeTable squares = table(column);
    for (double& entry : squares) entry *= entry;
    return kernels_->sums.dot(design_->packed(column), vector, padded(), squares);
  }
  double sum = 0;
  std::array<double, piece_rows> here;
  for (std::size_t i = 0; i < design_->rows(); i += piece_rows) {
    const std::size_t count = std::min(piece_rows, design_->rows() - i);
    values(column, i, i + count, here.data());
    for (std::size_t k = 0; k < count; ++k) here[k] *= here[k];
    sum += dot_product(here.data(), vector + i, count);
  }
  return sum;
}

}  // namespace varisk::training
