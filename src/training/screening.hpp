#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "aligned.hpp"
#include "fit_columns.hpp"
#include "parallel.hpp"

namespace varisk::training {

/// A vector over rows as whole numbers: vector ≈ number × step.
class QuantisedVector {
 public:
  /// \param weights  ω of the rows; rows without weight have 0
  QuantisedVector(std::span<const double> vector, std::span<const double> weights);
  [[nodiscard]] const std::int8_t* numbers() const noexcept { return numbers_.data(); }
  [[nodiscard]] double step() const noexcept { return step_; }
  [[nodiscard]] double sum() const noexcept { return sum_; }  ///< of the numbers
  /// √ Σ (vector − number × step)² / ω: a column with Σ ω x² = s² has a product that is wrong by at most s times this
  /// (Cauchy and Schwarz).
  [[nodiscard]] double error() const noexcept { return error_; }

 private:
  AlignedVector<std::int8_t> numbers_;
  double step_ = 0;
  double sum_ = 0;
  double error_ = 0;
};

/// One fit in a pass over the columns.
struct ScreenRequest {
  const FitColumns* columns = nullptr;
  std::vector<QuantisedVector> vectors;          ///< one for each predictor
  const AlignedVector<double>* exact = nullptr;  ///< the same, exactly
  bool grouped = false;                          ///< norm over predictors, else the largest
  std::span<const std::uint8_t> skip;            ///< not 0: column is not looked at
  std::span<float> norms;                        ///< result: ‖xᵀu‖ of each column, about
  /// Result: columns whose norm may reach `threshold × factor`; these are to be looked at exactly.
  double threshold = 0;
  std::span<const double> factors;
  std::vector<std::uint32_t> candidates;
};

/// One pass over all columns of the design for all fits.
void screen(const Design& design, const PackedKernels& kernels, std::span<ScreenRequest> requests,
            const Threads& threads);

}  // namespace varisk::training
