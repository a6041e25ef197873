// Records of the positions of genes: which alleles people have there, rather than copies of one.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "batch_worker.hpp"

namespace varisk::pipeline {
namespace {

/// Of two spellings of REF at one position one is the beginning of the other.
bool agrees(std::string_view ref, std::string_view wanted) {
  return ref.starts_with(wanted) || wanted.starts_with(ref);
}

}  // namespace

/// Notes which loci the newest record says something about: it starts there, or is a reference block that spans them.
void BatchWorker::add_locus_record(sites::SiteRange range) {
  for (std::uint32_t number = range.first; number < range.last; ++number) {
    const SiteId locus{number};
    const sites::WantedSite& wanted = options_.loci->site(locus);
    const Record& record = records_[record_count_ - 1];
    const auto last = wanted.position.value + static_cast<std::int64_t>(wanted.effect_allele.size()) - 1;
    const bool spanned = record.block_end && wanted.position.value >= position_ && last <= *record.block_end;
    const bool reaches = !record.block_end && wanted.position.value > position_;
    if (spanned || reaches || wanted.position.value == position_) {
      locus_candidates_.push_back({locus, record_count_ - 1, spanned});
    }
  }
}

/// The first valid record of each locus at the current position.
bool BatchWorker::settle_loci(BatchResult& result) {
  for (const LocusCandidate& candidate : locus_candidates_) {
    LocusEvent event{candidate.locus, {}};
    if (!read_locus(candidate, event.record, result)) return false;
    const auto known = std::find_if(result.loci.begin(), result.loci.end(),
                                    [&](const LocusEvent& other) { return other.locus == candidate.locus; });
    if (known == result.loci.end()) {
      result.loci.push_back(std::move(event));
    } else {
      merge_locus(known->record, std::move(event.record));
    }
  }
  locus_candidates_.clear();
  return true;
}

bool BatchWorker::read_locus(const LocusCandidate& candidate, genotypes::LocusRecord& out, BatchResult& result) {
  using genotypes::LocusState;
  Record& record = records_[candidate.record];
  const sites::WantedSite& wanted = options_.loci->site(candidate.locus);
  const bool starts_here = wanted.position.value == position_;
  if (!starts_here && !candidate.spanned) {
    out.state = LocusState::spanned;
    return true;
  }
  out.position = position_;
  out.alleles = record.site.alleles;
  if (record.bed && out.alleles.size() == 2 && out.alleles[0] != wanted.effect_allele &&
      out.alleles[1] == wanted.effect_allele) {
    // PLINK does not say which allele is REF; the definition does.
    std::swap(out.alleles[0], out.alleles[1]);
    record.bed->alleles.a1_is_first = !record.bed->alleles.a1_is_first;
  }
  if (starts_here && !agrees(out.alleles.front(), wanted.effect_allele)) {
    out.state = LocusState::reference_mismatch;
    out.reason = fmt::format("REF is {}, the definition has {}", out.alleles.front(), wanted.effect_allele);
    return true;
  }
  out.reason = filter_reason(record, {sites::MatchKind::as_given, AlleleIndex{1}, AlleleIndex{0}});
  if (!out.reason.empty()) {
    out.state = LocusState::filtered;
    return true;
  }
  out.state = candidate.spanned ? LocusState::block : LocusState::record;
  out.same_ref = out.alleles.front() == wanted.effect_allele;
  const auto rule = sites::is_pseudo_autosomal_name(contig_) ? genotypes::CopyRule::diploid
                                                             : copy_rule(build_, canonical_contig_, wanted.position);
  genotypes::RecordFault fault;
  auto& decoder = record.block_end ? *block_allele_decoder_ : *allele_decoder_;
  bool good = false;
  if (record.bed) {
    const auto packed = source_->calls(record.bed->record, stop_record_, window_);
    good = decoder.decode(genotypes::BedCalls{packed, record.bed->alleles}, rule, out.calls, fault);
  } else if (record.text) {
    good = decoder.decode(*record.text, out.alleles.size(), rule, out.calls, fault);
  } else {
    good = decoder.decode(record.format, record.sample_count, out.alleles.size(), rule, out.calls, fault);
  }
  if (!good) {
    result.fault = genotypes::RecordFault{fmt::format("{}: {}", spell(record), fault.what), fault.help};
    result.fault_line = record.line;
  }
  return good;
}

void merge_locus(genotypes::LocusRecord& known, genotypes::LocusRecord&& next) {
  using genotypes::LocusState;
  const bool both = known.state == next.state && known.state == LocusState::record;
  if (next.state > known.state) {
    known = std::move(next);
  } else if (both) {
    // An SNP rather than a deletion that starts there: `T>C` beside `TG>T`.
    if (next.same_ref && !known.same_ref) std::swap(known, next);
    std::vector<genotypes::LocusRecord> rest = std::move(next.further);
    next.further.clear();
    known.further.push_back(std::move(next));
    std::move(rest.begin(), rest.end(), std::back_inserter(known.further));
  }
}

}  // namespace varisk::pipeline
