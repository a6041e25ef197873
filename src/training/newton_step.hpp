#pragma once
#include <Eigen/Dense>
#include <optional>
#include <vector>

#include "fit_model.hpp"
#include "integer_hessian.hpp"

namespace varisk::training {

/// How a step along a direction ended.
struct StepResult {
  double objective = 0;  ///< where the model stands now
  bool moved = false;
  std::size_t products = 0;  ///< of conjugate gradients
};

/// Newton's method on the coefficients that are not 0 or are about to leave it, each within its orthant: the system of
/// the second derivatives is solved by conjugate gradients on the packed columns (in single precision, as the gradient
/// of the next step is exact), and the objective never rises. Orthants as in Andrew and Gao 2007.
class NewtonStep {
 public:
  NewtonStep(const FitColumns& columns, const Threads& threads)
      : columns_(&columns), threads_(&threads), product_(columns, threads), block_(columns) {}

  /// What was prepared from an earlier curvature is of no use any more.
  void forget() noexcept {
    free_block_.reset();
    diagonal_known_.clear();
  }
  /// After `model.evaluate()`. \param accuracy  of the direction: remaining part of the preconditioned gradient
  StepResult step(FitModel& model, double objective, double accuracy, std::size_t most_products);

  /// Moves slopes along the curvature until their products with intercepts and unpenalised columns are 0.
  /// Returns the largest product that is left.
  double make_feasible(const FitModel& model, Slopes& slopes);

 private:
  struct FreeBlock {
    std::vector<std::uint32_t> columns;  ///< unpenalised
    Eigen::LDLT<Eigen::MatrixXd> factor;
  };
  void choose_active(const FitModel& model);
  void prepare(const FitModel& model);
  void build_free_block(const FitModel& model);
  void curvature_of_penalty(const FitModel& model, const Eigen::VectorXd& v, Eigen::VectorXd& to) const;
  void precondition(const FitModel& model, const Eigen::VectorXd& residual, Eigen::VectorXd& to) const;
  void precondition_groups(const FitModel& model, const Eigen::VectorXd& residual, Eigen::VectorXd& to) const;
  void centre_groups(const FitModel& model);
  void drop_turned_groups(const FitModel& model);
  std::size_t solve(const FitModel& model, double accuracy, std::size_t most_products);
  StepResult search(FitModel& model, double objective);
  [[nodiscard]] bool try_length(FitModel& model, double length, double objective, double& reached);
  [[nodiscard]] double first_crossing(const FitModel& model) const;

  const FitColumns* columns_;
  const Threads* threads_;
  IntegerHessian product_;
  ColumnBlock block_;
  std::optional<FreeBlock> free_block_;
  std::vector<double> diagonal_;              ///< entries × predictors, of the loss
  std::vector<std::uint8_t> diagonal_known_;  ///< by entry

  std::vector<std::uint32_t> active_;  ///< entries
  std::vector<std::uint32_t> active_columns_;
  std::vector<std::size_t> free_at_;  ///< variables of intercepts and unpenalised columns
  std::vector<double> orthant_;       ///< of each variable: sign, 0: any
  std::vector<std::uint8_t> fixed_;   ///< variables that stay 0
  Eigen::VectorXd slope_;             ///< of the objective, within the orthant
  Eigen::VectorXd inverse_;           ///< preconditioner of single variables
  Eigen::VectorXd direction_;
  AlignedVector<double> eta_direction_;
  AlignedVector<double> eta_trial_;
  std::vector<double> beta_trial_;
  std::vector<double> intercepts_trial_;
};

}  // namespace varisk::training
