#include "varisk/scoring/populations.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <numbers>

namespace varisk::scoring {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr double margin = 0.1;
/// Smallest part of its variance that a component must have on its own, beside the others.
constexpr double least_spread = 1e-9;

}  // namespace

double chi_squared_survival(double x, int degrees_of_freedom) {
  if (x <= 0) return 1;
  const bool odd = degrees_of_freedom % 2 != 0;
  double term = odd ? std::sqrt(2 * x / std::numbers::pi) : 1;
  double sum = odd ? 0 : 1;
  for (int k = odd ? 1 : 2; k < degrees_of_freedom; k += 2) {
    if (odd && k == 1) {
      sum = term;
    } else {
      term *= x / k;
      sum += term;
    }
  }
  const double tail = std::exp(-x / 2) * sum;
  return odd ? std::erfc(std::sqrt(x / 2)) + tail : tail;
}

struct PopulationModel::Shapes {
  std::vector<VectorXd> mean;
  std::vector<Eigen::LLT<MatrixXd>> covariance;
};

PopulationModel::PopulationModel(std::span<const double> pcs, std::size_t stride,
                                 std::span<const std::uint32_t> population, std::size_t populations,
                                 std::size_t dimensions)
    : dimensions_(dimensions),
      shapes_(std::make_unique<Shapes>()),
      low_(dimensions, std::numeric_limits<double>::infinity()),
      high_(dimensions, -std::numeric_limits<double>::infinity()) {
  const auto d = static_cast<Index>(dimensions);
  const auto point = [&](std::size_t i) { return Eigen::Map<const VectorXd>(pcs.data() + i * stride, d); };
  std::vector<double> count(populations);
  shapes_->mean.assign(populations, VectorXd::Zero(d));
  std::vector<MatrixXd> covariance(populations, MatrixXd::Zero(d, d));
  for (std::size_t i = 0; i < population.size(); ++i) {
    ++count[population[i]];
    shapes_->mean[population[i]] += point(i);
    for (std::size_t c = 0; c < dimensions; ++c) {
      low_[c] = std::min(low_[c], pcs[i * stride + c]);
      high_[c] = std::max(high_[c], pcs[i * stride + c]);
    }
  }
  for (std::size_t p = 0; p < populations; ++p) shapes_->mean[p] /= count[p];
  for (std::size_t i = 0; i < population.size(); ++i) {
    const VectorXd off = point(i) - shapes_->mean[population[i]];
    covariance[population[i]] += off * off.transpose();
  }
  for (std::uint32_t p = 0; p < populations; ++p) {
    covariance[p] /= count[p];
    const auto& llt = shapes_->covariance.emplace_back(covariance[p]);
    const VectorXd own = MatrixXd(llt.matrixL()).diagonal().cwiseAbs2();
    const bool spread =
        llt.info() == Eigen::Success && (own.array() > least_spread * covariance[p].diagonal().array()).all();
    if (!spread && !singular_) singular_ = p;
  }
}

PopulationModel::~PopulationModel() = default;

NearestPopulation PopulationModel::nearest(std::span<const double> pcs) const {
  const Eigen::Map<const VectorXd> point(pcs.data(), static_cast<Index>(dimensions_));
  NearestPopulation best;
  for (std::uint32_t p = 0; p < shapes_->mean.size(); ++p) {
    const VectorXd off = point - shapes_->mean[p];
    const double distance = std::sqrt(off.dot(shapes_->covariance[p].solve(off)));
    if (p == 0 || distance < best.distance) best = {p, distance, 0};
  }
  best.p_value = chi_squared_survival(best.distance * best.distance, static_cast<int>(dimensions_));
  return best;
}

bool PopulationModel::is_outside(std::span<const double> pcs) const {
  for (std::size_t c = 0; c < dimensions_; ++c) {
    const double slack = margin * (high_[c] - low_[c]);
    if (pcs[c] < low_[c] - slack || pcs[c] > high_[c] + slack) return true;
  }
  return false;
}

}  // namespace varisk::scoring
