#include "varisk/pgx/guidelines.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "split.hpp"
#include "varisk/core/error.hpp"

namespace varisk::pgx {

bool KeySet::contains(const LookupKey& key, LookupKind lookup) const {
  if (any) return true;
  const auto names = [&](std::string_view name) {
    return std::find(phenotypes.begin(), phenotypes.end(), name) != phenotypes.end();
  };
  if (key.is_no_result()) return names(no_result);
  if (lookup == LookupKind::activity && !scores.empty() && key.activity_score) {
    return std::any_of(scores.begin(), scores.end(),
                       [&](const ScoreInterval& interval) { return interval.contains(*key.activity_score); });
  }
  return std::any_of(key.phenotypes.begin(), key.phenotypes.end(), names);
}

std::vector<KeySet> parse_when(std::string_view text, const std::string& where) {
  std::vector<KeySet> sets;
  for (const std::string_view part : split(text, "; ")) {
    const std::size_t colon = part.find(": ");
    if (colon == std::string_view::npos) {
      throw UserError(fmt::format("'{}' is not 'GENE: KEY | KEY'", part), where);
    }
    KeySet& set = sets.emplace_back();
    set.gene = part.substr(0, colon);
    for (const std::string_view key : split(part.substr(colon + 2), " | ")) {
      if (const auto interval = parse_interval(key)) {
        set.scores.push_back(*interval);
      } else if (key == "*") {
        set.any = true;
      } else {
        set.phenotypes.emplace_back(key);
      }
    }
  }
  return sets;
}

const Drug* GuidelineTable::find(std::string_view drug) const {
  const auto found = std::find_if(drugs.begin(), drugs.end(), [&](const Drug& entry) { return entry.name == drug; });
  return found == drugs.end() ? nullptr : &*found;
}

const Recommendation* find_row(const Drug& drug, std::string_view population, const std::vector<LookupKey>& keys,
                               const std::vector<LookupKind>& lookups) {
  const auto found = std::find_if(drug.rows.begin(), drug.rows.end(), [&](const Recommendation& row) {
    if (row.population != population) return false;
    for (std::size_t g = 0; g < keys.size(); ++g) {
      if (!row.when[g].contains(keys[g], lookups[g])) return false;
    }
    return true;
  });
  return found == drug.rows.end() ? nullptr : &*found;
}

}  // namespace varisk::pgx
