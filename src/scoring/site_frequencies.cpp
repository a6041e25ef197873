#include "varisk/scoring/site_frequencies.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "varisk/core/error.hpp"
#include "varisk/core/number.hpp"

namespace varisk::scoring {
namespace {

using genotypes::FrequencyEntry;
using genotypes::FrequencyPlace;
using sites::MatchKind;
using sites::ReferenceAllele;

/// Sites that a line may be about.
class Finder {
 public:
  Finder(const sites::SitePlan& plan, const SitesOfId& sites_of_id)
      : plan_(&plan), sites_of_id_(&sites_of_id), cursor_(plan) {}

  /// \return true if there are any
  bool find(const FrequencyPlace& place) {
    found_.clear();
    if (place.contig != contig_) {
      contig_ = place.contig;
      canonical_ = sites::canonical_contig(contig_);
      cursor_.set_contig(plan_->find_contig(canonical_));
    }
    if (place.position) {
      const std::int64_t first = place.position->value;
      const auto range = cursor_.find(first, first + std::max<std::int64_t>(place.reference_length, 1) - 1);
      for (std::uint32_t site = range.first; site < range.last; ++site) found_.push_back(SiteId{site});
      return !found_.empty();
    }
    for (std::string_view ids = place.id;;) {
      const std::size_t end = ids.find(';');
      const auto [first, last] = sites_of_id_->equal_range(ids.substr(0, end));
      for (auto site = first; site != last; ++site) {
        if (plan_->contig(plan_->site(site->second).contig) == canonical_) found_.push_back(site->second);
      }
      if (end == std::string_view::npos) return !found_.empty();
      ids.remove_prefix(end + 1);
    }
  }

  [[nodiscard]] const std::vector<SiteId>& found() const { return found_; }

 private:
  const sites::SitePlan* plan_;
  const SitesOfId* sites_of_id_;
  sites::SiteCursor cursor_;
  std::string contig_;
  std::string canonical_;
  std::vector<SiteId> found_;
};

}  // namespace

SiteFrequencies::SiteFrequencies(const std::string& path, const sites::SitePlan& plan, const SitesOfId& sites_of_id)
    : entries_(plan.size()) {
  Finder finder(plan, sites_of_id);
  file_ = genotypes::read_frequencies(
      path, [&](const FrequencyPlace& place) { return finder.find(place); },
      [&](const FrequencyEntry& entry, const std::function<std::string()>& where) {
        for (const SiteId site : finder.found()) {
          const sites::WantedSite& wanted = plan.site(site);
          const Position position = entry.place.position.value_or(wanted.position);
          take(wanted, entries_[to_number(site)], entry, position, where());
        }
      });
  for (const Entry& entry : entries_) {
    found_ += entry.effect ? 1 : 0;
    other_alleles_ += entry.looked_at && !entry.effect ? 1 : 0;
  }
}

void SiteFrequencies::take(const sites::WantedSite& site, Entry& entry, const FrequencyEntry& found, Position position,
                           const std::string& where) {
  const std::vector<std::string_view> alleles(found.alleles.begin(), found.alleles.end());
  const sites::AlleleMatch match = sites::match_alleles(site, position, alleles);
  entry.looked_at = entry.looked_at || position == site.position;
  if (match.kind == MatchKind::none || match.is_ambiguous || match.kind < entry.kind) return;
  const double reference = std::max(0.0, 1 - std::accumulate(found.alts.begin(), found.alts.end(), 0.0));
  const double effect = match.effect.is_ref() ? reference : found.alts[match.effect.value - 1U];
  if (match.kind == entry.kind && entry.effect && *entry.effect != effect) {
    // Of a site on several lines each line has its own view of REF; without the other allele none is the right one.
    if (match.kind == MatchKind::other_unknown) {
      entry.effect.reset();
      return;
    }
    throw UserError(fmt::format("the frequency of {} is {}, an earlier line says {}", site.effect_allele,
                                format_double(effect), format_double(*entry.effect)),
                    where, "keep one line for each variant");
  }
  const bool is_new = match.kind != entry.kind;
  entry.kind = match.kind;
  if (is_new) entry.effect = effect;
  entry.reference = {match.effect.is_ref() ? ReferenceAllele::effect : ReferenceAllele::other,
                     match.kind == MatchKind::flipped};
}

std::optional<double> SiteFrequencies::effect(SiteId site) const {
  return entries_.empty() ? std::nullopt : entries_[to_number(site)].effect;
}

sites::ReferenceMatch SiteFrequencies::reference(SiteId site) const {
  return entries_.empty() ? sites::ReferenceMatch{} : entries_[to_number(site)].reference;
}

}  // namespace varisk::scoring
