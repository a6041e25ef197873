#pragma once
#include <Eigen/Core>
#include <cstdint>
#include <span>
#include <vector>

#include "aligned.hpp"
#include "varisk/training/selection.hpp"

namespace varisk::training {

/// What score tests of single columns need of the fit without them. With g the centred column, coefficient a of `dims`
/// has the score Σ score[a] g; coefficients a and b have the information Σ information(a, b) g²; coefficient a has with
/// parameter m of the fit the information Σ cross[a][m] g. Numbers are places in `vectors`, whose rows are those of the
/// design, padded, 0 outside the fit.
struct NullModel {
  std::size_t dims = 1;
  std::vector<AlignedVector<double>> vectors;
  std::vector<std::uint32_t> score;
  std::vector<std::uint32_t> information;  ///< of a ≤ b, at `pair_place`
  std::vector<std::vector<std::uint32_t>> cross;
  /// L⁻¹ of the information L Lᵀ of the parameters of the fit.
  Eigen::MatrixXd whitening;
  AlignedVector<double> weights;  ///< with a mean of 1 over the rows of the fit
  double total_weight = 0;
};

/// Place of a pair a ≤ b among those of `dims`.
[[nodiscard]] constexpr std::size_t pair_place(std::size_t a, std::size_t b) noexcept { return b * (b + 1) / 2 + a; }

/// Intercepts (or thresholds) and the columns `input.adjust`, as far as they do not depend on earlier ones, fitted by
/// maximum likelihood. \param rows  of the fit. Throws `UserError`; see `select_columns`.
[[nodiscard]] NullModel fit_null_model(const SelectionInput& input, std::span<const std::uint32_t> rows);

}  // namespace varisk::training
