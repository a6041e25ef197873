#include "varisk/scoring/augmented_projection.hpp"

#include <Eigen/Dense>
#include <algorithm>

namespace varisk::scoring {
namespace {

using Matrix = Eigen::MatrixXd;
using Eigen::Index;

constexpr int most_turns = 10000;
/// Where FRAPOSA stops: what moves is far smaller than the noise of the components.
constexpr double still = 1e-6;

struct Turn {
  Matrix rotation;
  double scale = 1;
};

/// The rotation and scale that bring `from` closest to `to`; both are centred.
Turn procrustes(const Matrix& from, const Matrix& to) {
  const Eigen::JacobiSVD<Matrix> svd(to.transpose() * from, Eigen::ComputeFullU | Eigen::ComputeFullV);
  return {svd.matrixV() * svd.matrixU().transpose(), svd.singularValues().sum() / from.squaredNorm()};
}

/// `from` has more columns than `to`: the further ones of the target are free, and are found by turns.
Turn procrustes_into(const Matrix& from, const Matrix& to) {
  Matrix target = Matrix::Zero(from.rows(), from.cols());
  target.leftCols(to.cols()) = to;
  const Index free = from.cols() - to.cols();
  Turn turn = procrustes(from, target);
  for (int i = 1; i < most_turns && free > 0; ++i) {
    const Matrix moved = turn.scale * (from * turn.rotation).rightCols(free);
    const double change = (moved - target.rightCols(free)).squaredNorm();
    if (change <= still * moved.squaredNorm()) break;
    target.rightCols(free) = moved;
    turn = procrustes(from, target);
  }
  return turn;
}

}  // namespace

AugmentedProjection::AugmentedProjection(std::vector<double> singular_values, std::size_t reported)
    : singular_values_(std::move(singular_values)),
      reported_(std::min(reported, singular_values_.size())),
      studied_(std::min(2 * reported_, singular_values_.size())) {}

std::vector<double> AugmentedProjection::project(std::span<const double> products, double squared_norm) const {
  const auto k = static_cast<Index>(singular_values_.size());
  const auto l = static_cast<Index>(studied_);
  const auto r = static_cast<Index>(reported_);
  const Eigen::Map<const Eigen::VectorXd> s(singular_values_.data(), k);
  const Eigen::Map<const Eigen::VectorXd> b(products.data(), k);
  // With [U, the rest of the sample] and [V, 1] as bases, the augmented matrix is an arrow; these are its squares.
  Matrix squares = Matrix::Zero(k + 1, k + 1);
  squares.diagonal().head(k) = s.cwiseAbs2();
  squares.col(k).head(k) = s.cwiseProduct(b);
  squares.row(k).head(k) = squares.col(k).head(k).transpose();
  squares(k, k) = std::max(squared_norm, b.squaredNorm());
  const Eigen::SelfAdjointEigenSolver<Matrix> eigen(squares);
  const Matrix points = eigen.eigenvectors().rowwise().reverse().leftCols(l) *
                        eigen.eigenvalues().reverse().head(l).cwiseMax(0).cwiseSqrt().asDiagonal();
  Matrix reference = Matrix::Zero(k, r);
  reference.topRows(r).diagonal() = s.head(r);
  const Turn turn = procrustes_into(points.topRows(k), reference);
  const Eigen::RowVectorXd moved = turn.scale * points.row(k) * turn.rotation;
  return {moved.data(), moved.data() + r};
}

}  // namespace varisk::scoring
