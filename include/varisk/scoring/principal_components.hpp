#pragma once
/// \file
/// Principal components of standardised genotypes by a randomised singular value decomposition.

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "varisk/scoring/packed_genotypes.hpp"

namespace varisk::scoring {

/// Calls `action` with each number below `count`, on any threads.
using ForEach = std::function<void(std::size_t count, const std::function<void(std::size_t)>& action)>;

/// X ≈ U S Vᵀ, X being sites × samples; U and V have orthonormal columns.
struct PrincipalComponents {
  std::size_t components = 0;
  std::vector<double> singular_values;  ///< descending
  std::vector<double> sample_vectors;   ///< V, sample by sample
  std::vector<float> loadings;          ///< U, site by site
  double total_variance = 0;            ///< Σ of all squared singular values: the squared norm of X
  int iterations = 0;
  double change = 0;  ///< of the accurate singular values in the last step, as a part of the first one
};

struct PcaRequest {
  std::size_t accurate = 10;    ///< components whose singular values must have settled
  std::size_t components = 40;  ///< wanted in all; fewer if the genotypes have no more
  std::uint64_t seed = 1;
};

/// Block Krylov iteration from random signs (Halko, Martinsson and Tropp 2011; Musco and Musco 2015), until the
/// accurate singular values change by less than 1e-9 of the first one, or for 20 steps. The same bytes for any number
/// of threads. \param samples  those that make the components; the others are left out
[[nodiscard]] PrincipalComponents principal_components(std::span<const PackedSite> sites,
                                                       std::span<const std::uint32_t> samples,
                                                       const PcaRequest& request, const ForEach& for_each);

}  // namespace varisk::scoring
