// Calls that come from elsewhere, and what they overrule.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "lists.hpp"
#include "look_up.hpp"
#include "split.hpp"
#include "varisk/pgx/gene_call.hpp"

namespace varisk::pgx {
namespace {

bool differs(const std::vector<std::string>& given, const std::vector<std::string>& found) {
  return !given.empty() && !found.empty() && given != found;
}

/// What two alleles can add up to.
std::set<double> possible_scores(const Gene& gene) {
  std::set<double> scores;
  for (const NamedAllele& first : gene.alleles) {
    for (const NamedAllele& second : gene.alleles) {
      if (first.activity && second.activity) scores.insert(*first.activity + *second.activity);
    }
  }
  return scores;
}

/// What one line says: activity score before phenotype before diplotype, or phenotype before diplotype.
std::vector<LookupEntry> entries_of(const Gene& gene, const OutsideCall& line, std::span<const std::string> tested,
                                    GeneCall& call) {
  LookupEntry entry;
  std::vector<std::string> alleles;
  if (!line.diplotype.empty()) alleles = split_diplotype(gene, line.diplotype);
  if (gene.lookup == LookupKind::allele) {
    for (std::string& allele : alleles) allele = parse_hla(gene.name, allele).value_or(allele);
    entry.alleles = alleles;
    entry.name = fmt::format("{}", fmt::join(alleles, "/"));
    for (const std::string& allele : tested) {
      if (alleles.empty()) break;
      const bool is_there = holds(alleles, allele);
      // `*57` may be `*57:01` or not, and `*57:01N` is not expressed as usual: neither is said.
      const bool is_unclear = std::any_of(alleles.begin(), alleles.end(), [&](const std::string& one) {
        return one != allele && (allele.starts_with(one + ":") || one.starts_with(allele));
      });
      if (!is_there && is_unclear) continue;
      entry.phenotypes.push_back(allele + (is_there ? " positive" : " negative"));
    }
    if (!line.phenotype.empty()) {
      std::vector<std::string> given;
      for (const std::string_view part : split(line.phenotype, ";")) {
        std::string_view text = part;
        while (text.starts_with(' ')) text.remove_prefix(1);
        given.emplace_back(text);
      }
      const bool all =
          std::all_of(given.begin(), given.end(), [&](const std::string& one) { return holds(entry.phenotypes, one); });
      if (!entry.phenotypes.empty() && !all) add_once(call.messages, std::string("outside_phenotype_differs"));
      entry.phenotypes = given;
    }
    return {entry};
  }
  std::sort(alleles.begin(), alleles.end(), natural_less);
  if (!alleles.empty()) {
    entry = look_up(gene, alleles);
    const bool unknown = std::any_of(alleles.begin(), alleles.end(), [&](const std::string& name) {
      return find_allele(gene, without_copies(name).first) == nullptr && !activity_of(gene, name);
    });
    if (unknown) {
      add_once(call.messages, std::string("outside_allele_unknown"));
      entry.phenotypes = {std::string(indeterminate)};
    }
  }
  const std::vector<std::string> given =
      line.phenotype.empty() ? std::vector<std::string>{} : std::vector{line.phenotype};
  if (differs(given, entry.phenotypes)) add_once(call.messages, std::string("outside_phenotype_differs"));
  if (gene.lookup != LookupKind::activity) {
    if (!given.empty()) entry.phenotypes = given;
    return {entry};
  }
  if (line.activity_score) {
    if (entry.activity_score && *entry.activity_score != *line.activity_score) {
      add_once(call.messages, std::string("outside_score_differs"));
    }
    entry.activity_score = line.activity_score;
    const auto phenotype = gene.phenotypes.find(*line.activity_score);
    if (phenotype && differs(given, {*phenotype})) {
      add_once(call.messages, std::string("outside_phenotype_differs"));
    }
    if (phenotype) entry.phenotypes = {*phenotype};
    return {entry};
  }
  if (given.empty()) return {entry};
  if (entry.phenotypes == given && entry.activity_score) return {entry};
  // A phenotype alone covers several scores.
  std::vector<LookupEntry> entries;
  for (const double score : possible_scores(gene)) {
    if (gene.phenotypes.find(score) != line.phenotype) continue;
    entries.push_back(entry);
    entries.back().phenotypes = given;
    entries.back().activity_score = score;
  }
  if (entries.size() > 1) add_once(call.messages, std::string("several_activity_scores"));
  if (!entries.empty()) return entries;
  entry.phenotypes = given;
  entry.activity_score.reset();
  return {entry};
}

}  // namespace

GeneCall call_from_outside(const Gene& gene, std::span<const OutsideCall> calls, std::span<const std::string> tested) {
  GeneCall call;
  call.state = CallState::outside;
  call.source = "outside";
  struct Shown {
    std::vector<std::string> key;  ///< alleles in the order of the file
    std::string name;
    std::vector<LookupEntry> entries;
  };
  std::vector<Shown> shown;
  call.messages.emplace_back("outside_call");
  const auto says_nothing = [](const OutsideCall& line) {
    return line.diplotype.empty() && line.phenotype.empty() && !line.activity_score;
  };
  if (std::all_of(calls.begin(), calls.end(), says_nothing)) {
    call.state = CallState::no_call;
    return call;
  }
  for (const OutsideCall& line : calls) {
    if (says_nothing(line)) continue;
    const auto alleles = line.diplotype.empty() ? std::vector<std::string>{} : split_diplotype(gene, line.diplotype);
    std::vector<std::string> sorted = alleles;
    std::sort(sorted.begin(), sorted.end(), natural_less);
    for (std::string& allele : sorted) {
      if (gene.name == "CFTR" && gene.reference && allele == reference_of(gene).name) allele = short_reference;
    }
    std::string name = !alleles.empty()          ? fmt::format("{}", fmt::join(sorted, "/"))
                       : !line.phenotype.empty() ? line.phenotype
                                                 : fmt::format("activity score {}", *line.activity_score);
    std::vector<LookupEntry> entries = entries_of(gene, line, tested, call);
    for (LookupEntry& entry : entries) {
      if (entry.name.empty()) entry.name = name;
    }
    shown.push_back({alleles, std::move(name), std::move(entries)});
  }
  std::stable_sort(shown.begin(), shown.end(), [](const Shown& a, const Shown& b) {
    return std::lexicographical_compare(a.key.begin(), a.key.end(), b.key.begin(), b.key.end(), natural_less);
  });
  for (const Shown& one : shown) {
    add_once(call.reported, one.name);
    for (const LookupEntry& entry : one.entries) add_once(call.lookup, entry);
  }
  call.source_diplotypes = call.reported;
  if (calls.size() > 1) call.messages.emplace_back("outside_several_calls");
  return call;
}

}  // namespace varisk::pgx
