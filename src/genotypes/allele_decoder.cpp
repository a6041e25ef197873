#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "bcf_fields.hpp"
#include "text_columns.hpp"
#include "varisk/core/number.hpp"
#include "varisk/genotypes/allele_calls.hpp"

namespace varisk::genotypes {

struct AlleleDecoder::RawCall {
  std::array<std::uint16_t, 2> allele{};
  unsigned alleles = 0;  ///< called and missing ones
  unsigned missing = 0;
  bool first_missing = false;
  bool phased = false;
  bool filtered = false;
  std::int32_t phase_set = 0;
};

struct AlleleDecoder::TextKeys {
  std::optional<std::size_t> gt;
  std::optional<std::size_t> ps;
  std::optional<std::size_t> gq;
  std::optional<std::size_t> dp;
  std::optional<std::size_t> min_dp;
  std::size_t fields = 0;  ///< up to the last of them

  TextKeys(std::string_view format, const DecodeOptions& options) {
    for (std::size_t index = 0;; ++index) {
      const std::size_t end = format.find(':');
      const std::string_view name = format.substr(0, end);
      const auto note = [&](std::optional<std::size_t>& key) {
        key = index;
        fields = index + 1;
      };
      if (name == "GT") note(gt);
      if (name == "PS") note(ps);
      if (name == "GQ" && (options.min_gq || options.min_block_gq)) note(gq);
      if (name == "DP" && (options.min_dp || options.min_block_gq)) note(dp);
      if (name == "MIN_DP" && options.min_block_gq) note(min_dp);
      if (end == std::string_view::npos) return;
      format.remove_prefix(end + 1);
    }
  }
};

namespace {

/// \return false if the text is no genotype, or names an allele that the record lacks
bool parse_alleles_of_call(std::string_view text, std::size_t alleles, auto& raw) {
  std::size_t i = 0;
  bool all_phased = true;
  if (text.size() > 1 && (text[0] == '|' || text[0] == '/')) ++i;
  while (true) {
    if (i == text.size()) return false;
    std::size_t index = 0;
    if (text[i] == '.') {
      raw.first_missing = raw.first_missing || raw.alleles == 0;
      ++raw.missing;
      ++i;
    } else {
      const std::size_t start = i;
      while (i < text.size() && text[i] >= '0' && text[i] <= '9' && index < alleles) {
        index = index * 10 + static_cast<std::size_t>(text[i] - '0');
        ++i;
      }
      if (i == start || index >= alleles) return false;
    }
    if (raw.alleles < raw.allele.size()) raw.allele[raw.alleles] = static_cast<std::uint16_t>(index);
    ++raw.alleles;
    if (i == text.size()) break;
    if (text[i] != '/' && text[i] != '|') return false;
    all_phased = all_phased && text[i] == '|';
    ++i;
  }
  raw.phased = all_phased && raw.alleles > 1;
  return true;
}

}  // namespace

AlleleDecoder::AlleleDecoder(const DecodeOptions& options, const SampleColumns& samples)
    : options_(options), samples_(&samples), unpack_bed_(bed_kernel(best_simd_level())) {
  if (samples.identity) return;
  sample_of_column_.resize(samples.file_samples);
  ascending_ = std::is_sorted(samples.column.begin(), samples.column.end());
  for (std::uint32_t sample = 0; sample < samples.column.size(); ++sample) {
    sample_of_column_[samples.column[sample]] = sample;
  }
}

/// Males have one copy of X, Y and MT, however it is written.
void AlleleDecoder::store(std::size_t column, const RawCall& raw, AlleleCalls& calls) const {
  AlleleCall call;
  call.sample = static_cast<std::uint32_t>(column);
  if (!sample_of_column_.empty()) {
    if (!sample_of_column_[column]) return;
    call.sample = *sample_of_column_[column];
  }
  const Sex sex = samples_->sex.empty() ? Sex::unknown : samples_->sex[call.sample];
  const bool one_copy = has_one_copy(rule_, sex);
  call.first = raw.allele[0];
  call.second = raw.allele[1];
  const bool half = raw.alleles == 2 && raw.missing == 1 && (call.first != 0 || call.second != 0);
  if (raw.alleles > 2) {
    ++calls.polyploid;
  } else if (half && !raw.filtered && !one_copy) {
    call.kind = raw.first_missing ? AlleleCallKind::second_only : AlleleCallKind::first_only;
  } else if (raw.missing > 0 || raw.alleles == 0 || raw.filtered) {
    // missing
  } else if (raw.alleles == 1) {
    // One allele means one copy only where people can have one.
    if (rule_ != CopyRule::diploid) call.kind = AlleleCallKind::one;
  } else if (one_copy && call.first != call.second && rule_ == CopyRule::hemizygous) {
    ++calls.male_heterozygous;
    call.kind = AlleleCallKind::conflict;
  } else {
    const bool differ = call.first != call.second;
    call.kind = one_copy && !differ ? AlleleCallKind::one : AlleleCallKind::two;
    if (one_copy && differ) ++calls.heteroplasmic;
  }
  if (call.kind == AlleleCallKind::two && call.first == 0 && call.second == 0) return;
  if (call.kind == AlleleCallKind::one) call.second = 0;
  const bool says_nothing = call.kind == AlleleCallKind::missing || call.kind == AlleleCallKind::conflict;
  if (says_nothing) call.first = call.second = 0;
  call.phased = raw.phased && !says_nothing && call.kind != AlleleCallKind::one && call.first != call.second;
  call.phase_set = call.phased ? raw.phase_set : 0;
  calls.others.push_back(call);
}

void AlleleDecoder::sort(AlleleCalls& calls) const {
  if (ascending_) return;
  std::sort(calls.others.begin(), calls.others.end(),
            [](const AlleleCall& a, const AlleleCall& b) { return a.sample < b.sample; });
}

bool AlleleDecoder::decode_column(const TextKeys& keys, std::string_view text, std::size_t column, AlleleCalls& calls,
                                  RecordFault& fault) {
  split_column(text, fields_);
  RawCall raw;
  if (keys.gt) {
    const std::string_view gt = fields_[*keys.gt];
    if (!parse_alleles_of_call(gt, alleles_, raw)) {
      fault = {fmt::format("the call of sample column {} is '{}', expected alleles 0 to {} or '.' with '/' or '|'",
                           column + 1, gt.substr(0, 40), alleles_ - 1),
               "bcftools norm or the caller's own tools repair such records"};
      return false;
    }
  }
  if (keys.ps && !is_missing_text(fields_[*keys.ps])) {
    const auto value = parse_integer(fields_[*keys.ps]);
    if (value) raw.phase_set = static_cast<std::int32_t>(*value);
  }
  raw.filtered = (options_.min_gq && !(keys.gq && reaches(fields_[*keys.gq], *options_.min_gq))) ||
                 (options_.min_dp && !(keys.dp && reaches(fields_[*keys.dp], *options_.min_dp)));
  if (options_.min_block_gq) {
    const auto text_of = [&](std::optional<std::size_t> key) { return key ? fields_[*key] : std::string_view{}; };
    const std::string_view depth = text_of(keys.min_dp ? keys.min_dp : keys.dp);
    raw.filtered = raw.filtered || !has_block_evidence(text_of(keys.gq), depth, *options_.min_block_gq);
  }
  store(column, raw, calls);
  return true;
}

bool AlleleDecoder::decode(const TextFields& fields, std::size_t alleles, CopyRule rule, AlleleCalls& calls,
                           RecordFault& fault) {
  calls = {};
  alleles_ = alleles;
  rule_ = rule;
  const std::size_t n = samples_->file_samples;
  const TextKeys keys(fields.format, options_);
  fields_.resize(keys.fields);
  const bool filters = options_.min_gq || options_.min_dp || options_.min_block_gq;
  const bool skips_reference = keys.gt == 0 && !filters && rule == CopyRule::diploid;
  const char* at = fields.calls.data();
  const char* const end = at + fields.calls.size();
  std::size_t column = 0;
  for (; at != nullptr && column < n && at <= end; ++column) {
    const auto left = static_cast<std::size_t>(end - at);
    const bool may_skip = skips_reference && left > 3 && at[0] == '0' && at[2] == '0' && (at[1] == '|' || at[1] == '/');
    if (may_skip && at[3] == '\t') {
      at += 4;
      continue;
    }
    const auto* tab = static_cast<const char*>(std::memchr(at, '\t', left));
    const char* const stop = tab == nullptr ? end : tab;
    const bool is_reference = may_skip && at[3] == ':';
    if (!is_reference && !decode_column(keys, {at, static_cast<std::size_t>(stop - at)}, column, calls, fault)) {
      return false;
    }
    at = stop + 1;
  }
  if (column != n || (n > 0 && at <= end)) {
    const auto found = std::count(fields.calls.begin(), fields.calls.end(), '\t') + (fields.calls.empty() ? 0 : 1);
    fault = {fmt::format("the line has {} sample columns, the header names {} samples", found, n),
             "the file may be cut off"};
    return false;
  }
  sort(calls);
  return true;
}

bool AlleleDecoder::decode(std::span<const BcfField> fields, std::uint32_t sample_count, std::size_t alleles,
                           CopyRule rule, AlleleCalls& calls, RecordFault& fault) {
  using namespace bcf;
  calls = {};
  alleles_ = alleles;
  rule_ = rule;
  if (sample_count != samples_->file_samples) {
    fault = {fmt::format("the record has {} samples, the header names {}", sample_count, samples_->file_samples),
             "make the file again"};
    return false;
  }
  const BcfField* const gt = find_field(fields, "GT");
  const BcfField* const ps = find_field(fields, "PS");
  const BcfField* const gq = find_field(fields, "GQ");
  const BcfField* const dp = find_field(fields, "DP");
  const BcfField* const min_dp = find_field(fields, "MIN_DP");
  if (gt != nullptr && gt->width > 0 && !is_integer(*gt)) {
    fault = {"GT has an unexpected type", "make the file again"};
    return false;
  }
  const bool filters = options_.min_gq || options_.min_dp || options_.min_block_gq;
  const bool pairs = gt != nullptr && gt->type == type_int8 && gt->width == 2;
  const bool skips_reference = pairs && !filters && rule == CopyRule::diploid;
  for (std::size_t column = 0; column < sample_count; ++column) {
    // Allele 0 is stored as 2, and as 3 where it is phased with the one before.
    if (skips_reference && (load<std::uint8_t>(gt->data, 2 * column) & 0xFEU) == 2 &&
        (load<std::uint8_t>(gt->data, 2 * column + 1) & 0xFEU) == 2) {
      continue;
    }
    RawCall raw;
    bool all_phased = true;
    for (std::uint32_t k = 0; gt != nullptr && k < gt->width; ++k) {
      const BcfInteger entry = integer_at(*gt, column * gt->width + k);
      if (entry.end) break;
      const std::int32_t allele = (entry.value >> 1) - 1;
      if (k > 0) all_phased = all_phased && (entry.value & 1) != 0;
      if (entry.missing || allele < 0) {
        raw.first_missing = raw.first_missing || raw.alleles == 0;
        ++raw.missing;
      } else if (static_cast<std::size_t>(allele) >= alleles) {
        fault = {fmt::format("the call of sample column {} names an allele that the record lacks", column + 1), {}};
        return false;
      } else if (raw.alleles < raw.allele.size()) {
        raw.allele[raw.alleles] = static_cast<std::uint16_t>(allele);
      }
      ++raw.alleles;
    }
    raw.phased = all_phased && raw.alleles > 1;
    if (const auto set = first_value(ps, column)) raw.phase_set = static_cast<std::int32_t>(*set);
    raw.filtered = (options_.min_gq && !(gq != nullptr && reaches(*gq, column, *options_.min_gq))) ||
                   (options_.min_dp && !(dp != nullptr && reaches(*dp, column, *options_.min_dp)));
    if (options_.min_block_gq) {
      const auto quality = first_value(gq, column);
      const auto depth = first_value(min_dp == nullptr ? dp : min_dp, column);
      if ((quality && *quality < *options_.min_block_gq) || (depth && *depth <= 0)) raw.filtered = true;
    }
    store(column, raw, calls);
  }
  sort(calls);
  return true;
}

/// Allele 0 is the one that the record names first; no phase.
bool AlleleDecoder::decode(const BedCalls& packed, CopyRule rule, AlleleCalls& calls, RecordFault& fault) {
  calls = {};
  alleles_ = 2;
  rule_ = rule;
  const std::size_t n = samples_->file_samples;
  if (packed.packed.size() != (n + 3) / 4) {
    fault = {fmt::format("the calls are not those of the {} samples of the .fam", n),
             ".bed, .bim and .fam must be of one file set"};
    return false;
  }
  codes_.resize(n);
  // Copies of allele 1.
  unpack_bed_(packed.packed.data(), n, !packed.alleles.a1_is_first, codes_.data());
  for (std::size_t column = 0; column < n; ++column) {
    if (codes_[column] == CallCode::diploid_0 && rule == CopyRule::diploid) continue;
    RawCall raw;
    raw.alleles = 2;
    raw.missing = is_missing(codes_[column]) ? 2 : 0;
    raw.filtered = options_.min_gq || options_.min_dp;
    if (raw.missing == 0) {
      raw.allele[0] = codes_[column] == CallCode::diploid_2 ? 1 : 0;
      raw.allele[1] = codes_[column] == CallCode::diploid_0 ? 0 : 1;
    }
    store(column, raw, calls);
  }
  sort(calls);
  return true;
}

}  // namespace varisk::genotypes
