#pragma once
#include <cstdint>
#include <vector>

#include "aligned.hpp"
#include "varisk/training/families.hpp"

namespace varisk::training {

/// Second derivatives of the loss in the linear predictors and intercepts of each row.
///
/// - gaussian, binomial: `rows` has the derivative
/// - multinomial: `rows` has the weights ω, then the probabilities of each class: ω (diag p − p pᵀ)
/// - ordinal: with s = θₖ − η and t = θₖ₋₁ − η, `rows` has the derivatives ss, st, tt
template <typename Real>
struct Curvature {
  Family family = Family::gaussian;
  std::size_t predictors = 1;
  std::size_t intercepts = 1;
  std::size_t stride = 0;  ///< padded rows
  AlignedVector<Real> rows;
  const std::uint32_t* classes = nullptr;  ///< ordinal

  [[nodiscard]] static std::size_t parts(Family family, std::size_t predictors) {
    if (family == Family::multinomial) return 1 + predictors;
    return family == Family::ordinal ? 3 : 1;
  }
  template <typename Other>
  void assign(const Curvature<Other>& other) {
    family = other.family;
    predictors = other.predictors;
    intercepts = other.intercepts;
    stride = other.stride;
    classes = other.classes;
    rows.resize(other.rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = static_cast<Real>(other.rows[i]);
  }

  /// For rows `first` to `last`: v ← H (v, b), and adds the intercepts' part to `to_intercepts`.
  /// \param v  of these rows; predictor c begins at v + c × step
  void multiply(std::size_t first, std::size_t last, const Real* b, Real* v, std::size_t step,
                Real* to_intercepts) const;
  /// What H adds for a change of one predictor in itself; `to` begins at row 0.
  void diagonal(std::size_t predictor, Real* to) const;
  /// A bound on all eigenvalues of a row, which is exact for one predictor.
  void bound(Real* to) const;
  /// Ordinal: the changes of the slopes in s and t that `multiply` adds up.
  void upper_lower(std::size_t row, const Real* b, Real v, Real& upper, Real& lower) const;
};

}  // namespace varisk::training
