#include "null_terms.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "null_model.hpp"

namespace varisk::training {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

/// Derivatives where all are 0.
RowTerms empty_terms(const MatrixXd& e) {
  const Index dims = e.cols();
  return {0, MatrixXd::Zero(e.rows(), dims), MatrixXd::Zero(e.rows(), dims * (dims + 1) / 2)};
}

Index at_pair(Index a, Index b) {
  return static_cast<Index>(pair_place(static_cast<std::size_t>(a), static_cast<std::size_t>(b)));
}

void add_gaussian(RowTerms& terms, Index i, const MatrixXd& e, double value, double weight) {
  const double residual = value - e(i, 0);
  terms.log_likelihood -= 0.5 * weight * residual * residual;
  terms.slopes(i, 0) = weight * residual;
  terms.information(i, 0) = weight;
}

/// Class 0 has the predictor 0.
void add_classes(RowTerms& terms, Index i, const MatrixXd& e, std::uint32_t outcome, double weight) {
  const Index dims = e.cols();
  Eigen::RowVectorXd parts(dims + 1);
  parts << 0, e.row(i);
  const double largest = parts.maxCoeff();
  const double observed = parts[outcome] - largest;
  parts = (parts.array() - largest).exp();
  const double sum = parts.sum();
  terms.log_likelihood += weight * (observed - std::log(sum));
  for (Index b = 1; b <= dims; ++b) {
    const double p = parts[b] / sum;
    const double others = (parts.head(b).sum() + parts.tail(dims - b).sum()) / sum;
    terms.slopes(i, b - 1) = weight * (outcome == b ? others : -p);
    for (Index a = 1; a < b; ++a) terms.information(i, at_pair(a - 1, b - 1)) = -weight * p * parts[a] / sum;
    terms.information(i, at_pair(b - 1, b - 1)) = weight * p * others;
  }
}

/// P(y ≤ k) and its slope in the coordinate, with 0 and 1 at the ends.
struct Cumulative {
  double below = 0;  ///< P(y ≤ k)
  double above = 1;  ///< P(y > k)
  double slope = 0;
};

Cumulative cumulative(double e) {
  const double tail = std::exp(-std::abs(e));
  const double small = tail / (1 + tail);
  const double large = 1 / (1 + tail);
  return {e < 0 ? small : large, e < 0 ? large : small, small * large};
}

/// P(j − 1 < y ≤ j), of the smaller of the two differences that it is.
double class_probability(const Cumulative& before, const Cumulative& here) {
  return here.below < 0.5 ? here.below - before.below : before.above - here.above;
}

/// McCullagh (1980); the information is tridiagonal in the coordinates.
void add_ordinal(RowTerms& terms, Index i, const MatrixXd& e, std::uint32_t outcome, double weight) {
  const Index dims = e.cols();
  Cumulative before;
  for (Index k = 0; k <= dims; ++k) {
    const Cumulative here = k < dims ? cumulative(e(i, k)) : Cumulative{1, 0, 0};
    const double p = class_probability(before, here);
    if (!(p > 0)) {
      terms.log_likelihood = -std::numeric_limits<double>::infinity();
      return;
    }
    if (k < dims) terms.information(i, at_pair(k, k)) += weight * here.slope * here.slope / p;
    if (k > 0) terms.information(i, at_pair(k - 1, k - 1)) += weight * before.slope * before.slope / p;
    if (k > 0 && k < dims) terms.information(i, at_pair(k - 1, k)) = -weight * before.slope * here.slope / p;
    if (static_cast<Index>(outcome) == k) {
      terms.log_likelihood += weight * std::log(p);
      if (k < dims) terms.slopes(i, k) += weight * here.slope / p;
      if (k > 0) terms.slopes(i, k - 1) -= weight * before.slope / p;
    }
    before = here;
  }
}

}  // namespace

std::size_t coordinates(const Outcome& outcome) noexcept {
  return outcome.family == Family::gaussian ? 1 : outcome.class_count - 1;
}

RowTerms row_terms(const Outcome& outcome, const MatrixXd& e, std::span<const std::uint32_t> rows,
                   const VectorXd& weights) {
  RowTerms terms = empty_terms(e);
  for (Index i = 0; i < e.rows(); ++i) {
    const std::uint32_t row = rows[static_cast<std::size_t>(i)];
    switch (outcome.family) {
      case Family::gaussian: add_gaussian(terms, i, e, outcome.values[row], weights[i]); break;
      case Family::binomial:
      case Family::multinomial: add_classes(terms, i, e, outcome.classes[row], weights[i]); break;
      case Family::ordinal: add_ordinal(terms, i, e, outcome.classes[row], weights[i]); break;
    }
    if (terms.log_likelihood == -std::numeric_limits<double>::infinity()) break;
  }
  return terms;
}

}  // namespace varisk::training
