#include "call_dosage.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "varisk/core/number.hpp"

namespace varisk::genotypes {
namespace {

constexpr double tolerance = 0.001;  // imputation writes three decimals

RecordFault wrong_count(const DosagePlace& place, std::size_t found, const std::string& expected) {
  return {fmt::format("{} of sample column {} has {} number(s), expected {}", key_of(place.field), place.column + 1,
                      found, expected),
          {}};
}

RecordFault wrong_value(const DosagePlace& place, double value, std::string_view expected, std::string help) {
  return {fmt::format("{} of sample column {} is {}, expected {}", key_of(place.field), place.column + 1,
                      format_double(value), expected),
          std::move(help)};
}

bool within_one(double value) { return value >= -tolerance && value <= 1 + tolerance; }  // false for NaN

std::optional<CallDosage> read_ds(const DosagePlace& place, std::span<const double> values, RecordFault& fault) {
  if (values.size() != place.alleles - 1) {
    fault = wrong_count(place, values.size(), std::to_string(place.alleles - 1));
    return std::nullopt;
  }
  CallDosage dosage;
  for (const double value : values) {
    if (value < 0) {
      fault = wrong_value(place, value, "0 or more", "choose another field with --dosage");
      return std::nullopt;
    }
    dosage.all_alts += value;
  }
  if (!place.effect.is_ref() && place.effect.value < place.alleles) dosage.effect = values[place.effect.value - 1U];
  return dosage;
}

/// The ploidy for which a call has so many values.
std::optional<int> ploidy_of(const DosagePlace& place, std::size_t found, std::size_t of_one, std::size_t of_two,
                             RecordFault& fault) {
  const bool one = found == of_one && place.ploidy.value_or(1) == 1;
  const bool two = found == of_two && place.ploidy.value_or(2) == 2;
  if (two) return 2;
  if (one) return 1;
  fault = wrong_count(place, found,
                      place.ploidy == 1   ? fmt::format("{} for one copy", of_one)
                      : place.ploidy == 2 ? fmt::format("{} for two copies", of_two)
                                          : fmt::format("{} for two copies or {} for one", of_two, of_one));
  return std::nullopt;
}

/// What rounding leaves between the sum and 1: half of the second decimal for each value, and one more.
bool sums_to_one(double sum, std::size_t count) {
  constexpr double half = 0.005;
  return std::abs(sum - 1) <= half * static_cast<double>(count + 1) + 1e-9;
}

std::optional<CallDosage> read_gp(const DosagePlace& place, std::span<const double> values, RecordFault& fault) {
  const std::size_t k = place.alleles;
  const auto ploidy = ploidy_of(place, values.size(), k, k * (k + 1) / 2, fault);
  if (!ploidy) return std::nullopt;
  double sum = 0;
  for (const double value : values) {
    if (!within_one(value)) {
      fault = wrong_value(place, value, "a probability, 0 to 1",
                          "before VCF 4.3 GP was phred-scaled; convert it to 10^(-GP/10), or choose another field with "
                          "--dosage");
      return std::nullopt;
    }
    sum += value;
  }
  if (!sums_to_one(sum, values.size())) {
    fault = {fmt::format("GP of sample column {} adds up to {}, expected 1", place.column + 1, format_double(sum)),
             "these may be no probabilities; choose another field with --dosage"};
    return std::nullopt;
  }
  // The probability of REF only is what the others leave, so that rounding makes no copies.
  CallDosage dosage;
  dosage.field = place.field;
  dosage.ploidy = ploidy;
  const unsigned effect = place.effect.value;
  if (*ploidy == 1) {
    for (std::size_t allele = 1; allele < k; ++allele) dosage.all_alts += values[allele];
    if (effect > 0 && effect < k) dosage.effect = values[effect];
    return dosage;
  }
  double one = 0;  // copy of the effect allele
  double two = 0;
  double none = 0;
  std::size_t index = 0;
  for (unsigned second = 0; second < k; ++second) {
    for (unsigned first = 0; first <= second; ++first, ++index) {
      const double p = values[index];
      dosage.all_alts += p * ((first > 0 ? 1 : 0) + (second > 0 ? 1 : 0));
      const int copies = (first == effect ? 1 : 0) + (second == effect ? 1 : 0);
      (copies == 2 ? two : copies == 1 ? one : none) += p;
    }
  }
  dosage.effect = one + 2 * two;
  dosage.two = effect == 0 ? 1 - none - one : two;
  return dosage;
}

std::optional<CallDosage> read_hds(const DosagePlace& place, std::span<const double> values, RecordFault& fault) {
  const std::size_t alts = place.alleles - 1;
  const auto ploidy = ploidy_of(place, values.size(), alts, 2 * alts, fault);
  if (!ploidy) return std::nullopt;
  CallDosage dosage;
  dosage.field = place.field;
  dosage.ploidy = ploidy;
  for (std::size_t start = 0; start < values.size(); start += alts) {
    double sum = 0;
    for (std::size_t alt = 0; alt < alts; ++alt) {
      const double value = values[start + alt];
      sum += value;
      if (!within_one(value) || !within_one(sum)) {
        fault = wrong_value(place, within_one(value) ? sum : value, "0 to 1 for each haplotype", {});
        return std::nullopt;
      }
      if (alt + 1 == place.effect.value) dosage.effect += value;
    }
    dosage.all_alts += sum;
  }
  return dosage;
}

}  // namespace

std::string_view key_of(DosageSource field) noexcept {
  switch (field) {
    case DosageSource::gp: return "GP";
    case DosageSource::hds: return "HDS";
    case DosageSource::gt: return "GT";
    case DosageSource::automatic:
    case DosageSource::ds: break;
  }
  return "DS";
}

std::optional<CallDosage> read_dosage(const DosagePlace& place, std::span<const double> values, RecordFault& fault) {
  if (place.field == DosageSource::gp) return read_gp(place, values, fault);
  if (place.field == DosageSource::hds) return read_hds(place, values, fault);
  return read_ds(place, values, fault);
}

}  // namespace varisk::genotypes
