#pragma once
/// \file
/// Genes and people of a few positions, written as text.

#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "varisk/pgx/matcher.hpp"
#include "varisk/pgx/pgx_data.hpp"

namespace varisk::pgx::test {

inline std::vector<std::string> words(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> parts;
  for (std::string word; stream >> word;) parts.push_back(word);
  return parts;
}

/// `10 C T G`: position, REF, ALTs; the rsid is `rs10`.
inline GenePosition position_of(const std::string& text) {
  const auto parts = words(text);
  GenePosition position;
  position.position = Position{std::stoll(parts.at(0))};
  position.rsid = "rs" + parts.at(0);
  position.bases.assign(parts.begin() + 1, parts.end());
  return position;
}

/// `*2 10=T 20=R`; an allele that says nothing is not callable.
inline NamedAllele allele_of(const Gene& gene, const std::string& text) {
  const auto parts = words(text);
  NamedAllele allele;
  allele.name = parts.at(0);
  if (parts.size() > 1) allele.bases.resize(gene.positions.size());
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const std::size_t equals = parts[i].find('=');
    for (std::size_t p = 0; p < gene.positions.size(); ++p) {
      if (std::to_string(gene.positions[p].position.value) != parts[i].substr(0, equals)) continue;
      allele.bases[p] = parse_bases(gene.positions[p], parts[i].substr(equals + 1)).value();
    }
  }
  return allele;
}

/// The first allele is the reference.
inline Gene gene_of(const std::vector<std::string>& positions, const std::vector<std::string>& alleles) {
  Gene gene;
  gene.name = "GENE";
  gene.contig = "1";
  gene.route = CallRoute::matcher;
  for (const std::string& text : positions) gene.positions.push_back(position_of(text));
  for (const std::string& text : alleles) gene.alleles.push_back(allele_of(gene, text));
  gene.reference = 0;
  return gene;
}

/// `0/1`, `0|1`, `0|1:7` (phase set 7), `1` (one copy), `1|.` (half a call), `.`; `u` is a base that no definition
/// knows.
inline PositionCall call_of(const std::string& text) {
  PositionCall call;
  const std::size_t colon = text.find(':');
  const std::string gt = text.substr(0, colon);
  if (gt == "." || gt == "./." || gt == ".|.") return call;
  if (colon != std::string::npos) call.phase_set = std::stoi(text.substr(colon + 1));
  const std::size_t bar = gt.find_first_of("/|");
  const auto base = [](const std::string& allele) {
    if (allele == "u") return undocumented_base;
    if (allele == ".") return unknown_base;
    return static_cast<BaseIndex>(std::stoi(allele));
  };
  call.first = base(gt.substr(0, bar));
  call.kind = bar == std::string::npos ? genotypes::AlleleCallKind::one : genotypes::AlleleCallKind::two;
  if (bar != std::string::npos) call.second = base(gt.substr(bar + 1));
  call.phased = bar != std::string::npos && gt[bar] == '|';
  if (gt.find('u') != std::string::npos) call.undocumented = "N";
  return call;
}

/// One call for each position, separated by blanks.
inline GeneSample sample_of(const std::string& calls) {
  GeneSample sample;
  for (const std::string& call : words(calls)) sample.at.push_back(call_of(call));
  return sample;
}

inline std::vector<std::string> names_of(const GeneMatch& match) {
  std::vector<std::string> names;
  for (const Diplotype& diplotype : match.diplotypes) names.push_back(diplotype.name());
  return names;
}

inline std::vector<std::string> match(const Gene& gene, const std::string& calls, const MatchOptions& options = {}) {
  return names_of(match_gene(gene, sample_of(calls), options));
}

inline MatchOptions all_matches() {
  MatchOptions options;
  options.all_matches = true;
  return options;
}

inline MatchOptions combinations() {
  MatchOptions options;
  options.combinations = true;
  return options;
}

}  // namespace varisk::pgx::test
