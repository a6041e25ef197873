#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "bcf_values.hpp"
#include "raw_call.hpp"
#include "varisk/core/number.hpp"
#include "varisk/genotypes/call_decoder.hpp"

namespace varisk::genotypes {

using namespace bcf;

namespace {

// The lowest value of an integer type is `missing`, the next `end of vector`.
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

/// The first value of the sample, if it has one.
std::optional<double> first_value(const BcfField* field, std::size_t sample) {
  if (field == nullptr || field->width == 0) return std::nullopt;
  const std::size_t index = sample * field->width;
  if (is_integer(*field)) {
    const BcfInteger entry = integer_at(*field, index);
    return entry.missing || entry.end ? std::nullopt : std::optional<double>(entry.value);
  }
  const auto value = field->type == type_float ? load<float>(field->data, index) : std::nanf("");
  return std::isnan(value) ? std::nullopt : std::optional<double>(value);
}

/// GT as two bytes per sample, the usual form. \return false if a call has another form
bool decode_byte_pairs(const char* data, std::size_t samples, unsigned effect, std::size_t alleles,
                       bool half_calls_are_missing, CallCode* codes) {
  // What a byte adds: an allele 0 or 1 copy, a missing one 4, anything else 64.
  constexpr std::uint8_t missing = 4;
  constexpr std::uint8_t irregular = 64;
  std::array<std::uint8_t, 256> adds{};
  adds.fill(irregular);
  for (unsigned phased = 0; phased < 2; ++phased) {
    adds[phased] = missing;
    for (unsigned allele = 0; allele < alleles && allele < 62; ++allele)
      adds[(allele + 1) * 2 + phased] = allele == effect ? 1 : 0;
  }
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(data[i]); };
  bool regular = true;
  for (std::size_t i = 0; i < samples; ++i) {
    const unsigned sum = adds[byte(2 * i)] + static_cast<unsigned>(adds[byte(2 * i + 1)]);
    regular = regular && sum <= 2 * missing && (half_calls_are_missing || sum < missing || sum == 2 * missing);
    codes[i] = sum >= missing ? CallCode::diploid_missing : static_cast<CallCode>(sum);
  }
  return regular;
}

const BcfField* find_field(std::span<const BcfField> fields, std::string_view key) {
  const auto found =
      std::find_if(fields.begin(), fields.end(), [&](const BcfField& field) { return field.key == key; });
  return found == fields.end() ? nullptr : &*found;
}

const BcfField* find_float(std::span<const BcfField> fields, std::string_view key) {
  const BcfField* const field = find_field(fields, key);
  return field != nullptr && field->type == type_float ? field : nullptr;
}

/// One number for each ALT.
struct Dosages {
  std::size_t count = 0;
  bool missing = false;
  double effect = 0;
  double all_alts = 0;
};

Dosages dosages_at(const BcfField& field, std::size_t sample, unsigned effect) {
  Dosages dosages;
  for (; dosages.count < field.width; ++dosages.count) {
    const std::size_t index = sample * field.width + dosages.count;
    const auto bits = load<std::uint32_t>(field.data, index);
    if (bits == float_end) break;
    dosages.missing = dosages.missing || bits == float_missing;
    if (bits == float_missing) continue;
    const double dosage = exact_dosage(load<float>(field.data, index));
    dosages.all_alts += dosage;
    if (dosages.count + 1 == effect) dosages.effect = dosage;
  }
  return dosages;
}

}  // namespace

bool CallDecoder::decode(std::span<const BcfField> fields, std::uint32_t sample_count, AlleleIndex effect,
                         std::size_t alleles, CopyRule rule, CallBlock& block, RecordFault& fault) {
  rule_ = rule;
  any_dosage_ = false;
  noted_ = {};
  const std::size_t n = samples_->file_samples;
  if (sample_count != n) {
    fault = {fmt::format("the record has {} samples, the header names {}", sample_count, n), "make the file again"};
    return false;
  }
  const BcfField* const gt = find_field(fields, "GT");
  const BcfField* const ds = options_.dosage == DosageSource::gt ? nullptr : find_field(fields, "DS");
  const BcfField* const af = rule == CopyRule::haploid ? find_float(fields, "AF") : nullptr;
  const BcfField* const gq = options_.min_gq ? find_field(fields, "GQ") : nullptr;
  const BcfField* const dp = options_.min_dp ? find_field(fields, "DP") : nullptr;
  if ((gt != nullptr && !is_integer(*gt)) || (ds != nullptr && ds->type != type_float && ds->width > 0)) {
    fault = {"GT or DS has an unexpected type", "make the file again; DS is declared as Float"};
    return false;
  }
  code_.resize(n);
  x_call_.assign(rule == CopyRule::hemizygous ? n : 0, XCall::none);
  const BcfField* const block_gq = options_.min_block_gq ? find_field(fields, "GQ") : nullptr;
  const BcfField* block_depth = options_.min_block_gq ? find_field(fields, "MIN_DP") : nullptr;
  if (options_.min_block_gq && block_depth == nullptr) block_depth = find_field(fields, "DP");
  const bool plain = gt != nullptr && gt->type == type_int8 && gt->width == 2 && ds == nullptr &&
                     !options_.min_block_gq && !options_.min_gq && !options_.min_dp &&
                     options_.dosage != DosageSource::ds && rule == CopyRule::diploid;
  if (plain && decode_byte_pairs(gt->data, n, effect.value, alleles, options_.half_call == HalfCallPolicy::missing,
                                 code_.data())) {
    finish(block);
    return true;
  }
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
    if (ds != nullptr) {
      const Dosages dosages = dosages_at(*ds, column, effect.value);
      if (dosages.count > 0 && dosages.count != alleles - 1 && !dosages.missing) {
        fault = {
            fmt::format("DS of sample column {} has {} number(s), expected {}", column + 1, dosages.count, alleles - 1),
            {}};
        return false;
      }
      call.has_dosage = dosages.count > 0 && !dosages.missing;
      call.effect_dosage = dosages.effect;
      call.alt_dosage = dosages.all_alts;
    }
    if (af != nullptr && call.genotype.heterozygous) {
      const Dosages fractions = dosages_at(*af, column, effect.value);
      if (fractions.count == alleles - 1 && !fractions.missing) {
        call.fraction = effect.is_ref() ? 1 - fractions.all_alts : fractions.effect;
      }
    }
    call.filtered = (options_.min_gq && !(gq != nullptr && reaches(*gq, column, *options_.min_gq))) ||
                    (options_.min_dp && !(dp != nullptr && reaches(*dp, column, *options_.min_dp)));
    if (options_.min_block_gq) {
      const auto quality = first_value(block_gq, column);
      const auto depth = first_value(block_depth, column);
      if ((quality && *quality < *options_.min_block_gq) || (depth && *depth <= 0)) call.filtered = true;
    }
    if (!store(column, call, effect, fault)) return false;
  }
  finish(block);
  return true;
}

}  // namespace varisk::genotypes
