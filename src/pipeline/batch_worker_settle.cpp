// What becomes of a wanted site, and its calls.
#include <fmt/format.h>

#include <algorithm>

#include "batch_worker.hpp"
#include "strand.hpp"
#include "varisk/core/error.hpp"
#include "varisk/genotypes/split_site.hpp"

namespace varisk::pipeline {
namespace {

using genotypes::RecordFault;
using sites::MatchKind;

SiteState state_of(MatchKind kind) {
  switch (kind) {
    case MatchKind::none: return SiteState::allele_mismatch;
    case MatchKind::flipped: return SiteState::flipped;
    case MatchKind::other_unknown:
    case MatchKind::as_given: break;
  }
  return SiteState::matched;
}

/// Imputation quality of the ALT that the match is about.
std::optional<double> quality_of(const genotypes::SiteFields& site, const sites::AlleleMatch& match) {
  const auto& values = site.imputation_r2;
  if (values.size() == 1) return values.front();
  const AlleleIndex other = match.other.value_or(AlleleIndex{1});
  const std::size_t alt = match.effect.is_ref() ? other.value : match.effect.value;
  return alt >= 1 && alt <= values.size() ? std::optional(values[alt - 1]) : std::nullopt;
}

}  // namespace

/// Lines of one position are of one reference: of two REFs one is the beginning of the other.
void BatchWorker::check_reference(BatchResult& result) const {
  const std::string* longest = nullptr;
  for (std::size_t i = 0; i < record_count_ && !result.other_reference_line; ++i) {
    const std::string& ref = records_[i].site.alleles.front();
    if (!sites::is_bases(ref)) continue;
    if (longest != nullptr && longest->compare(0, ref.size(), ref, 0, longest->size()) != 0) {
      result.other_reference_line = records_[i].line;
      result.other_reference = BatchPlace{contig_, position_};
    }
    if (longest == nullptr || ref.size() > longest->size()) longest = &ref;
  }
}

std::string BatchWorker::spell(const Record& record) const {
  std::string alts;
  for (std::size_t i = 1; i < record.site.alleles.size(); ++i) alts += (i > 1 ? "," : "") + record.site.alleles[i];
  return fmt::format("{}:{}:{}:{}", contig_, position_, record.site.alleles.front(), alts.empty() ? "." : alts);
}

bool BatchWorker::fits_both(const Candidate& candidate) const {
  return !options_.reference.empty() &&
         options_.reference[to_number(candidate.site)].allele == sites::ReferenceAllele::ambiguous;
}

/// True also where the reference has no bases.
bool BatchWorker::has_reference_bases(const Record& record) const {
  const std::string& ref = record.site.alleles.front();
  const std::string bases =
      options_.genome->bases(canonical_contig_, Position{position_}, static_cast<std::int64_t>(ref.size()));
  return bases == ref || !sites::is_bases(bases) || !sites::is_bases(ref);
}

bool BatchWorker::decode(const Candidate& candidate, BatchResult& result, RecordFault& fault) {
  const Record& record = records_[candidate.record];
  const bool by_id = !plan_->id(candidate.site).empty();
  const Position place = by_id ? Position{position_} : plan_->site(candidate.site).position;
  const auto rule = sites::is_pseudo_autosomal_name(contig_) ? genotypes::CopyRule::diploid
                                                             : copy_rule(build_, canonical_contig_, place);
  if (!decode_record(record, candidate.match.effect, rule, block_, fault)) return false;
  const auto others = other_lines(record, candidate.match.effect);
  if (others.empty()) return true;
  std::vector<genotypes::SplitLine> lines(1);
  lines.front() = {std::move(block_), record.text ? &*record.text : nullptr, record.format};
  for (const auto& [other, effect] : others) {
    auto& line = lines.emplace_back();
    line.text = other->text ? &*other->text : nullptr;
    line.bcf = other->format;
    if (!decode_record(*other, effect, rule, line.copies, fault)) return false;
  }
  const bool by_alt = source_->header().is_per_alt("DS");
  genotypes::join_split_lines(lines, *samples_, by_alt);
  block_ = std::move(lines.front().copies);
  if (block_.has_dosage && !by_alt) ++result.counts.split_dosage_sites;
  return true;
}

bool BatchWorker::decode_record(const Record& record, AlleleIndex effect, genotypes::CopyRule rule,
                                genotypes::CallBlock& block, RecordFault& fault) {
  const std::size_t alleles = record.site.alleles.size();
  auto& decoder = record.block_end ? *block_decoder_ : *decoder_;
  if (record.bed) {
    const auto packed = source_->calls(record.bed->record, stop_record_, window_);
    return decoder.decode(genotypes::BedCalls{packed, record.bed->alleles}, effect, rule, block, fault);
  }
  const auto unspecific = genotypes::unspecific_alleles(record.site.alleles);
  if (record.text) return decoder.decode(*record.text, effect, alleles, rule, block, fault, unspecific);
  return decoder.decode(record.format, record.sample_count, effect, alleles, rule, block, fault, unspecific);
}

/// Further lines of the record's site: the same REF, other ALTs. None if the effect allele is not REF.
std::vector<BatchWorker::OtherLine> BatchWorker::other_lines(const Record& record, AlleleIndex effect) const {
  std::vector<OtherLine> lines;
  if (record_count_ < 2 || record.block_end || record.site.alleles.size() < 2) return lines;
  if (record.bed) return other_bed_lines(record, effect);
  if (!effect.is_ref()) return lines;
  for (std::size_t i = 0; i < record_count_; ++i) {
    const Record& other = records_[i];
    const bool same_site =
        !other.block_end && other.site.alleles.size() > 1 && other.site.alleles.front() == record.site.alleles.front();
    const auto known = [&](const OtherLine& line) { return line.record->site.alleles == other.site.alleles; };
    if (same_site && !known({&record, effect}) && std::none_of(lines.begin(), lines.end(), known)) {
      lines.push_back({&other, effect});
    }
  }
  return lines;
}

std::string BatchWorker::filter_reason(const Record& record, const sites::AlleleMatch& match) const {
  if (options_.pass_only && record.filter != "PASS" && record.filter != ".") return "FILTER is " + record.filter;
  if (!options_.min_r2) return {};
  const auto r2 = quality_of(record.site, match);
  if (r2 && *r2 >= *options_.min_r2) return {};
  return r2 ? fmt::format("imputation R2 is {}", *r2) : "no imputation R2";
}

bool BatchWorker::settle(Candidate& candidate, BatchResult& result) {
  Record& record = records_[candidate.record];
  SiteEvent event;
  event.site = candidate.site;
  event.evidence = candidate.evidence;
  SiteOutcome& outcome = event.outcome;
  outcome.state = state_of(candidate.match.kind);

  const bool in_block = candidate.evidence == Evidence::block;
  if (outcome.state == SiteState::allele_mismatch) {
    outcome.reason = in_block ? "the reference has neither allele" : "no record at the position has these alleles";
  } else if (candidate.match.is_ambiguous) {
    outcome.state = SiteState::ambiguous;
    outcome.reason = !in_block ? "the alleles fit the record in two ways"
                     : fits_both(candidate)
                         ? "in a reference block, and the reference has both alleles (an insertion of what "
                           "follows, or its deletion)"
                         : "in a reference block, and which allele is REF is not known (--reference tells)";
  } else if (options_.repeated_ids.contains(candidate.site)) {
    outcome.state = SiteState::ambiguous;
    outcome.reason = "records at several positions have its id and its alleles";
  } else {
    const bool from_file = !options_.frequencies.empty() && options_.frequencies[to_number(candidate.site)];
    StrandRule rule{options_.keep_palindromic, {}};
    rule.frequency =
        from_file ? options_.frequencies[to_number(candidate.site)] : frequency_of(record.site, candidate.match.effect);
    resolve_strand(plan_->site(candidate.site), record.site.alleles, rule, candidate.match, outcome);
  }
  const bool usable = outcome.state == SiteState::matched || outcome.state == SiteState::flipped;
  const std::string filtered = usable ? filter_reason(record, candidate.match) : std::string{};
  if (!filtered.empty()) {
    outcome.state = SiteState::filtered;
    outcome.reason = filtered;
  } else if (usable) {
    RecordFault fault;
    const bool decoded = decode(candidate, result, fault);
    if (!decoded) {
      result.fault = RecordFault{fmt::format("{}: {}", spell(record), fault.what), fault.help};
      result.fault_line = record.line;
      return false;
    }
    outcome.observed = block_.observed_calls;
    outcome.missing = static_cast<std::int64_t>(block_.code.size()) - block_.observed_calls;
    outcome.observed_alleles = block_.observed_alleles;
    outcome.effect_alleles = block_.effect_alleles;
    result.counts.polyploid_calls += block_.polyploid;
    result.counts.heteroplasmic_calls += block_.heteroplasmic;
    result.counts.male_heterozygous_calls += block_.male_heterozygous;
    result.counts.assumed_diploid_calls += block_.assumed_diploid;
    result.counts.unspecific_calls += block_.unspecific;
    if (options_.genome != nullptr && !record.bed) {
      ++result.counts.reference_checks;
      if (!has_reference_bases(record)) ++result.counts.reference_mismatches;
    }
    if (candidate.evidence != Evidence::record || plan_->has_many_spellings(candidate.site)) {
      event.deferred = std::make_unique<genotypes::CallBlock>(block_);
    } else {
      for (std::size_t i = 0; i < sinks_.size(); ++i) sinks_[i]->take(*partials_[i], candidate.site, block_);
    }
  }
  if (candidate.equal_records > 0 && !candidate.match.is_ambiguous) {
    result.counts.duplicate_records += static_cast<std::int64_t>(candidate.equal_records);
    outcome.reason =
        fmt::format("{} further record(s) with these alleles; the first was used", candidate.equal_records);
  }
  const bool keep = options_.keep_all_records ||
                    (!options_.keep_records_of.empty() && options_.keep_records_of[to_number(candidate.site)]);
  if (outcome.state != SiteState::matched || keep || candidate.equal_records > 0) {
    outcome.record = spell(record);
  }
  result.events.push_back(std::move(event));
  return true;
}

}  // namespace varisk::pipeline
