#include "varisk/genotypes/call_decoder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "call_text.hpp"
#include "raw_call.hpp"
#include "varisk/core/number.hpp"

namespace varisk::genotypes {
namespace {

constexpr std::uint64_t repeated(std::uint8_t byte) { return 0x0101010101010101ULL * byte; }

/// Position of the FORMAT keys that are needed; a key that is absent has no position.
struct FormatKeys {
  std::optional<std::size_t> gt;
  std::optional<std::size_t> ds;
  std::optional<std::size_t> gq;
  std::optional<std::size_t> dp;
  std::optional<std::size_t> min_dp;
  std::optional<std::size_t> af;
};

FormatKeys find_keys(std::string_view format, const DecodeOptions& options) {
  FormatKeys keys;
  for (std::size_t index = 0;; ++index) {
    const std::size_t end = format.find(':');
    const std::string_view name = format.substr(0, end);
    if (name == "GT") keys.gt = index;
    if (name == "DS" && options.dosage != DosageSource::gt) keys.ds = index;
    if (name == "GQ" && options.min_gq) keys.gq = index;
    if (name == "DP" && options.min_dp) keys.dp = index;
    if (name == "AF") keys.af = index;
    if (options.min_block_gq) {
      if (name == "GQ") keys.gq = index;
      if (name == "DP") keys.dp = index;
      if (name == "MIN_DP") keys.min_dp = index;
    }
    if (end == std::string_view::npos) return keys;
    format.remove_prefix(end + 1);
  }
}

std::string_view field_of(std::string_view column, std::size_t index) {
  for (; index > 0; --index) {
    const std::size_t end = column.find(':');
    if (end == std::string_view::npos) return {};
    column.remove_prefix(end + 1);
  }
  return column.substr(0, column.find(':'));
}

bool is_missing_text(std::string_view text) { return text.empty() || text == "."; }

bool reaches(std::string_view text, double limit) {
  const auto value = parse_double(text);
  return value && *value >= limit;
}

/// A reference block says 0/0 also where there were no reads.
bool has_block_evidence(std::string_view column, const FormatKeys& keys, double min_gq) {
  const auto value = [&](std::optional<std::size_t> key) {
    return key ? parse_double(field_of(column, *key)) : std::nullopt;
  };
  const auto gq = value(keys.gq);
  const auto depth = keys.min_dp ? value(keys.min_dp) : value(keys.dp);
  return (!gq || *gq >= min_gq) && (!depth || *depth > 0);
}

/// Copies of the effect allele from the dosages of the ALTs; ploidy is needed for REF.
struct DosageSum {
  double effect = 0;
  double all_alts = 0;
  bool missing = false;
};

std::optional<DosageSum> parse_dosages(std::string_view text, unsigned effect, std::size_t alts) {
  DosageSum sum;
  for (std::size_t allele = 1;; ++allele) {
    const std::size_t end = text.find(',');
    const std::string_view value = text.substr(0, end);
    if (value == ".") {
      sum.missing = true;
    } else {
      const auto dosage = parse_dosage(value);
      if (!dosage) return std::nullopt;
      sum.all_alts += *dosage;
      if (allele == effect) sum.effect = *dosage;
    }
    if (end == std::string_view::npos) {
      if (allele != alts && !sum.missing) return std::nullopt;
      return sum;
    }
    text.remove_prefix(end + 1);
  }
}

}  // namespace

CallDecoder::CallDecoder(const DecodeOptions& options, const SampleColumns& samples, SimdLevel level)
    : options_(options), samples_(&samples), decode_gt_(gt_kernel(level)) {
  is_selected_.assign(samples.file_samples, false);
  for (const std::uint32_t column : samples.column) is_selected_[column] = true;
  if (samples.sex.empty()) return;
  sex_of_column_.assign(samples.file_samples, Sex::unknown);
  for (std::size_t i = 0; i < samples.column.size(); ++i) sex_of_column_[samples.column[i]] = samples.sex[i];
}

bool CallDecoder::decode(const TextFields& fields, AlleleIndex effect, std::size_t alleles, CopyRule rule,
                         CallBlock& block, RecordFault& fault) {
  rule_ = rule;
  any_dosage_ = false;
  noted_ = {};
  const std::size_t n = samples_->file_samples;
  if (fields.calls.data() == nullptr && n > 0) {
    fault = {fmt::format("the line has no sample columns, the header names {} samples", n), "the file may be cut off"};
    return false;
  }
  const bool regular = fields.format == "GT" && fields.calls.size() + 1 == 4 * n &&
                       options_.dosage != DosageSource::ds && !options_.min_gq && !options_.min_dp &&
                       !options_.min_block_gq && alleles <= (rule == CopyRule::diploid ? 10 : 2);
  code_.resize(n);
  x_call_.assign(rule == CopyRule::hemizygous ? n : 0, XCall::none);
  // The kernel starts at the tab before the first call, which belongs to the same line.
  if (regular && decode_gt_(fields.calls.data() - 1, n, effect.value, static_cast<unsigned>(alleles),
                            options_.half_call != HalfCallPolicy::missing, code_.data())) {
    for (std::size_t column = 0; rule != CopyRule::diploid && column < n; ++column) {
      if (rule == CopyRule::hemizygous && code_[column] == CallCode::diploid_1) x_call_[column] = XCall::heterozygous;
      if (!has_one_copy(rule, sex_of(column))) continue;
      code_[column] = with_one_copy(code_[column], code_[column] == CallCode::diploid_1, column);
    }
  } else {
    dosage_.resize(n);
    if (!decode_text(fields, effect, alleles, fault)) return false;
  }
  finish(block);
  return true;
}

void CallDecoder::finish(CallBlock& block) const {
  gather(block);
  block.polyploid = noted_.polyploid;
  block.heteroplasmic = noted_.heteroplasmic;
  block.male_heterozygous = noted_.male_heterozygous;
  if (options_.haploid == HaploidPolicy::as_diploid) apply_haploid_policy(block);
  summarise(block);
}

Sex CallDecoder::sex_of(std::size_t column) const {
  return sex_of_column_.empty() ? Sex::unknown : sex_of_column_[column];
}

/// With the half call's missing allele taken for REF where that is asked for.
bool CallDecoder::is_heterozygous(const Genotype& genotype) const {
  const bool completed = options_.half_call == HalfCallPolicy::reference && genotype.missing == 1;
  return genotype.alleles == 2 && (genotype.heterozygous || (completed && genotype.any_alt));
}

CallCode CallDecoder::with_one_copy(CallCode code, bool heterozygous, std::size_t column) {
  if (ploidy(code) == 1) return code;
  if (heterozygous) {
    if (is_selected_[column]) ++(rule_ == CopyRule::haploid ? noted_.heteroplasmic : noted_.male_heterozygous);
    return CallCode::haploid_missing;
  }
  if (is_missing(code)) return CallCode::haploid_missing;
  return code == CallCode::diploid_2 ? CallCode::haploid_1 : CallCode::haploid_0;
}

bool CallDecoder::decode_text(const TextFields& fields, AlleleIndex effect, std::size_t alleles, RecordFault& fault) {
  const FormatKeys keys = find_keys(fields.format, options_);
  const std::size_t n = samples_->file_samples;
  const char* at = fields.calls.data();
  const char* const end = at + fields.calls.size();
  std::size_t column = 0;
  for (; column < n && at <= end; ++column) {
    const auto* tab = static_cast<const char*>(std::memchr(at, '\t', static_cast<std::size_t>(end - at)));
    const char* const stop = tab == nullptr ? end : tab;
    const std::string_view text(at, static_cast<std::size_t>(stop - at));
    at = stop + 1;

    RawCall call;
    const std::string_view gt = keys.gt ? field_of(text, *keys.gt) : std::string_view{};
    if (keys.gt) {
      const auto genotype = parse_genotype(gt, effect.value, alleles);
      if (!genotype) {
        fault = {fmt::format("the call of sample column {} is '{}', expected alleles 0 to {} or '.' with '/' or '|'",
                             column + 1, gt.substr(0, 40), alleles - 1),
                 "bcftools norm or the caller's own tools repair such records"};
        return false;
      }
      call.genotype = *genotype;
    }
    const std::string_view ds = keys.ds ? field_of(text, *keys.ds) : std::string_view{};
    if (!is_missing_text(ds)) {
      const auto sum = parse_dosages(ds, effect.value, alleles - 1);
      if (!sum) {
        fault = {fmt::format("DS of sample column {} is '{}', expected {} number(s)", column + 1, ds.substr(0, 40),
                             alleles - 1),
                 {}};
        return false;
      }
      if (!sum->missing) {
        call.has_dosage = true;
        call.effect_dosage = sum->effect;
        call.alt_dosage = sum->all_alts;
      }
    }
    if (rule_ == CopyRule::haploid && call.genotype.heterozygous && keys.af) {
      const auto fraction = parse_dosages(field_of(text, *keys.af), effect.value, alleles - 1);
      if (fraction && !fraction->missing) {
        call.fraction = effect.is_ref() ? 1 - fraction->all_alts : fraction->effect;
      }
    }
    call.filtered = (options_.min_gq && !(keys.gq && reaches(field_of(text, *keys.gq), *options_.min_gq))) ||
                    (options_.min_dp && !(keys.dp && reaches(field_of(text, *keys.dp), *options_.min_dp)));
    if (options_.min_block_gq && !has_block_evidence(text, keys, *options_.min_block_gq)) call.filtered = true;
    if (!store(column, call, effect, fault)) return false;
  }
  if (column != n || at <= end) {
    const auto found = std::count(fields.calls.begin(), fields.calls.end(), '\t') + (fields.calls.empty() ? 0 : 1);
    fault = {fmt::format("the line has {} sample columns, the header names {} samples", found, n),
             "the file may be cut off"};
    return false;
  }
  return true;
}

CallCode CallDecoder::code_of(const RawCall& call, std::size_t column, AlleleIndex effect) {
  const Genotype& gt = call.genotype;
  const Sex sex = sex_of(column);
  if (gt.alleles == 0) return has_one_copy(rule_, sex) ? CallCode::haploid_missing : CallCode::diploid_missing;
  if (gt.alleles == 1) {
    if (gt.missing == 0) return gt.effect == 1 ? CallCode::haploid_1 : CallCode::haploid_0;
    // A single dot on an autosome is how some callers write a missing diploid call.
    const bool haploid = rule_ == CopyRule::haploid || (rule_ == CopyRule::hemizygous && sex != Sex::female);
    return haploid ? CallCode::haploid_missing : CallCode::diploid_missing;
  }
  if (gt.alleles > 2) {
    if (is_selected_[column]) ++noted_.polyploid;
    return CallCode::diploid_missing;
  }
  if (gt.missing == 2) return CallCode::diploid_missing;
  if (gt.missing == 1) {
    switch (options_.half_call) {
      case HalfCallPolicy::missing: return CallCode::diploid_missing;
      case HalfCallPolicy::haploid: return gt.effect == 1 ? CallCode::haploid_1 : CallCode::haploid_0;
      case HalfCallPolicy::reference: break;
    }
    return static_cast<CallCode>(gt.effect + (effect.is_ref() ? 1U : 0U));  // the missing allele is REF
  }
  return static_cast<CallCode>(gt.effect);
}

/// On which scale the dosage is: that of the call; without one, that of the contig.
int CallDecoder::dosage_ploidy(const Genotype& genotype, std::size_t column) const {
  if (genotype.alleles >= 2) return 2;
  if (genotype.alleles == 1 && genotype.missing == 0) return 1;
  return has_one_copy(rule_, sex_of(column)) ? 1 : 2;
}

bool CallDecoder::store(std::size_t column, const RawCall& call, AlleleIndex effect, RecordFault& fault) {
  const bool one_copy = has_one_copy(rule_, sex_of(column));
  if (rule_ == CopyRule::hemizygous) {
    const Genotype& gt = call.genotype;
    if (gt.alleles == 1 && gt.missing == 0) x_call_[column] = XCall::haploid;
    if (gt.alleles == 2 && gt.heterozygous) x_call_[column] = XCall::heterozygous;
  }
  if (call.fraction && !call.filtered && *call.fraction >= 0 && *call.fraction <= 1) {
    any_dosage_ = true;
    code_[column] = CallCode::haploid_0;
    dosage_[column] = *call.fraction;
    return true;
  }
  const bool filtered = call.filtered || (options_.dosage == DosageSource::ds && !call.has_dosage);
  if (filtered || !call.has_dosage) {
    CallCode code = code_of(call, column, effect);
    const int copies_here = call.has_dosage ? dosage_ploidy(call.genotype, column) : ploidy(code);
    if (filtered) code = copies_here == 1 ? CallCode::haploid_missing : CallCode::diploid_missing;
    if (one_copy) code = with_one_copy(code, !filtered && is_heterozygous(call.genotype), column);
    code_[column] = code;
    dosage_[column] = is_missing(code) ? 0 : copies(code);
    return true;
  }
  constexpr double tolerance = 0.001;  // imputation writes three decimals
  const int scale = dosage_ploidy(call.genotype, column);
  const double dosage = effect.is_ref() ? scale - call.alt_dosage : call.effect_dosage;
  const bool in_range = call.effect_dosage >= 0 && dosage >= -tolerance && dosage <= scale + tolerance;
  if (!in_range) {  // or not a number
    fault = {fmt::format("DS of sample column {} is {}, expected 0 to {}", column + 1,
                         format_double(effect.is_ref() ? call.alt_dosage : call.effect_dosage), scale),
             {}};
    return false;
  }
  any_dosage_ = true;
  const bool haploid = scale == 1 || one_copy;
  code_[column] = haploid ? CallCode::haploid_0 : CallCode::diploid_0;
  dosage_[column] = std::clamp(dosage, 0.0, static_cast<double>(scale)) / (haploid ? scale : 1);
  return true;
}

void CallDecoder::gather(CallBlock& block) const {
  const std::size_t n = samples_->column.size();
  block.has_dosage = any_dosage_;
  if (samples_->identity) {
    block.code = code_;
  } else {
    block.code.resize(n);
    for (std::size_t i = 0; i < n; ++i) block.code[i] = code_[samples_->column[i]];
  }
  block.x_call.resize(x_call_.empty() ? 0 : n);
  for (std::size_t i = 0; i < block.x_call.size(); ++i) block.x_call[i] = x_call_[samples_->column[i]];
  if (!any_dosage_) return;
  block.dosage.resize(n);
  for (std::size_t i = 0; i < n; ++i) {
    block.dosage[i] = dosage_[samples_->column[i]];
    CallCode& code = block.code[i];
    if (!is_missing(code)) code = ploidy(code) == 1 ? CallCode::haploid_0 : CallCode::diploid_0;
  }
}

void CallDecoder::apply_haploid_policy(CallBlock& block) const {
  for (std::size_t i = 0; i < block.code.size(); ++i) {
    CallCode& code = block.code[i];
    if (ploidy(code) == 2) continue;
    if (block.has_dosage && !is_missing(code)) block.dosage[i] *= 2;
    if (code == CallCode::haploid_missing) {
      code = CallCode::diploid_missing;
    } else {
      code = code == CallCode::haploid_1 ? CallCode::diploid_2 : CallCode::diploid_0;
    }
  }
}

void CallDecoder::summarise(CallBlock& block) {
  const std::size_t n = block.code.size();
  block.exceptions.clear();
  std::int64_t regular_copies = 0;
  std::size_t i = 0;
  const auto one_by_one = [&](std::size_t stop) {
    for (; i < stop; ++i) {
      const CallCode code = block.code[i];
      if (code >= CallCode::diploid_missing) {
        block.exceptions.push_back(static_cast<std::uint32_t>(i));
      } else {
        regular_copies += copies(code);
      }
    }
  };
  // Eight codes at a time: a code of 3 or more shows in bit 3 after adding 5.
  while (i + 8 <= n) {
    std::uint64_t word = 0;
    std::memcpy(&word, block.code.data() + i, sizeof word);
    if (((word + repeated(5)) & repeated(8)) == 0) {
      regular_copies += static_cast<std::int64_t>((word * repeated(1)) >> 56U);
      i += 8;
    } else {
      one_by_one(i + 8);
    }
  }
  one_by_one(n);

  block.observed_calls = static_cast<std::int64_t>(n);
  block.observed_alleles = 2 * block.observed_calls;
  for (const std::uint32_t sample : block.exceptions) {
    const CallCode code = block.code[sample];
    if (is_missing(code)) {
      --block.observed_calls;
      block.observed_alleles -= 2;
    } else {
      --block.observed_alleles;
      regular_copies += copies(code);
    }
  }
  block.effect_alleles = static_cast<double>(regular_copies);
  if (!block.has_dosage) return;
  // In whole billionths, so that the sum does not depend on the order of the samples; six decimals stay exact.
  constexpr double billion = 1e9;
  std::int64_t billionths = 0;
  for (std::size_t sample = 0; sample < n; ++sample) {
    if (!is_missing(block.code[sample])) billionths += std::llrint(block.dosage[sample] * billion);
  }
  block.effect_alleles = static_cast<double>(billionths) / billion;
}

}  // namespace varisk::genotypes
