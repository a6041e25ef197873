#pragma once
/// \file
/// How the alleles of a wanted site are found among the alleles of a record.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "varisk/core/types.hpp"

namespace varisk::sites {

/// Only A, C, G, T (either case), and not empty.
[[nodiscard]] bool is_bases(std::string_view allele);

[[nodiscard]] std::string reverse_complement(std::string_view allele);

/// A/T or C/G: the strand cannot be told from the alleles.
[[nodiscard]] bool is_palindromic(std::string_view first, std::string_view second);

/// Two alleles at a position, shared trailing and then shared leading bases removed, at least one base of each kept.
struct AllelePair {
  Position position;
  std::string_view first;
  std::string_view second;
  bool operator==(const AllelePair&) const = default;
};
[[nodiscard]] AllelePair trimmed(AllelePair pair);

/// Whether the consumer knows the effect allele as the rarer or the commoner one: that tells the strand of A/T and C/G.
enum class FrequencySide : std::uint8_t { unknown, rarer, commoner };

/// Nothing can be told between 0.4 and 0.6.
[[nodiscard]] FrequencySide frequency_side(std::optional<double> frequency);

/// What a consumer asks for: copies of one allele at one site. `effect_allele` and `other_allele` are upper case.
struct WantedSite {
  ContigId contig{};
  Position position;
  std::string effect_allele;
  std::optional<std::string> other_allele;
  FrequencySide side = FrequencySide::unknown;
};

/// In the order of preference.
enum class MatchKind : std::uint8_t { none, other_unknown, flipped, as_given };

struct AlleleMatch {
  MatchKind kind = MatchKind::none;
  AlleleIndex effect;
  std::optional<AlleleIndex> other;
  /// The alleles fit in more than one way: G and GT in the record GTA > GA,GTTA may be a deletion or an insertion.
  bool is_ambiguous = false;
};

/// The best way in which the record's alleles hold those of `site`. A record without ALT holds a single-base site if
/// its REF is one of the two alleles; the other one then has the index 1, which no call can name.
/// \param position  the record's POS, on the same contig as the site; nothing: the record was found by its id, trimmed
///                  alleles are equal wherever they start
/// \param alleles   REF, then the ALTs; upper case
[[nodiscard]] AlleleMatch match_alleles(const WantedSite& site, std::optional<Position> position,
                                        std::span<const std::string_view> alleles);

}  // namespace varisk::sites
