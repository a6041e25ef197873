#pragma once
#include <memory>
#include <span>
#include <vector>

#include "aligned.hpp"
#include "curvature.hpp"
#include "parallel.hpp"
#include "varisk/training/families.hpp"

namespace varisk::training {

/// Derivatives of the mean loss at one place. Vectors over rows are padded, one predictor after the other.
struct Slopes {
  AlignedVector<double> predictors;    ///< in η
  std::vector<double> intercepts;      ///< in the intercepts
  AlignedVector<double> upper, lower;  ///< ordinal: in s = θₖ − η and t = θₖ₋₁ − η; else empty
};

/// (1/Σw) Σ wᵢ ℓ(outcome of row i, η), of one fit.
class Loss {
 public:
  /// \param weights  as they are; ω = w / Σ w
  /// \param offset   rows × predictors, or empty
  Loss(const Outcome& outcome, std::span<const double> weights, std::span<const double> offset, const Threads& threads);

  [[nodiscard]] Family family() const noexcept { return outcome_->family; }
  [[nodiscard]] std::size_t predictors() const noexcept { return outcome_->predictors(); }
  [[nodiscard]] std::size_t intercepts() const noexcept { return outcome_->intercepts(); }
  [[nodiscard]] std::size_t padded() const noexcept { return weights_.size(); }
  [[nodiscard]] double total_weight() const noexcept { return total_; }
  [[nodiscard]] const AlignedVector<double>& weights() const noexcept { return weights_; }  ///< ω
  [[nodiscard]] const Outcome& outcome() const noexcept { return *outcome_; }

  /// Infinite where thresholds do not ascend. \param eta  without offset and intercepts
  [[nodiscard]] double value(const AlignedVector<double>& eta, std::span<const double> intercepts) const;
  /// With derivatives; slopes and curvature are of no use where the value is infinite.
  double evaluate(const AlignedVector<double>& eta, std::span<const double> intercepts, Slopes& slopes,
                  Curvature<double>& curvature) const;
  /// slopes += H (v, b). \param v  becomes that product
  void move_slopes(const Curvature<double>& curvature, std::span<const double> b, AlignedVector<double>& v,
                   Slopes& slopes) const;
  /// Σ uᵢ oᵢ − Σ ωᵢ ℓ*(uᵢ / ωᵢ) with u = `shrink` × slopes: the lower bound without the penalty's part; −∞ outside the
  /// domain.
  [[nodiscard]] double dual(const Slopes& slopes, double shrink) const;
  /// Intercepts that fit best without columns, roughly: where Newton's method starts.
  [[nodiscard]] std::vector<double> first_intercepts() const;

 private:
  template <typename Action>
  double sum_pieces(const Action& action) const;
  template <typename Rows>
  double with_rows(const Rows& rows) const;

  const Outcome* outcome_;
  const Threads* threads_;
  AlignedVector<double> weights_;
  AlignedVector<double> offset_;  ///< empty or padded rows × predictors
  double total_ = 0;
};

}  // namespace varisk::training
