#pragma once
/// \file
/// Principal components of a new sample that are comparable with those of the reference samples.
///
/// A sample that took part in the decomposition lies further out than one that is projected on its loadings, because
/// its own noise is in the components. So the reference is augmented by the new sample, decomposed again, and turned
/// back onto itself by a Procrustes transformation (Zhang, Dey and Lee 2020, "Fast and robust ancestry prediction using
/// principal component analysis", OADP). The new sample enters only with its products with the loadings and its
/// squared norm, and the sample vectors being orthonormal and centred, nothing of the size of the reference is left.

#include <span>
#include <vector>

namespace varisk::scoring {

class AugmentedProjection {
 public:
  /// \param singular_values  of all components that are kept for the augmentation
  /// \param reported         components of the result, at most as many
  AugmentedProjection(std::vector<double> singular_values, std::size_t reported);

  /// \param products      of the standardised genotypes with the loadings of each kept component
  /// \param squared_norm  of the standardised genotypes
  [[nodiscard]] std::vector<double> project(std::span<const double> products, double squared_norm) const;

 private:
  std::vector<double> singular_values_;
  std::size_t reported_;
  std::size_t studied_;  ///< components of the augmented decomposition that the transformation may use
};

}  // namespace varisk::scoring
