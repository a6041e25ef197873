#pragma once
/// \file
/// Elastic net along a sequence of penalties.
///
/// The fit at λ minimises, over intercepts and coefficients of standardised columns,
///   F(β) = −(1/Σw) Σ wᵢ log Lᵢ + λ Σⱼ pfⱼ (α ‖βⱼ‖ + (1 − α) ‖βⱼ‖² / 2),
/// where log L of gaussian is −½ (y − η)², and ‖βⱼ‖ is |βⱼ|, for a grouped multinomial the Euclidean norm of the
/// coefficients of all classes (Friedman, Hastie and Tibshirani 2010; Simon, Friedman and Hastie 2013). Standardised
/// means (x − mean) / sd with the weighted 1/n SD of the rows of the fit; without standardisation the columns are only
/// centred, which changes nothing but the intercept.
///
/// Optimality is not taken on trust. With uᵢ = ∂F/∂ηᵢ (the weighted, signed residual) and ℓ* the convex conjugate of
/// the loss,
///   D(u) = Σ (uᵢ oᵢ − (wᵢ/Σw) ℓᵢ*(uᵢ Σw/wᵢ)) − Σⱼ gⱼ*(xⱼᵀu)
/// is a lower bound of F for any u in the domain (Fenchel; Boyd and Vandenberghe 2004, section 5; for the lasso Kim et
/// al. 2007), o being the offset. gⱼ* is 0 within ‖xⱼᵀu‖ ≤ λ pfⱼ α and (‖xⱼᵀu‖ − λ pfⱼ α)² / (2 λ pfⱼ (1 − α)) beyond;
/// for pfⱼ (1 − α) = 0 it is infinite beyond, so u is shrunk until all such columns comply; for intercepts and
/// unpenalised columns it is infinite unless xⱼᵀu = 0, so u is first moved along the curvature of the loss to where
/// that holds. The gap F − D of each λ is in the result. ℓ*: gaussian v²/2 + v y; classes: the negative entropy of y +
/// v; ordinal: with the slopes (a, b) of −log(σ(s) − σ(t)) in s and t, q = (√(1 − 4ab) − 1) / 2 gives σ(s) = 1 + a + q,
/// σ(t) = b − q, and ℓ* = a s + b t + log(σ(s) − σ(t)).

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "varisk/core/simd.hpp"
#include "varisk/training/design.hpp"
#include "varisk/training/families.hpp"

namespace varisk::training {

/// raw: factors as they are. glmnet: scaled so that they add up to the number of columns that are in the fit.
enum class PenaltyScale : std::uint8_t { raw, glmnet };

struct PenaltySettings {
  double alpha = 1;             ///< 0 (ridge) to 1 (lasso)
  std::vector<double> factors;  ///< one for each column of the design, 0: unpenalised; empty: 1 for all
  PenaltyScale scale = PenaltyScale::raw;
  bool standardise = true;
  bool grouped = false;  ///< multinomial: all classes of a column enter together
};

/// As glmnet's: the path ends where the deviance ratio exceeds `devmax`, or grew by less than `fdev` of itself.
struct EarlyStop {
  double fdev = 1e-5;
  double devmax = 0.999;
};

struct LambdaSettings {
  std::vector<double>
      values;  ///< positive and descending; empty: `count` values from λmax down, evenly spaced as logarithms
  std::size_t count = 100;
  std::optional<double>
      min_ratio;  ///< smallest / largest; none: 1e-4 if the fit has at least as many rows as columns, else 1e-2
  /// Only for automatic paths; given values are all computed. None: the whole path.
  std::optional<EarlyStop> early_stop;
};

struct SolverSettings {
  /// A fit is done when its gap is at most this part of the objective (of the null model's, if that is larger by more
  /// than a thousand), over all columns.
  double tolerance = 1e-10;
  /// Rounds (a pass of coordinate descent and a Newton step each) at one λ before it is given up.
  std::size_t max_rounds = 1000;
  int threads = 1;
  SimdLevel simd = best_simd_level();
};

/// What all fits have in common.
struct TrainingProblem {
  const Design* design = nullptr;
  const Outcome* outcome = nullptr;
  std::vector<double> offset;         ///< rows × predictors, one predictor after the other; empty: 0
  std::vector<double> class_weights;  ///< multiply the weights of a class; empty: 1
  PenaltySettings penalty;
  LambdaSettings lambda;
  SolverSettings solver;
};

/// One fit: which rows, and with what weight.
struct FitRows {
  std::vector<double> weights;          ///< one for each row, 0: not in this fit
  std::vector<std::uint32_t> excluded;  ///< columns that this fit must not use, ascending; such as not selected ones
};

/// The model at one λ, on the original scale of the columns: η = intercept + Σ coefficient × value, a missing value
/// being the mean of the fit's rows.
struct PathPoint {
  double lambda = 0;
  std::size_t df = 0;         ///< columns with a coefficient other than 0
  double deviance_ratio = 0;  ///< 1 − deviance / deviance with intercept (and offset) only
  double objective = 0;
  double gap = 0;  ///< objective − the lower bound, over all columns
  double kkt = 0;  ///< largest violation of a condition of optimality of a standardised column, on the scale of λ
  std::size_t passes = 0;              ///< passes over the active columns
  std::vector<double> intercepts;      ///< `Outcome::intercepts()` of them; ordinal: θ ascending
  std::vector<std::uint32_t> columns;  ///< those with coefficients, ascending
  std::vector<double> coefficients;    ///< `columns.size()` for the first predictor, then for the next
};

enum class PathEnd : std::uint8_t {
  complete,
  early_stop,
  not_converged,  ///< the gap is not reached within `max_rounds`; the path before is kept
  separated,      ///< an unpenalised part predicts a class perfectly, so that its coefficients have no finite value
  cancelled       ///< by the progress callback
};

/// How a path ended. All λ before `lambda` are in it.
struct PathOutcome {
  PathEnd end = PathEnd::complete;
  double lambda = 0;                   ///< where it ended, unless complete
  std::vector<std::uint32_t> columns;  ///< that keep moving or that separate, the worst first
  std::string help;                    ///< what to change
};

struct PenalisedPath {
  double lambda_max = 0;     ///< smallest λ without any penalised column (for α < 0.001: as if α were 0.001)
  double null_deviance = 0;  ///< Σ w × deviance of a row, with intercept (and offset) only
  std::vector<PathPoint> points;
  PathOutcome outcome;
  std::vector<ColumnStatistics> statistics;  ///< of the rows of the fit, for each column of the design
  std::vector<std::uint32_t> collinear;      ///< unpenalised columns that depend on earlier ones: left out
};

struct PathProgress {
  std::size_t step = 0;   ///< λs done
  std::size_t steps = 0;  ///< wanted
  double lambda = 0;      ///< the last one done
  std::size_t df = 0;     ///< of the full fit
};
/// Called after each λ from the thread that called; false ends the path there.
using ProgressCallback = std::function<bool(const PathProgress&)>;

/// Fits the whole path. The same bytes for any number of threads and any `SimdLevel`.
/// Throws `UserError` for settings or data that allow no fit: one class, weights that are negative or not finite, λ not
/// descending.
[[nodiscard]] PenalisedPath penalised_path(const TrainingProblem& problem, const FitRows& fit,
                                           const ProgressCallback& progress = {});

/// η of all rows of a design at one point of a path: rows × predictors, one predictor after the other; for ordinal
/// without thresholds, else with the intercepts. Without offset. \param statistics  of the fit: its means stand for
/// missing values
[[nodiscard]] std::vector<double> linear_predictors(const Design& design, const PathPoint& point,
                                                    std::size_t predictors, Family family,
                                                    std::span<const ColumnStatistics> statistics);

}  // namespace varisk::training
