#include <numeric>

#include "path_fit.hpp"
#include "varisk/core/error.hpp"

namespace varisk::training {
namespace {

/// Shifts the values of all classes by the same, so that they add up to 0.
void centre(std::span<double> values) {
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
  for (double& value : values) value -= mean;
}

}  // namespace

PathPoint PathFit::point() const {
  const FitModel& model = *model_;
  const std::size_t count = model.predictors();
  const bool multinomial = loss_->family() == Family::multinomial;
  PathPoint point;
  point.lambda = model.penalty.lambda;
  point.deviance_ratio = deviance_ratio();
  point.objective = objective_;
  point.gap = gap_;
  point.kkt = model.violation();
  point.passes = model.passes;
  point.intercepts = model.intercepts;
  std::vector<std::size_t> used;
  for (std::size_t e = 0; e < model.entries.size(); ++e) {
    if (!model.is_zero(e)) used.push_back(e);
  }
  point.df = used.size();
  point.columns.reserve(used.size());
  point.coefficients.resize(used.size() * count);
  std::vector<double> here(count);
  for (std::size_t k = 0; k < used.size(); ++k) {
    const Entry& entry = model.entries[used[k]];
    point.columns.push_back(entry.column);
    for (std::size_t c = 0; c < count; ++c) here[c] = model.beta_of(used[k])[c] / columns_->scale(entry.column);
    // the loss does not see a shift of all classes, and the penalty does not either
    if (multinomial && entry.factor == 0) centre(here);
    for (std::size_t c = 0; c < count; ++c) {
      point.coefficients[c * used.size() + k] = here[c];
      const double at_mean = here[c] * columns_->mean(entry.column);
      if (loss_->family() == Family::ordinal) {
        for (double& threshold : point.intercepts) threshold += at_mean;
      } else {
        point.intercepts[c] -= at_mean;
      }
    }
  }
  if (multinomial) centre(point.intercepts);
  return point;
}

std::vector<double> PathFit::predictors_of(std::span<const std::uint32_t> rows) const {
  const std::size_t count = model_->predictors();
  std::vector<double> predictors(rows.size() * count);
  for (std::size_t c = 0; c < count; ++c) {
    const double intercept = loss_->family() == Family::ordinal ? 0 : model_->intercepts[c];
    for (std::size_t k = 0; k < rows.size(); ++k) {
      predictors[c * rows.size() + k] = model_->eta[c * loss_->padded() + rows[k]] + intercept;
    }
  }
  return predictors;
}

std::vector<double> linear_predictors(const Design& design, const PathPoint& point, std::size_t predictors,
                                      Family family, std::span<const ColumnStatistics> statistics) {
  const std::size_t rows = design.rows();
  const FitColumns columns(design, statistics, false, packed_kernels(best_simd_level()));
  std::vector<double> all(rows * predictors);
  AlignedVector<double> sum(columns.padded());
  for (std::size_t c = 0; c < predictors; ++c) {
    std::fill(sum.begin(), sum.end(), 0.0);
    double constant = family == Family::ordinal ? 0 : point.intercepts[c];
    for (std::size_t k = 0; k < point.columns.size(); ++k) {
      const double coefficient = point.coefficients[c * point.columns.size() + k];
      if (coefficient == 0) continue;
      columns.add(point.columns[k], coefficient, sum.data());
      constant += coefficient * columns.mean(point.columns[k]);
    }
    for (std::size_t i = 0; i < rows; ++i) all[c * rows + i] = sum[i] + constant;
  }
  return all;
}

}  // namespace varisk::training
