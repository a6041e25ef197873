#pragma once
/// \file
/// The parts of the matcher.

#include "varisk/pgx/matcher.hpp"

namespace varisk::pgx {

/// The usual way: the pairs of alleles that explain the calls, each with its score; blanks are the reference allele's.
[[nodiscard]] std::vector<Diplotype> find_pairs(const Gene& gene, const GeneSample& sample,
                                                const std::vector<PhaseBlock>& blocks);
/// Research: sets of alleles and variants without a name.
[[nodiscard]] std::vector<Diplotype> find_combinations(const Gene& gene, const GeneSample& sample,
                                                       const std::vector<PhaseBlock>& blocks);
/// DPYD, RYR1: every variant is an allele.
void match_variants(const Gene& gene, const GeneSample& sample, const std::vector<PhaseBlock>& blocks,
                    GeneMatch& match);

/// Single names before several, fewer parts before more, then part by part in natural order.
[[nodiscard]] bool strand_less(const Strand& a, const Strand& b);
[[nodiscard]] bool diplotype_less(const Diplotype& a, const Diplotype& b);

/// The calls of each strand if the blocks are turned as the bits of `turns` say.
[[nodiscard]] std::vector<BaseIndex> strand_bases(const GeneSample& sample, const std::vector<PhaseBlock>& blocks,
                                                  std::uint64_t turns, bool second);

}  // namespace varisk::pgx
