#include "marginal_test.hpp"

#include <Eigen/Cholesky>
#include <array>
#include <boost/math/special_functions/gamma.hpp>
#include <optional>

#include "packed_kernels.hpp"
#include "selection_rows.hpp"

namespace varisk::training {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

/// Each vector is read once for this many columns.
constexpr std::size_t columns_of_task = 16;
/// Of the information of a column, what is left beside the null model; below, it depends on its columns.
constexpr double no_information = 1e-9;
constexpr std::size_t lanes = 8;

/// A centred column as products with vectors over the rows need it.
struct TestedColumn {
  const std::uint8_t* packed = nullptr;  ///< with tables of g and g²; or
  CodeTable values{};
  CodeTable squares{};
  AlignedVector<double> dosages;  ///< g of all rows, 0 outside the fit
  bool observed = false;
};

TestedColumn packed_column(const std::uint8_t* packed, const NullModel& null) {
  const auto& dot = packed_kernels(best_simd_level()).sums.dot;
  const auto sum = [&](const CodeTable& table) { return dot(packed, null.weights.data(), null.weights.size(), table); };
  TestedColumn column;
  const double present = sum({1, 1, 1, 0});
  column.observed = present > 0;
  const double mean = column.observed ? sum({0, 1, 2, 0}) / present : 0;
  column.packed = packed;
  column.values = {-mean, 1 - mean, 2 - mean, 0};
  column.squares = {mean * mean, (1 - mean) * (1 - mean), (2 - mean) * (2 - mean), 0};
  return column;
}

TestedColumn dosage_column(const DosageMatrix& matrix, std::size_t index, const NullModel& null,
                           std::span<const std::uint32_t> rows) {
  TestedColumn column;
  column.dosages.resize(null.weights.size());
  double present = 0;
  double sum = 0;
  std::size_t i = 0;
  each_code(matrix, index, rows, [&](std::uint32_t code) {
    const double weight = null.weights[rows[i++]];
    if (code == matrix.missing_code()) return;
    present += weight;
    sum += weight * code;
  });
  column.observed = present > 0;
  const double mean = column.observed ? sum / present : 0;
  i = 0;
  each_code(matrix, index, rows, [&](std::uint32_t code) {
    column.dosages[rows[i++]] = code == matrix.missing_code() ? 0 : (code - mean) * matrix.step();
  });
  return column;
}

/// Adds in lanes, so that the compiler may use vectors. \param power  1 or 2, of the column
template <int power>
double dense_dot(const AlignedVector<double>& column, const AlignedVector<double>& vector) {
  std::array<double, lanes> sums{};
  for (std::size_t i = 0; i < column.size(); i += lanes) {
    for (std::size_t k = 0; k < lanes; ++k) {
      const double value = power == 1 ? column[i + k] : column[i + k] * column[i + k];
      sums[k] += value * vector[i + k];
    }
  }
  return ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]));
}

template <int power>
double dot(const TestedColumn& column, const AlignedVector<double>& vector) {
  if (column.packed == nullptr) return dense_dot<power>(column.dosages, vector);
  const auto& kernel = packed_kernels(best_simd_level()).sums.dot;
  return kernel(column.packed, vector.data(), vector.size(), power == 1 ? column.values : column.squares);
}

/// Products of one column with all vectors of the null model.
struct Products {
  std::vector<double> linear;   ///< with g
  std::vector<double> squares;  ///< with g², of those that are information
};

std::optional<double> statistic(const NullModel& null, const Products& products) {
  const auto dims = static_cast<Index>(null.dims);
  VectorXd score(dims);
  MatrixXd information(dims, dims);
  MatrixXd cross(null.whitening.rows(), dims);
  for (std::size_t a = 0; a < null.dims; ++a) {
    const auto at = static_cast<Index>(a);
    score[at] = products.linear[null.score[a]];
    for (std::size_t m = 0; m < null.cross[a].size(); ++m) {
      cross(static_cast<Index>(m), at) = products.linear[null.cross[a][m]];
    }
    for (std::size_t b = 0; b < null.dims; ++b) {
      information(at, static_cast<Index>(b)) =
          products.squares[null.information[pair_place(std::min(a, b), std::max(a, b))]];
    }
  }
  const MatrixXd whitened = null.whitening.triangularView<Eigen::Lower>() * cross;
  const MatrixXd left = information - whitened.transpose() * whitened;
  const VectorXd scale = information.diagonal().cwiseSqrt();
  if (!(scale.minCoeff() > 0)) return std::nullopt;
  const Eigen::LDLT<MatrixXd> root(scale.cwiseInverse().asDiagonal() * left * scale.cwiseInverse().asDiagonal());
  if (root.info() != Eigen::Success || !(root.vectorD().minCoeff() > no_information)) return std::nullopt;
  const VectorXd scaled = score.cwiseQuotient(scale);
  return scaled.dot(root.solve(scaled));
}

void test_block(const Design& design, const NullModel& null, std::span<const std::uint32_t> rows,
                std::span<const std::uint32_t> columns, std::span<std::optional<double>> results) {
  std::vector<TestedColumn> tested;
  for (const std::uint32_t column : columns) {
    const ColumnPlace& place = design.place(column);
    tested.push_back(place.kind == ColumnKind::genotype
                         ? packed_column(design.packed(column), null)
                         : dosage_column(design.dosages(place.source), place.index, null, rows));
  }
  std::vector<Products> products(columns.size());
  for (const AlignedVector<double>& vector : null.vectors) {
    for (std::size_t i = 0; i < columns.size(); ++i) products[i].linear.push_back(dot<1>(tested[i], vector));
  }
  for (std::size_t i = 0; i < columns.size(); ++i) products[i].squares.resize(null.vectors.size());
  for (const std::uint32_t pair : null.information) {
    for (std::size_t i = 0; i < columns.size(); ++i) {
      products[i].squares[pair] = dot<2>(tested[i], null.vectors[pair]);
    }
  }
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (tested[i].observed) results[i] = statistic(null, products[i]);
  }
}

}  // namespace

std::vector<std::optional<double>> score_statistics(const Design& design, const NullModel& null,
                                                    std::span<const std::uint32_t> rows,
                                                    std::span<const std::uint32_t> columns, const Threads& threads) {
  std::vector<std::optional<double>> results(columns.size());
  threads.pieces(columns.size(), columns_of_task, [&](std::size_t first, std::size_t last) {
    test_block(design, null, rows, columns.subspan(first, last - first),
               std::span(results).subspan(first, last - first));
  });
  return results;
}

double chi_squared_tail(double statistic, std::size_t degrees_of_freedom) {
  return boost::math::gamma_q(static_cast<double>(degrees_of_freedom) / 2, std::max(statistic, 0.0) / 2);
}

}  // namespace varisk::training
