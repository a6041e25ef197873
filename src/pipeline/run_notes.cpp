#include "run_notes.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "varisk/core/error.hpp"

namespace varisk::pipeline {

void Warnings::add(const std::string& text) {
  if (++times_[text] == 1) order_.push_back(text);
}

std::vector<std::string> Warnings::texts(std::size_t groups) const {
  std::vector<std::string> all;
  for (const std::string& text : order_) {
    const std::size_t times = times_.at(text);
    all.push_back(groups > 1 && times > 1 ? fmt::format("{} (in {} of {} sets of samples)", text, times, groups)
                                          : text);
  }
  return all;
}

void note_file_doubts(const VariantPass& pass, bool strict, Warnings& warnings) {
  const auto note = [&](const std::string& place, const std::string& what, const std::string& help) {
    if (strict) throw UserError(what, place, "--strict was asked for" + help);
    warnings.add(fmt::format("{}: {}", place, what));
  };
  for (const std::string& place : pass.unsorted()) {
    note(place, "the file is not sorted from here on", "; sort it with bcftools sort");
  }
  for (const std::string& place : pass.other_references()) {
    note(place, "another line of this position has other REF bases",
         "; bcftools norm --check-ref w finds the wrong ones");
  }
  for (const std::string& path : pass.unterminated()) {
    note(path, "the last line has no line end, the file may be cut off", {});
  }
}

void note_counts(const PassCounts& counts, ScoreInputs& inputs) {
  const auto note = [&](std::int64_t calls, std::string_view what) {
    if (calls > 0) inputs.warnings.push_back(fmt::format("{} {}", calls, what));
  };
  note(counts.polyploid_calls, "call(s) of more than two alleles are missing");
  note(counts.heteroplasmic_calls, "heteroplasmic call(s) on MT are missing");
  note(counts.male_heterozygous_calls, "heterozygous call(s) of males where they have one copy are missing");
  note(counts.assumed_diploid_calls,
       "dosage(s) on X or Y of samples of unknown sex are taken for those of two copies; a sample sheet gives the sex");
  if (counts.assumed_diploid_calls > 0) inputs.flags.emplace_back("assumed_diploid");
  note(counts.unspecific_calls,
       "call(s) name *, <*> or <NON_REF>, which counts as another allele than the effect allele");
  note(counts.split_dosage_sites,
       "site(s) stand on several lines, and FORMAT/DS is not declared with Number=A: copies of REF are those of the "
       "matched line");
  note(counts.unused_records, "variant(s) with a negative position are not used, as in PLINK");
  note(counts.reference_mismatches,
       "wanted record(s) have a REF that is not that of --reference: is it of this build?");
  note(counts.duplicate_records, "record(s) repeat a site that was matched already; the first was used");
}

RunNotes::RunNotes(const ScoreInputs& inputs, const ScoreOptions& options)
    : options_(&options), score_ids_(inputs.score_ids), matches_(inputs.score_ids.size()) {}

void RunNotes::add(const GroupResult& result, bool strict) {
  counts_ += result.pass().counts();
  const FileAccess& access = result.pass().access();
  access_.files += access.files;
  access_.jumped += access.jumped;
  access_.bytes += access.bytes;
  access_.of_bytes += access.of_bytes;
  for (const std::string& doubt : access.doubts) warnings_.add(doubt);
  note_file_doubts(result.pass(), strict, warnings_);
  result.warn(warnings_);
  for (std::size_t s = 0; s < matches_.size(); ++s) {
    Matches& matches = matches_[s];
    matches.rows = 0;
    for (const std::size_t rows : result.states(s)) matches.rows += rows;
    const std::size_t used = result.rows_used(s);
    matches.fewest = groups_ == 0 ? used : std::min(matches.fewest, used);
    matches.most = std::max(matches.most, used);
    if (!result.passes(s)) ++matches.low_groups;
    below_min_match_ = below_min_match_ || !result.passes(s);
    assumed_ = assumed_ || result.rows_assumed(s) > 0;
  }
  ++groups_;
}

void RunNotes::finish(ScoreInputs& inputs, const Log& log) const {
  constexpr double megabyte = 1e6;
  if (access_.jumped == 0) {
    log.info(fmt::format("{} file(s) streamed", access_.files));
  } else {
    log.info(fmt::format("{} of {} file(s) by index jumps: {:.1f} of {:.1f} MB", access_.jumped, access_.files,
                         static_cast<double>(access_.bytes) / megabyte,
                         static_cast<double>(access_.of_bytes) / megabyte));
  }
  const auto rate = [](std::size_t used, std::size_t rows) {
    return rows == 0 ? 0 : static_cast<double>(used) / static_cast<double>(rows);
  };
  for (const std::string& text : warnings_.texts(groups_)) inputs.warnings.push_back(text);
  for (std::size_t s = 0; s < matches_.size() && groups_ > 0; ++s) {
    const Matches& matches = matches_[s];
    const double lowest = rate(matches.fewest, matches.rows);
    log.info(matches.fewest == matches.most ? fmt::format("score {}: {} of {} rows matched ({:.1f}%)", score_ids_[s],
                                                          matches.fewest, matches.rows, 100 * lowest)
                                            : fmt::format("score {}: {} to {} of {} rows matched ({:.1f}% to {:.1f}%)",
                                                          score_ids_[s], matches.fewest, matches.most, matches.rows,
                                                          100 * lowest, 100 * rate(matches.most, matches.rows)));
    if (matches.low_groups == 0) continue;
    const std::string where =
        groups_ == 1 ? std::string{}
                     : fmt::format(" at the least, in {} of {} sets of samples", matches.low_groups, groups_);
    inputs.warnings.push_back(
        fmt::format("score {}: match rate {:.4f}{} is below {}; it is NA, and so are the models on it", score_ids_[s],
                    lowest, where, options_->min_match.value_or(default_min_match)));
  }
  note_counts(counts_, inputs);
  if (assumed_) inputs.flags.emplace_back("assumed_reference");
}

}  // namespace varisk::pipeline
