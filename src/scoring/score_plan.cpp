#include "varisk/scoring/score_plan.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numeric>

#include "duplicate_rows.hpp"
#include "varisk/core/error.hpp"
#include "varisk/scoring/row_value.hpp"
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

int quantum_exponent(const ScoringFile& file, const ScoreColumn& column,
                     std::span<const std::optional<RowState>> settled) {
  constexpr int largest_sum_bits = 62;  // one is left for the sign
  const bool any_by_copies = !file.weights_by_copies.empty();
  double bound = 0;
  for (std::size_t i = 0; i < settled.size(); ++i) {
    if (settled[i]) continue;
    const double weight = column.weight[i];
    if (const auto joint = file.rows[column.row[i]].joint) {
      bound +=
          std::ldexp(std::abs(weight), static_cast<int>(file.joint_rows[*joint].factors.size()));  // 2 copies of each
      continue;
    }
    bound += any_by_copies ? row_weights(file, file.rows[column.row[i]], weight).bound() : 2 * std::abs(weight);
  }
  if (!std::isfinite(bound)) throw UserError("the weights are too large to be added up", file.path);
  return bound == 0 ? 0 : std::ilogb(bound) + 1 - largest_sum_bits;
}

ScorePlan::ScorePlan(std::span<const ScoringFile> files, PalindromicPolicy palindromic, DuplicateRows duplicates,
                     const sites::ReferenceBases* reference)
    : palindromic_(palindromic), reference_(reference) {
  for (const ScoringFile& file : files) {
    const std::size_t first = rows_.size();
    std::vector<sites::SiteRequest> requests;  // of each row; a joint one has none
    requests.reserve(file.rows.size());
    for (std::size_t i = 0; i < file.rows.size(); ++i) {
      requests.push_back(file.rows[i].joint ? sites::SiteRequest{} : request_of(file, file.rows[i]));
    }
    for (const ScoreColumn& column : file.scores) {
      const std::uint32_t rows = rows_of(file, column, requests, duplicates);
      rows_[rows]->scores.push_back(static_cast<std::uint32_t>(scores_.size()));
      scores_.emplace_back(file, column, rows, *rows_[rows]);
    }
    // Scores of a wide file share their rows, so a row asks once.
    std::vector<bool> wanted(file.rows.size());
    for (std::size_t i = first; i < rows_.size(); ++i) {
      const PlannedRows& rows = *rows_[i];
      for (std::size_t entry = 0; entry < rows.settled.size(); ++entry) {
        if (!rows.settled[entry] && !rows.row_of(entry).joint) wanted[(*rows.row)[entry]] = true;
      }
    }
    add_requests(std::move(requests), wanted);
    wanted_.push_back(std::move(wanted));
  }
  plan_joint_rows();
}

void ScorePlan::add_requests(std::vector<sites::SiteRequest> requests, const std::vector<bool>& wanted) {
  std::size_t kept = 0;
  for (std::size_t r = 0; r < requests.size(); ++r) {
    if (!wanted[r]) continue;
    if (kept != r) requests[kept] = std::move(requests[r]);
    ++kept;
  }
  requests.resize(kept);
  if (requests_.empty()) {
    requests_ = std::move(requests);
  } else {
    std::move(requests.begin(), requests.end(), std::back_inserter(requests_));
  }
}

void ScorePlan::plan_joint_rows() {
  std::map<std::pair<const ScoringFile*, std::uint32_t>, std::size_t> known;
  for (const auto& rows : rows_) {
    for (std::size_t i = 0; i < rows->settled.size(); ++i) {
      const auto joint = rows->row_of(i).joint;
      if (rows->settled[i] || !joint) continue;
      const auto [number, is_new] = known.try_emplace({rows->file, *joint}, joints_.size());
      rows->joint[i] = number->second;
      if (!is_new) continue;
      const JointRow& row = rows->file->joint_rows[*joint];
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

/// The rows of a score, planned if no score of the file has the same.
std::uint32_t ScorePlan::rows_of(const ScoringFile& file, const ScoreColumn& column,
                                 std::span<const sites::SiteRequest> requests, DuplicateRows duplicates) {
  for (std::size_t i = rows_.size(); i > 0 && rows_[i - 1]->file == &file; --i) {
    if (*rows_[i - 1]->row == column.row) return static_cast<std::uint32_t>(i - 1);
  }
  PlannedRows& rows = *rows_.emplace_back(std::make_unique<PlannedRows>());
  rows.file = &file;
  rows.row = &column.row;
  rows.settled.reserve(column.row.size());
  rows.dropped_if_found.reserve(column.row.size());
  for (std::size_t i = 0; i < column.row.size(); ++i) {
    rows.settled.push_back(settle(file, rows.row_of(i), palindromic_));
    rows.dropped_if_found.push_back(!rows.row_of(i).joint && is_dropped(rows.row_of(i), palindromic_));
  }
  if (duplicates != DuplicateRows::sum) settle_duplicates(rows, requests, duplicates == DuplicateRows::first);
  return static_cast<std::uint32_t>(rows_.size() - 1);
}

void ScorePlan::settle_duplicates(PlannedRows& rows, std::span<const sites::SiteRequest> requests, bool keep_first) {
  std::vector<std::size_t> entries;
  std::vector<std::uint32_t> row;
  entries.reserve(rows.settled.size());
  row.reserve(rows.settled.size());
  for (std::size_t i = 0; i < rows.settled.size(); ++i) {
    if (rows.settled[i] || rows.row_of(i).joint) continue;
    entries.push_back(i);
    row.push_back((*rows.row)[i]);
  }
  const std::vector<bool> out = find_duplicates(requests, row, keep_first);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (out[i]) rows.settled[entries[i]] = RowState::duplicate;
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
  for (const auto& rows : rows_) {
    for (std::size_t i = 0; i < rows->settled.size(); ++i) {
      if (!rows->wants_site(i) || !is_palindromic(rows->row_of(i))) continue;
      const auto& frequency = frequencies[to_number(rows->site[i])];
      if (frequency && sites::frequency_side(frequency) == sites::FrequencySide::unknown) {
        rows->dropped_if_found[i] = true;
      }
    }
  }
}

std::optional<double> ScorePlan::effect_frequency(const PlannedRows& rows, std::size_t entry) const {
  const ScoringRow& row = rows.row_of(entry);
  if (row.effect_frequency) return row.effect_frequency;
  const auto given = frequencies_.empty() ? std::nullopt : frequencies_[to_number(rows.site[entry])];
  return given ? given : row.panel_frequency;
}

void ScorePlan::set_sites(std::span<const SiteId> ids, std::size_t site_count,
                          std::span<const std::optional<double>> frequencies) {
  std::size_t request = 0;
  std::size_t r = 0;
  for (const std::vector<bool>& wanted : wanted_) {
    std::vector<SiteId> site_of_row(wanted.size());
    for (std::size_t row = 0; row < wanted.size(); ++row) {
      if (wanted[row]) site_of_row[row] = ids[request++];
    }
    if (r == rows_.size()) break;
    const ScoringFile* const file = rows_[r]->file;
    for (; r < rows_.size() && rows_[r]->file == file; ++r) {
      PlannedRows& rows = *rows_[r];
      rows.site.reserve(rows.settled.size());
      for (std::size_t i = 0; i < rows.settled.size(); ++i) rows.site.push_back(site_of_row[(*rows.row)[i]]);
    }
  }
  for (JointSites& joint : joints_) {
    for (std::size_t i = 0; i < joint.row->factors.size(); ++i) joint.sites.push_back(ids[request++]);
  }
  frequencies_.assign(frequencies.begin(), frequencies.end());
  drop_unsure_strands(frequencies);
  const auto each_user = [&](const auto& action) {
    for (std::uint32_t index = 0; index < rows_.size(); ++index) {
      const PlannedRows& rows = *rows_[index];
      for (std::uint32_t i = 0; i < rows.settled.size(); ++i) {
        if (rows.wants_site(i) && !rows.dropped_if_found[i]) action(to_number(rows.site[i]), SiteUser{index, i});
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
