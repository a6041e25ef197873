#pragma once
/// \file
/// Scoring files and plans without files.

#include <memory>
#include <string>
#include <vector>

#include "varisk/scoring/score_plan.hpp"

namespace varisk::scoring::test {

inline ScoringRow row(const std::string& contig, std::int64_t position, const std::string& effect,
                      std::optional<std::string> other, std::optional<double> frequency = {}) {
  ScoringRow row;
  row.contig = contig;
  row.position = Position{position};
  row.effect_allele = effect;
  row.other_allele = std::move(other);
  row.effect_frequency = frequency;
  return row;
}

/// A file of one score.
inline ScoringFile scoring_file(std::vector<ScoringRow> rows, std::vector<double> weights) {
  ScoringFile file;
  file.path = "score.txt";
  for (ScoringRow& row : rows) file.rows.add() = std::move(row);
  ScoreColumn& score = file.scores.emplace_back();
  score.id = "score";
  score.weight = std::move(weights);
  for (std::uint32_t i = 0; i < file.rows.size(); ++i) {
    file.rows[i].number = i + 1;
    score.row.push_back(i);
  }
  return file;
}

/// A plan and its sites.
struct Planned {
  explicit Planned(const std::vector<ScoringFile>& files, PalindromicPolicy palindromic = PalindromicPolicy::keep,
                   DuplicateRows duplicates = DuplicateRows::sum)
      : plan(files, palindromic, duplicates) {
    std::vector<SiteId> ids;
    sites = sites::SitePlan(plan.requests(), ids);
    plan.set_sites(ids, sites.size());
  }
  ScorePlan plan;
  sites::SitePlan sites;
};

}  // namespace varisk::scoring::test
