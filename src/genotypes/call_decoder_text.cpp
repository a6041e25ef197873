#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "call_text.hpp"
#include "raw_call.hpp"
#include "text_columns.hpp"
#include "varisk/genotypes/call_decoder.hpp"

namespace varisk::genotypes {

/// Position of the FORMAT keys that are needed; a key that is absent has no position.
struct CallDecoder::TextKeys {
  std::optional<std::size_t> gt;
  std::array<std::optional<std::size_t>, std::size(dosage_fields)> dosage;
  std::optional<std::size_t> gq;
  std::optional<std::size_t> dp;
  std::optional<std::size_t> min_dp;
  std::optional<std::size_t> af;
  std::size_t fields = 0;  ///< up to the last of them

  TextKeys(std::string_view format, const DecodeOptions& options, bool allele_fractions) {
    for (std::size_t index = 0;; ++index) {
      const std::size_t end = format.find(':');
      take(format.substr(0, end), index, options, allele_fractions);
      if (end == std::string_view::npos) return;
      format.remove_prefix(end + 1);
    }
  }

 private:
  void take(std::string_view name, std::size_t index, const DecodeOptions& options, bool allele_fractions) {
    const auto note = [&](std::optional<std::size_t>& key) {
      key = index;
      fields = index + 1;
    };
    if (name == "GT") note(gt);
    if (name == "GQ" && (options.min_gq || options.min_block_gq)) note(gq);
    if (name == "DP" && (options.min_dp || options.min_block_gq)) note(dp);
    if (name == "MIN_DP" && options.min_block_gq) note(min_dp);
    if (name == "AF" && allele_fractions && wants(options.dosage, DosageSource::gt)) note(af);
    for (std::size_t k = 0; k < dosage.size(); ++k) {
      if (name == key_of(dosage_fields[k]) && wants(options.dosage, dosage_fields[k])) note(dosage[k]);
    }
  }
};

namespace {

enum class Numbers : std::uint8_t { all, some_missing, invalid };

/// Numbers separated by commas.
Numbers parse_numbers(std::string_view text, std::vector<double>& values) {
  values.clear();
  Numbers result = Numbers::all;
  while (true) {
    const std::size_t end = text.find(',');
    const std::string_view item = text.substr(0, end);
    if (item == ".") {
      result = Numbers::some_missing;
    } else {
      const auto value = parse_dosage(item);
      if (!value) return Numbers::invalid;
      values.push_back(*value);
    }
    if (end == std::string_view::npos) return result;
    text.remove_prefix(end + 1);
  }
}

}  // namespace

bool CallDecoder::decode(const TextFields& fields, AlleleIndex effect, std::size_t alleles, CopyRule rule,
                         CallBlock& block, RecordFault& fault, std::span<const AlleleIndex> unspecific) {
  const std::size_t n = samples_->file_samples;
  if (fields.calls.data() == nullptr && n > 0) {
    fault = {fmt::format("the line has no sample columns, the header names {} samples", n), "the file may be cut off"};
    return false;
  }
  start(effect, alleles, rule);
  const bool regular = fields.format == "GT" && fields.calls.size() + 1 == 4 * n &&
                       wants(options_.dosage, DosageSource::gt) && !has_filters() && alleles <= 10 &&
                       copies_tell_heterozygous();
  // The kernel starts at the tab before the first call, which belongs to the same line.
  if (regular && decode_gt_(fields.calls.data() - 1, n, effect.value, static_cast<unsigned>(alleles),
                            options_.half_call != HalfCallPolicy::missing, code_.data())) {
    apply_copy_rule(0, n);
  } else if (!decode_text(fields, fault)) {
    return false;
  }
  finish(block);
  if (!unspecific.empty()) block.unspecific = count_unspecific(fields, unspecific);
  return true;
}

bool CallDecoder::decode_text(const TextFields& fields, RecordFault& fault) {
  const TextKeys keys(fields.format, options_, rule_ == CopyRule::haploid);
  const std::size_t n = samples_->file_samples;
  fields_.resize(keys.fields);
  dosage_.resize(n);
  std::size_t column = 0;
  std::string_view rest = fields.calls;
  if (!decode_usual_columns(keys, rest, column, fault)) return false;
  const char* at = rest.data();
  const char* const end = fields.calls.data() + fields.calls.size();
  for (; column < n && at <= end; ++column) {
    const auto* tab = static_cast<const char*>(std::memchr(at, '\t', static_cast<std::size_t>(end - at)));
    const char* const stop = tab == nullptr ? end : tab;
    if (!decode_column(keys, {at, static_cast<std::size_t>(stop - at)}, column, fault)) return false;
    at = stop + 1;
  }
  if (column != n || at <= end) {
    const auto found = std::count(fields.calls.begin(), fields.calls.end(), '\t') + (fields.calls.empty() ? 0 : 1);
    fault = {fmt::format("the line has {} sample columns, the header names {} samples", found, n),
             "the file may be cut off"};
    return false;
  }
  return true;
}

namespace {

/// Reads columns whose first field is `0` or `1`, `|` or `/`, `0` or `1`; \return the number of others, as a kernel
/// does
std::size_t read_text_calls(const TextDosages& from, CallCode* codes, double* dosages, std::uint32_t* irregular) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < from.columns; ++i) {
    const std::uint32_t start = from.ends[static_cast<std::ptrdiff_t>(i) - 1] + 1;
    const char* const call = from.text + start;
    const std::size_t length = from.ends[i] - start;
    const bool good = length >= 3 && (call[0] == '0' || call[0] == '1') && (call[1] == '|' || call[1] == '/') &&
                      (call[2] == '0' || call[2] == '1') && (length == 3 || call[3] == ':');
    if (!good) {
      irregular[count++] = static_cast<std::uint32_t>(i);
      continue;
    }
    const int alts = (call[0] - '0') + (call[2] - '0');
    const int copies = from.of_ref ? 2 - alts : alts;
    codes[i] = static_cast<CallCode>(copies);
    dosages[i] = copies;
  }
  return count;
}

}  // namespace

bool CallDecoder::decode_usual_columns(const TextKeys& keys, std::string_view& text, std::size_t& column,
                                       RecordFault& fault) {
  const auto& ds = keys.dosage[0];
  const bool no_dosages =
      std::none_of(keys.dosage.begin(), keys.dosage.end(), [](const auto& key) { return key.has_value(); });
  const bool of_dosages = (ds == 1 && keys.gt == 0) || (ds == 0 && !keys.gt);
  const bool of_calls = keys.gt == 0 && no_dosages && wants(options_.dosage, DosageSource::gt);
  if (rule_ != CopyRule::diploid || alleles_ != 2 || effect_.value > 1 || has_filters() || !(of_dosages || of_calls)) {
    return true;
  }
  constexpr std::size_t most_at_once = 8192;  // so that what is found stays in the nearest cache
  const std::size_t n = samples_->file_samples;
  tabs_.resize(1 + most_at_once + 1 + tab_slack);
  irregular_.resize(most_at_once + 1);
  tabs_[0] = static_cast<std::uint32_t>(-1);
  std::uint32_t* const ends = tabs_.data() + 1;
  const char* at = text.data();
  const char* const end = at + text.size();
  while (column < n && at < end) {
    const std::size_t size = std::min(most_at_once, static_cast<std::size_t>(end - at));
    std::size_t count = find_tabs_(at, size, ends);
    if (at + size == end) ends[count++] = static_cast<std::uint32_t>(size);
    if (count == 0) break;
    count = std::min(count, n - column);
    std::size_t usual = count;
    while (usual > 0 && tabs_[usual - 1] + 1 + dosage_reach > static_cast<std::size_t>(end - at)) --usual;
    const TextDosages from{at, ends, usual, keys.gt.has_value(), effect_.is_ref()};
    std::size_t others = 0;
    if (of_dosages) {
      std::fill_n(code_.data() + column, usual, CallCode::diploid_0);
      others = dosage_kernels_.read_text(from, dosage_.data() + column, irregular_.data());
      any_dosage_ = any_dosage_ || others < usual;
    } else {
      others = read_text_calls(from, code_.data() + column, dosage_.data() + column, irregular_.data());
    }
    for (; usual < count; ++usual) irregular_[others++] = static_cast<std::uint32_t>(usual);
    for (std::size_t k = 0; k < others; ++k) {
      const std::size_t i = irregular_[k];
      const std::size_t start = i == 0 ? 0 : ends[i - 1] + std::size_t{1};
      if (!decode_column(keys, {at + start, ends[i] - start}, column + i, fault)) return false;
    }
    column += count;
    at += ends[count - 1] + std::size_t{1};
  }
  text = {at, at <= end ? static_cast<std::size_t>(end - at) : 0};
  return true;
}

bool CallDecoder::decode_column(const TextKeys& keys, std::string_view text, std::size_t column, RecordFault& fault) {
  split_column(text, fields_);
  RawCall call;
  if (keys.gt) {
    const std::string_view gt = fields_[*keys.gt];
    const auto genotype = parse_genotype(gt, effect_.value, alleles_);
    if (!genotype) {
      fault = {fmt::format("the call of sample column {} is '{}', expected alleles 0 to {} or '.' with '/' or '|'",
                           column + 1, gt.substr(0, 40), alleles_ - 1),
               "bcftools norm or the caller's own tools repair such records"};
      return false;
    }
    call.genotype = *genotype;
  }
  for (std::size_t k = 0; k < keys.dosage.size() && !call.dosage; ++k) {
    if (!keys.dosage[k] || is_missing_text(fields_[*keys.dosage[k]])) continue;
    const std::string_view field = fields_[*keys.dosage[k]];
    const Numbers numbers = parse_numbers(field, values_);
    if (numbers == Numbers::invalid) {
      fault = {fmt::format("{} of sample column {} is '{}', expected number(s)", key_of(dosage_fields[k]), column + 1,
                           field.substr(0, 40)),
               {}};
      return false;
    }
    if (numbers == Numbers::all && !take_dosage(dosage_fields[k], column, call, fault)) return false;
  }
  if (keys.af && is_heterozygous(call.genotype) && parse_numbers(fields_[*keys.af], values_) == Numbers::all &&
      values_.size() + 1 == alleles_) {
    double all_alts = 0;
    for (const double value : values_) all_alts += value;
    call.fraction = effect_.is_ref() ? 1 - all_alts : effect_.value < alleles_ ? values_[effect_.value - 1U] : 0;
  }
  call.filtered = (options_.min_gq && !(keys.gq && reaches(fields_[*keys.gq], *options_.min_gq))) ||
                  (options_.min_dp && !(keys.dp && reaches(fields_[*keys.dp], *options_.min_dp)));
  if (options_.min_block_gq) {
    const auto text_of = [&](std::optional<std::size_t> key) { return key ? fields_[*key] : std::string_view{}; };
    const std::string_view depth = text_of(keys.min_dp ? keys.min_dp : keys.dp);
    call.filtered = call.filtered || !has_block_evidence(text_of(keys.gq), depth, *options_.min_block_gq);
  }
  return store(column, call, fault);
}

std::int64_t CallDecoder::count_unspecific(const TextFields& fields, std::span<const AlleleIndex> alleles) const {
  const TextKeys keys(fields.format, options_, false);
  if (!keys.gt) return 0;
  std::vector<std::string_view> parts(*keys.gt + 1);
  std::int64_t count = 0;
  std::string_view rest = fields.calls;
  for (std::size_t column = 0; column < samples_->file_samples; ++column) {
    const std::size_t end = std::min(rest.find('\t'), rest.size());
    split_column(rest.substr(0, end), parts);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    const auto names = [&](AlleleIndex allele) {
      const auto genotype = parse_genotype(parts.back(), allele.value, alleles_);
      return genotype && genotype->effect > 0;
    };
    if (is_selected_[column] && std::any_of(alleles.begin(), alleles.end(), names)) ++count;
  }
  return count;
}

}  // namespace varisk::genotypes
