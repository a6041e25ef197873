#pragma once
/// \file
/// What the reference genome says about a wanted site.

#include <cstdint>
#include <string>
#include <string_view>

#include "varisk/core/types.hpp"
#include "varisk/sites/alleles.hpp"

namespace varisk::sites {

/// Bases of a reference genome. Any thread may ask.
class ReferenceBases {
 public:
  virtual ~ReferenceBases() = default;
  /// The bases from `first` on, upper case; fewer where the contig begins or ends, none of a contig that is not there.
  [[nodiscard]] virtual std::string bases(std::string_view canonical_contig, Position first,
                                          std::int64_t count) const = 0;
};

/// Which allele of a site the reference has.
enum class ReferenceAllele : std::uint8_t {
  unknown,    ///< no reference, or it has no bases (or N) there
  effect,     ///< the effect allele
  other,      ///< the other allele, or, where that is not given, anything but the effect allele
  ambiguous,  ///< both fit: an insertion of what stands there already, or a deletion of it
  neither,
};

struct ReferenceMatch {
  ReferenceAllele allele = ReferenceAllele::unknown;
  bool flipped = false;  ///< it fits on the other strand, and not as given
  bool operator==(const ReferenceMatch&) const = default;
};

/// \param bases  the reference from the site's position on, as long as the longer allele; fewer: unknown
[[nodiscard]] ReferenceMatch reference_allele(const WantedSite& site, std::string_view bases);
[[nodiscard]] ReferenceMatch reference_allele(const WantedSite& site, std::string_view canonical_contig,
                                              const ReferenceBases& reference);

}  // namespace varisk::sites
