#pragma once
/// \file
/// The parts of the matcher.

#include <map>
#include <optional>

#include "varisk/pgx/matcher.hpp"

namespace varisk::pgx {

/// The usual way: the pairs of alleles that explain the calls, each with its score; blanks are the reference allele's.
[[nodiscard]] std::vector<Diplotype> find_pairs(const Gene& gene, const GeneSample& sample,
                                                const std::vector<PhaseBlock>& blocks);
/// Research: sets of alleles and variants without a name.
[[nodiscard]] std::vector<Diplotype> find_combinations(const Gene& gene, const GeneSample& sample,
                                                       const std::vector<PhaseBlock>& blocks);
/// The intronic variant of HapB3 (rs75017182) and the exonic one (rs56038477) that mostly goes with it.
struct HapB3 {
  std::optional<std::size_t> exonic;  ///< index of the position
  std::optional<std::size_t> intronic;
  BaseIndex exonic_alt = 0;
  BaseIndex intronic_alt = 0;
  std::string both;           ///< the allele that has both
  std::string intronic_only;  ///< that of the intronic variant alone; in older definitions it is the same

  [[nodiscard]] bool holds(std::size_t position) const { return position == exonic || position == intronic; }
};

/// The names of single variants of a gene whose alleles are variants.
class VariantTable {
 public:
  explicit VariantTable(const Gene& gene);

  [[nodiscard]] const std::string& reference() const noexcept { return reference_; }
  [[nodiscard]] const HapB3& hapb3() const noexcept { return b3_; }
  /// Null for REF and for what has no name.
  [[nodiscard]] const std::string* name(std::size_t position, BaseIndex base) const;

 private:
  std::string reference_;
  HapB3 b3_;
  std::vector<std::map<BaseIndex, std::string>> names_;  ///< of each position
};

/// DPYD, RYR1: every variant is an allele.
void match_variants(const VariantTable& table, const GeneSample& sample, const std::vector<PhaseBlock>& blocks,
                    GeneMatch& match);

/// Single names before several, fewer parts before more, then part by part in natural order.
[[nodiscard]] bool strand_less(const Strand& a, const Strand& b);
[[nodiscard]] bool diplotype_less(const Diplotype& a, const Diplotype& b);

/// The calls of each strand if the blocks are turned as the bits of `turns` say.
[[nodiscard]] std::vector<BaseIndex> strand_bases(const GeneSample& sample, const std::vector<PhaseBlock>& blocks,
                                                  std::uint64_t turns, bool second);

}  // namespace varisk::pgx
