#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "bcf_fields.hpp"
#include "raw_call.hpp"
#include "varisk/core/number.hpp"
#include "varisk/genotypes/call_decoder.hpp"

namespace varisk::genotypes {

using namespace bcf;

/// The FORMAT fields that are needed; one that is absent is null.
struct CallDecoder::BcfKeys {
  const BcfField* gt = nullptr;
  std::array<const BcfField*, std::size(dosage_fields)> dosage{};
  const BcfField* gq = nullptr;
  const BcfField* dp = nullptr;
  const BcfField* block_gq = nullptr;
  const BcfField* block_depth = nullptr;
  const BcfField* af = nullptr;
};

namespace {

/// \return nothing if an allele is named that the record lacks
std::optional<Genotype> genotype_at(const BcfField& field, std::size_t sample, unsigned effect, std::size_t alleles) {
  Genotype genotype;
  std::optional<std::int32_t> first;
  for (std::uint32_t k = 0; k < field.width; ++k) {
    const BcfInteger entry = integer_at(field, sample * field.width + k);
    if (entry.end) break;
    ++genotype.alleles;
    const std::int32_t allele = (entry.value >> 1) - 1;
    if (entry.missing || allele < 0) {
      ++genotype.missing;
    } else if (static_cast<std::size_t>(allele) >= alleles) {
      return std::nullopt;
    } else {
      genotype.effect += static_cast<unsigned>(allele) == effect ? 1U : 0U;
      genotype.heterozygous = genotype.heterozygous || (first && *first != allele);
      genotype.any_alt = genotype.any_alt || allele != 0;
      first = allele;
    }
  }
  return genotype;
}

bool is_number(const BcfField& field) { return field.width == 0 || is_integer(field) || field.type == type_float; }

/// The values of one sample, as many as it has. \return false if there are none, or some are missing
bool read_numbers(const BcfField& field, std::size_t sample, std::vector<double>& values) {
  values.clear();
  for (std::uint32_t k = 0; k < field.width; ++k) {
    const std::size_t index = sample * field.width + k;
    if (field.type == type_float) {
      const auto bits = load<std::uint32_t>(field.data, index);
      if (bits == float_end) break;
      if (bits == float_missing) return false;
      values.push_back(exact_dosage(load<float>(field.data, index)));
    } else {
      const BcfInteger entry = integer_at(field, index);
      if (entry.end) break;
      if (entry.missing) return false;
      values.push_back(entry.value);
    }
  }
  return !values.empty();
}

}  // namespace

bool CallDecoder::decode(std::span<const BcfField> fields, std::uint32_t sample_count, AlleleIndex effect,
                         std::size_t alleles, CopyRule rule, CallBlock& block, RecordFault& fault,
                         std::span<const AlleleIndex> unspecific) {
  const std::size_t n = samples_->file_samples;
  if (sample_count != n) {
    fault = {fmt::format("the record has {} samples, the header names {}", sample_count, n), "make the file again"};
    return false;
  }
  start(effect, alleles, rule);
  BcfKeys keys;
  keys.gt = find_field(fields, "GT");
  bool good = keys.gt == nullptr || is_integer(*keys.gt) || keys.gt->width == 0;
  bool any_dosage_field = false;
  for (std::size_t k = 0; k < keys.dosage.size(); ++k) {
    if (!wants(options_.dosage, dosage_fields[k])) continue;
    keys.dosage[k] = find_field(fields, key_of(dosage_fields[k]));
    any_dosage_field = any_dosage_field || keys.dosage[k] != nullptr;
    good = good && (keys.dosage[k] == nullptr || is_number(*keys.dosage[k]));
  }
  if (!good) {
    fault = {"GT, DS, GP or HDS has an unexpected type", "make the file again; DS, GP and HDS are declared as Float"};
    return false;
  }
  if (options_.min_gq) keys.gq = find_field(fields, "GQ");
  if (options_.min_dp) keys.dp = find_field(fields, "DP");
  if (options_.min_block_gq) {
    keys.block_gq = find_field(fields, "GQ");
    keys.block_depth = find_field(fields, "MIN_DP");
    if (keys.block_depth == nullptr) keys.block_depth = find_field(fields, "DP");
  }
  if (rule == CopyRule::haploid && wants(options_.dosage, DosageSource::gt)) keys.af = find_field(fields, "AF");
  if (keys.af != nullptr && keys.af->type != type_float) keys.af = nullptr;

  const bool pairs = keys.gt != nullptr && keys.gt->type == type_int8 && keys.gt->width == 2 && !has_filters() &&
                     copies_tell_heterozygous() && keys.af == nullptr;
  const bool of_calls = pairs && !any_dosage_field && wants(options_.dosage, DosageSource::gt);
  const BcfField* const ds = keys.dosage[0];
  const bool of_dosages = (pairs || (keys.gt == nullptr && !has_filters())) && rule == CopyRule::diploid &&
                          alleles == 2 && effect.value < 2 && ds != nullptr && ds->type == type_float && ds->width == 1;
  // A block with an unusual call is decoded call by call.
  constexpr std::size_t block_samples = 256;
  const auto pairs_are_usual = [&](std::size_t first, std::size_t count, bool strict) {
    return decode_pairs_(keys.gt->data + 2 * first, count, effect.value, static_cast<unsigned>(alleles), strict,
                         code_.data() + first);
  };
  const auto is_usual = [&](std::size_t first, std::size_t count) {
    if (of_calls) return pairs_are_usual(first, count, options_.half_call != HalfCallPolicy::missing);
    if (!of_dosages || (keys.gt != nullptr && !pairs_are_usual(first, count, false)) ||
        !dosage_kernels_.read_bcf(ds->data + first * sizeof(float), count, effect.is_ref(), dosage_.data() + first)) {
      return false;
    }
    any_dosage_ = true;
    std::fill_n(code_.data() + first, count, CallCode::diploid_0);
    return true;
  };
  dosage_.resize(n);
  for (std::size_t first = 0; first < n; first += block_samples) {
    const std::size_t last = std::min(n, first + block_samples);
    if (is_usual(first, last - first)) {
      apply_copy_rule(first, last);
      continue;
    }
    for (std::size_t column = first; column < last; ++column) {
      if (!decode_column(keys, column, fault)) return false;
    }
  }
  finish(block);
  if (!unspecific.empty() && keys.gt != nullptr) block.unspecific = count_unspecific(*keys.gt, unspecific);
  return true;
}

bool CallDecoder::decode_column(const BcfKeys& keys, std::size_t column, RecordFault& fault) {
  RawCall call;
  if (keys.gt != nullptr) {
    const auto genotype = genotype_at(*keys.gt, column, effect_.value, alleles_);
    if (!genotype) {
      fault = {fmt::format("the call of sample column {} names an allele that the record lacks", column + 1), {}};
      return false;
    }
    call.genotype = *genotype;
  }
  for (std::size_t k = 0; k < keys.dosage.size() && !call.dosage; ++k) {
    if (keys.dosage[k] == nullptr || !read_numbers(*keys.dosage[k], column, values_)) continue;
    if (!take_dosage(dosage_fields[k], column, call, fault)) return false;
  }
  if (keys.af != nullptr && is_heterozygous(call.genotype) && read_numbers(*keys.af, column, values_) &&
      values_.size() + 1 == alleles_) {
    double all_alts = 0;
    for (const double value : values_) all_alts += value;
    call.fraction = effect_.is_ref() ? 1 - all_alts : effect_.value < alleles_ ? values_[effect_.value - 1U] : 0;
  }
  call.filtered = (options_.min_gq && !(keys.gq != nullptr && reaches(*keys.gq, column, *options_.min_gq))) ||
                  (options_.min_dp && !(keys.dp != nullptr && reaches(*keys.dp, column, *options_.min_dp)));
  if (options_.min_block_gq) {
    const auto quality = first_value(keys.block_gq, column);
    const auto depth = first_value(keys.block_depth, column);
    if ((quality && *quality < *options_.min_block_gq) || (depth && *depth <= 0)) call.filtered = true;
  }
  return store(column, call, fault);
}

std::int64_t CallDecoder::count_unspecific(const BcfField& gt, std::span<const AlleleIndex> alleles) const {
  std::int64_t count = 0;
  for (std::size_t column = 0; column < samples_->file_samples; ++column) {
    const auto names = [&](AlleleIndex allele) {
      const auto genotype = genotype_at(gt, column, allele.value, alleles_);
      return genotype && genotype->effect > 0;
    };
    if (is_selected_[column] && std::any_of(alleles.begin(), alleles.end(), names)) ++count;
  }
  return count;
}

}  // namespace varisk::genotypes
