#pragma once
/// \file
/// From the calls of all samples at a site to the calls of a sample at all sites.

#include <cstddef>

#include "varisk/scoring/add_kernel.hpp"

namespace varisk::scoring {

/// turned[i].code[k] = codes[k * stride + i]; entries from `sites` on are of no meaning.
/// \param sites  at most block_sites
void turn_codes(const genotypes::CallCode* codes, std::size_t stride, std::size_t sites, std::size_t samples,
                SampleCodes* turned);

}  // namespace varisk::scoring
