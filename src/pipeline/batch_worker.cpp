#include "batch_worker.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "varisk/core/error.hpp"

namespace varisk::pipeline {
namespace {

using genotypes::RecordFault;

/// As `genotypes::block_end`, for a record whose INFO END is already in its span.
std::optional<std::int64_t> block_end_of(const genotypes::SiteFields& site, std::int64_t position, std::int64_t span) {
  const auto length = static_cast<std::int64_t>(site.alleles.front().size());
  const bool unspecified = site.alleles.size() == 2 && genotypes::is_unspecified_allele(site.alleles[1]);
  if (!unspecified && !(site.alleles.size() == 1 && span > length)) return std::nullopt;
  return position + std::max(span, length) - 1;
}

}  // namespace

BatchWorker::BatchWorker(const sites::SitePlan& plan, sites::GenomeBuild build, const PassOptions& options,
                         std::span<genotypes::CallSink* const> sinks)
    : plan_(&plan), build_(build), options_(options), sinks_(sinks.begin(), sinks.end()), cursor_(plan) {
  if (options_.loci != nullptr) locus_cursor_.emplace(*options_.loci);
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
  if (options_.loci == nullptr) return;
  allele_decoder_.emplace(options_.decode, samples);
  block_allele_decoder_.emplace(of_blocks, samples);
}

BatchResult BatchWorker::process(const io::RecordBatch& batch) {
  BatchResult result;
  contig_.clear();
  record_count_ = 0;
  candidates_.clear();
  locus_candidates_.clear();
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
    if (locus_cursor_) locus_cursor_->set_contig(options_.loci->find_contig(canonical_contig_));
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
    const auto last = end_of_block.value_or(position_ + span - 1);
    const auto range = cursor_.find(position_, last);
    const auto loci = find_loci(position_, last);
    find_further(head->id, head->ref.size() + head->alts.size() > 2);
    const bool wanted = !range.empty() || !further_sites_.empty() || !loci.empty();
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
    add_locus_record(loci);
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
    const std::int64_t span_end = position_ + std::max<std::int64_t>(parsed->span(), 1) - 1;
    const auto range = cursor_.find(position_, span_end);
    const auto id = plan_->has_ids() ? parsed->id() : std::string_view(".");
    if (!id) {
      result.fault = RecordFault{"the BCF record is damaged", "make the file again"};
      result.fault_line = result.lines;
      return false;
    }
    find_further(*id, true);
    const bool wanted = !range.empty() || !further_sites_.empty() || !find_loci(position_, span_end).empty();
    if (!wanted && !options_.parse_all) continue;
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
    const std::int64_t last = record.block_end.value_or(position_ + length - 1);
    const auto within = cursor_.find(position_, last);
    const auto loci = find_loci(position_, last);
    if (within.empty() && further_sites_.empty() && loci.empty()) {
      --record_count_;
      continue;
    }
    add_record(within);
    for (const sites::SiteRange further : further_sites_) add_record(further);
    add_locus_record(loci);
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

bool BatchWorker::flush(BatchResult& result) {
  // In PLINK's files no allele is said to be the reference's.
  const bool has_reference = source_->encoding() != io::Encoding::bed;
  if (has_reference && !candidates_.empty() && record_count_ > 1) check_reference(result);
  for (Candidate& candidate : candidates_) {
    if (!settle(candidate, result)) return false;
  }
  candidates_.clear();
  if (!settle_loci(result)) return false;
  record_count_ = 0;
  return true;
}

}  // namespace varisk::pipeline
