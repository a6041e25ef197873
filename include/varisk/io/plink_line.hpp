#pragma once
/// \file
/// Lines of PLINK 1 .bim and .fam files (PLINK 1.9 documentation, "File format reference").

#include <array>
#include <optional>
#include <string_view>

namespace varisk::io {

/// .bim: contig, id, centimorgans, position, A1, A2. .fam: family, individual, father, mother, sex, phenotype.
inline constexpr std::size_t plink_columns = 6;

/// The columns of a line, which blanks or tabs separate; nothing if there are fewer or more.
[[nodiscard]] std::optional<std::array<std::string_view, plink_columns>> split_plink_line(std::string_view line);

}  // namespace varisk::io
