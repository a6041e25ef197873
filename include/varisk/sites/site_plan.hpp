#pragma once
/// \file
/// The union of all sites that the consumers of a run ask for.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "varisk/core/types.hpp"
#include "varisk/sites/alleles.hpp"

namespace varisk::sites {

/// A request of one consumer, contig by name. A site that is to be found by its id has no contig and no position.
struct SiteRequest {
  std::string contig;  ///< canonical, see `canonical_contig`
  Position position;
  std::string effect_allele;
  std::optional<std::string> other_allele;
  FrequencySide side = FrequencySide::unknown;
  std::string id{};  ///< empty: found by its position
};

/// A run of neighbouring sites, by number: [first, last).
struct SiteRange {
  std::uint32_t first = 0;
  std::uint32_t last = 0;
  [[nodiscard]] bool empty() const noexcept { return first == last; }
};

/// Distinct wanted sites, ordered by contig and trimmed position; immutable.
class SitePlan {
 public:
  SitePlan() = default;
  /// \param requests  any order, repetitions welcome
  /// \param ids       out: the site of each request
  SitePlan(std::span<const SiteRequest> requests, std::vector<SiteId>& ids);
  SitePlan(SitePlan&&) = default;
  SitePlan& operator=(SitePlan&&) = default;
  SitePlan(const SitePlan&) = delete;
  SitePlan& operator=(const SitePlan&) = delete;
  ~SitePlan() = default;

  [[nodiscard]] std::size_t size() const noexcept { return sites_.size(); }
  [[nodiscard]] const WantedSite& site(SiteId id) const { return sites_[to_number(id)]; }
  [[nodiscard]] std::span<const std::string> contigs() const noexcept { return contigs_; }
  [[nodiscard]] const std::string& contig(ContigId id) const { return contigs_[to_number(id)]; }
  [[nodiscard]] std::optional<ContigId> find_contig(std::string_view canonical_name) const;
  /// All sites of a contig.
  [[nodiscard]] SiteRange range(ContigId id) const { return ranges_[to_number(id)]; }
  /// Trimmed position of each site, ascending within a contig.
  [[nodiscard]] std::span<const std::int64_t> positions() const noexcept { return positions_; }
  /// True if some sites are found by id.
  [[nodiscard]] bool has_ids() const noexcept { return !range_of_id_.empty(); }
  /// The id by which the site is found; empty: by its position.
  [[nodiscard]] std::string_view id(SiteId site) const {
    return has_ids() ? std::string_view(ids_[to_number(site)]) : std::string_view{};
  }
  /// The sites of one id.
  [[nodiscard]] SiteRange find_id(std::string_view id) const;
  /// `contig:position`, or the id.
  [[nodiscard]] std::string describe(SiteId site) const;
  /// True if records at more than one POS can hold the site: it is not a single-base substitution.
  [[nodiscard]] bool has_many_spellings(SiteId id) const;

 private:
  void index_ids();

  std::vector<WantedSite> sites_;
  std::vector<std::int64_t> positions_;
  std::vector<std::string> contigs_;
  std::vector<SiteRange> ranges_;
  std::unordered_map<std::string, ContigId> contig_ids_;
  std::vector<std::string> ids_;                                 ///< of each site; empty: all are found by position
  std::unordered_map<std::string_view, SiteRange> range_of_id_;  ///< views into `ids_`
};

/// Looks sites up for records that come mostly in ascending order; one for each thread.
class SiteCursor {
 public:
  explicit SiteCursor(const SitePlan& plan) : plan_(&plan) {}

  void set_contig(std::optional<ContigId> contig);
  /// Sites whose trimmed position is in [first, last].
  [[nodiscard]] SiteRange find(std::int64_t first, std::int64_t last);

 private:
  const SitePlan* plan_;
  SiteRange contig_;
  std::uint32_t next_ = 0;  ///< no site before this one lies at or after the last `first`
};

}  // namespace varisk::sites
