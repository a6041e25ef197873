#include "varisk/scoring/principal_components.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <random>

namespace varisk::scoring {
namespace {

using Matrix = Eigen::MatrixXd;
using Eigen::Index;

constexpr std::size_t oversampling = 10;
constexpr int most_iterations = 20;
constexpr double settled = 1e-9;
/// Columns shorter than this beside the others are rounding.
constexpr double dependent = 1e-10;
/// Singular values below this fraction of the first one are rounding.
constexpr double negligible = 1e-6;
/// The sites of one matrix product.
constexpr std::size_t block_sites = 64;
/// Parts that are added up on their own and then in order, however many threads there are.
constexpr std::size_t parts = 16;

/// The standardised genotypes, block by block.
class Genotypes {
 public:
  Genotypes(std::span<const PackedSite> sites, std::span<const std::uint32_t> samples, const ForEach& for_each)
      : sites_(sites), samples_(samples), for_each_(&for_each) {}

  [[nodiscard]] Index samples() const { return static_cast<Index>(samples_.size()); }
  [[nodiscard]] Index sites() const { return static_cast<Index>(sites_.size()); }

  /// Samples × sites of one block.
  [[nodiscard]] Matrix block(std::size_t first, std::size_t last) const {
    Matrix values(samples(), static_cast<Index>(last - first));
    for (std::size_t s = first; s < last; ++s) {
      const auto table = Standardisation(sites_[s].frequency()).table();
      double* const column = values.col(static_cast<Index>(s - first)).data();
      for (std::size_t i = 0; i < samples_.size(); ++i) {
        column[i] = table[static_cast<std::size_t>(sites_[s].call(samples_[i]))];
      }
    }
    return values;
  }

  /// Calls `action(part, first site, block)` for all blocks; one part is on one thread, its blocks in order.
  template <typename Action>
  void for_blocks(const Action& action) const {
    (*for_each_)(parts, [&](std::size_t part) {
      const std::size_t first = sites_.size() * part / parts;
      const std::size_t last = sites_.size() * (part + 1) / parts;
      for (std::size_t at = first; at < last; at += block_sites) {
        action(part, at, block(at, std::min(at + block_sites, last)));
      }
    });
  }

  /// XᵀX q
  [[nodiscard]] Matrix gram_times(const Matrix& q) const {
    std::vector<Matrix> sums(parts, Matrix::Zero(q.rows(), q.cols()));
    for_blocks([&](std::size_t part, std::size_t /*first*/, const Matrix& values) {
      const Matrix products = values.transpose() * q;
      sums[part].noalias() += values * products;
    });
    for (std::size_t part = 1; part < parts; ++part) sums[0] += sums[part];
    return sums[0];
  }

  [[nodiscard]] double squared_norm() const {
    std::vector<double> sums(parts);
    for_blocks(
        [&](std::size_t part, std::size_t /*first*/, const Matrix& values) { sums[part] += values.squaredNorm(); });
    double sum = 0;
    for (const double part : sums) sum += part;
    return sum;
  }

 private:
  std::span<const PackedSite> sites_;
  std::span<const std::uint32_t> samples_;
  const ForEach* for_each_;
};

/// Signs by the bits of the generator, which the standard fixes; its distributions it does not.
Matrix random_signs(Index rows, Index columns, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  Matrix signs(rows, columns);
  for (Index c = 0; c < columns; ++c) {
    for (Index r = 0; r < rows; ++r) signs(r, c) = (random() >> 63U) != 0 ? 1 : -1;
  }
  return signs;
}

/// An orthonormal basis of the columns beyond what `basis` spans; columns that are within it are left out.
Matrix beyond(const Matrix& basis, Matrix columns) {
  const Eigen::VectorXd before = columns.colwise().norm();
  for (int i = 0; i < 2; ++i) columns -= basis * (basis.transpose() * columns);  // once more for what rounding left
  const Eigen::ColPivHouseholderQR<Matrix> qr(columns);
  const Matrix r = qr.matrixR().topRows(std::min(columns.rows(), columns.cols()));
  Index rank = 0;
  while (rank < r.rows() && std::abs(r(rank, rank)) > dependent * before.maxCoeff()) ++rank;
  return qr.householderQ() * Matrix::Identity(columns.rows(), rank);
}

Matrix beside(const Matrix& left, const Matrix& right) {
  Matrix both(right.rows(), left.cols() + right.cols());
  both << left, right;
  return both;
}

struct Ritz {
  Eigen::VectorXd singular_values;  ///< descending
  Matrix vectors;
};

/// The best approximation within a basis. \param products  XᵀX times the basis
Ritz ritz(const Matrix& basis, const Matrix& products) {
  const Matrix h = basis.transpose() * products;
  const Eigen::SelfAdjointEigenSolver<Matrix> eigen((h + h.transpose()) / 2);
  return {eigen.eigenvalues().reverse().cwiseMax(0).cwiseSqrt(), basis * eigen.eigenvectors().rowwise().reverse()};
}

/// A singular vector has two signs; the one whose largest entry is positive is taken.
void fix_signs(Matrix& vectors) {
  for (Index c = 0; c < vectors.cols(); ++c) {
    Index largest = 0;
    vectors.col(c).cwiseAbs().maxCoeff(&largest);
    if (vectors(largest, c) < 0) vectors.col(c) = -vectors.col(c);
  }
}

std::vector<float> loadings_of(const Genotypes& genotypes, const Matrix& v, const Eigen::VectorXd& s) {
  const auto k = static_cast<std::size_t>(v.cols());
  std::vector<float> loadings(static_cast<std::size_t>(genotypes.sites()) * k);
  const Matrix scaled = v * s.cwiseInverse().asDiagonal();
  genotypes.for_blocks([&](std::size_t /*part*/, std::size_t first, const Matrix& values) {
    const Matrix rows = values.transpose() * scaled;
    for (Index i = 0; i < rows.rows(); ++i) {
      for (std::size_t c = 0; c < k; ++c) {
        loadings[(first + static_cast<std::size_t>(i)) * k + c] = static_cast<float>(rows(i, static_cast<Index>(c)));
      }
    }
  });
  return loadings;
}

}  // namespace

PrincipalComponents principal_components(std::span<const PackedSite> sites, std::span<const std::uint32_t> samples,
                                         const PcaRequest& request, const ForEach& for_each) {
  PrincipalComponents result;
  const Genotypes genotypes(sites, samples, for_each);
  const auto width = static_cast<Index>(std::min(request.components + oversampling, samples.size()));
  if (width == 0 || sites.empty()) return result;
  result.total_variance = genotypes.squared_norm();
  const auto accurate = static_cast<Index>(request.accurate);
  Matrix basis(genotypes.samples(), 0);
  Matrix products(genotypes.samples(), 0);
  Matrix block = beyond(basis, random_signs(genotypes.samples(), width, request.seed));
  Ritz now;
  while (block.cols() > 0 && result.iterations < most_iterations) {
    ++result.iterations;
    const Matrix gram = genotypes.gram_times(block);
    basis = beside(basis, block);
    products = beside(products, gram);
    const Eigen::VectorXd before = now.singular_values;
    now = ritz(basis, products);
    const Index compared = std::min(accurate, before.size());
    result.change = compared == 0 ? 1
                                  : (now.singular_values.head(compared) - before.head(compared)).cwiseAbs().maxCoeff() /
                                        now.singular_values(0);
    if (compared > 0 && result.change <= settled) break;
    block = beyond(basis, gram);
    if (block.cols() == 0) result.change = 0;  // the basis holds all that there is
  }
  Index kept = 0;
  while (kept < std::min(now.singular_values.size(), static_cast<Index>(request.components)) &&
         now.singular_values(kept) > negligible * now.singular_values(0)) {
    ++kept;
  }
  Matrix v = now.vectors.leftCols(kept);
  fix_signs(v);
  const Eigen::VectorXd s = now.singular_values.head(kept);
  result.components = static_cast<std::size_t>(kept);
  result.singular_values.assign(s.data(), s.data() + kept);
  for (Index i = 0; i < v.rows(); ++i) {
    for (Index c = 0; c < kept; ++c) result.sample_vectors.push_back(v(i, c));
  }
  if (kept > 0) result.loadings = loadings_of(genotypes, v, s);
  return result;
}

}  // namespace varisk::scoring
