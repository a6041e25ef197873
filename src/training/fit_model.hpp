#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "column_block.hpp"
#include "fit_columns.hpp"
#include "loss.hpp"
#include "parallel.hpp"
#include "penalty.hpp"

namespace varisk::training {

/// A column that a fit looks at beyond screening.
struct Entry {
  std::uint32_t column = 0;
  double factor = 1;  ///< of the penalty; 0: unpenalised
};

/// Coefficients of a fit, on the scale of the centred and scaled columns, and what follows from them. Vectors over
/// entries have all predictors of an entry side by side.
class FitModel {
 public:
  FitModel(const FitColumns& columns, const Loss& loss, const Threads& threads, Penalty penalty);

  [[nodiscard]] const FitColumns& columns() const noexcept { return *columns_; }
  [[nodiscard]] const Loss& loss() const noexcept { return *loss_; }
  [[nodiscard]] const Threads& threads() const noexcept { return *threads_; }
  [[nodiscard]] std::size_t predictors() const noexcept { return loss_->predictors(); }

  [[nodiscard]] std::span<const double> beta_of(std::size_t entry) const noexcept {
    return std::span(beta).subspan(entry * predictors(), predictors());
  }
  [[nodiscard]] std::span<const double> gradient_of(std::size_t entry) const noexcept {
    return std::span(gradient).subspan(entry * predictors(), predictors());
  }
  [[nodiscard]] bool is_zero(std::size_t entry) const noexcept {
    for (const double value : beta_of(entry)) {
      if (value != 0) return false;
    }
    return true;
  }

  /// Adds entries with coefficients 0; `added` ascend and are not there yet.
  void add_entries(std::span<const Entry> added);
  /// η from scratch.
  void rebuild_eta();
  /// Loss, slopes, curvature and gradient of all entries where the model stands.
  void evaluate();
  [[nodiscard]] double penalty_value() const;
  [[nodiscard]] double objective() const { return loss_value + penalty_value(); }
  /// Σ x u of all entries.
  void products(const AlignedVector<double>& vector, std::vector<double>& to) const;
  /// Largest violation of a condition of optimality among entries and intercepts.
  [[nodiscard]] double violation() const;

  Penalty penalty;
  std::vector<Entry> entries;  ///< ascending by column
  std::vector<double> beta;
  std::vector<double> gradient;  ///< of the loss
  std::vector<double> intercepts;
  AlignedVector<double> eta;  ///< without intercepts
  Slopes slopes;
  Curvature<double> curvature;
  double loss_value = 0;
  std::size_t passes = 0;  ///< products with the active columns

 private:
  const FitColumns* columns_;
  const Loss* loss_;
  const Threads* threads_;
};

/// Lower bound of the objective from slopes whose products with intercepts and unpenalised columns are 0.
/// \param products  of all penalised columns that may exceed the threshold, likewise by entry
struct DualBound {
  double bound = 0;
  double shrink = 1;
};
[[nodiscard]] DualBound dual_bound(const Loss& loss, const Penalty& penalty, const Slopes& slopes,
                                   std::span<const Entry> entries, std::span<const double> products);

}  // namespace varisk::training
