#include "varisk/sites/indel.hpp"

#include <algorithm>

namespace varisk::sites {
namespace {

/// No repeat is followed further than this.
constexpr std::int64_t longest_repeat = 10'000;
constexpr std::int64_t step = 256;

/// The reference, read piece by piece towards the left.
class LeftReader {
 public:
  LeftReader(const ReferenceBases& reference, std::string_view contig) : reference_(&reference), contig_(contig) {}

  /// `\0` where there is none.
  char at(std::int64_t position) {
    if (position < 1) return '\0';
    if (text_.empty() || position < first_ || position >= first_ + static_cast<std::int64_t>(text_.size())) {
      first_ = std::max<std::int64_t>(1, position - step + 1);
      text_ = reference_->bases(contig_, Position{first_}, position - first_ + 1);
    }
    const auto index = static_cast<std::size_t>(position - first_);
    return index < text_.size() ? text_[index] : '\0';
  }

 private:
  const ReferenceBases* reference_;
  std::string_view contig_;
  std::int64_t first_ = 1;
  std::string text_;
};

/// How far the reference behind the anchor repeats the bases.
std::int64_t repeat_length(const Indel& indel, std::string_view contig, const ReferenceBases& reference) {
  std::int64_t length = 0;
  while (length < longest_repeat) {
    const std::string text = reference.bases(contig, Position{indel.anchor.value + 1 + length}, step);
    for (const char base : text) {
      if (base != indel.bases[static_cast<std::size_t>(length) % indel.bases.size()]) return length;
      ++length;
    }
    if (static_cast<std::int64_t>(text.size()) < step) return length;
  }
  return length;
}

}  // namespace

std::optional<Indel> as_indel(Position position, std::string_view first, std::string_view second) {
  if (!is_bases(first) || !is_bases(second)) return std::nullopt;
  const AllelePair pair = trimmed({position, first, second});
  const bool first_is_longer = pair.first.size() > pair.second.size();
  const std::string_view longer = first_is_longer ? pair.first : pair.second;
  const std::string_view shorter = first_is_longer ? pair.second : pair.first;
  if (shorter.size() != 1 || longer.size() == 1 || longer.front() != shorter.front()) return std::nullopt;
  return Indel{pair.position, std::string(longer.substr(1)), first_is_longer};
}

SiteRequest left_aligned(SiteRequest request, const ReferenceBases& reference) {
  if (!request.other_allele || !request.id.empty()) return request;
  auto indel = as_indel(request.position, request.effect_allele, *request.other_allele);
  if (!indel) return request;
  LeftReader bases(reference, request.contig);
  const AllelePair pair = trimmed({request.position, request.effect_allele, *request.other_allele});
  if (bases.at(indel->anchor.value) != pair.first.front()) return request;
  const std::int64_t start = indel->anchor.value;
  while (start - indel->anchor.value < longest_repeat && indel->anchor.value > 1 &&
         bases.at(indel->anchor.value) == indel->bases.back()) {
    std::rotate(indel->bases.begin(), indel->bases.end() - 1, indel->bases.end());
    --indel->anchor.value;
  }
  if (indel->anchor.value == start) return request;  // the spelling of the row stays, which a record may share
  const std::string anchor(1, bases.at(indel->anchor.value));
  request.position = indel->anchor;
  request.effect_allele = indel->first_is_longer ? anchor + indel->bases : anchor;
  request.other_allele = indel->first_is_longer ? anchor : anchor + indel->bases;
  return request;
}

RepeatSites::RepeatSites(const SitePlan& plan, const ReferenceBases& reference)
    : windows_(plan.contigs().size()), longest_(plan.contigs().size()) {
  for (std::uint32_t i = 0; i < plan.size(); ++i) {
    const WantedSite& site = plan.site(SiteId{i});
    if (!site.other_allele || !plan.id(SiteId{i}).empty()) continue;
    auto indel = as_indel(site.position, site.effect_allele, *site.other_allele);
    if (!indel) continue;
    const std::int64_t length = repeat_length(*indel, plan.contig(site.contig), reference);
    if (length == 0) continue;
    const std::uint32_t contig = to_number(site.contig);
    const std::int64_t first = indel->anchor.value;
    windows_[contig].push_back({first, first + length, static_cast<std::uint32_t>(sites_.size())});
    longest_[contig] = std::max(longest_[contig], length);
    sites_.push_back({SiteId{i}, std::move(*indel), length});
  }
  for (auto& windows : windows_) {
    std::stable_sort(windows.begin(), windows.end(),
                     [](const Window& a, const Window& b) { return a.first < b.first; });
  }
}

void RepeatSites::find(std::optional<ContigId> contig, Position position, std::vector<SiteId>& found) const {
  found.clear();
  if (!contig || sites_.empty()) return;
  const auto& windows = windows_[to_number(*contig)];
  const std::int64_t low = position.value - longest_[to_number(*contig)];
  auto window = std::lower_bound(windows.begin(), windows.end(), low,
                                 [](const Window& one, std::int64_t first) { return one.first < first; });
  for (; window != windows.end() && window->first < position.value; ++window) {
    if (position.value <= window->last) found.push_back(sites_[window->index].site);
  }
}

std::vector<std::int64_t> RepeatSites::positions(const SitePlan& plan, ContigId contig) const {
  const SiteRange range = plan.range(contig);
  const auto own = plan.positions().subspan(range.first, range.last - range.first);
  std::vector<std::int64_t> all(own.begin(), own.end());
  for (const Window& window : windows_.empty() ? std::vector<Window>{} : windows_[to_number(contig)]) {
    for (std::int64_t position = window.first + 1; position <= window.last; ++position) all.push_back(position);
  }
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

AlleleMatch RepeatSites::match(SiteId site, Position position, std::span<const std::string_view> alleles) const {
  const auto known = std::lower_bound(sites_.begin(), sites_.end(), site, [](const RepeatSite& one, SiteId id) {
    return to_number(one.site) < to_number(id);
  });
  if (known == sites_.end() || known->site != site) return {};
  const auto size = static_cast<std::int64_t>(known->indel.bases.size());
  AlleleMatch match;
  for (std::size_t effect = 0; effect < alleles.size(); ++effect) {
    for (std::size_t other = 0; other < alleles.size(); ++other) {
      if (effect == other) continue;
      const auto indel = as_indel(position, alleles[effect], alleles[other]);
      if (!indel || indel->first_is_longer != known->indel.first_is_longer) continue;
      // What is deleted stands in the reference, so it has one repeat less to move along.
      const std::size_t longer = indel->first_is_longer ? effect : other;
      const std::int64_t room = longer == 0 ? known->length - size : known->length;
      const std::int64_t moved = indel->anchor.value - known->indel.anchor.value;
      if (moved < 0 || moved > room) continue;
      std::string bases = known->indel.bases;
      std::rotate(bases.begin(), bases.begin() + moved % size, bases.end());
      if (bases != indel->bases) continue;
      const bool again = match.kind != MatchKind::none;
      if (again) {
        match.is_ambiguous = true;
      } else {
        match = {MatchKind::as_given, AlleleIndex{static_cast<std::uint16_t>(effect)},
                 AlleleIndex{static_cast<std::uint16_t>(other)}, false};
      }
    }
  }
  return match;
}

}  // namespace varisk::sites
