#include "varisk/scoring/augmented_projection.hpp"

#include <gmock/gmock.h>

#include <Eigen/Dense>
#include <random>

namespace varisk::scoring {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr Index sites = 400;

/// Three groups of samples apart by `signal`, and noise.
class Simulation {
 public:
  explicit Simulation(std::uint32_t seed) : random_(seed), directions_(sites, 3) {
    for (double& value : directions_.reshaped()) value = normal_(random_);
  }
  VectorXd sample(Index group) {
    VectorXd values = 0.35 * directions_.col(group);
    for (double& value : values) value += normal_(random_);
    return values;
  }
  MatrixXd samples(Index count) {
    MatrixXd x(sites, count);
    for (Index i = 0; i < count; ++i) x.col(i) = sample(i % 3);
    return x;
  }

 private:
  std::mt19937 random_;
  std::normal_distribution<double> normal_;
  MatrixXd directions_;
};

struct Turned {
  MatrixXd rotation;
  double scale;
  Eigen::RowVectorXd shift;
};

Turned procrustes(const MatrixXd& to, const MatrixXd& from) {
  const Eigen::RowVectorXd from_mean = from.colwise().mean();
  const Eigen::RowVectorXd to_mean = to.colwise().mean();
  const MatrixXd from_centred = from.rowwise() - from_mean;
  const MatrixXd to_centred = to.rowwise() - to_mean;
  const Eigen::BDCSVD<MatrixXd> svd(to_centred.transpose() * from_centred, Eigen::ComputeFullU | Eigen::ComputeFullV);
  Turned turned;
  turned.rotation = svd.matrixV() * svd.matrixU().transpose();
  turned.scale = svd.singularValues().sum() / from_centred.squaredNorm();
  turned.shift = to_mean - turned.scale * from_mean * turned.rotation;
  return turned;
}

/// The method as it is described, on whole matrices: decompose [X, x], turn the reference onto itself.
VectorXd directly(const MatrixXd& x, const VectorXd& sample, Index reported, Index studied) {
  const Eigen::BDCSVD<MatrixXd> reference(x, Eigen::ComputeThinV);
  const MatrixXd wanted =
      reference.matrixV().leftCols(reported) * reference.singularValues().head(reported).asDiagonal();
  MatrixXd both(x.rows(), x.cols() + 1);
  both << x, sample;
  const Eigen::BDCSVD<MatrixXd> augmented(both, Eigen::ComputeThinV);
  const MatrixXd points = augmented.matrixV().leftCols(studied) * augmented.singularValues().head(studied).asDiagonal();
  MatrixXd target = MatrixXd::Zero(x.cols(), studied);
  target.leftCols(reported) = wanted;
  MatrixXd moved;
  for (int i = 0; i < 10000; ++i) {
    const Turned turned = procrustes(target, points.topRows(x.cols()));
    moved = (turned.scale * points * turned.rotation).rowwise() + turned.shift;
    if (studied == reported) break;
    const MatrixXd next = moved.topRows(x.cols()).rightCols(studied - reported);
    const double change = (next - target.rightCols(studied - reported)).squaredNorm() /
                          (next.rowwise() - next.colwise().mean()).squaredNorm();
    if (change < 1e-6) break;
    target.rightCols(studied - reported) = next;
  }
  return moved.bottomRows(1).leftCols(reported).transpose();
}

struct Reference {
  explicit Reference(MatrixXd values) : x(std::move(values)), mean(x.rowwise().mean()) {
    x.colwise() -= mean;
    const Eigen::BDCSVD<MatrixXd> svd(x, Eigen::ComputeThinU);
    s = svd.singularValues();
    u = svd.matrixU();
  }
  [[nodiscard]] AugmentedProjection projection(Index kept, std::size_t reported) const {
    return {std::vector<double>(s.data(), s.data() + kept), reported};
  }
  [[nodiscard]] VectorXd project(const AugmentedProjection& projection, const VectorXd& sample, Index kept) const {
    const VectorXd b = u.leftCols(kept).transpose() * sample;
    const auto result = projection.project({b.data(), static_cast<std::size_t>(kept)}, sample.squaredNorm());
    return Eigen::Map<const VectorXd>(result.data(), static_cast<Index>(result.size()));
  }
  MatrixXd x;
  VectorXd mean;
  VectorXd s;
  MatrixXd u;
};

TEST(AugmentedProjection, WithAllComponentsIsTheDirectMethod) {
  Simulation simulation(1);
  const Reference reference(simulation.samples(30));
  const Index kept = 29;  // the last one is the mean
  for (const std::size_t reported : {2U, 5U}) {
    const auto projection = reference.projection(kept, reported);
    for (Index group = 0; group < 3; ++group) {
      const VectorXd sample = simulation.sample(group) - reference.mean;
      const VectorXd expected =
          directly(reference.x, sample, static_cast<Index>(reported), 2 * static_cast<Index>(reported));
      const VectorXd found = reference.project(projection, sample, kept);
      EXPECT_LT((found - expected).norm(), 1e-6 * expected.norm()) << reported << ' ' << group;
    }
  }
}

TEST(AugmentedProjection, WithFewComponentsIsCloseToTheDirectMethod) {
  Simulation simulation(2);
  const Reference reference(simulation.samples(60));
  const auto projection = reference.projection(16, 4);
  for (Index group = 0; group < 3; ++group) {
    const VectorXd sample = simulation.sample(group) - reference.mean;
    const VectorXd expected = directly(reference.x, sample, 4, 8);
    const VectorXd found = reference.project(projection, sample, 16);
    EXPECT_LT((found - expected).head(2).norm(), 0.05 * expected.head(2).norm()) << group;
  }
}

/// Length of the mean of a group's new samples, as a part of the mean of its reference samples: first plain, then ours.
std::pair<double, double> shrinkage(std::uint32_t seed) {
  Simulation simulation(seed);
  const Reference reference(simulation.samples(60));
  const auto projection = reference.projection(16, 4);
  const MatrixXd pcs = reference.u.leftCols(2).transpose() * reference.x;
  double plain_sum = 0;
  double ours_sum = 0;
  for (Index group = 0; group < 3; ++group) {
    VectorXd centre = VectorXd::Zero(2);
    for (Index i = group; i < 60; i += 3) centre += pcs.col(i) / 20;
    VectorXd plain = VectorXd::Zero(2);
    VectorXd ours = VectorXd::Zero(2);
    constexpr int fresh = 60;
    for (int i = 0; i < fresh; ++i) {
      const VectorXd off = simulation.sample(group) - reference.mean;
      plain += reference.u.leftCols(2).transpose() * off / fresh;
      ours += reference.project(projection, off, 16).head(2) / fresh;
    }
    plain_sum += plain.dot(centre) / centre.squaredNorm() / 3;
    ours_sum += ours.dot(centre) / centre.squaredNorm() / 3;
  }
  return {plain_sum, ours_sum};
}

TEST(AugmentedProjection, DoesNotShrinkTowardsZero) {
  double plain = 0;
  double ours = 0;
  for (std::uint32_t seed = 10; seed < 15; ++seed) {
    const auto [a, b] = shrinkage(seed);
    plain += a / 5;
    ours += b / 5;
  }
  EXPECT_LT(plain, 0.8);
  EXPECT_NEAR(ours, 1, 0.07);
}

}  // namespace
}  // namespace varisk::scoring
