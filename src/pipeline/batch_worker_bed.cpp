#include <algorithm>

#include "batch_worker.hpp"

namespace varisk::pipeline {

/// Lines of a .bim; whether A1 or A2 is REF is not known, and with two alleles need not be.
bool BatchWorker::process_bed(const io::RecordBatch& batch, BatchResult& result) {
  std::string_view lines = batch.records();
  stop_record_ = batch.stop_record();
  while (!lines.empty()) {
    const std::size_t end = lines.find('\n');
    const std::int64_t number = batch.first_record() + result.lines++;
    genotypes::RecordFault fault;
    const auto variant = genotypes::parse_bim_line(lines.substr(0, end), fault);
    lines.remove_prefix(end + 1);
    if (!variant) {
      result.fault = fault;
      result.fault_line = result.lines;
      return false;
    }
    if (variant->position.value < 0) {
      ++result.counts.unused_records;
      continue;
    }
    if (!start_record(variant->contig, variant->position.value, result)) return false;
    if (options_.parse_all) static_cast<void>(source_->calls(number, stop_record_, window_));
    // Wherever the alleles begin to differ, it is within the shorter one.
    const auto span = static_cast<std::int64_t>(std::min(variant->a1.size(), variant->a2.size()));
    const auto range = cursor_.find(position_, position_ + span - 1);
    find_further(variant->id, variant->a1.size() + variant->a2.size() > 2);
    const auto loci = find_loci(position_, position_);
    if (range.empty() && further_sites_.empty() && loci.empty()) continue;
    Record& record = new_record(result.lines);
    record.text.reset();
    record.block_end.reset();
    record.format.clear();
    record.filter = ".";
    record.site.imputation_r2.clear();
    record.site.frequencies.clear();
    record.bed = Record::BedPlace{number, genotypes::bed_alleles(*variant, record.site.alleles)};
    add_record(range);
    for (const sites::SiteRange further : further_sites_) add_record(further);
    add_locus_record(loci);
  }
  if (result.first) result.last = BatchPlace{contig_, position_};
  return true;
}

/// The allele that several lines of one position share is REF, wherever PLINK has put it. Alleles of more than one base
/// can be the same text for another reason, so for them A2 is taken for REF.
std::vector<BatchWorker::OtherLine> BatchWorker::other_bed_lines(const Record& record, AlleleIndex effect) const {
  std::vector<OtherLine> lines;
  const auto& alleles = record.site.alleles;
  const auto are_single_bases = [](const std::vector<std::string>& pair) {
    return pair[0].size() == 1 && pair[1].size() == 1;
  };
  const auto other_allele = [&](const Record& line, AlleleIndex index) { return line.site.alleles[1U - index.value]; };
  for (std::size_t i = 0; i < record_count_; ++i) {
    const Record& other = records_[i];
    if (other.site.alleles.size() != 2) continue;
    const auto found = std::find(other.site.alleles.begin(), other.site.alleles.end(), alleles[effect.value]);
    if (found == other.site.alleles.end()) continue;
    const AlleleIndex here{static_cast<std::uint16_t>(found - other.site.alleles.begin())};
    if (!(effect.is_ref() && here.is_ref()) && !(are_single_bases(alleles) && are_single_bases(other.site.alleles)))
      continue;
    const std::string text = other_allele(other, here);
    const bool known =
        text == other_allele(record, effect) || std::any_of(lines.begin(), lines.end(), [&](const OtherLine& line) {
          return other_allele(*line.record, line.effect) == text;
        });
    if (!known) lines.push_back({&other, here});
  }
  return lines;
}

}  // namespace varisk::pipeline
