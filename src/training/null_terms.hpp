#pragma once
#include <Eigen/Core>
#include <cstdint>
#include <span>
#include <vector>

#include "varisk/training/families.hpp"

namespace varisk::training {

/// Log-likelihood of rows in their coordinates e, with derivatives, weighted. Coordinates are η for gaussian and
/// binomial, η of the classes 1 and above, less that of class 0, for multinomial, and θₖ − η for ordinal.
struct RowTerms {
  double log_likelihood = 0;
  Eigen::MatrixXd slopes;       ///< rows × coordinates
  Eigen::MatrixXd information;  ///< rows × pairs of coordinates (`pair_place`), expected
};

[[nodiscard]] std::size_t coordinates(const Outcome& outcome) noexcept;

/// \param e        rows × coordinates
/// \param rows     of the outcome, as those of e; \param weights  likewise
/// −∞ and no derivatives where thresholds do not ascend.
[[nodiscard]] RowTerms row_terms(const Outcome& outcome, const Eigen::MatrixXd& e, std::span<const std::uint32_t> rows,
                                 const Eigen::VectorXd& weights);

}  // namespace varisk::training
