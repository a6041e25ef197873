#include "column_block.hpp"

#include <algorithm>

namespace varisk::training {
namespace {

constexpr std::size_t least_rows = 512;
constexpr std::size_t most_tasks = 16;
constexpr std::size_t chunk = 512;

}  // namespace

std::size_t rows_of_task(std::size_t padded) noexcept {
  return std::max(least_rows, padded_rows((padded + most_tasks - 1) / most_tasks));
}

void ColumnBlock::assign(std::span<const std::uint32_t> columns) {
  columns_here_.assign(columns.begin(), columns.end());
  packed_.clear();
  tables_.clear();
  packed_at_.clear();
  other_at_.clear();
  for (std::size_t e = 0; e < columns.size(); ++e) {
    if (!columns_->is_packed(columns[e])) {
      other_at_.push_back(static_cast<std::uint32_t>(e));
      continue;
    }
    packed_at_.push_back(static_cast<std::uint32_t>(e));
    packed_.push_back(columns_->design().packed(columns[e]));
    const CodeTable table = columns_->table(columns[e]);
    CodeTable& here = tables_.emplace_back();
    for (std::size_t code = 0; code < table.size(); ++code) here[code] = table[code];
  }
}

void ColumnBlock::scale(const double* coefficients, std::size_t step, Scaled& scaled) const {
  scaled.tables.resize(tables_.size());
  for (std::size_t k = 0; k < tables_.size(); ++k) {
    const double factor = coefficients[packed_at_[k] * step];
    for (std::size_t code = 0; code < 4; ++code) scaled.tables[k][code] = tables_[k][code] * factor;
  }
  scaled.others.resize(other_at_.size());
  for (std::size_t k = 0; k < other_at_.size(); ++k) {
    scaled.others[k] = coefficients[other_at_[k] * step];
  }
}

void ColumnBlock::add(const Scaled& scaled, std::size_t first, std::size_t last, double* to) const {
  // packed columns begin at the same row
  constexpr std::size_t at_once = 64;
  std::array<const std::uint8_t*, at_once> from;
  for (std::size_t k = 0; k < packed_.size(); k += at_once) {
    const std::size_t count = std::min(at_once, packed_.size() - k);
    for (std::size_t i = 0; i < count; ++i) from[i] = packed_[k + i] + first / 4;
    columns_->kernels().sums.add_columns(to, last - first, from.data(), scaled.tables.data() + k, count);
  }
  std::array<double, chunk> values;
  for (std::size_t k = 0; k < other_at_.size(); ++k) {
    if (scaled.others[k] == 0) continue;
    for (std::size_t i = first; i < last; i += chunk) {
      const std::size_t end = std::min(i + chunk, last);
      columns_->values(columns_here_[other_at_[k]], i, end, values.data());
      for (std::size_t r = i; r < end; ++r) to[r - first] += scaled.others[k] * values[r - i];
    }
  }
}

void ColumnBlock::dots(std::size_t first, std::size_t last, const double* v, double* to) const {
  for (std::size_t k = 0; k < packed_.size(); ++k) {
    to[packed_at_[k]] = columns_->kernels().sums.dot(packed_[k] + first / 4, v, last - first, tables_[k]);
  }
  std::array<double, chunk> values;
  for (const std::uint32_t at : other_at_) {
    double sum = 0;
    for (std::size_t i = first; i < last; i += chunk) {
      const std::size_t end = std::min(i + chunk, last);
      columns_->values(columns_here_[at], i, end, values.data());
      sum += dot_product(values.data(), v + (i - first), end - i);
    }
    to[at] = sum;
  }
}

void ExactHessian::assign(std::span<const std::uint32_t> columns, const Curvature<double>& curvature) {
  block_.assign(columns);
  curvature_.assign(curvature);
  piece_ = rows_of_task(curvature.stride);
  const std::size_t pieces = (curvature.stride + piece_ - 1) / piece_;
  scaled_.resize(curvature.predictors);
  rows_.resize(curvature.stride * curvature.predictors);
  sums_.resize(pieces * columns.size() * curvature.predictors);
  intercepts_.resize((pieces + 1) * curvature.intercepts);
}

void ExactHessian::multiply(std::span<const double> variables, std::span<double> to) {
  const std::size_t count = curvature_.predictors;
  const std::size_t intercepts = curvature_.intercepts;
  const std::size_t n = curvature_.stride;
  const std::size_t columns = block_.size();
  const double* const coefficients = variables.data() + intercepts;
  for (std::size_t c = 0; c < count; ++c) block_.scale(coefficients + c, count, scaled_[c]);
  std::fill(intercepts_.begin(), intercepts_.end(), 0.0);
  for (std::size_t q = 0; q < intercepts; ++q) intercepts_[q] = variables[q];
  threads_->pieces(n, piece_, [&](std::size_t first, std::size_t last) {
    const std::size_t piece = first / piece_;
    const std::size_t rows = last - first;
    double* const here = rows_.data() + first * count;
    std::fill_n(here, rows * count, 0.0);
    for (std::size_t c = 0; c < count; ++c) block_.add(scaled_[c], first, last, here + c * rows);
    curvature_.multiply(first, last, intercepts_.data(), here, rows, intercepts_.data() + (piece + 1) * intercepts);
    for (std::size_t c = 0; c < count; ++c) {
      block_.dots(first, last, here + c * rows, sums_.data() + (piece * count + c) * columns);
    }
  });
  std::fill(to.begin(), to.end(), 0.0);
  const std::size_t pieces = (n + piece_ - 1) / piece_;
  for (std::size_t piece = 0; piece < pieces; ++piece) {
    for (std::size_t q = 0; q < intercepts; ++q) {
      to[q] += intercepts_[(piece + 1) * intercepts + q];
    }
    for (std::size_t c = 0; c < count; ++c) {
      const double* const sums = sums_.data() + (piece * count + c) * columns;
      double* const at = to.data() + intercepts + c;
      for (std::size_t e = 0; e < columns; ++e) at[e * count] += sums[e];
    }
  }
}

}  // namespace varisk::training
