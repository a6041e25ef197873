#pragma once
/// \file
/// Leaves out sites that say what a neighbour already says.

#include <cstdint>
#include <span>
#include <vector>

#include "varisk/scoring/packed_genotypes.hpp"

namespace varisk::scoring {

struct PruneLimits {
  double max_r2 = 0.2;           ///< squared correlation of the copies; missing calls at the mean
  std::int64_t window = 500000;  ///< bases
};

/// Where a site lies; sites come by contig and rising position.
struct SitePlace {
  std::uint32_t contig = 0;
  std::int64_t position = 0;
};

/// The sites that are kept: each in its turn, unless it correlates with one that was kept within the window before.
/// \param samples  those whose calls count
[[nodiscard]] std::vector<bool> prune_by_ld(std::span<const PackedSite> sites, std::span<const SitePlace> places,
                                            std::span<const std::uint32_t> samples, const PruneLimits& limits);

}  // namespace varisk::scoring
