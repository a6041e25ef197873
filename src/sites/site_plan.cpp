#include "varisk/sites/site_plan.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace varisk::sites {
namespace {

std::int64_t trimmed_position(const SiteRequest& request) {
  if (!request.other_allele || !request.id.empty()) return request.position.value;
  return trimmed({request.position, request.effect_allele, *request.other_allele}).position.value;
}

}  // namespace

SitePlan::SitePlan(std::span<const SiteRequest> requests, std::vector<SiteId>& ids) {
  const std::string* last = nullptr;  // requests of one contig mostly follow each other
  for (const SiteRequest& request : requests) {
    if (last != nullptr && *last == request.contig) continue;
    last = &request.contig;
    if (contig_ids_.try_emplace(request.contig, ContigId{}).second) contigs_.push_back(request.contig);
  }
  std::sort(contigs_.begin(), contigs_.end());
  for (std::uint32_t i = 0; i < contigs_.size(); ++i) contig_ids_[contigs_[i]] = ContigId{i};

  struct Key {
    ContigId contig;
    std::int64_t position;
  };
  std::vector<Key> keys;
  keys.reserve(requests.size());
  for (std::size_t i = 0; i < requests.size(); ++i) {
    const bool is_same = i > 0 && requests[i - 1].contig == requests[i].contig;
    keys.push_back({is_same ? keys[i - 1].contig : contig_ids_.at(requests[i].contig), trimmed_position(requests[i])});
  }
  const auto key_of = [&](std::size_t i) {
    return std::tie(keys[i].contig, keys[i].position, requests[i].id, requests[i].position, requests[i].effect_allele,
                    requests[i].other_allele, requests[i].side);
  };
  std::vector<std::size_t> order(requests.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto before = [&](std::size_t a, std::size_t b) { return key_of(a) < key_of(b); };
  if (!std::is_sorted(order.begin(), order.end(), before)) std::sort(order.begin(), order.end(), before);

  const bool any_id = std::any_of(requests.begin(), requests.end(), [](const auto& one) { return !one.id.empty(); });
  ids.resize(requests.size());
  sites_.reserve(requests.size());
  positions_.reserve(requests.size());
  ranges_.resize(contigs_.size());
  for (std::size_t rank = 0; rank < order.size(); ++rank) {
    const std::size_t i = order[rank];
    if (rank == 0 || key_of(order[rank - 1]) != key_of(i)) {
      SiteRange& range = ranges_[to_number(keys[i].contig)];
      const auto number = static_cast<std::uint32_t>(sites_.size());
      if (range.empty()) range = {number, number};
      range.last = number + 1;
      sites_.push_back({keys[i].contig, requests[i].position, requests[i].effect_allele, requests[i].other_allele,
                        requests[i].side});
      positions_.push_back(keys[i].position);
      if (any_id) ids_.push_back(requests[i].id);
    }
    ids[i] = SiteId{static_cast<std::uint32_t>(sites_.size() - 1)};
  }
  index_ids();
}

void SitePlan::index_ids() {
  for (std::uint32_t i = 0; i < ids_.size(); ++i) {
    if (!ids_[i].empty()) {
      SiteRange& range = range_of_id_.try_emplace(ids_[i], SiteRange{i, i}).first->second;
      range.last = i + 1;
    }
  }
  if (range_of_id_.empty()) ids_.clear();
}

SiteRange SitePlan::find_id(std::string_view id) const {
  const auto found = range_of_id_.find(id);
  return found == range_of_id_.end() ? SiteRange{} : found->second;
}

std::string SitePlan::describe(SiteId site) const {
  const WantedSite& wanted = this->site(site);
  if (!id(site).empty()) return std::string(id(site));
  return contig(wanted.contig) + ":" + std::to_string(wanted.position.value);
}

std::optional<ContigId> SitePlan::find_contig(std::string_view canonical_name) const {
  const auto found = contig_ids_.find(std::string(canonical_name));
  if (found == contig_ids_.end()) return std::nullopt;
  return found->second;
}

bool SitePlan::has_many_spellings(SiteId id) const {
  const WantedSite& wanted = site(id);
  return this->id(id).empty() && wanted.other_allele &&
         (wanted.effect_allele.size() != 1 || wanted.other_allele->size() != 1);
}

void SiteCursor::set_contig(std::optional<ContigId> contig) {
  contig_ = contig ? plan_->range(*contig) : SiteRange{};
  next_ = contig_.first;
}

SiteRange SiteCursor::find(std::int64_t first, std::int64_t last) {
  const auto positions = plan_->positions();
  if (next_ > contig_.first && positions[next_ - 1] >= first) next_ = contig_.first;  // the record steps back
  std::uint32_t step = 1;
  while (next_ + step < contig_.last && positions[next_ + step] < first) step *= 2;
  const auto end = positions.begin() + std::min(next_ + step, contig_.last);
  const auto low = std::lower_bound(positions.begin() + next_, end, first);
  next_ = static_cast<std::uint32_t>(low - positions.begin());
  std::uint32_t stop = next_;
  while (stop < contig_.last && positions[stop] <= last) ++stop;
  return {next_, stop};
}

}  // namespace varisk::sites
