#pragma once
/// \file
/// Names of contigs, genome builds, and the regions where a male has one copy.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "varisk/core/types.hpp"

namespace varisk::sites {

/// The one name of a contig: without `chr`, `M` is `MT`, `23` X, `24` Y, `26` MT; `25`, `XY`, `PAR1` and `PAR2` are X.
[[nodiscard]] std::string canonical_contig(std::string_view name);

/// The names that PLINK has for the pseudo-autosomal regions of X: whatever its position, everybody has two copies
/// there.
[[nodiscard]] bool is_pseudo_autosomal_name(std::string_view name);

enum class ContigKind : std::uint8_t { other, x, y, mitochondrial };
[[nodiscard]] ContigKind contig_kind(std::string_view canonical_name);

/// NCBI36 is known by name alone: genotypes on it cannot be told, scores on it fit neither of the others.
enum class GenomeBuild : std::uint8_t { unknown, ncbi36, grch37, grch38 };
[[nodiscard]] std::string_view to_string(GenomeBuild build);

/// GRCh37, hg19, b37 … as files write it; `unknown` for anything else, `NR` included.
[[nodiscard]] GenomeBuild build_from_name(std::string_view name);

struct ContigLength {
  std::string name;
  std::int64_t length = 0;
};

/// The build whose chromosome lengths (GRC assembly reports, GRCh37.p13 and GRCh38.p14) these contigs have; `unknown`
/// if no chromosome has a length of either, or if they disagree.
[[nodiscard]] GenomeBuild build_from_lengths(std::span<const ContigLength> contigs);

/// True where a male has one copy: X and Y outside the pseudo-autosomal regions of `build`. With an unknown build, a
/// position that either build has in a pseudo-autosomal region counts as diploid.
[[nodiscard]] bool is_hemizygous_in_males(GenomeBuild build, ContigKind contig, Position position);

}  // namespace varisk::sites
