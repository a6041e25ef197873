#pragma once
/// \file
/// The data rows of a scoring file, block by block.

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "varisk/scoring/scoring_file.hpp"

namespace varisk::scoring {

using Column = std::optional<std::size_t>;

/// Where the columns stand that mean something.
struct Layout {
  Column contig, position, harmonised_contig, harmonised_position, effect, other, inferred_other, weight, dominant,
      recessive, haplotype, diplotype, interaction, effect_type, weight_type, frequency, id, harmonised_id;
  std::array<Column, 3> by_copies;
  std::vector<std::size_t> wide;  ///< weight columns of a wide file
  std::size_t columns = 0;
};

/// Lines of one file that are parsed together.
struct LineBlock {
  std::string text;  ///< each line ends with `\n`
  std::int64_t first_line = 0;
  std::size_t first_row = 0;  ///< rows before this block
};

void split(std::string_view line, std::vector<std::string_view>& fields);
[[nodiscard]] bool is_empty(std::string_view text);

/// Ratios do not add up, and what adds up has no logarithm to be taken. \throws UserError
void check_weight_type(std::string_view type, WeightPolicy policy, const std::string& where);

/// The rows of one block; their indexes start anew in each block, their numbers are those of the file.
/// \param file  what the lines before the rows say \throws UserError for the first row that is wrong
[[nodiscard]] ScoringFile parse_rows(const ScoringFile& file, const Layout& layout, WeightPolicy policy,
                                     const LineBlock& block);

}  // namespace varisk::scoring
