#include "varisk/scoring/panel.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "varisk/core/digest.hpp"
#include "varisk/core/number.hpp"

namespace varisk::scoring {

std::string_view to_string(RowUse use) {
  switch (use) {
    case RowUse::called: return "called";
    case RowUse::expected: return "expected";
    case RowUse::none: break;
  }
  return "none";
}

const PanelScore* Panel::find_score(std::string_view id) const {
  const auto found =
      std::find_if(scores.begin(), scores.end(), [&](const PanelScore& score) { return score.id == id; });
  return found == scores.end() ? nullptr : &*found;
}

std::string score_digest(const ScoringFile& file, const ScoreColumn& column) {
  Digest digest;
  for (std::size_t i = 0; i < column.row.size(); ++i) {
    const ScoringRow& row = file.rows[column.row[i]];
    digest.add(fmt::format("{}:{}:{}:{}:{}:{}", row.contig, row.position.value, row.effect_allele,
                           row.other_allele.value_or("?"), static_cast<int>(row.coding),
                           format_double(column.weight[i])));
    if (row.contig.empty()) digest.add(":" + row.id);
    if (row.joint) digest.add(":" + to_string(file.joint_rows[*row.joint]));
    if (row.weights_by_copies) {
      for (const double weight : file.weights_by_copies[*row.weights_by_copies])
        digest.add(":" + format_double(weight));
    }
    digest.add("\n");
  }
  return digest.hex();
}

}  // namespace varisk::scoring
