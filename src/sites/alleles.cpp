#include "varisk/sites/alleles.hpp"

#include <algorithm>

namespace varisk::sites {
namespace {

char complement(char base) {
  switch (base) {
    case 'A': return 'T';
    case 'C': return 'G';
    case 'G': return 'C';
    case 'T': return 'A';
    default: return base;
  }
}

AlleleIndex allele_index(std::size_t index) { return AlleleIndex{static_cast<std::uint16_t>(index)}; }

/// Effect and other allele as two different alleles of the record: as they are written, else trimmed.
std::optional<AlleleMatch> find_pair(MatchKind kind, const AllelePair& wanted, std::optional<Position> position,
                                     std::span<const std::string_view> alleles) {
  std::optional<AlleleMatch> spelled;
  const auto comparable = [&](const AllelePair& pair) {
    AllelePair result = trimmed(pair);
    if (!position) result.position = wanted.position;
    return result;
  };
  const AllelePair wanted_trimmed = comparable(wanted);
  for (std::size_t effect = 0; effect < alleles.size(); ++effect) {
    for (std::size_t other = 0; other < alleles.size(); ++other) {
      if (effect == other) continue;
      // Two ALTs that fit only on the other strand prove nothing: REF tells which strand it is.
      if (kind == MatchKind::flipped && effect != 0 && other != 0) continue;
      const AllelePair pair{position.value_or(wanted.position), alleles[effect], alleles[other]};
      const AlleleMatch match{kind, allele_index(effect), allele_index(other)};
      if (pair == wanted) return match;
      if (comparable(pair) != wanted_trimmed) continue;
      if (spelled) {
        spelled->is_ambiguous = true;
      } else {
        spelled = match;
      }
    }
  }
  return spelled;
}

/// A record without ALT shows REF and nothing else; the other allele gets the index that no call can name.
std::optional<AlleleMatch> find_in_reference(MatchKind kind, std::string_view effect, std::string_view other,
                                             std::string_view ref) {
  constexpr AlleleIndex absent_alt{1};
  if (effect.size() != 1 || other.size() != 1) return std::nullopt;
  if (ref == effect) return AlleleMatch{kind, AlleleIndex{0}, absent_alt};
  if (ref == other) return AlleleMatch{kind, absent_alt, AlleleIndex{0}};
  return std::nullopt;
}

}  // namespace

bool is_bases(std::string_view allele) {
  return !allele.empty() && allele.find_first_not_of("ACGTacgt") == std::string_view::npos;
}

std::string reverse_complement(std::string_view allele) {
  std::string out(allele.rbegin(), allele.rend());
  std::transform(out.begin(), out.end(), out.begin(), complement);
  return out;
}

bool is_palindromic(std::string_view first, std::string_view second) {
  return first.size() == 1 && second.size() == 1 && first != second && complement(first[0]) == second[0];
}

FrequencySide frequency_side(std::optional<double> frequency) {
  constexpr double low = 0.4;
  constexpr double high = 0.6;
  if (!frequency || (*frequency >= low && *frequency <= high)) return FrequencySide::unknown;
  return *frequency < low ? FrequencySide::rarer : FrequencySide::commoner;
}

AllelePair trimmed(AllelePair pair) {
  auto& [position, first, second] = pair;
  while (first.size() > 1 && second.size() > 1 && first.back() == second.back()) {
    first.remove_suffix(1);
    second.remove_suffix(1);
  }
  while (first.size() > 1 && second.size() > 1 && first.front() == second.front()) {
    first.remove_prefix(1);
    second.remove_prefix(1);
    ++position.value;
  }
  return pair;
}

AlleleMatch match_alleles(const WantedSite& site, std::optional<Position> position,
                          std::span<const std::string_view> alleles) {
  const bool starts_there = position.value_or(site.position) == site.position;
  if (!site.other_allele) {
    // The length of an effect allele alone says nothing about where an indel starts, so only single bases are looked
    // up.
    if (!starts_there || site.effect_allele.size() != 1) return {};
    if (alleles[0].size() != 1) return {};
    for (std::size_t index = 0; index < alleles.size(); ++index) {
      if (alleles[index] == site.effect_allele) return {MatchKind::other_unknown, allele_index(index), std::nullopt};
    }
    return {};
  }
  const std::string& other = *site.other_allele;
  const bool monomorphic = alleles.size() == 1;
  if (monomorphic && starts_there) {
    if (auto match = find_in_reference(MatchKind::as_given, site.effect_allele, other, alleles[0])) return *match;
  }
  if (auto match = find_pair(MatchKind::as_given, {site.position, site.effect_allele, other}, position, alleles)) {
    return *match;
  }
  const std::string effect_flipped = reverse_complement(site.effect_allele);
  const std::string other_flipped = reverse_complement(other);
  if (monomorphic && starts_there) {
    if (auto match = find_in_reference(MatchKind::flipped, effect_flipped, other_flipped, alleles[0])) return *match;
  }
  if (auto match = find_pair(MatchKind::flipped, {site.position, effect_flipped, other_flipped}, position, alleles)) {
    return *match;
  }
  return {};
}

}  // namespace varisk::sites
