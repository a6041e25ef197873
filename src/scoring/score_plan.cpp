#include "varisk/scoring/score_plan.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace varisk::scoring {
namespace {

std::optional<RowState> settle(const ScoringRow& row) {
  if (row.problem == RowProblem::not_harmonised) return RowState::not_harmonised;
  if (row.problem == RowProblem::unsupported) return RowState::unsupported;
  // Where an insertion or deletion starts cannot be told from one allele.
  if (!row.other_allele && row.effect_allele.size() > 1) return RowState::ambiguous;
  return std::nullopt;
}

bool is_palindromic(const ScoringRow& row) {
  return row.other_allele && sites::is_palindromic(row.effect_allele, *row.other_allele);
}

sites::AllelePair trimmed_pair(const ScoringRow& row) {
  return sites::trimmed({row.position, row.effect_allele, row.other_allele ? *row.other_allele : std::string_view{}});
}

/// The same copies would be counted twice: one effect allele of one site, on either strand.
bool are_duplicates(const ScoringRow& a, const ScoringRow& b) {
  if (!a.other_allele || !b.other_allele) {
    return a.position == b.position && a.effect_allele == b.effect_allele;
  }
  if (trimmed_pair(a) == trimmed_pair(b)) return true;
  if (sites::is_palindromic(a.effect_allele, *a.other_allele)) return false;
  ScoringRow flipped = b;
  flipped.effect_allele = sites::reverse_complement(b.effect_allele);
  flipped.other_allele = sites::reverse_complement(*b.other_allele);
  return trimmed_pair(a) == trimmed_pair(flipped);
}

}  // namespace

std::string_view to_string(RowState state) {
  switch (state) {
    case RowState::matched: return "matched";
    case RowState::flipped: return "flipped";
    case RowState::absent: return "absent";
    case RowState::ambiguous: return "ambiguous";
    case RowState::allele_mismatch: return "allele_mismatch";
    case RowState::duplicate: return "duplicate";
    case RowState::filtered: return "filtered";
    case RowState::unsupported: return "unsupported";
    case RowState::not_harmonised: return "not_harmonised";
  }
  return "unsupported";
}

ScorePlan::ScorePlan(std::span<const ScoringFile> files, PalindromicPolicy palindromic, DuplicateRows duplicates)
    : palindromic_(palindromic) {
  for (const ScoringFile& file : files) {
    for (const ScoreColumn& column : file.scores) {
      PlannedScore& score = scores_.emplace_back();
      score.file = &file;
      score.column = &column;
      score.settled.reserve(column.row.size());
      for (std::size_t i = 0; i < column.row.size(); ++i) {
        score.settled.push_back(settle(score.row(i)));
        score.dropped_if_found.push_back(palindromic == PalindromicPolicy::drop && is_palindromic(score.row(i)));
      }
      settle_duplicates(score, duplicates);
      for (std::size_t i = 0; i < column.row.size(); ++i) {
        if (score.settled[i]) continue;
        const ScoringRow& row = score.row(i);
        requests_.push_back({row.contig, row.position, row.effect_allele, row.other_allele});
      }
    }
  }
}

void ScorePlan::settle_duplicates(PlannedScore& score, DuplicateRows policy) const {
  if (policy == DuplicateRows::sum) return;
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < score.settled.size(); ++i) {
    if (!score.settled[i]) order.push_back(i);
  }
  const auto place = [&](std::size_t i) { return std::tie(score.row(i).contig, score.row(i).position); };
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return place(a) < place(b); });
  for (std::size_t i = 0; i < order.size(); ++i) {
    for (std::size_t j = i + 1; j < order.size() && place(order[j]) == place(order[i]); ++j) {
      if (!are_duplicates(score.row(order[i]), score.row(order[j]))) continue;
      score.settled[order[j]] = RowState::duplicate;
      if (policy == DuplicateRows::drop) score.settled[order[i]] = RowState::duplicate;
    }
  }
}

void ScorePlan::set_sites(std::span<const SiteId> ids, std::size_t site_count) {
  std::size_t request = 0;
  for (PlannedScore& score : scores_) {
    score.site.resize(score.settled.size());
    for (std::size_t i = 0; i < score.settled.size(); ++i) {
      if (!score.settled[i]) score.site[i] = ids[request++];
    }
  }
  const auto each_user = [&](const auto& action) {
    for (std::uint32_t s = 0; s < scores_.size(); ++s) {
      const PlannedScore& score = scores_[s];
      for (std::uint32_t i = 0; i < score.settled.size(); ++i) {
        if (!score.settled[i] && !score.dropped_if_found[i]) action(to_number(score.site[i]), SiteUser{s, i});
      }
    }
  };
  first_user_.assign(site_count + 1, 0);
  each_user([&](std::uint32_t site, SiteUser) { ++first_user_[site + 1]; });
  std::partial_sum(first_user_.begin(), first_user_.end(), first_user_.begin());
  users_.resize(first_user_.back());
  std::vector<std::size_t> next(first_user_.begin(), first_user_.end() - 1);
  each_user([&](std::uint32_t site, SiteUser user) { users_[next[site]++] = user; });
  requests_.clear();
  requests_.shrink_to_fit();
}

std::span<const SiteUser> ScorePlan::users(SiteId site) const {
  const std::size_t first = first_user_[to_number(site)];
  return {users_.data() + first, first_user_[to_number(site) + 1] - first};
}

}  // namespace varisk::scoring
