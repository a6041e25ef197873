#include "varisk/scoring/score_norms.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

namespace varisk::scoring {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr int most_steps = 200;
constexpr int most_halvings = 40;
/// The largest gradient per sample, the sums having a variance of about 1.
constexpr double flat = 1e-10;
/// A spread below this part of the mean is rounding.
constexpr double rounding = 1e-12;

struct Moments {
  double mean = 0;
  double sd = 0;
};

Moments moments(std::span<const double> values) {
  const Eigen::Map<const VectorXd> all(values.data(), static_cast<Index>(values.size()));
  const double mean = all.mean();
  const double sd = std::sqrt((all.array() - mean).square().mean());
  const bool differ = sd > rounding * all.cwiseAbs().maxCoeff();
  return {mean, differ ? sd : 0};
}

MatrixXd design(std::span<const double> x, std::size_t dimensions, Index n) {
  MatrixXd rows(n, static_cast<Index>(dimensions) + 1);
  rows.col(0).setOnes();
  for (Index i = 0; i < n; ++i) {
    for (std::size_t c = 0; c < dimensions; ++c) {
      rows(i, static_cast<Index>(c) + 1) = x[static_cast<std::size_t>(i) * dimensions + c];
    }
  }
  return rows;
}

VectorXd least_squares(const MatrixXd& x, const VectorXd& y) { return x.colPivHouseholderQr().solve(y); }

/// Without constants: Σ ½ log v + ½ r² / v; infinite where it cannot be computed.
double loss(const MatrixXd& x, const VectorXd& y, const VectorXd& b, const VectorXd& g) {
  const VectorXd log_variance = x * g;
  const VectorXd residual = y - x * b;
  const double sum = 0.5 * (log_variance.array() + residual.array().square() * (-log_variance.array()).exp()).sum();
  return std::isfinite(sum) ? sum : std::numeric_limits<double>::infinity();
}

/// Gamma regression with logarithmic link: the weights of its scoring steps are all 1.
VectorXd gamma_regression(const MatrixXd& x, const VectorXd& y) {
  VectorXd g = VectorXd::Zero(x.cols());
  g(0) = std::log(y.mean());
  const auto deviance = [&](const VectorXd& at) {
    const VectorXd eta = x * at;
    const double sum = (eta.array() + y.array() * (-eta.array()).exp()).sum();
    return std::isfinite(sum) ? sum : std::numeric_limits<double>::infinity();
  };
  double now = deviance(g);
  for (int step = 0; step < most_steps; ++step) {
    const VectorXd eta = x * g;
    const VectorXd score = (y.array() * (-eta.array()).exp() - 1).matrix();
    const VectorXd change = least_squares(x, score);
    double size = 1;
    double next = deviance(g + change);
    for (int i = 0; i < most_halvings && next > now; ++i) next = deviance(g + (size /= 2) * change);
    if (!(next < now)) break;
    g += size * change;
    now = next;
    if ((x.transpose() * score).cwiseAbs().maxCoeff() <= flat * static_cast<double>(x.rows())) break;
  }
  return g;
}

std::vector<double> to_vector(const VectorXd& values) { return {values.data(), values.data() + values.size()}; }

}  // namespace

std::optional<MeanAndVariance> fit_mean_and_variance(std::span<const double> x_rows, std::size_t dimensions,
                                                     std::span<const double> y_values) {
  const auto n = static_cast<Index>(y_values.size());
  const MatrixXd x = design(x_rows, dimensions, n);
  const Eigen::Map<const VectorXd> mapped(y_values.data(), n);
  const VectorXd y = mapped;
  const Eigen::LDLT<MatrixXd> squares(x.transpose() * x);
  VectorXd b = least_squares(x, y);
  const VectorXd residual = y - x * b;
  if (residual.squaredNorm() <= 0) return std::nullopt;
  VectorXd g = gamma_regression(x, residual.cwiseAbs2());
  double now = loss(x, y, b, g);
  const double slack = rounding * static_cast<double>(n);  // near the end the loss changes by less than it is rounded
  for (int step = 0; step < most_steps && std::isfinite(now); ++step) {
    const VectorXd r = y - x * b;
    const VectorXd per_variance = (-(x * g).array()).exp().matrix();
    const VectorXd gradient_b = x.transpose() * r.cwiseProduct(per_variance);
    const VectorXd gradient_g = 0.5 * (x.transpose() * (r.cwiseAbs2().cwiseProduct(per_variance).array() - 1).matrix());
    const double steepest = std::max(gradient_b.cwiseAbs().maxCoeff(), gradient_g.cwiseAbs().maxCoeff());
    if (steepest <= flat * static_cast<double>(n)) return MeanAndVariance{to_vector(b), to_vector(g)};
    // The expected information has no terms between the two: XᵀX weighted by 1/v, and ½ XᵀX.
    const MatrixXd information = x.transpose() * per_variance.asDiagonal() * x;
    const VectorXd change_b = information.ldlt().solve(gradient_b);
    const VectorXd change_g = 2 * squares.solve(gradient_g);
    double size = 1;
    double next = loss(x, y, b + change_b, g + change_g);
    for (int i = 0; i < most_halvings && next > now + slack; ++i) {
      size /= 2;
      next = loss(x, y, b + size * change_b, g + size * change_g);
    }
    if (next > now + slack) return std::nullopt;
    b += size * change_b;
    g += size * change_g;
    now = next;
  }
  return std::nullopt;
}

ScoreNorms::ScoreNorms(std::span<const double> sums, std::span<const double> pcs, std::size_t stride,
                       std::size_t dimensions, std::span<const std::uint32_t> population, std::size_t populations)
    : populations_(populations), pc_mean_(dimensions), pc_sd_(dimensions) {
  for (std::size_t i = 0; i < sums.size(); ++i) populations_[population[i]].sorted.push_back(sums[i]);
  for (Population& entry : populations_) {
    const Moments own = moments(entry.sorted);
    entry.mean = own.mean;
    entry.sd = own.sd;
    std::sort(entry.sorted.begin(), entry.sorted.end());
  }
  const Moments all = moments(sums);
  mean_ = all.mean;
  sd_ = all.sd;
  if (has_variance()) fit(sums, pcs, stride);
}

void ScoreNorms::fit(std::span<const double> sums, std::span<const double> pcs, std::size_t stride) {
  const std::size_t n = sums.size();
  const std::size_t dimensions = pc_mean_.size();
  std::vector<double> y(n);
  std::vector<double> x(n * dimensions);
  std::vector<double> column(n);
  for (std::size_t i = 0; i < n; ++i) y[i] = (sums[i] - mean_) / sd_;
  for (std::size_t c = 0; c < dimensions; ++c) {
    for (std::size_t i = 0; i < n; ++i) column[i] = pcs[i * stride + c];
    const Moments own = moments(column);
    pc_mean_[c] = own.mean;
    pc_sd_[c] = own.sd > 0 ? own.sd : 1;
    for (std::size_t i = 0; i < n; ++i) x[i * dimensions + c] = (column[i] - pc_mean_[c]) / pc_sd_[c];
  }
  const MatrixXd rows = design(x, dimensions, static_cast<Index>(n));
  const Eigen::Map<const VectorXd> values(y.data(), static_cast<Index>(n));
  const VectorXd b = least_squares(rows, values);
  linear_ = to_vector(b);
  residual_sd_ = std::sqrt((values - rows * b).squaredNorm() / static_cast<double>(n));
  full_ = fit_mean_and_variance(x, dimensions, y);
}

NormalizedScore ScoreNorms::normalize(double sum, std::span<const double> pcs, std::uint32_t population) const {
  NormalizedScore result;
  const Population& own = populations_[population];
  if (own.sd > 0) {
    result.z_most_similar = (sum - own.mean) / own.sd;
    const auto [low, high] = std::equal_range(own.sorted.begin(), own.sorted.end(), sum);
    const auto below = static_cast<double>(low - own.sorted.begin());
    const auto equal = static_cast<double>(high - low);
    result.percentile = 100 * (below + (equal > 0 ? (equal + 1) / 2 : 0)) / static_cast<double>(own.sorted.size());
  }
  if (!has_variance()) return result;
  const double y = (sum - mean_) / sd_;
  const auto predict = [&](const std::vector<double>& coefficients) {
    double value = coefficients[0];
    for (std::size_t c = 0; c < pc_mean_.size(); ++c) value += coefficients[c + 1] * (pcs[c] - pc_mean_[c]) / pc_sd_[c];
    return value;
  };
  if (residual_sd_ > 0) result.z_norm1 = (y - predict(linear_)) / residual_sd_;
  if (full_) result.z_norm2 = (y - predict(full_->mean)) * std::exp(-predict(full_->variance) / 2);
  return result;
}

}  // namespace varisk::scoring
