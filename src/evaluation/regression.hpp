#pragma once
/// \file
/// Linear regression with weights, for residuals and R².

#include <Eigen/Core>
#include <string>
#include <vector>

#include "varisk/evaluation/binary.hpp"

namespace varisk::evaluation {

/// Intercept and covariates, standardised; one row per sample. Constant covariates are 0.
[[nodiscard]] Eigen::MatrixXd design_of(const Covariates& covariates, Eigen::Index samples);

/// Least squares over the rows with a weight above 0; of columns that depend on each other the smallest solution.
[[nodiscard]] Eigen::VectorXd fit_linear(const Eigen::MatrixXd& columns, const Eigen::VectorXd& y,
                                         const Eigen::VectorXd& weights);

}  // namespace varisk::evaluation
