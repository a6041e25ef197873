#pragma once
#include <memory>
#include <optional>
#include <vector>

#include "descent_pass.hpp"
#include "fit_model.hpp"
#include "newton_step.hpp"
#include "screening.hpp"
#include "varisk/training/penalised_path.hpp"

namespace varisk::training {

/// One fit on its way along the path. A step is begun, solved on the columns that the strong rule suggests, and
/// finished when a pass over all columns has confirmed it; otherwise it is solved again with the columns that the pass
/// has found.
class PathFit {
 public:
  PathFit(const TrainingProblem& problem, const FitRows& rows, const PackedKernels& kernels, const Threads& threads);
  ~PathFit() = default;
  PathFit(const PathFit&) = delete;
  PathFit& operator=(const PathFit&) = delete;

  /// The model without penalised columns; must come first. May end the path.
  void fit_null();
  [[nodiscard]] const std::optional<PathOutcome>& ended() const noexcept { return ended_; }
  void end(PathOutcome outcome) { ended_ = std::move(outcome); }

  /// What a pass over all columns is to look at now.
  [[nodiscard]] ScreenRequest request();
  /// After a pass at the null model: the largest λ that matters.
  void finish_null(const ScreenRequest& screened);
  [[nodiscard]] double lambda_max() const noexcept { return lambda_max_; }
  [[nodiscard]] std::size_t rows() const noexcept { return rows_; }
  [[nodiscard]] bool has_penalised() const noexcept { return has_penalised_; }

  /// \param loose  a step on the way that nobody sees
  void begin(double lambda, bool loose);
  void solve();
  /// After a pass: whether the step is done. May end the path.
  [[nodiscard]] bool finish(const ScreenRequest& screened);

  [[nodiscard]] PathPoint point() const;
  [[nodiscard]] double lambda() const noexcept { return model_->penalty.lambda; }
  [[nodiscard]] double deviance_ratio() const noexcept { return 1 - model_->loss_value / null_loss_; }
  [[nodiscard]] std::size_t df() const noexcept;
  /// λmax, null deviance, statistics, collinear columns; without points.
  [[nodiscard]] PenalisedPath take_summary();
  /// η of rows, with intercepts (but no thresholds) and without offset: rows × predictors.
  [[nodiscard]] std::vector<double> predictors_of(std::span<const std::uint32_t> rows) const;

 private:
  [[nodiscard]] double tolerance() const noexcept;
  [[nodiscard]] double most_violation() const noexcept;
  void add_columns(const std::vector<std::uint32_t>& columns);
  std::vector<std::uint32_t> independent_columns(std::span<const std::uint32_t> columns);
  void converge_null(std::span<const std::uint32_t> free_columns);
  void extrapolate(double lambda);
  void remember();
  [[nodiscard]] double certified_gap();
  [[nodiscard]] bool improve(double gap);
  void give_up(const char* help);
  void say_separated(std::span<const double> before);

  const TrainingProblem* problem_;
  std::vector<ColumnStatistics> statistics_;
  std::vector<double> factors_;     ///< of the penalty, by column
  std::vector<std::uint8_t> skip_;  ///< by column: cannot be used, or is an entry already
  std::vector<float> norms_;        ///< of the last pass, by column
  std::unique_ptr<FitColumns> columns_;
  std::unique_ptr<Loss> loss_;
  std::unique_ptr<FitModel> model_;
  std::unique_ptr<NewtonStep> newton_;
  DescentPass descent_;
  Slopes feasible_;               ///< slopes that are feasible for intercepts and unpenalised columns
  std::vector<double> products_;  ///< of them with the entries
  std::vector<std::uint32_t> collinear_;
  std::size_t rows_ = 0;
  bool has_penalised_ = false;
  bool loose_ = false;
  double null_loss_ = 0;
  double lambda_max_ = 0;
  double strictness_ = 1;
  double gap_ = 0;
  double objective_ = 0;
  std::size_t rounds_ = 0;
  std::optional<PathOutcome> ended_;

  struct Place {
    double lambda = 0;
    std::vector<std::uint32_t> columns;
    std::vector<double> beta;
    std::vector<double> intercepts;
  };
  std::optional<Place> last_, before_last_;
};

}  // namespace varisk::training
