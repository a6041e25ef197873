#include "look_up.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "split.hpp"
#include "varisk/core/number.hpp"

namespace varisk::pgx {

std::pair<std::string, int> without_copies(std::string_view name) {
  const std::size_t x = name.rfind('x');
  if (x == std::string_view::npos || x == 0) return {std::string(name), 1};
  std::string_view digits = name.substr(x + 1);
  constexpr std::string_view at_least = "≥";
  if (digits.starts_with(at_least)) digits.remove_prefix(at_least.size());
  const auto count = parse_integer(digits);
  if (!count || *count < 1 || *count > 99) return {std::string(name), 1};
  return {std::string(name.substr(0, x)), static_cast<int>(*count)};
}

const NamedAllele* find_allele(const Gene& gene, std::string_view name) {
  if (const NamedAllele* const allele = gene.find(name)) return allele;
  const std::size_t point = name.find('.');
  return point == std::string_view::npos ? nullptr : gene.find(name.substr(0, point));
}

std::optional<double> activity_of(const Gene& gene, std::string_view name) {
  double sum = 0;
  for (const std::string_view part : split(name, "+")) {
    if (const NamedAllele* const whole = gene.find(name); whole != nullptr && whole->activity) return whole->activity;
    const auto [allele_name, copies] = without_copies(part);
    const NamedAllele* const allele = find_allele(gene, allele_name);
    if (allele == nullptr || !allele->activity) return std::nullopt;
    sum += *allele->activity * copies;
  }
  return sum;
}

std::optional<std::string> parse_hla(const std::string& gene, std::string_view text) {
  const auto take = [&](std::string_view prefix) {
    if (text.starts_with(prefix)) text.remove_prefix(prefix.size());
  };
  take(gene);
  take(std::string_view(gene).substr(gene.find('-') + 1));
  take("*");
  constexpr std::string_view groups = "PG";
  constexpr std::string_view expressions = "NLSCAQ";
  std::string suffix;
  if (!text.empty() && groups.find(text.back()) != std::string_view::npos) {
    text.remove_suffix(1);
  } else if (!text.empty() && expressions.find(text.back()) != std::string_view::npos) {
    suffix = text.back();
    text.remove_suffix(1);
  }
  std::vector<std::string_view> fields = split(text, ":");
  constexpr std::size_t most_fields = 4;
  const bool digits = std::all_of(fields.begin(), fields.end(), [](std::string_view field) {
    return field.size() >= 2 && field.size() <= 4 &&
           std::all_of(field.begin(), field.end(), [](char c) { return c >= '0' && c <= '9'; });
  });
  const bool long_group = fields[0].size() > 2;  // two digits, as of all alleles of A and B
  if (!digits || long_group || fields.size() > most_fields) return std::nullopt;
  return fields.size() == 1 ? fmt::format("*{}{}", fields[0], suffix)
                            : fmt::format("*{}:{}{}", fields[0], fields[1], suffix);
}

bool is_hla_phenotype(std::string_view text) {
  for (const std::string_view end : {" positive", " negative"}) {
    if (!text.ends_with(end)) continue;
    const std::string_view allele = text.substr(0, text.size() - end.size());
    return allele.starts_with('*') && allele.find(':') != std::string_view::npos && parse_hla("HLA", allele) == allele;
  }
  return false;
}

std::vector<std::string> split_diplotype(const Gene& gene, const std::string& text) {
  std::vector<std::string> alleles;
  for (const std::string_view part : split(text, "/")) {
    std::string_view name = part;
    while (name.starts_with(' ')) name.remove_prefix(1);
    while (name.ends_with(' ')) name.remove_suffix(1);
    if (name.starts_with(gene.name)) name.remove_prefix(gene.name.size());
    alleles.emplace_back(name);
  }
  return alleles;
}

LookupEntry look_up(const Gene& gene, std::vector<std::string> alleles) {
  LookupEntry entry;
  entry.name = fmt::format("{}", fmt::join(alleles, "/"));
  entry.alleles = std::move(alleles);
  if (entry.alleles.empty() || entry.alleles.size() > 2) return entry;
  const bool is_pair = entry.alleles.size() == 2;
  if (gene.lookup == LookupKind::activity && is_pair) {
    double sum = 0;
    bool known = true;
    for (const std::string& name : entry.alleles) {
      const auto activity = activity_of(gene, name);
      known = known && activity;
      sum += activity.value_or(0);
    }
    if (known) entry.activity_score = sum;
  }
  std::optional<std::string> phenotype;
  const NamedAllele* const first = find_allele(gene, entry.alleles.front());
  const NamedAllele* const second = find_allele(gene, entry.alleles.back());
  if (first != nullptr && second != nullptr) {
    phenotype = is_pair ? gene.phenotypes.find(*first, *second) : gene.phenotypes.find(*first);
  }
  if (!phenotype && entry.activity_score) phenotype = gene.phenotypes.find(*entry.activity_score);
  if (phenotype) entry.phenotypes = {*phenotype};
  return entry;
}

}  // namespace varisk::pgx
