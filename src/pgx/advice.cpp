#include "varisk/pgx/advice.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "lists.hpp"
#include "look_up.hpp"
#include "varisk/core/error.hpp"
#include "varisk/core/number.hpp"

namespace varisk::pgx {
namespace {

constexpr std::string_view nothing = ".";

std::string joined(const std::vector<std::string>& parts, std::string_view separator, std::string_view none) {
  return parts.empty() ? std::string(none) : fmt::format("{}", fmt::join(parts, separator));
}

Inhibition inhibition_of(const PatientNotes& notes, const std::string& gene) {
  if (gene == "CYP2D6") return notes.cyp2d6;
  if (gene == "CYP2C19") return notes.cyp2c19;
  return Inhibition::none;
}

std::string_view name_of(Inhibition inhibition) {
  switch (inhibition) {
    case Inhibition::none: return "none";
    case Inhibition::weak: return "weak";
    case Inhibition::moderate: return "moderate";
    case Inhibition::strong: return "strong";
  }
  return "";
}

/// The phenotype that the inhibitor leaves. Strong: a poor metabolizer; moderate, CYP2D6: half the activity score
/// (CPIC, PMID 31647186); else it is not known how much is left.
std::string converted(const GeneResult& result, const LookupEntry& entry, Inhibition inhibition) {
  if (inhibition == Inhibition::strong) return "Poor Metabolizer";
  if (inhibition == Inhibition::moderate && result.gene->lookup == LookupKind::activity && entry.activity_score) {
    return result.gene->phenotypes.find(*entry.activity_score / 2).value_or("reduced");
  }
  return "reduced, by how much is not known";
}

/// Candidates of one gene that have the same key, and so the same answers.
struct KeyGroup {
  LookupKey key;
  std::vector<std::string> names;
  std::vector<std::string> phenotypes;
  std::vector<std::string> scores;
};

std::vector<KeyGroup> groups_of(const GeneResult& result, const PatientNotes& notes) {
  const GeneCall& call = *result.call;
  if (call.is_research || call.lookup.empty()) {
    const std::string shown = call.is_research ? std::string{} : joined(call.reported, " or ", "");
    return {{LookupKey{}, shown.empty() ? std::vector<std::string>{} : std::vector{shown}, {}, {}}};
  }
  const Inhibition inhibition = inhibition_of(notes, result.gene->name);
  std::vector<KeyGroup> groups;
  for (std::size_t i = 0; i < call.lookup.size(); ++i) {
    const LookupEntry& entry = call.lookup[i];
    const LookupKey key = key_of(entry, *result.gene);
    auto group = std::find_if(groups.begin(), groups.end(), [&](const KeyGroup& one) { return one.key == key; });
    if (group == groups.end()) group = groups.insert(groups.end(), KeyGroup{key, {}, {}, {}});
    // DPYD and RYR1 are looked up by the two worst of all that a person has.
    const bool is_one = call.reported.size() == call.lookup.size();
    add_once(group->names, is_one                         ? call.reported[i]
                           : result.gene->lowest_function ? joined(call.reported, ", ", nothing)
                                                          : entry.name);
    std::string text = joined(entry.phenotypes, ", ", "n/a");
    if (inhibition >= Inhibition::moderate) {
      text += fmt::format(" (with the {} inhibitor: {})", name_of(inhibition), converted(result, entry, inhibition));
    }
    add_once(group->phenotypes, text);
    if (entry.activity_score) add_once(group->scores, format_double(*entry.activity_score));
  }
  return groups;
}

/// Of single alleles those that the drug's rows ask for; without any there is no result.
LookupKey key_for(const Drug& drug, std::size_t gene, LookupKind lookup, LookupKey key) {
  if (lookup != LookupKind::allele) return key;
  std::erase_if(key.phenotypes, [&](const std::string& phenotype) {
    return std::none_of(drug.rows.begin(), drug.rows.end(),
                        [&](const Recommendation& row) { return holds(row.when[gene].phenotypes, phenotype); });
  });
  return key;
}

/// One group of each gene.
using Choice = std::vector<const KeyGroup*>;

std::vector<Choice> choices_of(const std::vector<std::vector<KeyGroup>>& groups) {
  std::vector<Choice> all = {{}};
  for (const std::vector<KeyGroup>& of_gene : groups) {
    std::vector<Choice> longer;
    for (const Choice& choice : all) {
      for (const KeyGroup& group : of_gene) {
        longer.push_back(choice);
        longer.back().push_back(&group);
      }
    }
    all = std::move(longer);
  }
  return all;
}

/// A row of the guideline, and the candidates of each gene that lead to it.
struct Answer {
  const Recommendation* row = nullptr;
  std::vector<std::vector<const KeyGroup*>> groups;  ///< of each gene
};

/// What the candidates have in one column, gene by gene.
std::string spelled(const Answer& answer, std::vector<std::string> KeyGroup::*column, std::string_view none) {
  std::vector<std::string> cells;
  for (const auto& of_gene : answer.groups) {
    std::vector<std::string> all;
    for (const KeyGroup* const group : of_gene) {
      for (const std::string& text : group->*column) add_once(all, text);
    }
    cells.push_back(joined(all, " or ", none));
  }
  return fmt::format("{}", fmt::join(cells, "; "));
}

/// "Use as usual", now or where a condition is not met, or more than that; or what the guideline says of people who
/// have the reference: an allele that was not looked for may forbid it.
bool rests_on_absence(const Recommendation& row, std::span<const GeneResult> genes) {
  if (row.primary_action == "standard" || row.primary_action == "increase") return true;
  if (row.condition != nothing && row.fallback_action == "standard") return true;
  for (std::size_t g = 0; g < genes.size(); ++g) {
    const Gene& gene = *genes[g].gene;
    if (genes[g].call->not_excluded.empty() || !gene.reference || gene.lookup == LookupKind::allele) continue;
    const std::string& reference = gene.alleles[*gene.reference].name;
    const LookupKey key = key_of(look_up(gene, {reference, reference}), gene);
    if (!row.when[g].any && row.when[g].contains(key, gene.lookup)) return true;
  }
  return false;
}

/// In a code, where commas separate codes.
std::string code_name(std::vector<std::string> names) {
  std::string all = fmt::format("{}", fmt::join(names, "+"));
  std::replace(all.begin(), all.end(), ',', '_');
  return all;
}

/// Where a frequent allele was not looked for, nobody can be told to go on as usual.
void withdraw_standard(std::span<const GeneResult> genes, AdviceRow& row) {
  std::vector<std::string> open;
  for (std::size_t g = 0; g < genes.size(); ++g) {
    const GeneCall& call = *genes[g].call;
    // Without a call the guideline's own row for that stands.
    if (call.lookup.empty() || call.not_excluded.empty() || call.state == CallState::outside ||
        row.recommendation.when[g].any)
      continue;
    constexpr std::size_t most_named = 4;
    const bool many = call.not_excluded.size() > most_named;
    open.push_back(many ? fmt::format("{} (one of {} alleles)", genes[g].gene->name, call.not_excluded.size())
                        : fmt::format("{} {}", genes[g].gene->name, fmt::join(call.not_excluded, ", ")));
    row.cautions.push_back(fmt::format("not_excluded:{}:{}", genes[g].gene->name, code_name(call.not_excluded)));
  }
  if (open.empty() || !rests_on_absence(row.recommendation, genes)) return;
  Recommendation& advice = row.recommendation;
  advice.primary_action = "no_recommendation";
  advice.fallback_action = advice.condition = nothing;
  advice.dose_value = advice.dose_unit = advice.dose_low = advice.dose_high = nothing;
  advice.strength = "No recommendation";
  advice.text = fmt::format(
      "Positions of the minimum test set were not genotyped, so {} is not excluded and no advice "
      "can rest on its absence.",
      fmt::join(open, "; "));
}

std::vector<std::string> cautions_of(const PgxData& data, const Drug& drug, std::span<const GeneResult> genes,
                                     const PatientNotes& notes) {
  std::vector<std::string> codes;
  for (const GeneResult& result : genes) {
    const GeneCall& call = *result.call;
    const Inhibition inhibition = inhibition_of(notes, result.gene->name);
    if (inhibition != Inhibition::none) {
      codes.push_back(fmt::format("phenoconversion:{}:{}", result.gene->name, name_of(inhibition)));
    }
    for (const std::string& code : call.messages) {
      const bool is_warning = std::any_of(data.messages.begin(), data.messages.end(), [&](const MessageRule& rule) {
        return rule.code == code && (rule.kind == "warning" || holds(rule.drugs, drug.name));
      });
      if (is_warning) add_once(codes, code);
    }
    for (const MessageRule& rule : data.messages) {
      if (rule.gene != result.gene->name || !holds(rule.drugs, drug.name) || rule.diplotypes.empty()) continue;
      const auto called = [&](const LookupEntry& entry) { return holds(rule.diplotypes, entry.name); };
      if (std::any_of(call.lookup.begin(), call.lookup.end(), called)) add_once(codes, rule.code);
    }
    if (!call.lookup.empty() && call.untested > 0) {
      codes.push_back(fmt::format("untested_positions:{}:{}_of_{}", result.gene->name, call.untested,
                                  result.gene->positions.size()));
    }
    const bool unknown = call.keys(*result.gene).front().is_no_result();
    if (unknown && result.gene->name == "RYR1") add_once(codes, std::string("mh_check_variants"));
    if (unknown && result.gene->name == "HLA-B" && drug.genes.size() > 1) {
      add_once(codes, std::string("needs_hla_b_outside_call"));
    }
  }
  if (notes.transplant) codes.emplace_back("transplant_germline_calls");
  if (notes.transfusion) codes.emplace_back("transfusion_germline_calls");
  return codes;
}

}  // namespace

std::vector<AdviceRow> advise(const PgxData& data, const Drug& drug, std::span<const GeneResult> genes,
                              const PatientNotes& notes) {
  AdviceRow common;
  std::vector<std::string> names;
  std::vector<LookupKind> lookups;
  std::vector<std::vector<KeyGroup>> groups;
  for (const GeneResult& result : genes) {
    names.push_back(result.gene->name);
    lookups.push_back(result.gene->lookup);
    groups.push_back(groups_of(result, notes));
  }
  common.genes = fmt::format("{}", fmt::join(names, "; "));
  common.cautions = cautions_of(data, drug, genes, notes);

  std::vector<AdviceRow> rows;
  for (const std::string& population : drug.populations) {
    std::vector<Answer> answers;
    for (const Choice& choice : choices_of(groups)) {
      std::vector<LookupKey> keys;
      for (std::size_t g = 0; g < choice.size(); ++g) keys.push_back(key_for(drug, g, lookups[g], choice[g]->key));
      const Recommendation* const row = find_row(drug, population, keys, lookups);
      if (row == nullptr) {
        throw UserError(fmt::format("{} has no row for population {} and what was called of {}", drug.name, population,
                                    common.genes),
                        data.folder + "/recommendations.tsv", "each combination of phenotypes needs one row");
      }
      auto answer = std::find_if(answers.begin(), answers.end(), [&](const Answer& one) { return one.row == row; });
      if (answer == answers.end()) {
        answer = answers.insert(answers.end(), Answer{row, std::vector<std::vector<const KeyGroup*>>(genes.size())});
      }
      for (std::size_t g = 0; g < choice.size(); ++g) add_once(answer->groups[g], choice[g]);
    }
    for (const Answer& answer : answers) {
      AdviceRow& row = rows.emplace_back(common);
      row.diplotypes = spelled(answer, &KeyGroup::names, no_result);
      row.phenotypes = spelled(answer, &KeyGroup::phenotypes, no_result);
      row.activity_scores = spelled(answer, &KeyGroup::scores, nothing);
      row.recommendation = *answer.row;
      const Guideline& guideline = data.guidelines.guidelines[answer.row->guideline];
      row.source = guideline.source;
      row.guideline = guideline.id;
      row.pmid = guideline.pmid;
      if (answer.row->cautions != nothing) row.cautions.insert(row.cautions.begin(), answer.row->cautions);
      if (answers.size() > 1) row.cautions.insert(row.cautions.begin(), "ambiguous_genotype");
      withdraw_standard(genes, row);
    }
  }
  return rows;
}

std::vector<std::string> nearest_names(std::string_view name, const std::vector<std::string>& known) {
  const auto distance = [](std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
      std::size_t diagonal = row[0];
      row[0] = i;
      for (std::size_t j = 1; j <= b.size(); ++j) {
        const std::size_t substitution = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
        diagonal = row[j];
        row[j] = std::min({row[j] + 1, row[j - 1] + 1, substitution});
      }
    }
    return row.back();
  };
  std::vector<std::pair<std::size_t, std::string>> ranked;
  ranked.reserve(known.size());
  const auto lower = [](std::string_view text) {
    std::string result(text);
    for (char& c : result) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return result;
  };
  for (const std::string& one : known) ranked.emplace_back(distance(lower(name), lower(one)), one);
  std::sort(ranked.begin(), ranked.end());
  constexpr std::size_t most = 3;
  std::vector<std::string> nearest;
  for (const auto& [away, one] : ranked) {
    const bool near = 2 * away <= std::max(name.size(), one.size());
    if (near && nearest.size() < most) nearest.push_back(one);
  }
  return nearest;
}

}  // namespace varisk::pgx
