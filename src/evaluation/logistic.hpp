#pragma once
/// \file
/// Logistic regression with few columns, by Newton's method, for recalibration and comparison. Unpenalised.

#include <Eigen/Core>
#include <cstdint>
#include <string>

namespace varisk::evaluation {

enum class FitState : std::uint8_t {
  converged,
  separated,  ///< a combination of the columns tells events from non-events, so a coefficient is infinite
  collinear,  ///< the columns depend on each other
  not_converged,
};

/// Why there is no fit; empty if it converged.
[[nodiscard]] std::string problem_of(FitState state);

/// Rows may stand for several samples.
struct LogisticData {
  Eigen::MatrixXd columns;  ///< rows × columns, the intercept's column included
  Eigen::VectorXd events;   ///< (weighted) events of each row
  Eigen::VectorXd trials;   ///< (weighted) samples of each row, above 0
  Eigen::VectorXd offset;   ///< empty: none
};

struct LogisticFit {
  FitState state = FitState::not_converged;
  Eigen::VectorXd coefficients;
  Eigen::MatrixXd covariance;  ///< inverse of the information
  double log_likelihood = 0;
  Eigen::VectorXd linear_predictor;  ///< of each row, offset included
};

[[nodiscard]] LogisticFit fit_logistic(const LogisticData& data);

}  // namespace varisk::evaluation
