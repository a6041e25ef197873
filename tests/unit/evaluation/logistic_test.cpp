#include "logistic.hpp"

#include <gmock/gmock.h>

#include <Eigen/Dense>
#include <cmath>
#include <random>

namespace varisk::evaluation {
namespace {

LogisticData data_of(const std::vector<std::vector<double>>& columns, const std::vector<double>& events) {
  const auto n = static_cast<Eigen::Index>(events.size());
  LogisticData data;
  data.columns = Eigen::MatrixXd::Ones(n, static_cast<Eigen::Index>(columns.size()) + 1);
  data.events = Eigen::Map<const Eigen::VectorXd>(events.data(), n);
  data.trials = Eigen::VectorXd::Ones(n);
  for (std::size_t c = 0; c < columns.size(); ++c)
    data.columns.col(static_cast<Eigen::Index>(c) + 1) = Eigen::Map<const Eigen::VectorXd>(columns[c].data(), n);
  return data;
}

TEST(FitLogistic, OfOneGroupVariableIsTheTableOfCounts) {
  // 3 of 10 events without, 12 of 20 with.
  LogisticData data;
  data.columns.resize(2, 2);
  data.columns << 1, 0, 1, 1;
  data.events = Eigen::Vector2d(3, 12);
  data.trials = Eigen::Vector2d(10, 20);
  const LogisticFit fit = fit_logistic(data);
  ASSERT_EQ(fit.state, FitState::converged);
  EXPECT_NEAR(fit.coefficients[0], std::log(3.0 / 7), 1e-12);
  EXPECT_NEAR(fit.coefficients[1], std::log(12.0 / 8) - std::log(3.0 / 7), 1e-12);
  EXPECT_NEAR(fit.covariance(1, 1), 1.0 / 3 + 1.0 / 7 + 1.0 / 12 + 1.0 / 8, 1e-12);
  EXPECT_NEAR(fit.log_likelihood, 3 * std::log(0.3) + 7 * std::log(0.7) + 12 * std::log(0.6) + 8 * std::log(0.4),
              1e-12);
}

TEST(FitLogistic, SolvesTheScoreEquationsOfColumnsOfAnyScale) {
  std::mt19937 random(3);
  std::normal_distribution<double> normal;
  std::vector<double> x;
  std::vector<double> y;
  std::vector<double> events;
  for (int i = 0; i < 300; ++i) {
    x.push_back(1e6 + 1e3 * normal(random));
    y.push_back(1e-5 * normal(random));
    events.push_back(normal(random) < (x.back() - 1e6) / 1e3 + 5e4 * y.back() - 1 ? 1 : 0);
  }
  const LogisticData data = data_of({x, y}, events);
  const LogisticFit fit = fit_logistic(data);
  ASSERT_EQ(fit.state, FitState::converged);
  Eigen::VectorXd residual(300);
  for (Eigen::Index i = 0; i < 300; ++i) residual[i] = data.events[i] - 1 / (1 + std::exp(-fit.linear_predictor[i]));
  EXPECT_NEAR(residual.sum(), 0, 1e-9);
  EXPECT_NEAR(residual.dot((data.columns.col(1).array() - 1e6).matrix()) / 1e3, 0, 1e-9);
  EXPECT_NEAR(residual.dot(data.columns.col(2)) * 1e5, 0, 1e-9);
}

TEST(FitLogistic, NamesCompleteSeparation) {
  EXPECT_EQ(fit_logistic(data_of({{1, 2, 3, 4, 5, 6}}, {0, 0, 0, 1, 1, 1})).state, FitState::separated);
}

TEST(FitLogistic, NamesQuasiCompleteSeparationByOneColumn) {
  // Whoever has the second column has the event; the first column overlaps.
  const std::vector<double> x = {1, 4, 2, 5, 3, 6, 2, 4, 1, 5};
  const std::vector<double> flag = {0, 0, 0, 0, 0, 0, 1, 1, 1, 1};
  EXPECT_EQ(fit_logistic(data_of({x, flag}, {0, 1, 1, 0, 1, 0, 1, 1, 1, 1})).state, FitState::separated);
}

TEST(FitLogistic, TakesAlmostSeparatedDataAsTheyAre) {
  const LogisticFit fit = fit_logistic(data_of({{1, 2, 3, 4, 3.5, 5, 6, 7}}, {0, 0, 0, 0, 1, 1, 1, 1}));
  EXPECT_EQ(fit.state, FitState::converged);
  EXPECT_GT(fit.coefficients[1], 1);
}

TEST(FitLogistic, NamesConstantAndDependentColumns) {
  EXPECT_EQ(fit_logistic(data_of({{2, 2, 2, 2}}, {0, 1, 0, 1})).state, FitState::collinear);
  EXPECT_EQ(fit_logistic(data_of({{1, 2, 3, 4, 5}, {3, 5, 7, 9, 11}}, {0, 1, 0, 1, 0})).state, FitState::collinear);
}

TEST(FitLogistic, TakesAnOffset) {
  LogisticData data = data_of({}, {0, 1, 1, 0, 1});
  data.offset = Eigen::VectorXd::Constant(5, 2.5);
  const LogisticFit fit = fit_logistic(data);
  EXPECT_NEAR(fit.coefficients[0], std::log(1.5) - 2.5, 1e-12);
}

}  // namespace
}  // namespace varisk::evaluation
