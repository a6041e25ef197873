#include "screening.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

namespace varisk::training {
namespace {

constexpr std::size_t columns_of_task = 512;
constexpr std::size_t columns_at_once = 32;
/// Rounding of the few operations in double precision beside the exact sums.
constexpr double slack = 1e-12;

/// Sums of all fits for some columns.
class ColumnSums {
 public:
  ColumnSums(const Design& design, const PackedKernels& kernels, std::span<const ScreenRequest> requests)
      : design_(&design), kernels_(&kernels), requests_(requests) {
    for (const ScreenRequest& request : requests) {
      for (const QuantisedVector& vector : request.vectors) numbers_.push_back(vector.numbers());
    }
    codes_.resize(columns_at_once * numbers_.size());
    missing_.resize(columns_at_once * numbers_.size());
  }

  /// \param columns  packed ones, at most `columns_at_once`
  void sum(std::span<const std::uint32_t> columns) {
    bool any_missing = false;
    for (std::size_t k = 0; k < columns.size(); ++k) {
      from_[k] = design_->packed(columns[k]);
      for (const ScreenRequest& request : requests_) {
        any_missing = any_missing || request.columns->missing(columns[k]) > 0;
      }
    }
    const std::size_t lines = padded_rows(design_->rows()) / line_rows;
    kernels_->screen.codes(from_.data(), columns.size(), lines, numbers_.data(), numbers_.size(), codes_.data());
    if (any_missing) {
      kernels_->screen.missing(from_.data(), columns.size(), lines, numbers_.data(), numbers_.size(), missing_.data());
    } else {
      std::fill(missing_.begin(), missing_.end(), 0);
    }
  }
  /// Σ of centred and scaled column `index` of those summed, with a vector; `at` counts vectors of all fits.
  [[nodiscard]] double product(const FitColumns& columns, std::uint32_t column, std::size_t index,
                               const QuantisedVector& vector, std::size_t at) const {
    const std::int64_t missing = missing_[index * numbers_.size() + at];
    const auto copies = static_cast<double>(codes_[index * numbers_.size() + at] - 3 * missing);
    const double present = vector.sum() - static_cast<double>(missing);
    return (copies - columns.mean(column) * present) * vector.step() / columns.scale(column);
  }

 private:
  const Design* design_;
  const PackedKernels* kernels_;
  std::span<const ScreenRequest> requests_;
  std::array<const std::uint8_t*, columns_at_once> from_{};
  std::vector<const std::int8_t*> numbers_;
  std::vector<std::int64_t> codes_;
  std::vector<std::int64_t> missing_;
};

/// ‖xᵀu‖, and what it may be at most.
struct Norm {
  double about = 0;
  double most = 0;
};

class NormSum {
 public:
  explicit NormSum(bool grouped) : grouped_(grouped) {}
  void add(double product, double error) {
    const double size = std::abs(product);
    const double most = size * (1 + slack) + error;
    norm_.about = grouped_ ? norm_.about + size * size : std::max(norm_.about, size);
    norm_.most = grouped_ ? norm_.most + most * most : std::max(norm_.most, most);
  }
  [[nodiscard]] Norm norm() const {
    return grouped_ ? Norm{std::sqrt(norm_.about), std::sqrt(norm_.most) * (1 + slack)} : norm_;
  }

 private:
  bool grouped_;
  Norm norm_;
};

/// One task: columns `first` to `last`.
class ScreenTask {
 public:
  ScreenTask(const Design& design, const PackedKernels& kernels, std::span<ScreenRequest> requests,
             std::span<std::vector<std::uint32_t>> found)
      : design_(&design), requests_(requests), found_(found), sums_(design, kernels, requests) {}

  void run(std::size_t first, std::size_t last) {
    std::vector<std::uint32_t> packed;
    for (std::size_t j = first; j < last; ++j) {
      const bool wanted =
          std::any_of(requests_.begin(), requests_.end(), [&](const auto& request) { return request.skip[j] == 0; });
      if (!wanted) continue;
      const auto column = static_cast<std::uint32_t>(j);
      if (design_->place(j).kind != ColumnKind::genotype) {
        settle(column, std::nullopt);
        continue;
      }
      packed.push_back(column);
      if (packed.size() == columns_at_once) settle_packed(packed);
    }
    settle_packed(packed);
    for (auto& columns : found_) std::sort(columns.begin(), columns.end());
  }

 private:
  void settle_packed(std::vector<std::uint32_t>& columns) {
    if (columns.empty()) return;
    sums_.sum(columns);
    for (std::size_t k = 0; k < columns.size(); ++k) settle(columns[k], k);
    columns.clear();
  }

  /// \param index  among the summed columns; none: the product is made exactly
  void settle(std::uint32_t column, std::optional<std::size_t> index) {
    std::size_t at = 0;
    for (std::size_t r = 0; r < requests_.size(); ++r) {
      ScreenRequest& request = requests_[r];
      if (request.skip[column] == 0) {
        const Norm norm = norm_of(request, column, index, at);
        request.norms[column] = static_cast<float>(norm.about);
        if (norm.most >= request.threshold * request.factors[column]) found_[r].push_back(column);
      }
      at += request.vectors.size();
    }
  }

  [[nodiscard]] Norm norm_of(const ScreenRequest& request, std::uint32_t column, std::optional<std::size_t> index,
                             std::size_t at) const {
    NormSum sum(request.grouped);
    const FitColumns& columns = *request.columns;
    for (std::size_t c = 0; c < request.vectors.size(); ++c) {
      if (index) {
        const QuantisedVector& vector = request.vectors[c];
        sum.add(sums_.product(columns, column, *index, vector, at + c),
                vector.error() * columns.norm(column) * (1 + slack));
      } else {
        sum.add(columns.dot(column, request.exact->data() + c * columns.padded()), 0);
      }
    }
    return sum.norm();
  }

  const Design* design_;
  std::span<ScreenRequest> requests_;
  std::span<std::vector<std::uint32_t>> found_;
  ColumnSums sums_;
};

}  // namespace

QuantisedVector::QuantisedVector(std::span<const double> vector, std::span<const double> weights)
    : numbers_(padded_rows(vector.size()) / line_rows * line_bytes) {
  double largest = 0;
  for (const double value : vector) largest = std::max(largest, std::abs(value));
  if (!(largest > 0)) return;
  step_ = largest / largest_quantum;
  double squares = 0;
  std::int64_t total = 0;
  for (std::size_t i = 0; i < vector.size(); ++i) {
    if (!(weights[i] > 0)) continue;
    const auto number = static_cast<std::int32_t>(std::lrint(vector[i] / step_));
    const double wrong = vector[i] - number * step_;
    squares += wrong * wrong / weights[i];
    total += number;
    const std::int32_t high = (number + 64) >> 7;
    std::int8_t* const here = numbers_.data() + i / line_rows * line_bytes + (i % 4) * 128 + i % line_rows / 4;
    here[0] = static_cast<std::int8_t>(high);
    here[64] = static_cast<std::int8_t>(number - 128 * high);
  }
  sum_ = static_cast<double>(total);
  error_ = std::sqrt(squares) * (1 + slack);
}

void screen(const Design& design, const PackedKernels& kernels, std::span<ScreenRequest> requests,
            const Threads& threads) {
  const std::size_t tasks = (design.columns() + columns_of_task - 1) / columns_of_task;
  std::vector<std::vector<std::uint32_t>> found(tasks * requests.size());
  threads.pieces(design.columns(), columns_of_task, [&](std::size_t first, std::size_t last) {
    const std::size_t task = first / columns_of_task;
    ScreenTask(design, kernels, requests, std::span(found).subspan(task * requests.size(), requests.size()))
        .run(first, last);
  });
  for (std::size_t r = 0; r < requests.size(); ++r) {
    requests[r].candidates.clear();
    for (std::size_t task = 0; task < tasks; ++task) {
      const auto& more = found[task * requests.size() + r];
      requests[r].candidates.insert(requests[r].candidates.end(), more.begin(), more.end());
    }
  }
}

}  // namespace varisk::training
