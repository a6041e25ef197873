#pragma once
/// \file
/// The hot loops of scoring. All instruction sets give the same sums, to the bit.

#include <array>
#include <cstddef>
#include <cstdint>

#include "varisk/core/simd.hpp"
#include "varisk/genotypes/call_block.hpp"

namespace varisk::scoring {

/// What each call code adds, in quanta.
using CodeTable = std::array<std::int64_t, genotypes::call_codes>;

/// One score: sums[i] += table[codes[i]]
using AddByCode = void (*)(std::int64_t* sums, const genotypes::CallCode* codes, std::size_t samples,
                           const CodeTable& table);
[[nodiscard]] AddByCode add_kernel(SimdLevel level) noexcept;

/// Sites that are added in one go, and scores whose sums are kept in registers meanwhile.
inline constexpr std::size_t block_sites = 64;
inline constexpr std::size_t chunk_scores = 64;

/// The calls of one sample at the sites of a block.
struct alignas(block_sites) SampleCodes {
  std::array<genotypes::CallCode, block_sites> code;
};

/// What the calls at the sites of a block add to each of `chunk_scores` scores, less what the usual call of the site
/// adds: that one is added to everybody elsewhere, so that most calls cost nothing.
struct alignas(64) ChunkTable {
  using Row = std::array<std::int64_t, chunk_scores>;
  std::array<std::array<Row, block_sites>, genotypes::call_codes - 1> more;  ///< by code and site
  std::uint64_t active = 0;  ///< bit k: site k is in the block, and adds to scores of the chunk
};

/// For each sample, for each active site whose code is not the usual one: its row of the table to the sums.
/// \param sums    of the first sample; `stride` entries further are those of the next one
/// \param scores  1 to chunk_scores
using AddSites = void (*)(std::int64_t* sums, std::size_t stride, std::size_t scores, const SampleCodes* codes,
                          std::size_t samples, const SampleCodes& usual, const ChunkTable& table);
[[nodiscard]] AddSites add_sites_kernel(SimdLevel level) noexcept;

}  // namespace varisk::scoring
