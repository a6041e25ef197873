#pragma once
/// \file
/// Rows of one score that count the same copies.

#include <span>
#include <vector>

#include "varisk/sites/site_plan.hpp"

namespace varisk::scoring {

/// For each request: another one is for the same effect allele of the same site, on either strand.
/// \param keep_first  the first of them is not marked
[[nodiscard]] std::vector<bool> find_duplicates(std::span<const sites::SiteRequest> requests, bool keep_first);

}  // namespace varisk::scoring
