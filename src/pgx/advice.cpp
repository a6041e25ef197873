#include "varisk/pgx/advice.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "lists.hpp"
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

std::string phenotypes_of(const GeneResult& result, const PatientNotes& notes) {
  const Inhibition inhibition = inhibition_of(notes, result.gene->name);
  std::vector<std::string> all;
  for (const LookupEntry& entry : result.call->lookup) {
    if (result.call->is_research) break;
    std::string text = joined(entry.phenotypes, ", ", "n/a");
    if (inhibition >= Inhibition::moderate) {
      text += fmt::format(" (with the {} inhibitor: {})", name_of(inhibition), converted(result, entry, inhibition));
    }
    add_once(all, text);
  }
  return joined(all, " or ", no_result);
}

std::string scores_of(const GeneResult& result) {
  std::vector<std::string> all;
  for (const LookupEntry& entry : result.call->lookup) {
    if (entry.activity_score && !result.call->is_research) add_once(all, format_double(*entry.activity_score));
  }
  return joined(all, " or ", nothing);
}

std::string each(std::span<const GeneResult> genes, const auto& text_of) {
  std::vector<std::string> parts;
  for (const GeneResult& result : genes) parts.push_back(text_of(result));
  return fmt::format("{}", fmt::join(parts, "; "));
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

/// All ways to choose one key of each gene.
std::vector<std::vector<LookupKey>> combinations(const Drug& drug, std::span<const GeneResult> genes) {
  std::vector<std::vector<LookupKey>> all = {{}};
  for (std::size_t g = 0; g < genes.size(); ++g) {
    std::vector<std::vector<LookupKey>> longer;
    for (const auto& keys : all) {
      for (const LookupKey& key : genes[g].call->keys(*genes[g].gene)) {
        longer.push_back(keys);
        longer.back().push_back(key_for(drug, g, genes[g].gene->lookup, key));
      }
    }
    all = std::move(longer);
  }
  return all;
}

/// "Use as usual", now or where a condition is not met, or more than that: an allele that was not looked for may forbid
/// it.
bool rests_on_standard(const Recommendation& row) {
  if (row.primary_action == "standard" || row.primary_action == "increase") return true;
  return row.condition != nothing && row.fallback_action == "standard";
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
    open.push_back(fmt::format("{} {}", genes[g].gene->name, fmt::join(call.not_excluded, ", ")));
    row.cautions.push_back(fmt::format("not_excluded:{}:{}", genes[g].gene->name, fmt::join(call.not_excluded, "+")));
  }
  if (open.empty() || !rests_on_standard(row.recommendation)) return;
  Recommendation& advice = row.recommendation;
  advice.primary_action = "no_recommendation";
  advice.fallback_action = advice.condition = nothing;
  advice.dose_value = advice.dose_unit = advice.dose_low = advice.dose_high = nothing;
  advice.strength = "No recommendation";
  advice.text = fmt::format(
      "Positions of the minimum test set were not genotyped, so {} is not excluded and the usual "
      "dose cannot be confirmed.",
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
  common.genes = each(genes, [](const GeneResult& result) { return result.gene->name; });
  common.diplotypes = each(genes, [](const GeneResult& result) {
    const bool shown = !result.call->is_research && !result.call->reported.empty();
    return shown ? joined(result.call->reported, " or ", no_result) : std::string(no_result);
  });
  common.phenotypes = each(genes, [&](const GeneResult& result) { return phenotypes_of(result, notes); });
  common.activity_scores = each(genes, [](const GeneResult& result) { return scores_of(result); });
  common.cautions = cautions_of(data, drug, genes, notes);
  std::vector<LookupKind> lookups;
  for (const GeneResult& result : genes) lookups.push_back(result.gene->lookup);
  const auto choices = combinations(drug, genes);

  std::vector<AdviceRow> rows;
  for (const std::string& population : drug.populations) {
    std::vector<const Recommendation*> found;
    for (const auto& keys : choices) {
      const Recommendation* const row = find_row(drug, population, keys, lookups);
      if (row == nullptr) {
        throw UserError(
            fmt::format("{} has no row for population {} and phenotypes {}", drug.name, population, common.phenotypes),
            data.folder + "/recommendations.tsv", "each combination of phenotypes needs one row");
      }
      add_once(found, row);
    }
    for (const Recommendation* const one : found) {
      AdviceRow& row = rows.emplace_back(common);
      row.recommendation = *one;
      const Guideline& guideline = data.guidelines.guidelines[one->guideline];
      row.source = guideline.source;
      row.guideline = guideline.id;
      row.pmid = guideline.pmid;
      if (one->cautions != nothing) row.cautions.insert(row.cautions.begin(), one->cautions);
      if (found.size() > 1) row.cautions.insert(row.cautions.begin(), "ambiguous_genotype");
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
  for (const std::string& one : known) ranked.emplace_back(distance(name, one), one);
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
