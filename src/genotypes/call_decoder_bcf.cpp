#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "raw_call.hpp"
#include "varisk/core/number.hpp"
#include "varisk/genotypes/call_decoder.hpp"

namespace varisk::genotypes {
namespace {

// BCF 2.2: the lowest value of an integer type is `missing`, the next `end of vector`.
constexpr int type_int8 = 1;
constexpr int type_int16 = 2;
constexpr int type_int32 = 3;
constexpr int type_float = 5;

constexpr std::uint32_t float_missing = 0x7F800001;
constexpr std::uint32_t float_end = 0x7F800002;

template <typename T>
T load(const char* base, std::size_t index) noexcept {
  T value;
  std::memcpy(&value, base + index * sizeof value, sizeof value);
  return value;
}

struct BcfInteger {
  std::int32_t value = 0;
  bool missing = false;
  bool end = false;
};

template <typename T>
BcfInteger load_integer(const char* base, std::size_t index) noexcept {
  const T value = load<T>(base, index);
  constexpr T lowest = std::numeric_limits<T>::min();
  return {value, value == lowest, value == lowest + 1};
}

BcfInteger integer_at(const BcfField& field, std::size_t index) noexcept {
  if (field.type == type_int8) return load_integer<std::int8_t>(field.data, index);
  if (field.type == type_int16) return load_integer<std::int16_t>(field.data, index);
  return load_integer<std::int32_t>(field.data, index);
}

bool is_integer(const BcfField& field) { return field.type >= type_int8 && field.type <= type_int32; }

/// \return nothing if an allele is named that the record lacks
std::optional<Genotype> genotype_at(const BcfField& field, std::size_t sample, unsigned effect, std::size_t alleles) {
  Genotype genotype;
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
    }
  }
  return genotype;
}

/// The first value of the sample reaches the limit; a missing value does not.
bool reaches(const BcfField& field, std::size_t sample, double limit) {
  if (field.width == 0) return false;
  const std::size_t index = sample * field.width;
  if (is_integer(field)) {
    const BcfInteger entry = integer_at(field, index);
    return !entry.missing && !entry.end && entry.value >= limit;
  }
  return field.type == type_float &&
         static_cast<double>(load<float>(field.data, index)) >= limit;  // false for the missing NaN
}

const BcfField* find_field(std::span<const BcfField> fields, std::string_view key) {
  const auto found =
      std::find_if(fields.begin(), fields.end(), [&](const BcfField& field) { return field.key == key; });
  return found == fields.end() ? nullptr : &*found;
}

}  // namespace

bool CallDecoder::decode(std::span<const BcfField> fields, std::uint32_t sample_count, AlleleIndex effect,
                         std::size_t alleles, CopyRule rule, CallBlock& block, RecordFault& fault) {
  rule_ = rule;
  any_dosage_ = false;
  polyploid_ = 0;
  const std::size_t n = samples_->file_samples;
  if (sample_count != n) {
    fault = {fmt::format("the record has {} samples, the header names {}", sample_count, n), "make the file again"};
    return false;
  }
  const BcfField* const gt = find_field(fields, "GT");
  const BcfField* const ds = options_.dosage == DosageSource::gt ? nullptr : find_field(fields, "DS");
  const BcfField* const gq = options_.min_gq ? find_field(fields, "GQ") : nullptr;
  const BcfField* const dp = options_.min_dp ? find_field(fields, "DP") : nullptr;
  if ((gt != nullptr && !is_integer(*gt)) || (ds != nullptr && ds->type != type_float && ds->width > 0)) {
    fault = {"GT or DS has an unexpected type", "make the file again; DS is declared as Float"};
    return false;
  }
  code_.resize(n);
  dosage_.resize(n);
  for (std::size_t column = 0; column < n; ++column) {
    RawCall call;
    if (gt != nullptr) {
      const auto genotype = genotype_at(*gt, column, effect.value, alleles);
      if (!genotype) {
        fault = {fmt::format("the call of sample column {} names an allele that the record lacks", column + 1), {}};
        return false;
      }
      call.genotype = *genotype;
    }
    std::size_t values = 0;
    bool any_missing = false;
    for (; ds != nullptr && values < ds->width; ++values) {
      const std::size_t index = column * ds->width + values;
      const auto bits = load<std::uint32_t>(ds->data, index);
      if (bits == float_end) break;
      any_missing = any_missing || bits == float_missing;
      if (bits == float_missing) continue;
      const double dosage = exact_dosage(load<float>(ds->data, index));
      call.alt_dosage += dosage;
      if (values + 1 == effect.value) call.effect_dosage = dosage;
    }
    if (values > 0 && values != alleles - 1 && !any_missing) {
      fault = {fmt::format("DS of sample column {} has {} number(s), expected {}", column + 1, values, alleles - 1),
               {}};
      return false;
    }
    call.has_dosage = values > 0 && !any_missing;
    call.filtered = (options_.min_gq && !(gq != nullptr && reaches(*gq, column, *options_.min_gq))) ||
                    (options_.min_dp && !(dp != nullptr && reaches(*dp, column, *options_.min_dp)));
    if (!store(column, call, effect, fault)) return false;
  }
  gather(block);
  block.polyploid = polyploid_;
  block.heteroplasmic = block.male_heterozygous = 0;
  if (rule != CopyRule::diploid) apply_copy_rule(rule, block);
  if (options_.haploid == HaploidPolicy::as_diploid) apply_haploid_policy(block);
  summarise(block);
  return true;
}

}  // namespace varisk::genotypes
