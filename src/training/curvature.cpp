#include "curvature.hpp"

#include <algorithm>
#include <array>

namespace varisk::training {
namespace {

template <typename Real>
void multiply_single(const Real* curvature, std::size_t count, Real b, Real* v, Real* to_intercepts) {
  constexpr std::size_t lanes = 16;
  std::array<Real, lanes> sums{};
  for (std::size_t i = 0; i < count; i += lanes) {
    for (std::size_t k = 0; k < lanes; ++k) {
      v[i + k] = curvature[i + k] * (v[i + k] + b);
      sums[k] += v[i + k];
    }
  }
  Real sum = 0;
  for (const Real value : sums) sum += value;
  *to_intercepts += sum;
}

}  // namespace

template <typename Real>
void Curvature<Real>::upper_lower(std::size_t row, const Real* b, Real v, Real& upper, Real& lower) const {
  const std::uint32_t k = classes[row];
  const Real ds = k < intercepts ? b[k] - v : Real{0};
  const Real dt = k > 0 ? b[k - 1] - v : Real{0};
  upper = rows[row] * ds + rows[stride + row] * dt;
  lower = rows[stride + row] * ds + rows[2 * stride + row] * dt;
}

template <typename Real>
void Curvature<Real>::multiply(std::size_t first, std::size_t last, const Real* b, Real* v, std::size_t step,
                               Real* to_intercepts) const {
  if (family == Family::gaussian || family == Family::binomial) {
    multiply_single(rows.data() + first, last - first, b[0], v, to_intercepts);
    return;
  }
  if (family == Family::multinomial) {
    for (std::size_t i = first; i < last; ++i) {
      Real* const here = v + (i - first);
      const Real weight = rows[i];
      Real mean = 0;
      for (std::size_t c = 0; c < predictors; ++c) {
        here[c * step] += b[c];
        mean += rows[(1 + c) * stride + i] * here[c * step];
      }
      for (std::size_t c = 0; c < predictors; ++c) {
        here[c * step] = weight * rows[(1 + c) * stride + i] * (here[c * step] - mean);
        to_intercepts[c] += here[c * step];
      }
    }
    return;
  }
  for (std::size_t i = first; i < last; ++i) {
    Real upper = 0;
    Real lower = 0;
    if (rows[i] == 0 && rows[2 * stride + i] == 0) {  // outside of the fit
      v[i - first] = 0;
      continue;
    }
    upper_lower(i, b, v[i - first], upper, lower);
    v[i - first] = -(upper + lower);
    if (classes[i] < intercepts) to_intercepts[classes[i]] += upper;
    if (classes[i] > 0) to_intercepts[classes[i] - 1] += lower;
  }
}

template <typename Real>
void Curvature<Real>::diagonal(std::size_t predictor, Real* to) const {
  if (family == Family::multinomial) {
    const Real* const p = rows.data() + (1 + predictor) * stride;
    for (std::size_t i = 0; i < stride; ++i) to[i] = rows[i] * p[i] * (1 - p[i]);
  } else if (family == Family::ordinal) {
    for (std::size_t i = 0; i < stride; ++i) to[i] = rows[i] + 2 * rows[stride + i] + rows[2 * stride + i];
  } else {
    std::copy_n(rows.begin(), stride, to);
  }
}

template <typename Real>
void Curvature<Real>::bound(Real* to) const {
  if (family != Family::multinomial) {
    diagonal(0, to);
    return;
  }
  // Gershgorin: a row of diag p − p pᵀ adds up to 2 p (1 − p) in absolute values.
  for (std::size_t i = 0; i < stride; ++i) {
    Real most = 0;
    for (std::size_t c = 0; c < predictors; ++c) {
      const Real p = rows[(1 + c) * stride + i];
      most = std::max(most, 2 * p * (1 - p));
    }
    to[i] = rows[i] * most;
  }
}

template struct Curvature<double>;
template struct Curvature<float>;

}  // namespace varisk::training
