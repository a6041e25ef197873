#include "selection_rows.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "varisk/core/error.hpp"

namespace varisk::training {
namespace {

/// Dosages this close to a whole number count as a call (default of plink2's --hard-call-threshold).
constexpr double hard_call_distance = 0.1;
constexpr double rounding = 1e-9;

void check_sizes(const Design& design, std::span<const double> weights, std::span<const std::uint8_t> males) {
  if (weights.size() == design.rows() && (males.empty() || males.size() == design.rows())) return;
  throw InternalError("the design has " + std::to_string(design.rows()) + " rows, but there are " +
                      std::to_string(weights.size()) + " weights and " + std::to_string(males.size()) + " sexes");
}

/// Alleles that were looked at in `present` people of whom `males` are male.
double alleles_of(CallAlleles alleles, std::uint64_t present, std::uint64_t males) {
  switch (alleles) {
    case CallAlleles::two: return 2 * static_cast<double>(present);
    case CallAlleles::one_in_males: return static_cast<double>(2 * present - males);
    case CallAlleles::one: return static_cast<double>(present);
  }
  return 0;
}

double minor_frequency(double copies, double alleles) {
  return alleles > 0 ? std::max(std::min(copies, alleles - copies), 0.0) / alleles : 0;
}

/// Codes of dosages, both ends too.
struct CodeRange {
  std::uint32_t first = 0;
  std::uint32_t last = 0;
  [[nodiscard]] std::uint32_t has(std::uint32_t code) const noexcept { return code - first <= last - first ? 1 : 0; }
};

/// Codes that count as a call of so many copies.
CodeRange hard_call_codes(const DosageMatrix& matrix, std::size_t copies) {
  const auto middle = static_cast<double>(copies);
  const double low = std::ceil((middle - hard_call_distance - rounding) / matrix.step());
  const double high = std::floor((middle + hard_call_distance + rounding) / matrix.step());
  return {static_cast<std::uint32_t>(std::max(low, 0.0)),
          static_cast<std::uint32_t>(std::clamp(high, 0.0, matrix.missing_code() - 1.0))};
}

}  // namespace

SelectionRows::SelectionRows(const Design& design, std::span<const double> weights, std::span<const std::uint8_t> males)
    : design_(&design),
      kernels_(&selection_kernels(best_simd_level())),
      bits_(design.rows()),
      male_bits_(design.rows()) {
  check_sizes(design, weights, males);
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (!(weights[i] > 0)) continue;
    rows_.push_back(static_cast<std::uint32_t>(i));
    bits_.set(i);
    if (males.empty() || males[i] == 0) continue;
    male_rows_.push_back(static_cast<std::uint32_t>(i));
    male_bits_.set(i);
  }
}

ColumnCounts SelectionRows::counts(std::size_t column, CallAlleles alleles) const {
  const ColumnPlace& place = design_->place(column);
  return place.kind == ColumnKind::genotype ? call_counts(design_->packed(column), alleles)
                                            : dosage_counts(place, alleles);
}

ColumnCounts SelectionRows::call_counts(const std::uint8_t* packed, CallAlleles alleles) const {
  const CallCounts calls = kernels_->count(packed, bits_.data(), bits_.words());
  std::uint64_t males = 0;
  if (alleles == CallAlleles::one_in_males) {
    males = male_rows_.size() - kernels_->count(packed, male_bits_.data(), male_bits_.words()).missing;
  }
  const double copies = static_cast<double>(calls.one + 2 * calls.two);
  return {calls.missing, minor_frequency(copies, alleles_of(alleles, rows_.size() - calls.missing, males))};
}

ColumnCounts SelectionRows::dosage_counts(const ColumnPlace& place, CallAlleles alleles) const {
  const DosageMatrix& matrix = design_->dosages(place.source);
  const std::uint32_t missing_code = matrix.missing_code();
  std::uint64_t missing = 0;
  std::uint64_t sum = 0;
  each_code(matrix, place.index, rows_, [&](std::uint32_t code) {
    missing += code == missing_code ? 1 : 0;
    sum += code == missing_code ? 0 : code;
  });
  std::uint64_t males = 0;
  if (alleles == CallAlleles::one_in_males) {
    each_code(matrix, place.index, male_rows_, [&](std::uint32_t code) { males += code == missing_code ? 0 : 1; });
  }
  return {missing, minor_frequency(static_cast<double>(sum) * matrix.step(),
                                   alleles_of(alleles, rows_.size() - missing, males))};
}

HardCalls SelectionRows::hard_calls(std::size_t column) const {
  const ColumnPlace& place = design_->place(column);
  if (place.kind == ColumnKind::genotype) {
    const CallCounts calls = kernels_->count(design_->packed(column), bits_.data(), bits_.words());
    return {rows_.size() - calls.one - calls.two - calls.missing, calls.one, calls.two};
  }
  const DosageMatrix& matrix = design_->dosages(place.source);
  const CodeRange none = hard_call_codes(matrix, 0);
  const CodeRange one = hard_call_codes(matrix, 1);
  const CodeRange two = hard_call_codes(matrix, 2);
  std::uint32_t with_none = 0;
  std::uint32_t with_one = 0;
  std::uint32_t with_two = 0;
  each_code(matrix, place.index, rows_, [&](std::uint32_t code) {
    with_none += none.has(code);
    with_one += one.has(code);
    with_two += two.has(code);
  });
  return {with_none, with_one, with_two};
}

}  // namespace varisk::training
