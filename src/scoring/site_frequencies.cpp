#include "varisk/scoring/site_frequencies.hpp"

#include <fmt/format.h>

#include <algorithm>
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
      if (!plan_->has_ids()) return !found_.empty();
    }
    for (std::string_view ids = place.id;;) {
      const std::size_t end = ids.find(';');
      const auto [first, last] = sites_of_id_->equal_range(ids.substr(0, end));
      for (auto site = first; site != last; ++site) {
        const bool by_id = !plan_->id(site->second).empty();
        const bool by_name = !place.position && plan_->contig(plan_->site(site->second).contig) == canonical_;
        if (by_id || by_name) found_.push_back(site->second);
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
    : effect_(plan.size()), reference_(plan.size()) {
  Finder finder(plan, sites_of_id);
  std::vector<Entry> entries(plan.size());
  file_ = genotypes::read_frequencies(
      path, [&](const FrequencyPlace& place) { return finder.find(place); },
      [&](const FrequencyEntry& entry, const std::function<std::string()>& where) {
        for (const SiteId site : finder.found()) {
          const Position own = plan.site(site).position;
          const auto position =
              plan.id(site).empty() ? std::optional(entry.place.position.value_or(own)) : std::nullopt;
          take(site, plan.site(site), position, entries[to_number(site)], entry, where);
        }
      });
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (effect_[i]) ++found_;
    if (entries[i].looked_at && entries[i].kind == MatchKind::none) ++other_alleles_;
  }
}

void SiteFrequencies::take(SiteId id, const sites::WantedSite& site, std::optional<Position> position, Entry& entry,
                           const FrequencyEntry& found, const std::function<std::string()>& where) {
  const std::vector<std::string_view> alleles(found.alleles.begin(), found.alleles.end());
  const sites::AlleleMatch match = sites::match_alleles(site, position, alleles);
  entry.looked_at = entry.looked_at || position.value_or(site.position) == site.position;
  if (match.kind == MatchKind::none || match.is_ambiguous || match.kind < entry.kind) return;
  const double reference = std::max(0.0, 1 - std::accumulate(found.alts.begin(), found.alts.end(), 0.0));
  const double frequency = match.effect.is_ref() ? reference : found.alts[match.effect.value - 1U];
  std::optional<double>& effect = effect_[to_number(id)];
  if (match.kind == entry.kind) {
    if (effect == frequency) return;
    // Of a site on several lines each line has its own view of REF; without the other allele none is the right one.
    if (match.kind == MatchKind::other_unknown) {
      effect.reset();
      return;
    }
    throw UserError(fmt::format("the frequency of allele {} is {}, an earlier line says {}", site.effect_allele,
                                format_double(frequency), format_double(*effect)),
                    where(), "keep one line for each variant");
  }
  entry.kind = match.kind;
  effect = frequency;
  reference_[to_number(id)] = {match.effect.is_ref() ? ReferenceAllele::effect : ReferenceAllele::other,
                               match.kind == MatchKind::flipped};
}

}  // namespace varisk::scoring
