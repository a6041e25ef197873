#include "varisk/scoring/panel_projection.hpp"

#include <Eigen/Dense>
#include <algorithm>

namespace varisk::scoring {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr std::size_t least_sites_of_component = 10;

/// Σ u uᵀ over the sites that `wanted` names.
template <typename Wanted>
MatrixXd outer_products(const Panel& panel, const Wanted& wanted) {
  const auto k = static_cast<Index>(panel.loaded_components());
  MatrixXd sum = MatrixXd::Zero(k, k);
  for (std::size_t i = 0; i < panel.sites.size(); ++i) {
    if (!wanted(i)) continue;
    const VectorXd row = Eigen::Map<const Eigen::VectorXf>(panel.loadings_of(i).data(), k).cast<double>();
    sum.noalias() += row * row.transpose();
  }
  return sum;
}

}  // namespace

struct LoadingsGram::Matrix {
  MatrixXd value;
};

LoadingsGram::LoadingsGram(const Panel& panel)
    : matrix_(std::make_unique<Matrix>(Matrix{outer_products(panel, [](std::size_t) { return true; })})) {}
LoadingsGram::~LoadingsGram() = default;

struct PanelProjection::Solver {
  Eigen::LDLT<MatrixXd> gram;
};

PanelProjection::PanelProjection(const Panel& panel, const LoadingsGram& gram, const std::vector<bool>& present)
    : sites_(panel.sites.size()),
      least_(least_sites_of_component * panel.loaded_components()),
      augmented_(panel.singular_values, panel.components) {
  present_ = static_cast<std::size_t>(std::count(present.begin(), present.end(), true));
  // Whichever needs fewer sites.
  const bool few_absent = 2 * present_ >= sites_;
  const MatrixXd part = outer_products(panel, [&](std::size_t i) { return present[i] != few_absent; });
  solver_ = std::make_unique<Solver>();
  solver_->gram.compute(few_absent ? MatrixXd(gram.matrix_->value - part) : part);
}
PanelProjection::~PanelProjection() = default;

std::optional<std::vector<double>> PanelProjection::project(const SampleProducts& sample) const {
  const std::size_t used = sites_used(sample);
  if (used < least_ || used == 0) return std::nullopt;
  const auto k = static_cast<Index>(sample.products.size());
  const Eigen::Map<const VectorXd> products(sample.products.data(), k);
  const VectorXd solved = solver_->gram.solve(products) * (static_cast<double>(present_) / static_cast<double>(used));
  const std::vector<double> coordinates(solved.data(), solved.data() + k);
  return augmented_.project(coordinates, sample.squared_norm * static_cast<double>(sites_) / static_cast<double>(used));
}

}  // namespace varisk::scoring
