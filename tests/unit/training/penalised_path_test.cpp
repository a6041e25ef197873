#include "varisk/training/penalised_path.hpp"

#include <gmock/gmock.h>

#include "small_problem.hpp"

namespace varisk::training {
namespace {

using test::SlowSolver;
using test::SmallProblem;

struct Case {
  std::string name;
  SmallProblem::Choice choice;
  double alpha = 1;
  bool grouped = false;
  bool standardise = true;
  bool class_weights = false;
};

void PrintTo(const Case& value, std::ostream* out) { *out << value.name; }

class AgainstSlowSolver : public testing::TestWithParam<Case> {};

TEST_P(AgainstSlowSolver, FindsTheSameMinimum) {
  SmallProblem small(GetParam().choice);
  TrainingProblem& problem = small.problem;
  problem.penalty.alpha = GetParam().alpha;
  problem.penalty.grouped = GetParam().grouped;
  problem.penalty.standardise = GetParam().standardise;
  if (GetParam().class_weights) problem.class_weights = {2, 0.5};
  problem.lambda.count = 7;
  problem.lambda.min_ratio = 0.02;
  const PenalisedPath path = penalised_path(problem, small.rows());
  ASSERT_EQ(path.outcome.end, PathEnd::complete) << path.outcome.help;
  ASSERT_EQ(path.points.size(), 7);
  for (std::size_t k = 0; k < path.points.size(); k += 2) {
    const PathPoint& point = path.points[k];
    SlowSolver slow(small.slow(point.lambda));
    const double minimum = slow.solve();
    EXPECT_NEAR(slow.objective_of(point), point.objective, 1e-12 * point.objective);
    EXPECT_LE(point.objective, minimum * (1 + 1e-10)) << "lambda " << k;
    EXPECT_GE(point.objective, minimum * (1 - 1e-7)) << "lambda " << k << ": the slow one was not done";
    // the bound is one
    EXPECT_LE(point.objective - point.gap, minimum * (1 + 1e-12));
    EXPECT_LE(point.gap, problem.solver.tolerance * point.objective);
  }
  if (problem.penalty.alpha == 0) return;
  // nothing penalised enters at the first
  for (const std::uint32_t column : path.points[0].columns) EXPECT_EQ(small.factors[column], 0);
  EXPECT_GT(path.points[1].df, path.points[0].df);
}

std::vector<Case> all_cases() {
  std::vector<Case> cases;
  for (const Family family : {Family::gaussian, Family::binomial, Family::multinomial, Family::ordinal}) {
    const std::string name = family == Family::gaussian      ? "Gaussian"
                             : family == Family::binomial    ? "Binomial"
                             : family == Family::multinomial ? "Multinomial"
                                                             : "Ordinal";
    SmallProblem::Choice choice;
    choice.family = family;
    cases.push_back({name + "Lasso", choice});
    cases.push_back({name + "ElasticNet", choice, 0.4});
    cases.push_back({name + "Ridge", choice, 0});
    cases.push_back({name + "OnTheOriginalScale", choice, 0.7, false, false});
    choice.missing = 0.08;
    cases.push_back({name + "WithMissingCalls", choice});
    choice.missing = 0.05;
    choice.weights = true;
    choice.offset = true;
    choice.seed = 7;
    cases.push_back({name + "WithWeightsAndOffset", choice, 0.8});
    if (family == Family::multinomial) {
      choice.offset = false;
      cases.push_back({name + "Grouped", choice, 1, true});
      cases.push_back({name + "GroupedElasticNet", choice, 0.5, true});
    }
    if (family == Family::binomial) cases.push_back({name + "WithClassWeights", choice, 1, false, true, true});
    choice = {};
    choice.family = family;
    choice.covariates = 0;
    cases.push_back({name + "WithoutCovariates", choice});
  }
  return cases;
}

INSTANTIATE_TEST_SUITE_P(Families, AgainstSlowSolver, testing::ValuesIn(all_cases()),
                         [](const auto& one) { return one.param.name; });

}  // namespace
}  // namespace varisk::training
