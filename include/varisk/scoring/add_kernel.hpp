#pragma once
/// \file
/// The hot loop of scoring: one table entry added for each call.

#include <array>
#include <cstddef>
#include <cstdint>

#include "varisk/core/simd.hpp"
#include "varisk/genotypes/call_block.hpp"

namespace varisk::scoring {

/// What each call code adds, in quanta.
using CodeTable = std::array<std::int64_t, genotypes::call_codes>;

/// sums[i] += table[codes[i]]
using AddByCode = void (*)(std::int64_t* sums, const genotypes::CallCode* codes, std::size_t samples,
                           const CodeTable& table);

[[nodiscard]] AddByCode add_kernel(SimdLevel level) noexcept;

}  // namespace varisk::scoring
