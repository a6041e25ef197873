#pragma once
/// \file
/// Rows about several sites at once: which sites their cells name.

#include <optional>
#include <string_view>

#include "varisk/scoring/scoring_file.hpp"

namespace varisk::scoring {

/// The cells of a row, each with one part for each site.
struct JointCells {
  std::string_view ids;
  std::string_view contigs;
  std::string_view positions;
  std::string_view effects;
  std::string_view others;
};

/// Parts are separated by `_x_` in interactions, and by `;` in haplotypes (PGS Catalog, scoring file schema). One
/// contig may stand for all. \return nothing if the cells do not name at least two sites with their alleles
[[nodiscard]] std::optional<JointRow> parse_joint_row(JointKind kind, const JointCells& cells, MatchBy match_by);

}  // namespace varisk::scoring
