#pragma once
/// The problem of penalised_path.hpp solved in another way: dense columns and accelerated proximal gradients with
/// restarts. Slow, and written on its own from the definition of the objective.
#include <Eigen/Dense>
#include <cmath>
#include <functional>
#include <limits>

#include "varisk/training/penalised_path.hpp"

namespace varisk::test {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using training::Family;

struct SlowProblem {
  Family family = Family::gaussian;
  MatrixXd x;        ///< rows of the fit × columns, on the original scale, missing values replaced
  VectorXd weights;  ///< any scale
  VectorXd y;        ///< numbers, or classes
  Index classes = 0;
  MatrixXd offset;  ///< rows × predictors; empty: 0
  VectorXd factors;
  double alpha = 1;
  double lambda = 0;
  bool standardise = true;
  bool grouped = false;
};

class SlowSolver {
 public:
  explicit SlowSolver(const SlowProblem& problem) : problem_(problem) {
    weights_ = problem.weights / problem.weights.sum();
    means_ = problem.x.transpose() * weights_;
    x_ = problem.x.rowwise() - means_.transpose();
    scales_ = VectorXd::Ones(x_.cols());
    if (problem.standardise) scales_ = (x_.cwiseAbs2().transpose() * weights_).cwiseSqrt();
    x_ = x_ * scales_.cwiseInverse().asDiagonal();
    predictors_ = problem.family == Family::multinomial ? problem.classes : 1;
    intercepts_ = problem.family == Family::ordinal ? problem.classes - 1 : predictors_;
    offset_ = problem.offset.size() > 0 ? problem.offset : MatrixXd::Zero(x_.rows(), predictors_);
  }

  struct Point {
    MatrixXd beta;        ///< columns × predictors
    VectorXd intercepts;  ///< for ordinal the thresholds
  };

  /// Minimum of the objective.
  double solve(int iterations = 6000) {
    Point now{MatrixXd::Zero(x_.cols(), predictors_), VectorXd::Zero(intercepts_)};
    for (Index k = 0; k < intercepts_ && problem_.family == Family::ordinal; ++k) {
      now.intercepts[k] = static_cast<double>(k) - static_cast<double>(intercepts_) / 2;
    }
    Point ahead = now;
    double momentum = 1;
    double step = 1;
    double best = objective(now);
    int still = 0;
    for (int i = 0; i < iterations && still < 50; ++i) {
      Point slope;
      const double smooth = loss(ahead, &slope);
      Point next;
      for (;;) {
        next.beta = shrunk(ahead.beta - step * slope.beta, step);
        next.intercepts = ahead.intercepts - step * slope.intercepts;
        const MatrixXd moved = next.beta - ahead.beta;
        const VectorXd shifted = next.intercepts - ahead.intercepts;
        const double model = smooth + slope.beta.cwiseProduct(moved).sum() + slope.intercepts.dot(shifted) +
                             (moved.squaredNorm() + shifted.squaredNorm()) / (2 * step);
        if (loss(next, nullptr) <= model + 1e-15 || step < 1e-12) break;
        step /= 2;
      }
      const double reached = objective(next);
      const double faster = (1 + std::sqrt(1 + 4 * momentum * momentum)) / 2;
      if (reached > best) {
        ahead = now;
        if (momentum == 1) step /= 1.5;
        momentum = 1;
        ++still;
        continue;
      }
      still = best - reached < 1e-16 ? still + 1 : 0;
      const double push = (momentum - 1) / faster;
      ahead.beta = next.beta + push * (next.beta - now.beta);
      ahead.intercepts = next.intercepts + push * (next.intercepts - now.intercepts);
      momentum = faster;
      best = reached;
      now = next;
      step *= 1.02;
    }
    point_ = now;
    return best;
  }

  /// Of a path's point, on the original scale.
  [[nodiscard]] double objective_of(const training::PathPoint& point) const {
    Point here{MatrixXd::Zero(x_.cols(), predictors_), VectorXd::Zero(intercepts_)};
    for (Index q = 0; q < intercepts_; ++q) here.intercepts[q] = point.intercepts[static_cast<std::size_t>(q)];
    for (std::size_t k = 0; k < point.columns.size(); ++k) {
      for (Index c = 0; c < predictors_; ++c) {
        const double value = point.coefficients[static_cast<std::size_t>(c) * point.columns.size() + k];
        here.beta(point.columns[k], c) = value * scales_[point.columns[k]];
        if (problem_.family == Family::ordinal) {
          here.intercepts.array() -= value * means_[point.columns[k]];
        } else {
          here.intercepts[c] += value * means_[point.columns[k]];
        }
      }
    }
    return objective(here);
  }
  [[nodiscard]] const Point& point() const { return point_; }
  [[nodiscard]] double coefficient(Index column, Index predictor) const {
    return point_.beta(column, predictor) / scales_[column];
  }

 private:
  [[nodiscard]] double objective(const Point& point) const {
    double penalty = 0;
    for (Index j = 0; j < point.beta.rows(); ++j) {
      const double norm = problem_.grouped ? point.beta.row(j).norm() : point.beta.row(j).lpNorm<1>();
      penalty +=
          problem_.factors[j] * (problem_.alpha * norm + (1 - problem_.alpha) / 2 * point.beta.row(j).squaredNorm());
    }
    return loss(point, nullptr) + problem_.lambda * penalty;
  }

  [[nodiscard]] MatrixXd shrunk(MatrixXd beta, double step) const {
    for (Index j = 0; j < beta.rows(); ++j) {
      const double by = step * problem_.lambda * problem_.factors[j];
      for (Index c = 0; c < beta.cols(); ++c) {
        if (problem_.grouped) break;
        const double size = std::max(std::abs(beta(j, c)) - by * problem_.alpha, 0.0);
        beta(j, c) = std::copysign(size, beta(j, c));
      }
      if (problem_.grouped) {
        const double norm = beta.row(j).norm();
        beta.row(j) *= norm > 0 ? std::max(1 - by * problem_.alpha / norm, 0.0) : 0.0;
      }
      beta.row(j) /= 1 + by * (1 - problem_.alpha);
    }
    return beta;
  }

  double loss(const Point& point, Point* slope) const {
    MatrixXd eta = x_ * point.beta + offset_;
    MatrixXd slopes = MatrixXd::Zero(eta.rows(), eta.cols());
    VectorXd of_intercepts = VectorXd::Zero(intercepts_);
    double sum = 0;
    for (Index i = 0; i < eta.rows(); ++i) {
      const double w = weights_[i];
      if (problem_.family == Family::ordinal) {
        const auto y = static_cast<Index>(problem_.y[i]);
        const double above = y < intercepts_ ? 1 / (1 + std::exp(eta(i, 0) - point.intercepts[y])) : 1;
        const double below = y > 0 ? 1 / (1 + std::exp(eta(i, 0) - point.intercepts[y - 1])) : 0;
        const double p = above - below;
        if (!(p > 0)) return std::numeric_limits<double>::infinity();
        sum -= w * std::log(p);
        const double d_above = above * (1 - above) / p;
        const double d_below = below * (1 - below) / p;
        slopes(i, 0) = w * (d_above - d_below);
        if (y < intercepts_) of_intercepts[y] -= w * d_above;
        if (y > 0) of_intercepts[y - 1] += w * d_below;
        continue;
      }
      VectorXd here = eta.row(i).transpose() + point.intercepts;
      if (problem_.family == Family::gaussian) {
        const double residual = here[0] - problem_.y[i];
        sum += w * residual * residual / 2;
        slopes(i, 0) = w * residual;
      } else if (problem_.family == Family::binomial) {
        const double p = 1 / (1 + std::exp(-here[0]));
        sum -= w * std::log(problem_.y[i] > 0 ? p : 1 - p);
        slopes(i, 0) = w * (p - problem_.y[i]);
      } else {
        const VectorXd e = (here.array() - here.maxCoeff()).exp();
        const auto y = static_cast<Index>(problem_.y[i]);
        sum -= w * std::log(e[y] / e.sum());
        slopes.row(i) = w * (e / e.sum()).transpose();
        slopes(i, y) -= w;
      }
    }
    if (slope != nullptr) {
      slope->beta = x_.transpose() * slopes;
      slope->intercepts =
          problem_.family == Family::ordinal ? of_intercepts : VectorXd(slopes.colwise().sum().transpose());
    }
    return sum;
  }

  SlowProblem problem_;
  VectorXd weights_, means_, scales_;
  MatrixXd x_, offset_;
  Index predictors_ = 1;
  Index intercepts_ = 1;
  Point point_;
};

}  // namespace varisk::test
