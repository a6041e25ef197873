#include <algorithm>
#include <cmath>
#include <string>

#include "aligned.hpp"
#include "packed_kernels.hpp"
#include "parallel.hpp"
#include "varisk/core/error.hpp"
#include "varisk/training/design.hpp"

namespace varisk::training {
namespace {

constexpr std::size_t columns_of_task = 256;
/// A variance below this part of the mean square is rounding.
constexpr double no_variance = 1e-14;

/// Weights of the rows, and which rows have one.
struct WeightedRows {
  AlignedVector<double> weights;
  AlignedVector<double> counted;
  double total = 0;
};

WeightedRows weighted_rows(const Design& design, std::span<const double> weights) {
  if (weights.size() != design.rows()) {
    throw InternalError("the design has " + std::to_string(design.rows()) + " rows, but there are " +
                        std::to_string(weights.size()) + " weights");
  }
  WeightedRows rows{AlignedVector<double>(padded_rows(weights.size())),
                    AlignedVector<double>(padded_rows(weights.size()))};
  for (std::size_t i = 0; i < weights.size(); ++i) {
    rows.weights[i] = weights[i];
    rows.counted[i] = weights[i] > 0 ? 1 : 0;
    rows.total += weights[i];
  }
  return rows;
}

ColumnStatistics packed_statistics(const std::uint8_t* packed, const WeightedRows& rows, const PackedKernels& kernels) {
  const auto dot = [&](const AlignedVector<double>& vector, const CodeTable& table) {
    return kernels.sums.dot(packed, vector.data(), vector.size(), table);
  };
  ColumnStatistics statistics;
  statistics.missing = static_cast<std::uint32_t>(dot(rows.counted, {0, 0, 0, 1}));
  const double present = rows.total - (statistics.missing > 0 ? dot(rows.weights, {0, 0, 0, 1}) : 0);
  const double copies = dot(rows.weights, {0, 1, 2, 0});
  const double squares = dot(rows.weights, {0, 1, 4, 0});
  if (!(present > 0)) return statistics;
  statistics.mean = copies / present;
  const double variance = (squares - statistics.mean * copies) / rows.total;
  if (variance > no_variance * squares / rows.total) statistics.sd = std::sqrt(variance);
  return statistics;
}

/// \param value  of a row, and `present` of it
template <typename Value, typename Present>
ColumnStatistics plain_statistics(const WeightedRows& rows, std::size_t count, const Value& value,
                                  const Present& is_present) {
  ColumnStatistics statistics;
  double present = 0;
  double sum = 0;
  double squares = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (!(rows.weights[i] > 0)) continue;
    if (!is_present(i)) {
      ++statistics.missing;
      continue;
    }
    present += rows.weights[i];
    sum += rows.weights[i] * value(i);
    squares += rows.weights[i] * value(i) * value(i);
  }
  if (!(present > 0)) return statistics;
  statistics.mean = sum / present;
  double deviations = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (!(rows.weights[i] > 0) || !is_present(i)) continue;
    const double deviation = value(i) - statistics.mean;
    deviations += rows.weights[i] * deviation * deviation;
  }
  // the mean is rounded: squares of that size are no variance
  if (deviations > no_variance * no_variance * squares) statistics.sd = std::sqrt(deviations / rows.total);
  return statistics;
}

ColumnStatistics statistics_of(const Design& design, std::size_t column, const WeightedRows& rows,
                               const PackedKernels& kernels) {
  const ColumnPlace& place = design.place(column);
  if (place.kind == ColumnKind::genotype) return packed_statistics(design.packed(column), rows, kernels);
  if (place.kind == ColumnKind::dense) {
    const auto values = design.dense(place.index);
    return plain_statistics(
        rows, design.rows(), [&](std::size_t i) { return values[i]; }, [](std::size_t) { return true; });
  }
  const DosageMatrix& dosages = design.dosages(place.source);
  return plain_statistics(
      rows, design.rows(), [&](std::size_t i) { return dosages.code(place.index, i) * dosages.step(); },
      [&](std::size_t i) { return dosages.code(place.index, i) != dosages.missing_code(); });
}

}  // namespace

std::vector<ColumnStatistics> column_statistics(const Design& design, std::span<const double> weights, int threads) {
  const WeightedRows rows = weighted_rows(design, weights);
  const PackedKernels& kernels = packed_kernels(best_simd_level());
  std::vector<ColumnStatistics> statistics(design.columns());
  Threads(threads).pieces(design.columns(), columns_of_task, [&](std::size_t first, std::size_t last) {
    for (std::size_t j = first; j < last; ++j) statistics[j] = statistics_of(design, j, rows, kernels);
  });
  return statistics;
}

}  // namespace varisk::training
