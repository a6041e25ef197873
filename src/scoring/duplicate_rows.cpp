#include "duplicate_rows.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace varisk::scoring {
namespace {

using sites::FrequencySide;
using sites::SiteRequest;

sites::AllelePair trimmed_pair(const SiteRequest& row) {
  return sites::trimmed({row.position, row.effect_allele, row.other_allele ? *row.other_allele : std::string_view{}});
}

/// Of a deletion or insertion each spelling at one position is an allele of its own: G/GT and GTT/GT trim alike, and
/// both are alleles of the record GT > G,GTT.
bool are_same_alleles(const SiteRequest& a, const SiteRequest& b) {
  const bool is_indel = a.effect_allele.size() != a.other_allele->size();
  if (is_indel && a.position == b.position)
    return a.effect_allele == b.effect_allele && a.other_allele == b.other_allele;
  return trimmed_pair(a) == trimmed_pair(b);
}

/// The same copies would be counted twice.
bool are_duplicates(const SiteRequest& a, const SiteRequest& b) {
  if (!a.other_allele || !b.other_allele) return a.position == b.position && a.effect_allele == b.effect_allele;
  if (sites::is_palindromic(a.effect_allele, *a.other_allele) && a.side != FrequencySide::unknown) {
    // Both count the rarer allele, or both the commoner, on whatever strand they are.
    const bool same_pair = a.effect_allele == b.effect_allele
                               ? a.other_allele == b.other_allele
                               : a.effect_allele == *b.other_allele && b.effect_allele == *a.other_allele;
    return same_pair && a.side == b.side;
  }
  if (are_same_alleles(a, b)) return true;
  if (sites::is_palindromic(a.effect_allele, *a.other_allele)) return false;
  SiteRequest flipped = b;
  flipped.effect_allele = sites::reverse_complement(b.effect_allele);
  flipped.other_allele = sites::reverse_complement(*b.other_allele);
  return are_same_alleles(a, flipped);
}

}  // namespace

std::vector<bool> find_duplicates(std::span<const SiteRequest> requests, std::span<const std::uint32_t> rows,
                                  bool keep_first) {
  std::vector<std::int64_t> position;
  position.reserve(rows.size());
  for (const std::uint32_t row : rows) {
    const SiteRequest& request = requests[row];
    position.push_back(request.id.empty() ? trimmed_pair(request).position.value : request.position.value);
  }
  std::vector<std::size_t> order(rows.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto place = [&](std::size_t i) {
    return std::tie(requests[rows[i]].contig, requests[rows[i]].id, position[i]);
  };
  const auto before = [&](std::size_t a, std::size_t b) { return place(a) < place(b); };
  if (!std::is_sorted(order.begin(), order.end(), before)) std::stable_sort(order.begin(), order.end(), before);
  std::vector<bool> duplicate(rows.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    for (std::size_t j = i + 1; j < order.size() && place(order[j]) == place(order[i]); ++j) {
      if (!are_duplicates(requests[rows[order[i]]], requests[rows[order[j]]])) continue;
      duplicate[order[j]] = true;
      if (!keep_first) duplicate[order[i]] = true;
    }
  }
  return duplicate;
}

}  // namespace varisk::scoring
