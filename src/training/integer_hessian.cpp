#include "integer_hessian.hpp"

#include <algorithm>

#include "column_block.hpp"
#include "quantise.hpp"

namespace varisk::training {
namespace {

constexpr std::size_t columns_of_task = 64;
/// Other columns are unfolded once if they do not take more than this.
constexpr std::size_t most_other_values = std::size_t{4} << 20U;
constexpr std::size_t rows_at_once = 64;

}  // namespace

void IntegerHessian::assign(std::span<const std::uint32_t> columns, const Curvature<double>& curvature) {
  curvature_.assign(curvature);
  predictors_ = curvature.predictors;
  intercepts_ = curvature.intercepts;
  lines_ = curvature.stride / line_rows;
  all_.assign(columns.begin(), columns.end());
  packed_.clear();
  packed_at_.clear();
  other_at_.clear();
  any_missing_ = false;
  for (std::size_t e = 0; e < columns.size(); ++e) {
    if (columns_->is_packed(columns[e])) {
      packed_.push_back(columns[e]);
      packed_at_.push_back(static_cast<std::uint32_t>(e));
      any_missing_ = any_missing_ || columns_->missing(columns[e]) > 0;
    } else {
      other_at_.push_back(static_cast<std::uint32_t>(e));
    }
  }
  rows_.use(packed_, *threads_);
  values_.resize(curvature.stride * predictors_);
  other_values_.clear();
  if (other_at_.size() * curvature.stride <= most_other_values) {
    other_values_.resize(other_at_.size() * curvature.stride);
    for (std::size_t k = 0; k < other_at_.size(); ++k) {
      columns_->values(all_[other_at_[k]], 0, curvature.stride, other_values_.data() + k * curvature.stride);
    }
  }
}

/// Rows `first` to `last` of another column.
const float* IntegerHessian::other(std::size_t index, std::size_t first, std::size_t last, float* buffer) const {
  if (!other_values_.empty()) return other_values_.data() + index * curvature_.stride + first;
  columns_->values(all_[other_at_[index]], first, last, buffer);
  return buffer;
}

void IntegerHessian::quantise_vectors(const AlignedVector<float>& values, std::size_t lines, Numbers& numbers) const {
  numbers.bytes.resize(predictors_ * lines * line_bytes);
  numbers.begin.resize(predictors_);
  numbers.steps.resize(predictors_);
  numbers.sums.resize(predictors_);
  for (std::size_t c = 0; c < predictors_; ++c) {
    const float* const from = values.data() + c * lines * line_rows;
    std::int8_t* const to = numbers.bytes.data() + c * lines * line_bytes;
    numbers.begin[c] = to;
    numbers.steps[c] = largest_of(from, lines * line_rows) / static_cast<float>(largest_quantum - 1);
    numbers.sums[c] = static_cast<double>(quantise(from, lines, numbers.steps[c], to));
  }
}

void IntegerHessian::quantise_coefficients(std::span<const double> variables) {
  const std::size_t size = rows_.lines() * line_rows;
  const auto slots = rows_.slots();
  constants_.assign(predictors_, 0);
  scaled_.assign(size * predictors_, 0);
  for (std::size_t k = 0; k < packed_.size(); ++k) {
    const double per_scale = 1 / columns_->scale(packed_[k]);
    for (std::size_t c = 0; c < predictors_; ++c) {
      scaled_[c * size + slots[k]] =
          static_cast<float>(variables[intercepts_ + packed_at_[k] * predictors_ + c] * per_scale);
    }
  }
  quantise_vectors(scaled_, rows_.lines(), of_slots_);
  // means go with the rounded coefficients
  if (any_missing_) scaled_missing_.assign(size * predictors_, 0);
  for (std::size_t c = 0; c < predictors_; ++c) {
    const auto step = static_cast<double>(of_slots_.steps[c]);
    const double per_step = step > 0 ? 1 / step : 0;
    for (std::size_t k = 0; k < packed_.size(); ++k) {
      const std::size_t at = c * size + slots[k];
      const double rounded = std::nearbyint(static_cast<double>(scaled_[at]) * per_step) * step;
      const double mean = columns_->mean(packed_[k]);
      constants_[c] += rounded * mean;
      // a missing call has code 3, and should have the mean
      if (any_missing_) scaled_missing_[at] = static_cast<float>(rounded * (mean - 3));
    }
  }
  if (any_missing_) quantise_vectors(scaled_missing_, rows_.lines(), of_missing_);
  other_factors_.resize(other_at_.size() * predictors_);
  for (std::size_t k = 0; k < other_at_.size(); ++k) {
    for (std::size_t c = 0; c < predictors_; ++c) {
      other_factors_[k * predictors_ + c] = static_cast<float>(variables[intercepts_ + other_at_[k] * predictors_ + c]);
    }
  }
}

/// values ← X v in these rows.
void IntegerHessian::multiply_rows(std::size_t first, std::size_t last) {
  const ScreenKernels& kernels = columns_->kernels().screen;
  const std::size_t end = std::max(first, std::min(last, columns_->design().rows()));
  std::array<const std::uint8_t*, rows_at_once> from;
  std::vector<std::int64_t> sums(rows_at_once * predictors_);
  std::vector<std::int64_t> missing(rows_at_once * predictors_, 0);
  for (std::size_t i = first; i < end; i += rows_at_once) {
    const std::size_t count = std::min(rows_at_once, end - i);
    for (std::size_t r = 0; r < count; ++r) from[r] = rows_.row(i + r);
    kernels.codes(from.data(), count, rows_.lines(), of_slots_.begin.data(), predictors_, sums.data());
    if (any_missing_) {
      kernels.missing(from.data(), count, rows_.lines(), of_missing_.begin.data(), predictors_, missing.data());
    }
    for (std::size_t c = 0; c < predictors_; ++c) {
      const auto step = static_cast<double>(of_slots_.steps[c]);
      const double missing_step = any_missing_ ? static_cast<double>(of_missing_.steps[c]) : 0;
      float* const to = values_.data() + c * curvature_.stride + i;
      for (std::size_t r = 0; r < count; ++r) {
        const std::size_t at = r * predictors_ + c;
        to[r] = static_cast<float>(static_cast<double>(sums[at]) * step - constants_[c] +
                                   static_cast<double>(missing[at]) * missing_step);
      }
    }
  }
  for (std::size_t c = 0; c < predictors_; ++c) {
    float* const to = values_.data() + c * curvature_.stride;
    std::fill(to + end, to + last, 0.0F);
  }
  add_others(first, last);
}

void IntegerHessian::add_others(std::size_t first, std::size_t last) {
  std::vector<float> buffer(other_values_.empty() ? last - first : 0);
  for (std::size_t k = 0; k < other_at_.size(); ++k) {
    const float* const from = other(k, first, last, buffer.data());
    for (std::size_t c = 0; c < predictors_; ++c) {
      const float factor = other_factors_[k * predictors_ + c];
      float* const to = values_.data() + c * curvature_.stride + first;
      for (std::size_t i = 0; i < last - first; ++i) to[i] += factor * from[i];
    }
  }
}

/// to ← Xᵀ values of packed columns `first` to `last`.
void IntegerHessian::multiply_columns(std::size_t first, std::size_t last, std::span<double> to) const {
  const ScreenKernels& kernels = columns_->kernels().screen;
  const std::size_t count = last - first;
  std::array<const std::uint8_t*, columns_of_task> from;
  std::vector<std::int64_t> sums(count * predictors_);
  std::vector<std::int64_t> missing(count * predictors_, 0);
  bool any_missing = false;
  for (std::size_t k = 0; k < count; ++k) {
    from[k] = columns_->design().packed(packed_[first + k]);
    any_missing = any_missing || columns_->missing(packed_[first + k]) > 0;
  }
  kernels.codes(from.data(), count, lines_, of_rows_.begin.data(), predictors_, sums.data());
  if (any_missing) kernels.missing(from.data(), count, lines_, of_rows_.begin.data(), predictors_, missing.data());
  for (std::size_t k = 0; k < count; ++k) {
    const double mean = columns_->mean(packed_[first + k]);
    const double per_scale = 1 / columns_->scale(packed_[first + k]);
    double* const at = to.data() + intercepts_ + packed_at_[first + k] * predictors_;
    for (std::size_t c = 0; c < predictors_; ++c) {
      const std::int64_t gaps = missing[k * predictors_ + c];
      const auto copies = static_cast<double>(sums[k * predictors_ + c] - 3 * gaps);
      const double present = of_rows_.sums[c] - static_cast<double>(gaps);
      at[c] = (copies - mean * present) * static_cast<double>(of_rows_.steps[c]) * per_scale;
    }
  }
}

void IntegerHessian::multiply_others(std::span<double> to) const {
  std::vector<float> buffer(other_values_.empty() ? curvature_.stride : 0);
  for (std::size_t k = 0; k < other_at_.size(); ++k) {
    const float* const from = other(k, 0, curvature_.stride, buffer.data());
    for (std::size_t c = 0; c < predictors_; ++c) {
      to[intercepts_ + other_at_[k] * predictors_ + c] =
          static_cast<double>(dot_product(from, values_.data() + c * curvature_.stride, curvature_.stride));
    }
  }
}

void IntegerHessian::multiply(std::span<const double> variables, std::span<double> to) {
  quantise_coefficients(variables);
  const std::size_t n = curvature_.stride;
  const std::size_t task = rows_of_task(n);
  const std::size_t tasks = (n + task - 1) / task;
  shift_.assign((tasks + 1) * intercepts_, 0);
  for (std::size_t q = 0; q < intercepts_; ++q) shift_[q] = static_cast<float>(variables[q]);
  threads_->pieces(n, task, [&](std::size_t first, std::size_t last) {
    multiply_rows(first, last);
    curvature_.multiply(first, last, shift_.data(), values_.data() + first, n,
                        shift_.data() + (first / task + 1) * intercepts_);
  });
  for (std::size_t q = 0; q < intercepts_; ++q) {
    to[q] = 0;
    for (std::size_t part = 1; part <= tasks; ++part) to[q] += static_cast<double>(shift_[part * intercepts_ + q]);
  }
  quantise_vectors(values_, lines_, of_rows_);
  threads_->pieces(packed_.size(), columns_of_task,
                   [&](std::size_t first, std::size_t last) { multiply_columns(first, last, to); });
  multiply_others(to);
}

}  // namespace varisk::training
