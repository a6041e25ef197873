#include "batch_worker.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

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

/// As `genotypes::block_end`, for a record whose INFO END is already in its span.
std::optional<std::int64_t> block_end_of(const genotypes::SiteFields& site, std::int64_t position, std::int64_t span) {
  const auto length = static_cast<std::int64_t>(site.alleles.front().size());
  const bool unspecified = site.alleles.size() == 2 && genotypes::is_unspecified_allele(site.alleles[1]);
  if (!unspecified && !(site.alleles.size() == 1 && span > length)) return std::nullopt;
  return position + std::max(span, length) - 1;
}

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

/// Imputation quality of the ALT that the match is about.
std::optional<double> quality_of(const genotypes::SiteFields& site, const sites::AlleleMatch& match) {
  const auto& values = site.imputation_r2;
  if (values.size() == 1) return values.front();
  const AlleleIndex other = match.other.value_or(AlleleIndex{1});
  const std::size_t alt = match.effect.is_ref() ? other.value : match.effect.value;
  return alt >= 1 && alt <= values.size() ? std::optional(values[alt - 1]) : std::nullopt;
}

}  // namespace

BatchWorker::BatchWorker(const sites::SitePlan& plan, sites::GenomeBuild build, const PassOptions& options,
                         std::span<genotypes::CallSink* const> sinks)
    : plan_(&plan), build_(build), options_(options), sinks_(sinks.begin(), sinks.end()), cursor_(plan) {
  for (const genotypes::CallSink* sink : sinks) partials_.push_back(sink->make_partial());
}

void BatchWorker::start_file(const io::VariantSource& source, const genotypes::SampleColumns& samples) {
  source_ = &source;
  samples_ = &samples;
  window_.first_record = window_.stop_record = 0;
  decoder_.emplace(options_.decode, samples);
  genotypes::DecodeOptions of_blocks = options_.decode;
  of_blocks.min_block_gq = options_.min_block_gq;
  block_decoder_.emplace(of_blocks, samples);
}

BatchResult BatchWorker::process(const io::RecordBatch& batch) {
  BatchResult result;
  contig_.clear();
  record_count_ = 0;
  candidates_.clear();
  const auto process_records = [&] {
    switch (source_->encoding()) {
      case io::Encoding::text: return process_text(batch.records(), result);
      case io::Encoding::bcf: return process_bcf(batch, result);
      case io::Encoding::bed: break;
    }
    return process_bed(batch, result);
  };
  const bool good = process_records();
  if (good && !flush(result) && !result.fault) throw InternalError("a record failed without a reason");
  result.counts.records = result.lines;
  if (result.fault) result.last = BatchPlace{contig_, position_};
  return result;
}

/// Notes a change of contig or position; all records of the position before are settled then.
bool BatchWorker::start_record(std::string_view contig, std::int64_t position, BatchResult& result) {
  const bool same_contig = contig == contig_;
  if (same_contig && position == position_) return true;
  if (record_count_ > 0 && !flush(result)) return false;
  if (same_contig && position < position_ && !result.unsorted_line) result.unsorted_line = result.lines;
  if (!same_contig) {
    contig_ = contig;
    canonical_contig_ = sites::canonical_contig(contig);
    contig_id_ = plan_->find_contig(canonical_contig_);
    cursor_.set_contig(contig_id_);
    result.contigs.push_back(contig_);
    result.contig_lines.push_back(result.lines);
  }
  position_ = position;
  if (!result.first) result.first = BatchPlace{contig_, position};
  return true;
}

bool BatchWorker::process_text(std::string_view lines, BatchResult& result) {
  while (!lines.empty()) {
    const std::size_t end = lines.find('\n');
    std::string_view line = lines.substr(0, end);
    lines.remove_prefix(end + 1);
    ++result.lines;
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    RecordFault fault;
    const auto head = genotypes::parse_head(line, fault);
    if (!head) {
      result.fault = fault;
      result.fault_line = result.lines;
      return false;
    }
    if (!start_record(head->contig, head->position.value, result)) return false;
    const auto end_of_block = genotypes::block_end(*head, fault);
    if (!end_of_block && !fault.what.empty()) {
      result.fault = fault;
      result.fault_line = result.lines;
      return false;
    }
    result.has_blocks = result.has_blocks || end_of_block.has_value();
    const auto span = static_cast<std::int64_t>(head->ref.size());
    const auto range = cursor_.find(position_, end_of_block.value_or(position_ + span - 1));
    find_further(head->id, head->ref.size() + head->alts.size() > 2);
    const bool wanted = !range.empty() || !further_sites_.empty();
    if (!wanted && !options_.parse_all) continue;
    Record& record = new_record(result.lines);
    record.block_end = end_of_block;
    record.text = genotypes::parse_fields(*head, fault);
    if (!record.text || !genotypes::parse_alleles(head->ref, head->alts, record.site.alleles, fault) ||
        (options_.parse_all && !has_all_columns(*record.text, fault))) {
      result.fault = fault;
      result.fault_line = result.lines;
      return false;
    }
    if (!wanted) {
      --record_count_;
      continue;
    }
    record.filter = record.text->filter;
    record.site.imputation_r2.clear();
    if (options_.min_r2) record.site.imputation_r2 = genotypes::imputation_r2(record.text->info);
    record.site.frequencies.clear();
    if (options_.strand_by_frequency) record.site.frequencies = genotypes::allele_frequencies(record.text->info);
    add_record(range);
    for (const sites::SiteRange further : further_sites_) add_record(further);
  }
  if (result.lines > 0) result.last = BatchPlace{contig_, position_};
  return true;
}

bool BatchWorker::process_bcf(const io::RecordBatch& batch, BatchResult& result) {
  const std::string_view bytes = batch.records();
  const auto offsets = batch.offsets();
  for (std::size_t i = 0; i < offsets.size(); ++i) {
    const std::size_t stop = i + 1 < offsets.size() ? offsets[i + 1] : bytes.size();
    ++result.lines;
    RecordFault fault;
    auto parsed = genotypes::BcfRecord::parse(bytes.substr(offsets[i], stop - offsets[i]), source_->header(), fault);
    if (!parsed) {
      result.fault = fault;
      result.fault_line = result.lines;
      return false;
    }
    if (!start_record(parsed->contig, parsed->position.value, result)) return false;
    const auto range = cursor_.find(position_, position_ + std::max<std::int64_t>(parsed->span(), 1) - 1);
    const auto id = plan_->has_ids() ? parsed->id() : std::string_view(".");
    if (!id) {
      result.fault = RecordFault{"the BCF record is damaged", "make the file again"};
      result.fault_line = result.lines;
      return false;
    }
    find_further(*id, true);
    if (range.empty() && further_sites_.empty() && !options_.parse_all) continue;
    Record& record = new_record(result.lines);
    record.text.reset();
    record.sample_count = parsed->sample_count;
    if (!parsed->parse_site(record.site, record.filter, fault) || !parsed->parse_format(record.format, fault)) {
      result.fault = fault;
      result.fault_line = result.lines;
      return false;
    }
    // The record's span may be that of a structural variant; unless it is a block, what can match lies within REF.
    const auto length = static_cast<std::int64_t>(record.site.alleles.front().size());
    record.block_end = block_end_of(record.site, position_, parsed->span());
    result.has_blocks = result.has_blocks || record.block_end.has_value();
    const auto within = cursor_.find(position_, record.block_end.value_or(position_ + length - 1));
    if (within.empty() && further_sites_.empty()) {
      --record_count_;
      continue;
    }
    add_record(within);
    for (const sites::SiteRange further : further_sites_) add_record(further);
  }
  if (result.lines > 0) result.last = BatchPlace{contig_, position_};
  return true;
}

/// As many sample columns as the header names.
bool BatchWorker::has_all_columns(const genotypes::TextFields& fields, RecordFault& fault) const {
  const std::size_t expected = source_->header().samples().size();
  const auto tabs = static_cast<std::size_t>(std::count(fields.calls.begin(), fields.calls.end(), '\t'));
  const std::size_t found = fields.calls.data() == nullptr ? 0 : tabs + 1;
  if (found == expected) return true;
  fault = {fmt::format("the line has {} sample columns, the header names {} samples", found, expected),
           "the file may be cut off"};
  return false;
}

BatchWorker::Record& BatchWorker::new_record(std::int64_t line) {
  if (record_count_ == records_.size()) records_.emplace_back();
  Record& record = records_[record_count_++];
  record.line = line;
  record.bed.reset();
  return record;
}

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

bool BatchWorker::flush(BatchResult& result) {
  // In PLINK's files no allele is said to be the reference's.
  const bool has_reference = source_->encoding() != io::Encoding::bed;
  if (has_reference && !candidates_.empty() && record_count_ > 1) check_reference(result);
  for (Candidate& candidate : candidates_) {
    if (!settle(candidate, result)) return false;
  }
  candidates_.clear();
  record_count_ = 0;
  return true;
}

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
    outcome.reason = in_block ? "in a reference block, and which allele is REF is not known (--reference tells)"
                              : "the alleles fit the record in two ways";
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
    if (options_.genome != nullptr && !record.bed && plan_->has_many_spellings(candidate.site) &&
        !has_reference_bases(record)) {
      ++result.counts.reference_mismatches;
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
