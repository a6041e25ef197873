#include "null_model.hpp"

#include <fmt/format.h>

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>
#include <utility>

#include "null_terms.hpp"
#include "varisk/core/error.hpp"

namespace varisk::training {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

/// What is left of a column beside earlier ones, below which it depends on them.
constexpr double dependent = 1e-7;
/// Fisher scoring needs 5 to 15 steps; where classes are separated the decrement only falls by a factor of e at each.
constexpr int most_steps = 40;
constexpr int most_halvings = 30;
/// Twice the log-likelihood that a further step could gain.
constexpr double done = 1e-20;
/// Squares of residuals that are rounding, by those of the outcome.
constexpr double exact_fit = 1e-26;

Index as_index(std::size_t value) { return static_cast<Index>(value); }

/// A constant 1, then the columns with mean 0, variance 1 and correlations 0.
MatrixXd orthonormal_columns(const SelectionInput& input, std::span<const std::uint32_t> rows,
                             const VectorXd& weights) {
  MatrixXd basis(as_index(rows.size()), as_index(input.adjust.size()) + 1);
  basis.col(0).setOnes();
  Index count = 1;
  for (const std::uint32_t column : input.adjust) {
    const ColumnPlace& place = input.design->place(column);
    if (place.kind != ColumnKind::dense) throw InternalError("a score test is adjusted for a column that is not dense");
    const std::span<const double> values = input.design->dense(place.index);
    VectorXd vector(basis.rows());
    for (Index i = 0; i < vector.size(); ++i) vector[i] = values[rows[static_cast<std::size_t>(i)]];
    const double before = vector.norm();
    for (int pass = 0; pass < 2; ++pass) {
      for (Index j = 0; j < count; ++j) {
        const double share = basis.col(j).cwiseProduct(weights).dot(vector) / weights.sum();
        vector -= share * basis.col(j);
      }
    }
    if (!(vector.norm() > dependent * before)) continue;
    basis.col(count++) = vector / std::sqrt(vector.cwiseAbs2().dot(weights) / weights.sum());
  }
  return basis.leftCols(count);
}

/// The maximum likelihood fit without the tested column.
class NullFit {
 public:
  NullFit(const SelectionInput& input, std::span<const std::uint32_t> rows)
      : outcome_(input.outcome), rows_(rows), dims_(as_index(coordinates(*input.outcome))) {
    weights_.resize(as_index(rows.size()));
    for (Index i = 0; i < weights_.size(); ++i) weights_[i] = input.weights[rows[static_cast<std::size_t>(i)]];
    weights_ *= static_cast<double>(weights_.size()) / weights_.sum();
    basis_ = orthonormal_columns(input, rows, weights_);
    if (ordinal()) basis_ = basis_.rightCols(basis_.cols() - 1).eval();
    set_offset(input);
    parameters_ = VectorXd::Zero(ordinal() ? dims_ + basis_.cols() : dims_ * basis_.cols());
    if (ordinal()) set_first_thresholds();
    if (as_index(rows.size()) <= parameters_.size()) {
      throw UserError(fmt::format("{} rows are too few for score tests beside {} parameters of covariates", rows.size(),
                                  parameters_.size()),
                      "", "use fewer unpenalised covariates, or select without marginal and top");
    }
  }

  void fit();
  [[nodiscard]] NullModel model(std::size_t all_rows) const;

 private:
  [[nodiscard]] bool ordinal() const noexcept { return outcome_->family == Family::ordinal; }
  void set_offset(const SelectionInput& input);
  void set_first_thresholds();
  [[nodiscard]] MatrixXd coordinates_at(const VectorXd& parameters) const;
  [[nodiscard]] VectorXd score(const RowTerms& terms) const;
  [[nodiscard]] MatrixXd information(const RowTerms& terms) const;
  [[nodiscard]] MatrixXd threshold_sums(const RowTerms& terms) const;
  bool step(const VectorXd& direction);
  [[nodiscard]] RowTerms scaled_terms() const;
  void add_class_vectors(NullModel& model, const RowTerms& terms, std::size_t all_rows) const;
  void add_ordinal_vectors(NullModel& model, const RowTerms& terms, std::size_t all_rows) const;
  std::uint32_t add(NullModel& model, const VectorXd& values, std::size_t all_rows) const;

  const Outcome* outcome_;
  std::span<const std::uint32_t> rows_;
  Index dims_;
  VectorXd weights_;
  MatrixXd basis_;
  MatrixXd offset_;  ///< of the coordinates; ordinal: of η
  VectorXd parameters_;
  RowTerms terms_;
};

void NullFit::set_offset(const SelectionInput& input) {
  const std::size_t all = input.design->rows();
  offset_ = MatrixXd::Zero(weights_.size(), ordinal() ? 1 : dims_);
  if (input.offset.empty()) return;
  const bool classes = outcome_->family == Family::multinomial;
  for (Index a = 0; a < offset_.cols(); ++a) {
    for (Index i = 0; i < offset_.rows(); ++i) {
      const std::size_t row = rows_[static_cast<std::size_t>(i)];
      const std::size_t predictor = static_cast<std::size_t>(a) + (classes ? 1 : 0);
      offset_(i, a) = input.offset[predictor * all + row] - (classes ? input.offset[row] : 0);
    }
  }
}

void NullFit::set_first_thresholds() {
  VectorXd shares = VectorXd::Zero(dims_ + 1);
  for (Index i = 0; i < weights_.size(); ++i) {
    shares[outcome_->classes[rows_[static_cast<std::size_t>(i)]]] += weights_[i] / weights_.sum();
  }
  double below = 0;
  for (Index k = 0; k < dims_; ++k) {
    below += shares[k];
    parameters_[k] = std::log(below) - std::log1p(-below);
  }
}

MatrixXd NullFit::coordinates_at(const VectorXd& parameters) const {
  if (!ordinal()) {
    return offset_ + basis_ * Eigen::Map<const MatrixXd>(parameters.data(), basis_.cols(), dims_);
  }
  MatrixXd e = (-(offset_ + basis_ * parameters.tail(basis_.cols()))).replicate(1, dims_);
  e.rowwise() += parameters.head(dims_).transpose();
  return e;
}

VectorXd NullFit::score(const RowTerms& terms) const {
  if (!ordinal()) return (basis_.transpose() * terms.slopes).reshaped();
  VectorXd score(parameters_.size());
  score << terms.slopes.colwise().sum().transpose(), -(basis_.transpose() * terms.slopes.rowwise().sum());
  return score;
}

/// Ordinal: sums of the rows of the information of each row, rows × coordinates.
MatrixXd NullFit::threshold_sums(const RowTerms& terms) const {
  MatrixXd sums = MatrixXd::Zero(weights_.size(), dims_);
  for (Index b = 0; b < dims_; ++b) {
    for (Index a = 0; a <= b; ++a) {
      const auto column =
          terms.information.col(as_index(pair_place(static_cast<std::size_t>(a), static_cast<std::size_t>(b))));
      sums.col(a) += column;
      if (a < b) sums.col(b) += column;
    }
  }
  return sums;
}

MatrixXd NullFit::information(const RowTerms& terms) const {
  MatrixXd matrix = MatrixXd::Zero(parameters_.size(), parameters_.size());
  const Index q = basis_.cols();
  for (Index b = 0; b < dims_; ++b) {
    for (Index a = 0; a <= b; ++a) {
      const auto column =
          terms.information.col(as_index(pair_place(static_cast<std::size_t>(a), static_cast<std::size_t>(b))));
      if (ordinal()) {
        matrix(a, b) = matrix(b, a) = column.sum();
      } else {
        matrix.block(a * q, b * q, q, q) = basis_.transpose() * column.asDiagonal() * basis_;
        matrix.block(b * q, a * q, q, q) = matrix.block(a * q, b * q, q, q).transpose().eval();
      }
    }
  }
  if (!ordinal()) return matrix;
  const MatrixXd sums = threshold_sums(terms);
  matrix.topRightCorner(dims_, q) = -sums.transpose() * basis_;
  matrix.bottomLeftCorner(q, dims_) = matrix.topRightCorner(dims_, q).transpose().eval();
  matrix.bottomRightCorner(q, q) = basis_.transpose() * sums.rowwise().sum().asDiagonal() * basis_;
  return matrix;
}

/// False if no part of it gains anything.
bool NullFit::step(const VectorXd& direction) {
  double length = 1;
  for (int i = 0; i < most_halvings; ++i, length /= 2) {
    const VectorXd parameters = parameters_ + length * direction;
    RowTerms terms = row_terms(*outcome_, coordinates_at(parameters), rows_, weights_);
    // Rounding may hide the gain of the last step.
    if (!(terms.log_likelihood >= terms_.log_likelihood - 1e-12 * std::abs(terms_.log_likelihood))) continue;
    parameters_ = parameters;
    terms_ = std::move(terms);
    return true;
  }
  return false;
}

void NullFit::fit() {
  terms_ = row_terms(*outcome_, coordinates_at(parameters_), rows_, weights_);
  const bool linear = outcome_->family == Family::gaussian;
  for (int i = 0; i < most_steps; ++i) {
    const Eigen::LLT<MatrixXd> root(information(terms_));
    if (root.info() != Eigen::Success) break;
    const VectorXd slopes = score(terms_);
    const VectorXd direction = root.solve(slopes);
    const double decrement = slopes.dot(direction);
    if (!std::isfinite(decrement)) break;
    if (decrement < done || !step(direction) || linear) return;
  }
  throw UserError("the outcome cannot be fitted on the unpenalised covariates alone: they may tell its classes apart",
                  "", "leave out covariates that follow from the outcome, or select without marginal and top");
}

/// Gaussian: by the variance of the residuals.
RowTerms NullFit::scaled_terms() const {
  RowTerms terms = terms_;
  if (outcome_->family != Family::gaussian) return terms;
  const double squares = -2 * terms.log_likelihood;
  double all = 0;
  for (Index i = 0; i < weights_.size(); ++i) {
    const double value = outcome_->values[rows_[static_cast<std::size_t>(i)]] - offset_(i, 0);
    all += weights_[i] * value * value;
  }
  const double variance = squares / static_cast<double>(weights_.size() - parameters_.size());
  if (!(squares > exact_fit * all)) {
    throw UserError("the unpenalised covariates leave nothing of the outcome to be tested", "",
                    "leave out covariates that follow from the outcome, or select without marginal and top");
  }
  terms.slopes /= variance;
  terms.information /= variance;
  return terms;
}

std::uint32_t NullFit::add(NullModel& model, const VectorXd& values, std::size_t all_rows) const {
  AlignedVector<double> vector(padded_rows(all_rows));
  for (Index i = 0; i < values.size(); ++i) vector[rows_[static_cast<std::size_t>(i)]] = values[i];
  model.vectors.push_back(std::move(vector));
  return static_cast<std::uint32_t>(model.vectors.size() - 1);
}

void NullFit::add_class_vectors(NullModel& model, const RowTerms& terms, std::size_t all_rows) const {
  model.dims = static_cast<std::size_t>(dims_);
  model.cross.resize(model.dims);
  std::vector<std::vector<std::uint32_t>> products;  // of each pair, by column of the basis
  for (Index pair = 0; pair < terms.information.cols(); ++pair) {
    products.emplace_back();
    for (Index j = 0; j < basis_.cols(); ++j) {
      products.back().push_back(add(model, terms.information.col(pair).cwiseProduct(basis_.col(j)), all_rows));
    }
    model.information.push_back(products.back().front());  // the first column of the basis is 1
  }
  for (std::size_t a = 0; a < model.dims; ++a) {
    model.score.push_back(add(model, terms.slopes.col(as_index(a)), all_rows));
    for (std::size_t b = 0; b < model.dims; ++b) {
      const auto& pair = products[pair_place(std::min(a, b), std::max(a, b))];
      model.cross[a].insert(model.cross[a].end(), pair.begin(), pair.end());
    }
  }
}

void NullFit::add_ordinal_vectors(NullModel& model, const RowTerms& terms, std::size_t all_rows) const {
  const MatrixXd sums = threshold_sums(terms);
  const VectorXd information = sums.rowwise().sum();
  model.score = {add(model, -terms.slopes.rowwise().sum(), all_rows)};
  model.information = {add(model, information, all_rows)};
  model.cross.resize(1);
  for (Index k = 0; k < dims_; ++k) model.cross[0].push_back(add(model, -sums.col(k), all_rows));
  for (Index j = 0; j < basis_.cols(); ++j) {
    model.cross[0].push_back(add(model, information.cwiseProduct(basis_.col(j)), all_rows));
  }
}

NullModel NullFit::model(std::size_t all_rows) const {
  const RowTerms terms = scaled_terms();
  NullModel model;
  if (ordinal()) {
    add_ordinal_vectors(model, terms, all_rows);
  } else {
    add_class_vectors(model, terms, all_rows);
  }
  const Eigen::LLT<MatrixXd> root(information(terms));
  model.whitening = root.matrixL().solve(MatrixXd::Identity(parameters_.size(), parameters_.size()));
  model.weights.resize(padded_rows(all_rows));
  for (Index i = 0; i < weights_.size(); ++i) model.weights[rows_[static_cast<std::size_t>(i)]] = weights_[i];
  model.total_weight = weights_.sum();
  return model;
}

void check_input(const SelectionInput& input) {
  const std::size_t rows = input.design->rows();
  if (input.outcome->rows() == rows &&
      (input.offset.empty() || input.offset.size() == rows * input.outcome->predictors())) {
    return;
  }
  throw InternalError(fmt::format("the design has {} rows, but the outcome {} and the offset {} numbers", rows,
                                  input.outcome->rows(), input.offset.size()));
}

void check_classes(const Outcome& outcome, std::span<const std::uint32_t> rows) {
  if (outcome.family == Family::gaussian) return;
  std::vector<std::size_t> counts(outcome.class_count);
  for (const std::uint32_t row : rows) ++counts.at(outcome.classes[row]);
  for (std::size_t k = 0; k < counts.size(); ++k) {
    if (counts[k] > 0) continue;
    throw UserError(fmt::format("none of the {} rows of a fit has class {} of the outcome", rows.size(), k), "",
                    "use fewer folds, or leave out the classes that are rare");
  }
}

}  // namespace

NullModel fit_null_model(const SelectionInput& input, std::span<const std::uint32_t> rows) {
  check_input(input);
  check_classes(*input.outcome, rows);
  NullFit fit(input, rows);
  fit.fit();
  return fit.model(input.design->rows());
}

}  // namespace varisk::training
