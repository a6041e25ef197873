#include "varisk/scoring/score_plan.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <tuple>

#include "varisk/core/error.hpp"
#include "varisk/scoring/row_value.hpp"

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

/// Of a deletion or insertion each spelling at one position is an allele of its own: G/GT and GTT/GT trim alike, and
/// both are alleles of the record GT > G,GTT.
bool are_same_alleles(const ScoringRow& a, const ScoringRow& b) {
  const bool is_indel = a.effect_allele.size() != a.other_allele->size();
  if (is_indel && a.position == b.position)
    return a.effect_allele == b.effect_allele && a.other_allele == b.other_allele;
  return trimmed_pair(a) == trimmed_pair(b);
}

/// The same copies would be counted twice: one effect allele of one site, on either strand.
bool are_duplicates(const ScoringRow& a, const ScoringRow& b) {
  if (!a.other_allele || !b.other_allele) return a.position == b.position && a.effect_allele == b.effect_allele;
  if (are_same_alleles(a, b)) return true;
  if (sites::is_palindromic(a.effect_allele, *a.other_allele)) return false;
  ScoringRow flipped = b;
  flipped.effect_allele = sites::reverse_complement(b.effect_allele);
  flipped.other_allele = sites::reverse_complement(*b.other_allele);
  return are_same_alleles(a, flipped);
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
    bound += any_by_copies ? row_weights(file, file.rows[column.row[i]], weight).bound() : 2 * std::abs(weight);
  }
  if (!std::isfinite(bound)) throw UserError("the weights are too large to be added up", file.path);
  return bound == 0 ? 0 : std::ilogb(bound) + 1 - largest_sum_bits;
}

ScorePlan::ScorePlan(std::span<const ScoringFile> files, PalindromicPolicy palindromic, DuplicateRows duplicates) {
  for (const ScoringFile& file : files) {
    const std::size_t first = rows_.size();
    for (const ScoreColumn& column : file.scores) {
      const std::uint32_t rows = rows_of(file, column, palindromic, duplicates);
      rows_[rows]->scores.push_back(static_cast<std::uint32_t>(scores_.size()));
      scores_.emplace_back(file, column, rows, *rows_[rows]);
    }
    // Scores of a wide file share their rows, so a row asks once.
    std::vector<bool> wanted(file.rows.size());
    for (std::size_t i = first; i < rows_.size(); ++i) {
      const PlannedRows& rows = *rows_[i];
      for (std::size_t entry = 0; entry < rows.settled.size(); ++entry) {
        if (!rows.settled[entry]) wanted[(*rows.row)[entry]] = true;
      }
    }
    for (std::size_t r = 0; r < file.rows.size(); ++r) {
      const ScoringRow& row = file.rows[r];
      if (wanted[r]) requests_.push_back({row.contig, row.position, row.effect_allele, row.other_allele});
    }
    wanted_.push_back(std::move(wanted));
  }
}

/// The rows of a score, planned if no score of the file has the same.
std::uint32_t ScorePlan::rows_of(const ScoringFile& file, const ScoreColumn& column, PalindromicPolicy palindromic,
                                 DuplicateRows duplicates) {
  for (std::size_t i = rows_.size(); i > 0 && rows_[i - 1]->file == &file; --i) {
    if (*rows_[i - 1]->row == column.row) return static_cast<std::uint32_t>(i - 1);
  }
  PlannedRows& rows = *rows_.emplace_back(std::make_unique<PlannedRows>());
  rows.file = &file;
  rows.row = &column.row;
  rows.settled.reserve(column.row.size());
  rows.dropped_if_found.reserve(column.row.size());
  for (std::size_t i = 0; i < column.row.size(); ++i) {
    rows.settled.push_back(settle(rows.row_of(i)));
    rows.dropped_if_found.push_back(palindromic == PalindromicPolicy::drop && is_palindromic(rows.row_of(i)));
  }
  settle_duplicates(rows, duplicates);
  return static_cast<std::uint32_t>(rows_.size() - 1);
}

void ScorePlan::settle_duplicates(PlannedRows& rows, DuplicateRows policy) const {
  if (policy == DuplicateRows::sum) return;
  struct Place {
    std::string_view contig;
    std::int64_t position;
    std::size_t entry;
  };
  std::vector<Place> places;
  places.reserve(rows.settled.size());
  for (std::size_t i = 0; i < rows.settled.size(); ++i) {
    if (!rows.settled[i]) places.push_back({rows.row_of(i).contig, trimmed_pair(rows.row_of(i)).position.value, i});
  }
  const auto key = [](const Place& place) { return std::tie(place.contig, place.position); };
  const auto before = [](const Place& a, const Place& b) {
    return std::tie(a.contig, a.position, a.entry) < std::tie(b.contig, b.position, b.entry);
  };
  if (!std::is_sorted(places.begin(), places.end(), before)) std::sort(places.begin(), places.end(), before);
  for (std::size_t i = 0; i < places.size(); ++i) {
    for (std::size_t j = i + 1; j < places.size() && key(places[j]) == key(places[i]); ++j) {
      if (!are_duplicates(rows.row_of(places[i].entry), rows.row_of(places[j].entry))) continue;
      rows.settled[places[j].entry] = RowState::duplicate;
      if (policy == DuplicateRows::drop) rows.settled[places[i].entry] = RowState::duplicate;
    }
  }
}

void ScorePlan::set_sites(std::span<const SiteId> ids, std::size_t site_count) {
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
  const auto each_user = [&](const auto& action) {
    for (std::uint32_t index = 0; index < rows_.size(); ++index) {
      const PlannedRows& rows = *rows_[index];
      for (std::uint32_t i = 0; i < rows.settled.size(); ++i) {
        if (!rows.settled[i] && !rows.dropped_if_found[i]) action(to_number(rows.site[i]), SiteUser{index, i});
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
