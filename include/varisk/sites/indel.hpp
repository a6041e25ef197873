#pragma once
/// \file
/// Insertions and deletions in repeats: one event has a spelling at each place of the repeat. Aligned to the left and
/// trimmed it has one (Tan, Abecasis, Kang: Unified representation of genetic variants, Bioinformatics 2015).

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "varisk/sites/reference.hpp"
#include "varisk/sites/site_plan.hpp"

namespace varisk::sites {

/// Bases that one allele has behind the anchor and the other has not.
struct Indel {
  Position anchor;  ///< the base before them
  std::string bases;
  bool first_is_longer = false;
  bool operator==(const Indel&) const = default;
};

/// Nothing if the trimmed alleles are not the same base with and without further ones.
[[nodiscard]] std::optional<Indel> as_indel(Position position, std::string_view first, std::string_view second);

/// The request with an insertion or deletion aligned to the left; unchanged where it is none, or where the base before
/// it is not that of the reference.
[[nodiscard]] SiteRequest left_aligned(SiteRequest request, const ReferenceBases& reference);

/// A wanted insertion or deletion that can be spelled at several places.
struct RepeatSite {
  SiteId site{};
  Indel indel;          ///< of effect and other allele, aligned to the left
  std::int64_t length;  ///< bases behind the anchor that repeat those of the indel
};

/// The wanted sites in repeats.
class RepeatSites {
 public:
  RepeatSites() = default;
  /// \param plan  its requests went through `left_aligned`
  RepeatSites(const SitePlan& plan, const ReferenceBases& reference);

  [[nodiscard]] bool empty() const noexcept { return sites_.empty(); }
  /// Sites whose anchor is before `position`, with a spelling that starts there.
  void find(std::optional<ContigId> contig, Position position, std::vector<SiteId>& found) const;
  /// The positions of all sites of a contig, and where else their spellings may start; ascending.
  [[nodiscard]] std::vector<std::int64_t> positions(const SitePlan& plan, ContigId contig) const;
  /// The record's alleles as another spelling of the site; none for sites that are not in a repeat.
  [[nodiscard]] AlleleMatch match(SiteId site, Position position, std::span<const std::string_view> alleles) const;

 private:
  struct Window {
    std::int64_t first = 0;
    std::int64_t last = 0;
    std::uint32_t index = 0;  ///< into `sites_`
  };
  std::vector<RepeatSite> sites_;             ///< by site
  std::vector<std::vector<Window>> windows_;  ///< of each contig, by `first`
  std::vector<std::int64_t> longest_;         ///< of each contig
};

}  // namespace varisk::sites
