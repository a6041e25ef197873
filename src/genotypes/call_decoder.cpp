#include "varisk/genotypes/call_decoder.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "block_summary.hpp"
#include "call_text.hpp"
#include "raw_call.hpp"
#include "varisk/core/number.hpp"

namespace varisk::genotypes {

CallDecoder::CallDecoder(const DecodeOptions& options, const SampleColumns& samples, SimdLevel level)
    : options_(options),
      samples_(&samples),
      decode_gt_(gt_kernel(level)),
      unpack_bed_(bed_kernel(level)),
      decode_pairs_(pair_kernel(level)),
      find_tabs_(tab_kernel(level)),
      dosage_kernels_(dosage_kernels(level)) {
  is_selected_.assign(samples.file_samples, false);
  for (const std::uint32_t column : samples.column) is_selected_[column] = true;
  if (samples.sex.empty()) return;
  sex_of_column_.assign(samples.file_samples, Sex::unknown);
  for (std::size_t i = 0; i < samples.column.size(); ++i) sex_of_column_[samples.column[i]] = samples.sex[i];
}

bool CallDecoder::has_filters() const noexcept { return options_.min_gq || options_.min_dp || options_.min_block_gq; }

bool CallDecoder::copies_tell_heterozygous() const noexcept {
  return rule_ == CopyRule::diploid || (alleles_ <= 2 && effect_.value < 2);
}

void CallDecoder::start(AlleleIndex effect, std::size_t alleles, CopyRule rule) {
  effect_ = effect;
  alleles_ = alleles;
  rule_ = rule;
  any_dosage_ = false;
  known_two_.clear();
  any_hard_copies_ = false;
  noted_ = {};
  code_.resize(samples_->file_samples);
  x_call_.assign(rule == CopyRule::hemizygous ? samples_->file_samples : 0, XCall::none);
}

void CallDecoder::finish(CallBlock& block) {
  gather(block);
  block.polyploid = noted_.polyploid;
  block.heteroplasmic = noted_.heteroplasmic;
  block.male_heterozygous = noted_.male_heterozygous;
  block.assumed_diploid = noted_.assumed_diploid;
  block.unspecific = 0;
  summarise(block, dosage_kernels_.sum);
  if (options_.haploid == HaploidPolicy::as_diploid && double_haploid_calls(block)) {
    summarise(block, dosage_kernels_.sum);
  }
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

void CallDecoder::apply_copy_rule(std::size_t first, std::size_t last) {
  if (rule_ == CopyRule::diploid) return;
  for (std::size_t column = first; column < last; ++column) {
    const bool heterozygous = code_[column] == CallCode::diploid_1;
    if (rule_ == CopyRule::hemizygous && heterozygous) x_call_[column] = XCall::heterozygous;
    if (has_one_copy(rule_, sex_of(column))) code_[column] = with_one_copy(code_[column], heterozygous, column);
  }
}

CallCode CallDecoder::code_of(const RawCall& call, std::size_t column) {
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
    return static_cast<CallCode>(gt.effect + (effect_.is_ref() ? 1U : 0U));  // the missing allele is REF
  }
  return static_cast<CallCode>(gt.effect);
}

bool CallDecoder::take_dosage(DosageSource field, std::size_t column, RawCall& call, RecordFault& fault) const {
  const Genotype& gt = call.genotype;
  // The genotypes and haplotypes of more than two copies are not looked at; such a call is missing.
  if (gt.alleles > 2 && field != DosageSource::ds) return true;
  DosagePlace place{field, column, effect_, alleles_, std::nullopt};
  // ./. is written for everybody; what GP and HDS say of such a call is more.
  if (gt.alleles >= 2 && (gt.missing < gt.alleles || field == DosageSource::ds)) place.ploidy = 2;
  if (gt.alleles == 1 && gt.missing == 0) place.ploidy = 1;
  call.dosage = read_dosage(place, values_, fault);
  if (call.dosage && place.ploidy) call.dosage->ploidy = place.ploidy;
  return call.dosage.has_value();
}

int CallDecoder::dosage_ploidy(const RawCall& call, std::size_t column) const {
  if (call.dosage->ploidy) return *call.dosage->ploidy;
  return has_one_copy(rule_, sex_of(column)) ? 1 : 2;
}

bool CallDecoder::store(std::size_t column, const RawCall& call, RecordFault& fault) {
  const bool one_copy = has_one_copy(rule_, sex_of(column));
  const Genotype& gt = call.genotype;
  if (rule_ == CopyRule::hemizygous) {
    if (gt.alleles == 1 && gt.missing == 0) x_call_[column] = XCall::haploid;
    if (gt.alleles == 2 && gt.heterozygous) x_call_[column] = XCall::heterozygous;
    if (gt.alleles == 0 && call.dosage && call.dosage->ploidy == 1) x_call_[column] = XCall::haploid;
  }
  if (call.fraction && !call.filtered && *call.fraction >= 0 && *call.fraction <= 1) {
    any_dosage_ = true;
    code_[column] = CallCode::haploid_0;
    dosage_[column] = *call.fraction;
    return true;
  }
  const bool gt_is_wanted = wants(options_.dosage, DosageSource::gt);
  const bool filtered = call.filtered || (!gt_is_wanted && !call.dosage);
  if (call.dosage && !filtered) return store_dosage(column, call, fault);
  CallCode code = code_of(call, column);
  const int copies_here = call.dosage ? dosage_ploidy(call, column) : ploidy(code);
  if (filtered) code = copies_here == 1 ? CallCode::haploid_missing : CallCode::diploid_missing;
  if (one_copy) code = with_one_copy(code, !filtered && is_heterozygous(gt), column);
  const int count = is_missing(code) ? 0 : copies(code);
  any_hard_copies_ = any_hard_copies_ || count > 0;
  code_[column] = code;
  dosage_[column] = count;
  return true;
}

bool CallDecoder::store_dosage(std::size_t column, const RawCall& call, RecordFault& fault) {
  const CallDosage& given = *call.dosage;
  const int scale = dosage_ploidy(call, column);
  double dosage = effect_.is_ref() ? scale - given.all_alts : given.effect;
  const double tolerance = 0.001 * static_cast<double>(alleles_ - 1);  // imputation writes three decimals
  const bool in_range = given.all_alts >= 0 && given.all_alts <= scale + tolerance;
  if (given.field == DosageSource::ds && !in_range) {  // or not a number
    fault = {fmt::format("DS of sample column {} is {}{}, expected 0 to {}", column + 1, format_double(given.all_alts),
                         alleles_ > 2 ? " in sum" : "", scale),
             "a call of one copy has a dosage up to 1; choose another field with --dosage"};
    return false;
  }
  if (rule_ == CopyRule::hemizygous && !given.ploidy && sex_of(column) == Sex::unknown && is_selected_[column]) {
    ++noted_.assumed_diploid;
  }
  any_dosage_ = true;
  const bool haploid = scale == 1 || has_one_copy(rule_, sex_of(column));
  dosage = std::clamp(dosage, 0.0, static_cast<double>(scale));
  code_[column] = haploid ? CallCode::haploid_0 : CallCode::diploid_0;
  dosage_[column] = haploid ? dosage / scale : dosage;
  if (given.two && !haploid) {
    known_two_.push_back({column, std::clamp(*given.two, std::max(dosage - 1, 0.0), dosage / 2)});
  }
  return true;
}

void CallDecoder::gather(CallBlock& block) {
  const std::size_t n = samples_->column.size();
  const auto& column = samples_->column;
  const auto take = [&]<typename T>(std::vector<T>& to, std::vector<T>& from) {
    if (samples_->identity) {
      to.swap(from);  // the scratch is filled again for the next record
      return;
    }
    to.resize(n);
    for (std::size_t i = 0; i < n; ++i) to[i] = from[column[i]];
  };
  block.has_dosage = any_dosage_;
  block.has_two = !known_two_.empty();
  take(block.code, code_);
  block.x_call.clear();
  if (!x_call_.empty()) take(block.x_call, x_call_);
  if (!any_dosage_) return;
  if (block.has_two) {
    two_.resize(dosage_.size());
    std::transform(dosage_.begin(), dosage_.end(), two_.begin(), [](double d) { return std::max(d - 1, 0.0); });
    for (const TwoCopies& known : known_two_) two_[known.column] = known.probability;
    take(block.two, two_);
  }
  take(block.dosage, dosage_);
  if (!any_hard_copies_) return;
  for (CallCode& code : block.code) {
    if (!is_missing(code)) code = ploidy(code) == 1 ? CallCode::haploid_0 : CallCode::diploid_0;
  }
}

}  // namespace varisk::genotypes
