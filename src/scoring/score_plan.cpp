#include "varisk/scoring/score_plan.hpp"

#include <algorithm>
#include <numeric>

#include "duplicate_rows.hpp"
#include "varisk/sites/indel.hpp"

namespace varisk::scoring {
namespace {

std::optional<RowState> settle(const ScoringFile& file, const ScoringRow& row, PalindromicPolicy policy) {
  if (row.joint && row.problem == RowProblem::none) {
    const auto& factors = file.joint_rows[*row.joint].factors;
    const bool palindromic = std::any_of(factors.begin(), factors.end(), [](const JointFactor& factor) {
      return factor.other_allele && sites::is_palindromic(factor.effect_allele, *factor.other_allele);
    });
    return palindromic && policy != PalindromicPolicy::keep ? std::optional(RowState::ambiguous) : std::nullopt;
  }
  if (row.problem == RowProblem::not_harmonised) return RowState::not_harmonised;
  if (row.problem == RowProblem::unsupported) return RowState::unsupported;
  // Where an insertion or deletion starts cannot be told from one allele.
  if (!row.other_allele && row.effect_allele.size() > 1) return RowState::ambiguous;
  return std::nullopt;
}

bool is_palindromic(const ScoringRow& row) {
  return row.other_allele && sites::is_palindromic(row.effect_allele, *row.other_allele);
}

/// Where the strand of a row can be told by frequency, and may have to be.
sites::FrequencySide strand_side(const ScoringRow& row, PalindromicPolicy policy) {
  const bool may_need_it = is_palindromic(row) || (!row.other_allele && row.effect_allele.size() == 1);
  if (policy != PalindromicPolicy::frequency || !may_need_it) return sites::FrequencySide::unknown;
  return sites::frequency_side(row.effect_frequency);
}

bool is_dropped(const ScoringRow& row, PalindromicPolicy policy) {
  if (policy == PalindromicPolicy::keep || !is_palindromic(row)) return false;
  return policy == PalindromicPolicy::drop || strand_side(row, policy) == sites::FrequencySide::unknown;
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

ScorePlan::ScorePlan(std::span<const ScoringFile> files, PalindromicPolicy palindromic, DuplicateRows duplicates,
                     const sites::ReferenceBases* reference)
    : palindromic_(palindromic), reference_(reference) {
  for (const ScoringFile& file : files) {
    std::vector<bool> wanted(file.rows.size());
    for (const ScoreColumn& column : file.scores) {
      PlannedScore& score = scores_.emplace_back();
      score.file = &file;
      score.column = &column;
      score.settled.reserve(column.row.size());
      for (std::size_t i = 0; i < column.row.size(); ++i) {
        score.settled.push_back(settle(file, score.row(i), palindromic));
        score.dropped_if_found.push_back(!score.row(i).joint && is_dropped(score.row(i), palindromic));
      }
      settle_duplicates(score, duplicates);
      for (std::size_t i = 0; i < column.row.size(); ++i) {
        if (!score.settled[i] && !score.row(i).joint) wanted[column.row[i]] = true;
      }
    }
    // Scores of a wide file share their rows, so a row asks once.
    for (std::size_t r = 0; r < file.rows.size(); ++r) {
      const ScoringRow& row = file.rows[r];
      if (!wanted[r]) continue;
      requests_.push_back(request_of(file, row));
    }
    wanted_.push_back(std::move(wanted));
  }
  plan_joint_rows();
}

void ScorePlan::plan_joint_rows() {
  std::map<std::pair<const ScoringFile*, std::uint32_t>, std::size_t> known;
  for (PlannedScore& score : scores_) {
    for (std::size_t i = 0; i < score.settled.size(); ++i) {
      if (score.settled[i] || !score.row(i).joint) continue;
      const auto [number, is_new] = known.try_emplace({score.file, *score.row(i).joint}, joints_.size());
      score.joint[i] = number->second;
      if (!is_new) continue;
      const JointRow& row = score.file->joint_rows[*score.row(i).joint];
      joints_.push_back({&row, {}});
      for (const JointFactor& factor : row.factors) {
        sites::SiteRequest request{factor.contig, factor.position, factor.effect_allele, factor.other_allele};
        request.id = factor.id;
        requests_.push_back(reference_ == nullptr ? request : sites::left_aligned(request, *reference_));
      }
    }
  }
}

sites::SiteRequest ScorePlan::request_of(const ScoringFile& file, const ScoringRow& row) const {
  sites::SiteRequest request{row.contig, row.position, row.effect_allele, row.other_allele,
                             strand_side(row, palindromic_)};
  if (file.match_by == MatchBy::id) {
    request.contig.clear();
    request.position = Position{};
    request.id = row.id;
  }
  return reference_ == nullptr ? request : sites::left_aligned(std::move(request), *reference_);
}

void ScorePlan::settle_duplicates(PlannedScore& score, DuplicateRows policy) const {
  if (policy == DuplicateRows::sum) return;
  std::vector<std::size_t> entries;
  std::vector<sites::SiteRequest> requests;
  for (std::size_t i = 0; i < score.settled.size(); ++i) {
    if (score.settled[i] || score.row(i).joint) continue;
    entries.push_back(i);
    requests.push_back(request_of(*score.file, score.row(i)));
  }
  const std::vector<bool> out = find_duplicates(requests, policy == DuplicateRows::first);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (out[i]) score.settled[entries[i]] = RowState::duplicate;
  }
}

SitesOfId ScorePlan::sites_of_id(std::span<const SiteId> ids) const {
  SitesOfId sites;
  std::size_t request = 0;
  std::size_t file = 0;
  const ScoringFile* known = nullptr;
  for (const PlannedScore& score : scores_) {
    if (score.file == known) continue;
    known = score.file;
    for (std::size_t row = 0; row < wanted_[file].size(); ++row) {
      if (!wanted_[file][row]) continue;
      if (!known->rows[row].id.empty()) sites.emplace(known->rows[row].id, ids[request]);
      ++request;
    }
    ++file;
  }
  return sites;
}

/// Where --frequencies cannot tell the strand, no record will.
void ScorePlan::drop_unsure_strands(std::span<const std::optional<double>> frequencies) {
  if (palindromic_ != PalindromicPolicy::frequency || frequencies.empty()) return;
  for (PlannedScore& score : scores_) {
    for (std::size_t i = 0; i < score.settled.size(); ++i) {
      if (!score.wants_site(i) || !is_palindromic(score.row(i))) continue;
      const auto& frequency = frequencies[to_number(score.site[i])];
      if (frequency && sites::frequency_side(frequency) == sites::FrequencySide::unknown) {
        score.dropped_if_found[i] = true;
      }
    }
  }
}

std::optional<double> ScorePlan::effect_frequency(std::size_t score, std::size_t entry) const {
  const PlannedScore& planned = scores_[score];
  const auto& own = planned.row(entry).effect_frequency;
  return own || frequencies_.empty() ? own : frequencies_[to_number(planned.site[entry])];
}

void ScorePlan::set_sites(std::span<const SiteId> ids, std::size_t site_count,
                          std::span<const std::optional<double>> frequencies) {
  std::size_t request = 0;
  std::size_t s = 0;
  for (const std::vector<bool>& wanted : wanted_) {
    std::vector<SiteId> site_of_row(wanted.size());
    for (std::size_t row = 0; row < wanted.size(); ++row) {
      if (wanted[row]) site_of_row[row] = ids[request++];
    }
    const ScoringFile* const file = scores_[s].file;
    for (; s < scores_.size() && scores_[s].file == file; ++s) {
      for (const std::uint32_t row : scores_[s].column->row) scores_[s].site.push_back(site_of_row[row]);
    }
  }
  for (JointSites& joint : joints_) {
    for (std::size_t i = 0; i < joint.row->factors.size(); ++i) joint.sites.push_back(ids[request++]);
  }
  frequencies_.assign(frequencies.begin(), frequencies.end());
  drop_unsure_strands(frequencies);
  const auto each_user = [&](const auto& action) {
    for (std::uint32_t score = 0; score < scores_.size(); ++score) {
      const PlannedScore& planned = scores_[score];
      for (std::uint32_t i = 0; i < planned.settled.size(); ++i) {
        if (planned.wants_site(i) && !planned.dropped_if_found[i])
          action(to_number(planned.site[i]), SiteUser{score, i});
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
