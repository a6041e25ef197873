// Which wanted sites a record holds, and which record of a position a site takes.
#include <algorithm>

#include "batch_worker.hpp"

namespace varisk::pipeline {
namespace {

using sites::MatchKind;

/// The match of a site with a record that shows REF alone. The allele that the record does not name gets an index that
/// no call can have.
sites::AlleleMatch match_reference(const sites::ReferenceMatch& reference, std::size_t record_alleles) {
  constexpr AlleleIndex ref{0};
  const AlleleIndex absent{static_cast<std::uint16_t>(record_alleles)};
  const MatchKind kind = reference.flipped ? MatchKind::flipped : MatchKind::as_given;
  switch (reference.allele) {
    case sites::ReferenceAllele::effect: return {kind, ref, absent, false};
    case sites::ReferenceAllele::other: return {kind, absent, ref, false};
    case sites::ReferenceAllele::neither: return {};
    case sites::ReferenceAllele::unknown:
    case sites::ReferenceAllele::ambiguous: break;
  }
  return {kind, absent, ref, true};
}

}  // namespace

void BatchWorker::find_further(std::string_view ids, bool may_be_indel) {
  further_sites_.clear();
  if (may_be_indel && options_.repeats != nullptr && !options_.repeats->empty()) {
    options_.repeats->find(contig_id_, Position{position_}, repeat_sites_);
    for (const SiteId site : repeat_sites_) further_sites_.push_back({to_number(site), to_number(site) + 1});
  }
  if (!plan_->has_ids()) return;
  while (true) {
    const std::size_t end = ids.find(';');
    const sites::SiteRange range = plan_->find_id(ids.substr(0, end));
    if (!range.empty()) further_sites_.push_back(range);
    if (end == std::string_view::npos) return;
    ids.remove_prefix(end + 1);
  }
}

/// Matches the newest record with the wanted sites near it; each site keeps its best record.
void BatchWorker::add_record(sites::SiteRange range) {
  const std::size_t index = record_count_ - 1;
  const Record& record = records_[index];
  alleles_.assign(record.site.alleles.begin(), record.site.alleles.end());
  for (std::uint32_t number = range.first; number < range.last; ++number) {
    const SiteId site{number};
    const sites::WantedSite& wanted = plan_->site(site);
    const bool by_id = !plan_->id(site).empty();
    Candidate here{site, index, {}, Evidence::record, false, record.site.alleles.size() > 1, 0};
    if (record.block_end && !by_id) {
      here.evidence = Evidence::block;
      if (!spans_reference(record, site)) continue;
      here.match = match_block(record, site);
    } else {
      here.match = match_record(record, site);
      const bool starts_there = by_id || wanted.position.value == position_;
      // A record that merely spans the site says nothing about its alleles.
      if (here.match.kind == MatchKind::none && !starts_there) continue;
      if (!starts_there && !plan_->has_many_spellings(site)) here.evidence = Evidence::odd_spelling;
    }
    here.passes = filter_reason(record, here.match).empty();
    add_candidate(here);
  }
}

void BatchWorker::add_candidate(const Candidate& candidate) {
  const auto known = std::find_if(candidates_.begin(), candidates_.end(),
                                  [&](const Candidate& other) { return other.site == candidate.site; });
  if (known == candidates_.end()) {
    candidates_.push_back(candidate);
  } else if (candidate.rank() > known->rank()) {
    *known = candidate;
  } else if (candidate.rank() == known->rank() && candidate.match.kind != MatchKind::none) {
    // Without the other allele nothing tells which line is meant.
    const bool both_ref = candidate.match.effect.is_ref() && known->match.effect.is_ref();
    const bool unclear = candidate.match.kind == MatchKind::other_unknown && !both_ref;
    known->match.is_ambiguous = known->match.is_ambiguous || unclear;
    ++known->equal_records;
  }
}

/// In a gVCF a substitution that the record does not name is among what was not called.
sites::AlleleMatch BatchWorker::match_record(const Record& record, SiteId site) {
  const sites::WantedSite& wanted = plan_->site(site);
  if (!plan_->id(site).empty()) return sites::match_alleles(wanted, std::nullopt, alleles_);
  auto match = sites::match_alleles(wanted, Position{position_}, alleles_);
  if (match.kind < MatchKind::as_given && options_.repeats != nullptr) {
    const auto elsewhere = options_.repeats->match(site, Position{position_}, alleles_);
    if (elsewhere.kind > match.kind) match = elsewhere;
  }
  const auto& alleles = record.site.alleles;
  const bool open_ended = std::any_of(alleles.begin(), alleles.end(), genotypes::is_unspecified_allele);
  if (match.kind != MatchKind::none || !open_ended || record.bed || wanted.position.value != position_) return match;
  auto found = match_reference(sites::reference_allele(wanted, alleles.front()), alleles.size());
  if (found.is_ambiguous) return match;
  return found;
}

/// What the block says about the alleles of the site; without a reference only its own first base is known.
sites::AlleleMatch BatchWorker::match_block(const Record& record, SiteId site) const {
  const sites::WantedSite& wanted = plan_->site(site);
  sites::ReferenceMatch reference;
  if (!options_.reference.empty()) reference = options_.reference[to_number(site)];
  if (reference.allele == sites::ReferenceAllele::unknown && wanted.position.value == position_) {
    reference = sites::reference_allele(wanted, record.site.alleles.front());
  }
  return match_reference(reference, record.site.alleles.size());
}

/// The block must cover every base of REF; if REF is not known, those of the longer allele.
bool BatchWorker::spans_reference(const Record& record, SiteId site) const {
  const sites::WantedSite& wanted = plan_->site(site);
  const auto reference = options_.reference.empty() ? sites::ReferenceMatch{} : options_.reference[to_number(site)];
  const std::size_t effect = wanted.effect_allele.size();
  const std::size_t other = wanted.other_allele ? wanted.other_allele->size() : 1;
  std::size_t length = std::max(effect, other);
  if (reference.allele == sites::ReferenceAllele::effect) length = effect;
  if (reference.allele == sites::ReferenceAllele::other) length = other;
  return wanted.position.value >= position_ &&
         wanted.position.value + static_cast<std::int64_t>(length) - 1 <= *record.block_end;
}

}  // namespace varisk::pipeline
