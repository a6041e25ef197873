#pragma once
/// \file
/// Rows of one score that count the same copies.

#include <cstdint>
#include <span>
#include <vector>

#include "varisk/sites/site_plan.hpp"

namespace varisk::scoring {

/// For each entry: another one is for the same effect allele of the same site, on either strand.
/// \param requests    of each row of the file
/// \param rows        of each entry: which request is its own
/// \param keep_first  the first of them is not marked
[[nodiscard]] std::vector<bool> find_duplicates(std::span<const sites::SiteRequest> requests,
                                                std::span<const std::uint32_t> rows, bool keep_first);

}  // namespace varisk::scoring
