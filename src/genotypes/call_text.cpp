#include "call_text.hpp"

#include <array>
#include <cmath>

#include "varisk/core/number.hpp"

namespace varisk::genotypes {

std::optional<Genotype> parse_genotype(std::string_view text, unsigned effect, std::size_t alleles) {
  Genotype genotype;
  std::optional<std::size_t> first;
  std::size_t i = 0;
  if (text.empty()) return std::nullopt;
  // VCF 4.4 allows a leading separator that gives the phase of the first allele.
  if (text.size() > 1 && (text[0] == '|' || text[0] == '/')) ++i;
  while (true) {
    if (i == text.size()) return std::nullopt;
    ++genotype.alleles;
    if (text[i] == '.') {
      ++genotype.missing;
      ++i;
    } else {
      std::size_t index = 0;
      const std::size_t start = i;
      while (i < text.size() && text[i] >= '0' && text[i] <= '9' && index < alleles) {
        index = index * 10 + static_cast<std::size_t>(text[i] - '0');
        ++i;
      }
      if (i == start || index >= alleles) return std::nullopt;
      genotype.effect += index == effect ? 1U : 0U;
      genotype.heterozygous = genotype.heterozygous || (first && *first != index);
      genotype.any_alt = genotype.any_alt || index != 0;
      first = index;
    }
    if (i == text.size()) return genotype;
    if (text[i] != '/' && text[i] != '|') return std::nullopt;
    ++i;
  }
}

double exact_dosage(float stored) {
  constexpr double millionths = 1e6;
  const auto value = static_cast<double>(stored);
  const double rounded = std::nearbyint(value * millionths) / millionths;
  return static_cast<float>(rounded) == stored ? rounded : value;
}

std::optional<double> parse_dosage(std::string_view text) {
  static constexpr std::array<double, 7> powers = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6};
  std::uint32_t digits = 0;
  std::size_t i = 0;
  while (i < text.size() && i < 3 && text[i] >= '0' && text[i] <= '9') {
    digits = digits * 10 + static_cast<std::uint32_t>(text[i++] - '0');
  }
  const bool whole = i > 0;
  if (whole && i == text.size()) return static_cast<double>(digits);
  if (whole && text[i] == '.') {
    const std::size_t point = i++;
    while (i < text.size() && i - point < powers.size() && text[i] >= '0' && text[i] <= '9') {
      digits = digits * 10 + static_cast<std::uint32_t>(text[i++] - '0');
    }
    if (i == text.size() && i > point + 1) return static_cast<double>(digits) / powers[i - point - 1];
  }
  const auto value = parse_double(text);
  if (!value) return std::nullopt;
  return exact_dosage(static_cast<float>(*value));
}

}  // namespace varisk::genotypes
