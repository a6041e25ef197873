#include "logistic.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

namespace varisk::evaluation {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr int most_steps = 100;
constexpr int most_halvings = 30;
constexpr double small_step = 1e-11;
constexpr double far_out = 15;  ///< linear predictors beyond it make one ask for separation
constexpr double least_pivot = 1e-12;

/// Columns of mean 0 and square mean 1 beside a constant one: the same fit, better conditioned.
struct Standardised {
  MatrixXd columns;
  MatrixXd back;  ///< coefficients of the original columns = back × those of the standardised ones
  bool collinear = false;
};

Standardised standardise(const LogisticData& data) {
  const Index k = data.columns.cols();
  Standardised out{data.columns, MatrixXd::Identity(k, k), false};
  const double total = data.trials.sum();
  Index constant = -1;
  for (Index c = 0; c < k && constant < 0; ++c) {
    if ((data.columns.col(c).array() == 1).all()) constant = c;
  }
  for (Index c = 0; c < k; ++c) {
    if (c == constant) continue;
    auto column = out.columns.col(c);
    const double mean = constant < 0 ? 0 : data.trials.dot(column) / total;
    column.array() -= mean;
    const double sd = std::sqrt(data.trials.dot(column.cwiseAbs2()) / total);
    if (!(sd > least_pivot * (std::abs(mean) + least_pivot))) {
      out.collinear = true;
      return out;
    }
    column /= sd;
    out.back(c, c) = 1 / sd;
    if (constant >= 0) out.back(constant, c) = -mean / sd;
  }
  return out;
}

class Newton {
 public:
  Newton(const LogisticData& data, const MatrixXd& x) : data_(&data), x_(&x), beta_(VectorXd::Zero(x.cols())) {
    eta_ = eta_at(beta_);
    log_likelihood_ = log_likelihood(eta_);
  }

  FitState run() {
    for (int i = 0; i < most_steps; ++i) {
      if (!take_direction())
        return eta_.cwiseAbs().maxCoeff() > far_out && separates() ? FitState::separated : FitState::collinear;
      const VectorXd move = *x_ * step_;
      const double size = move.cwiseAbs().maxCoeff();
      if (!advance(move)) return size <= 1e-6 ? FitState::converged : FitState::not_converged;
      if (size <= small_step * std::max(1.0, eta_.cwiseAbs().maxCoeff())) {
        return take_direction() ? FitState::converged : FitState::collinear;
      }
      if (eta_.cwiseAbs().maxCoeff() > far_out && size > 0.1 && separates()) return FitState::separated;
    }
    return FitState::not_converged;
  }

  [[nodiscard]] const VectorXd& beta() const noexcept { return beta_; }
  [[nodiscard]] const VectorXd& eta() const noexcept { return eta_; }
  [[nodiscard]] double value() const noexcept { return log_likelihood_; }
  [[nodiscard]] MatrixXd inverse() const { return hessian_.ldlt().solve(MatrixXd::Identity(x_->cols(), x_->cols())); }

 private:
  [[nodiscard]] VectorXd eta_at(const VectorXd& beta) const {
    VectorXd eta = *x_ * beta;
    if (data_->offset.size() > 0) eta += data_->offset;
    return eta;
  }

  [[nodiscard]] double log_likelihood(const VectorXd& eta) const {
    double sum = 0;
    for (Index i = 0; i < eta.size(); ++i) {
      const double softplus = std::max(eta[i], 0.0) + std::log1p(std::exp(-std::abs(eta[i])));
      sum += data_->events[i] * eta[i] - data_->trials[i] * softplus;
    }
    return sum;
  }

  /// \return false if the information is singular
  bool take_direction() {
    const Index n = eta_.size();
    VectorXd weight(n);
    VectorXd residual(n);
    for (Index i = 0; i < n; ++i) {
      const double e = std::exp(-std::abs(eta_[i]));
      const double p = eta_[i] >= 0 ? 1 / (1 + e) : e / (1 + e);
      residual[i] = data_->events[i] - data_->trials[i] * p;
      weight[i] = data_->trials[i] * e / ((1 + e) * (1 + e));
    }
    const VectorXd gradient = x_->transpose() * residual;
    hessian_ = x_->transpose() * weight.asDiagonal() * *x_;
    const Eigen::LDLT<MatrixXd> ldlt(hessian_);
    const VectorXd pivots = ldlt.vectorD();
    if (ldlt.info() != Eigen::Success || pivots.minCoeff() <= least_pivot * hessian_.diagonal().maxCoeff())
      return false;
    step_ = ldlt.solve(gradient);
    return step_.allFinite();
  }

  /// Halves the step until the likelihood does not fall. \return false if it always does
  bool advance(const VectorXd& move) {
    double part = 1;
    for (int i = 0; i < most_halvings; ++i, part /= 2) {
      const VectorXd eta = eta_ + part * move;
      const double value = log_likelihood(eta);
      if (value >= log_likelihood_ - 1e-13 * std::abs(log_likelihood_)) {
        beta_ += part * step_;
        eta_ = eta_at(beta_);
        log_likelihood_ = value;
        return true;
      }
    }
    return false;
  }

  /// Whether the last step, which is the way the coefficients go, moves no event down and no non-event up (Albert and
  /// Anderson 1984).
  [[nodiscard]] bool separates() const {
    if (step_.size() == 0) return false;
    const VectorXd move = *x_ * step_;
    const double slack = 1e-4 * move.cwiseAbs().maxCoeff();
    for (Index i = 0; i < move.size(); ++i) {
      const bool has_event = data_->events[i] > 0;
      const bool has_other = data_->trials[i] > data_->events[i];
      if ((has_event && move[i] < -slack) || (has_other && move[i] > slack)) return false;
    }
    return move.cwiseAbs().maxCoeff() > 0;
  }

  const LogisticData* data_;
  const MatrixXd* x_;
  VectorXd beta_;
  VectorXd eta_;
  VectorXd step_;
  MatrixXd hessian_;
  double log_likelihood_ = 0;
};

}  // namespace

std::string problem_of(FitState state) {
  switch (state) {
    case FitState::converged: return {};
    case FitState::separated: return "events and non-events are separated, a coefficient is infinite";
    case FitState::collinear: return "a column is constant or depends on the others";
    case FitState::not_converged: break;
  }
  return "the logistic regression did not converge";
}

LogisticFit fit_logistic(const LogisticData& data) {
  LogisticFit fit;
  const Standardised standard = standardise(data);
  if (standard.collinear) {
    fit.state = FitState::collinear;
    return fit;
  }
  Newton newton(data, standard.columns);
  fit.state = newton.run();
  if (fit.state != FitState::converged) return fit;
  fit.coefficients = standard.back * newton.beta();
  fit.covariance = standard.back * newton.inverse() * standard.back.transpose();
  fit.log_likelihood = newton.value();
  fit.linear_predictor = newton.eta();
  return fit;
}

}  // namespace varisk::evaluation
