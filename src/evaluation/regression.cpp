#include "regression.hpp"

#include <fmt/format.h>

#include <Eigen/Dense>
#include <cmath>

#include "varisk/core/error.hpp"

namespace varisk::evaluation {

using Eigen::Index;

Eigen::MatrixXd design_of(const Covariates& covariates, Index samples) {
  Eigen::MatrixXd design = Eigen::MatrixXd::Ones(samples, static_cast<Index>(covariates.columns.size()) + 1);
  for (std::size_t c = 0; c < covariates.columns.size(); ++c) {
    const auto& values = covariates.columns[c];
    if (static_cast<Index>(values.size()) != samples) {
      throw InternalError(fmt::format("covariate {} has {} values for {} samples", c, values.size(), samples));
    }
    auto column = design.col(static_cast<Index>(c) + 1);
    column = Eigen::Map<const Eigen::VectorXd>(values.data(), samples);
    column.array() -= column.mean();
    const double sd = std::sqrt(column.squaredNorm() / static_cast<double>(samples));
    if (sd > 0) column /= sd;
  }
  return design;
}

Eigen::VectorXd fit_linear(const Eigen::MatrixXd& columns, const Eigen::VectorXd& y, const Eigen::VectorXd& weights) {
  const Eigen::MatrixXd gram = columns.transpose() * weights.asDiagonal() * columns;
  const Eigen::VectorXd product = columns.transpose() * weights.cwiseProduct(y);
  return Eigen::CompleteOrthogonalDecomposition<Eigen::MatrixXd>(gram).solve(product);
}

}  // namespace varisk::evaluation
