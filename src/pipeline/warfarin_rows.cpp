#include "warfarin_rows.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

#include "gene_patterns.hpp"
#include "varisk/core/number.hpp"

namespace varisk::pipeline {
namespace {

constexpr std::string_view nothing = ".";

/// Copies of the counted base in each sample; nothing where the position has no usable call.
std::vector<std::optional<int>> copies_of(const VariantPass& pass, const WarfarinSnp& snp, std::size_t samples,
                                          bool is_assumed) {
  const genotypes::LocusRecord& start = pass.locus(snp.locus);
  std::vector<std::optional<int>> copies(samples);
  std::optional<genotypes::LocusRecord> joined_lines;
  if (!start.further.empty()) {
    const bool is_ref = start.alleles.front() == snp.counted;
    const pgx::GenePosition position{
        Position{start.position}, snp.rsid, {start.alleles.front(), is_ref ? snp.other : snp.counted}};
    if (const auto lines = lines_of_site(position, start); lines.size() > 1) joined_lines = join_lines(lines);
  }
  const genotypes::LocusRecord& record = joined_lines ? *joined_lines : start;
  const bool knows_reference = record.state == genotypes::LocusState::record;
  if (record.state < genotypes::LocusState::block && !is_assumed) return copies;
  // Within a reference block only REF of the definition tells the base.
  const std::string& reference = knows_reference ? record.alleles.front() : pass.locus_site(snp.locus).effect_allele;
  const auto count = [&](const std::string& base) {
    return base == snp.counted ? std::optional(1) : base == snp.other ? std::optional(0) : std::nullopt;
  };
  if (const auto of_reference = count(reference)) std::fill(copies.begin(), copies.end(), 2 * *of_reference);
  for (const genotypes::AlleleCall& call : record.calls.others) {
    copies[call.sample].reset();
    if (call.kind != genotypes::AlleleCallKind::two) continue;
    const auto first = count(record.alleles[call.first]);
    const auto second = count(record.alleles[call.second]);
    if (first && second) copies[call.sample] = *first + *second;
  }
  return copies;
}

/// Copies of -1639A that a call of VKORC1 tells by its phenotype (`-1639 AG`).
std::optional<int> vkorc1_copies(const pgx::GeneCall& call) {
  constexpr std::string_view start = "-1639 ";
  std::optional<int> copies;
  for (const pgx::LookupEntry& entry : call.lookup) {
    if (entry.phenotypes.size() != 1 || !entry.phenotypes[0].starts_with(start)) return std::nullopt;
    const auto here =
        static_cast<int>(std::count(entry.phenotypes[0].begin() + start.size(), entry.phenotypes[0].end(), 'A'));
    if (copies && *copies != here) return std::nullopt;
    copies = here;
  }
  return copies;
}

/// Copies of the counted base that the alleles of a call tell; nothing if one is not defined, or lines disagree.
std::optional<int> copies_of_alleles(const pgx::Gene& gene, const pgx::GeneCall& call, const WarfarinSnp& snp) {
  const auto position = std::find_if(gene.positions.begin(), gene.positions.end(),
                                     [&](const pgx::GenePosition& p) { return p.rsid == snp.rsid; });
  if (position == gene.positions.end()) return std::nullopt;
  const auto counted = pgx::parse_bases(*position, snp.counted);
  std::optional<int> copies;
  for (const pgx::LookupEntry& entry : call.lookup) {
    if (entry.alleles.size() != 2) return std::nullopt;
    int here = 0;
    for (const std::string& name : entry.alleles) {
      const pgx::NamedAllele* const allele = gene.find(name);
      if (allele == nullptr || !allele->is_defined()) return std::nullopt;
      if (allele->bases[static_cast<std::size_t>(position - gene.positions.begin())] == counted) ++here;
    }
    if (copies && *copies != here) return std::nullopt;
    copies = here;
  }
  return copies;
}

/// What CYP2C9's call is to the formulas: nothing only if nobody looked, or if *2 or *3 were not looked for and nothing
/// but the reference was seen. Where variants were seen and more may be there, no formula can be used.
void set_cyp2c9(const pgx::Gene& gene, const pgx::GeneCall& call, pgx::WarfarinGenotype& genotype) {
  using pgx::Cyp2c9Allele;
  constexpr std::array unusable = {Cyp2c9Allele::other, Cyp2c9Allele::other};
  if (call.untested == gene.positions.size() && call.source != "outside") return;
  if (call.lookup.empty() || call.is_research) {
    const bool nobody_says = call.source == "outside";
    if (!nobody_says) genotype.cyp2c9 = unusable;
    return;
  }
  const auto open = [&](const char* allele) {
    return std::find(call.not_excluded.begin(), call.not_excluded.end(), allele) != call.not_excluded.end();
  };
  const auto role = [&](std::string name) {
    if (gene.find(name) == nullptr) name = name.substr(0, name.find('.'));
    if (name == "*2") return Cyp2c9Allele::star2;
    if (name == "*3") return Cyp2c9Allele::star3;
    if (name == "*5" || name == "*6" || name == "*8" || name == "*11") return Cyp2c9Allele::rare_reduced;
    const pgx::NamedAllele* const allele = gene.find(name);
    const bool normal = allele != nullptr && allele->function == "Normal function";
    return normal ? Cyp2c9Allele::normal : Cyp2c9Allele::other;
  };
  std::optional<std::array<Cyp2c9Allele, 2>> pair;
  for (const pgx::LookupEntry& entry : call.lookup) {
    std::array here = unusable;
    if (entry.alleles.size() == 2) here = {role(entry.alleles[0]), role(entry.alleles[1])};
    std::sort(here.begin(), here.end());
    // Different answers: no formula can be used.
    if (pair && *pair != here) here = unusable;
    pair = here;
  }
  genotype.cyp2c9_poor = std::all_of(call.lookup.begin(), call.lookup.end(), [](const pgx::LookupEntry& entry) {
    return entry.phenotypes == std::vector<std::string>{"Poor Metabolizer"};
  });
  if (open("*2") || open("*3")) {
    const bool only_reference = pair == std::array{Cyp2c9Allele::normal, Cyp2c9Allele::normal};
    if (!only_reference) genotype.cyp2c9 = unusable;
    return;
  }
  genotype.cyp2c9 = pair;
  genotype.cyp2c9_rare_tested = !open("*5") && !open("*6") && !open("*8") && !open("*11");
}

std::string_view recall_of(pgx::WarfarinClass dose_class) {
  switch (dose_class) {
    case pgx::WarfarinClass::low: return "class_recall:55%";
    case pgx::WarfarinClass::intermediate: return "class_recall:86%";
    case pgx::WarfarinClass::high: return "class_recall:29%";
  }
  return "";
}

std::string tenths(double value) { return format_double(std::round(value * 10) / 10); }

std::string joined(const std::vector<std::string>& parts, std::string_view separator, std::string_view none) {
  return parts.empty() ? std::string(none) : fmt::format("{}", fmt::join(parts, separator));
}

std::string allele_text(std::optional<int> count, const std::array<const char*, 3>& names) {
  return count ? names[static_cast<std::size_t>(*count)] : "not known";
}

/// Where the row of a person's genotype begins: what was found in the three genes.
struct GenotypeCells {
  std::string diplotypes;
  std::string phenotypes;
  std::string activity_scores;
};

GenotypeCells describe(const pgx::WarfarinGenotype& genotype, const pgx::GeneCall* cyp2c9) {
  std::vector<std::string> phenotypes;
  std::vector<std::string> scores;
  if (cyp2c9 != nullptr && !cyp2c9->is_research) {
    for (const pgx::LookupEntry& entry : cyp2c9->lookup) {
      phenotypes.push_back(joined(entry.phenotypes, ", ", "n/a"));
      if (entry.activity_score) scores.push_back(format_double(*entry.activity_score));
    }
  }
  for (auto* const list : {&phenotypes, &scores}) {
    std::sort(list->begin(), list->end());
    list->erase(std::unique(list->begin(), list->end()), list->end());
  }
  const std::string vkorc1 = allele_text(genotype.vkorc1_a, {"-1639 GG", "-1639 AG", "-1639 AA"});
  GenotypeCells cells;
  cells.diplotypes = fmt::format(
      "{}; {}; {}", cyp2c9 == nullptr ? std::string(pgx::no_result) : joined(cyp2c9->reported, " or ", pgx::no_result),
      vkorc1, allele_text(genotype.cyp4f2_t, {"rs2108622 CC", "rs2108622 CT", "rs2108622 TT"}));
  cells.phenotypes = fmt::format("{}; {}; {}", joined(phenotypes, " or ", pgx::no_result),
                                 genotype.vkorc1_a ? vkorc1 : std::string(pgx::no_result), nothing);
  cells.activity_scores = fmt::format("{}; {}; {}", joined(scores, " or ", nothing), nothing, nothing);
  return cells;
}

/// What was not looked for, and could change the dose.
std::vector<std::string> gaps(const DosingPatient& patient, const pgx::WarfarinGenotype& genotype,
                              const WarfarinCalls& calls, std::span<const pgx::MessageRule> rules) {
  std::vector<std::string> codes;
  const pgx::GeneCall* const cyp2c9 = calls.cyp2c9;
  if (cyp2c9 != nullptr && !cyp2c9->not_excluded.empty()) {
    codes.push_back(fmt::format("not_excluded:CYP2C9:{}", fmt::join(cyp2c9->not_excluded, "+")));
  }
  for (const pgx::GeneCall* const call : {calls.cyp2c9, calls.vkorc1, calls.cyp4f2}) {
    if (call == nullptr) continue;
    for (const std::string& code : call->messages) {
      const auto is_this = [&](const pgx::MessageRule& rule) { return rule.code == code && rule.kind == "warning"; };
      if (std::any_of(rules.begin(), rules.end(), is_this)) codes.push_back(code);
    }
  }
  const bool african = patient.warfarin.race == pgx::Race::black;
  if (!african && !genotype.cyp4f2_t) codes.emplace_back("rs2108622_not_known");
  if (african && !genotype.rs12777823_a) codes.emplace_back("rs12777823_not_known");
  if (patient.notes.transplant) codes.emplace_back("transplant_germline_calls");
  if (patient.notes.transfusion) codes.emplace_back("transfusion_germline_calls");
  return codes;
}

std::string_view formula_name(pgx::WarfarinFormula formula) {
  switch (formula) {
    case pgx::WarfarinFormula::iwpc_pharmacogenetic: return "IWPC pharmacogenetic";
    case pgx::WarfarinFormula::iwpc_clinical: return "IWPC clinical";
    case pgx::WarfarinFormula::gage_pharmacogenetic: return "Gage pharmacogenetic";
  }
  return "";
}

/// What dosing.tsv says of one dose, or of none.
struct WarfarinRow {
  std::string_view action = "no_recommendation";
  std::string_view fallback = nothing;
  std::string_view condition = nothing;
  std::string dose{nothing};
  std::string_view unit = nothing;
  std::string low{nothing};
  std::string high{nothing};
  std::string_view strength = "N/A";
  std::string text;
  std::vector<std::string> codes;
};

/// \param is_guideline  the dose of CPIC's flow, and not the one beside it
WarfarinRow row_of(const pgx::WarfarinDose& dose, bool is_guideline, std::optional<pgx::Race> race) {
  using pgx::WarfarinClass;
  using pgx::WarfarinFormula;
  WarfarinRow row;
  const WarfarinClass dose_class = pgx::warfarin_class(dose.mg_per_week());
  row.codes = dose.why;
  row.codes.push_back(fmt::format("dose_class:{}", to_string(dose_class)));
  if (dose.formula == WarfarinFormula::iwpc_pharmacogenetic) row.codes.emplace_back(recall_of(dose_class));
  if (dose.low_mg) row.codes.emplace_back("interval_from_iwpc_table");
  row.text = fmt::format("The {} formula gives {} mg a week as the maintenance dose", formula_name(dose.formula),
                         tenths(dose.formula_mg));
  if (dose.low_factor != dose.high_factor) {
    row.text += fmt::format(", and CPIC's further adjustments make it {} to {}",
                            tenths(dose.formula_mg * dose.low_factor), tenths(dose.formula_mg * dose.high_factor));
  }
  row.text += "; start near it and let the INR decide.";
  row.action = dose_class == WarfarinClass::low    ? "decrease"
               : dose_class == WarfarinClass::high ? "increase"
                                                   : "standard";
  if (dose.consider_alternative) {
    row.fallback = row.action;
    row.action = "alternative";
    row.text = "CYP2C9 is that of a poor metabolizer: consider another anticoagulant. " + row.text;
  }
  row.condition = to_string(dose.formula);
  row.dose = tenths(dose.mg_per_week());
  row.unit = "mg/week";
  if (dose.low_mg) row.low = tenths(*dose.low_mg);
  if (dose.high_mg) row.high = tenths(*dose.high_mg);
  // CPIC: strong for the algorithm, moderate for people of African ancestry; clinical dosing is no genotype's advice.
  if (is_guideline && dose.formula == WarfarinFormula::iwpc_pharmacogenetic) row.strength = "Strong";
  if (is_guideline && dose.formula != WarfarinFormula::gage_pharmacogenetic && race == pgx::Race::black) {
    row.strength = "Moderate";
  }
  return row;
}

/// A base that nobody knows at the position is no other base.
bool is_undocumented(const pgx::GeneCall* call) {
  return call != nullptr && call->state == pgx::CallState::no_call &&
         std::find(call->messages.begin(), call->messages.end(), "undocumented_no_call") != call->messages.end();
}

const pgx::GeneCall* from_outside(const pgx::GeneCall* call) {
  return call != nullptr && call->source == "outside" ? call : nullptr;
}

}  // namespace

void WarfarinRows::read_group(const VariantPass& pass, std::size_t samples) {
  snp_copies_.clear();
  for (const WarfarinSnp& snp : plan_->warfarin_snps()) {
    // SNPs that stand in for another one must have been seen.
    const bool may_be_assumed = snp.rsid == "rs9923231" || snp.rsid == "rs2108622" || snp.rsid == "rs12777823";
    const bool is_absent = pass.locus(snp.locus).state == genotypes::LocusState::absent;
    const std::string& contig = plan_->loci().contig(pass.locus_site(snp.locus).contig);
    const bool is_assumed = may_be_assumed && is_absent && absent_ == AbsentPolicy::reference && !pass.has_blocks() &&
                            pass.has_contig(contig);
    snp_copies_.push_back(copies_of(pass, snp, samples, is_assumed));
  }
}

std::optional<int> WarfarinRows::copies(std::string_view rsid, std::size_t sample) const {
  for (std::size_t s = 0; s < snp_copies_.size(); ++s) {
    if (plan_->warfarin_snps()[s].rsid == rsid) return snp_copies_[s][sample];
  }
  return std::nullopt;
}

pgx::WarfarinGenotype WarfarinRows::genotype(std::size_t sample, const DosingPatient& patient,
                                             const WarfarinCalls& calls) const {
  pgx::WarfarinGenotype genotype;
  if (calls.cyp2c9 != nullptr) set_cyp2c9(*plan_->data().find("CYP2C9"), *calls.cyp2c9, genotype);
  if (const pgx::GeneCall* const outside = from_outside(calls.vkorc1)) {
    genotype.vkorc1_a = vkorc1_copies(*outside);
  } else if (!is_undocumented(calls.vkorc1)) {
    const auto vkorc1 = pgx::impute_vkorc1({copies("rs9923231", sample), copies("rs2359612", sample),
                                            copies("rs9934438", sample), copies("rs8050894", sample)},
                                           patient.warfarin.race);
    genotype.vkorc1_a = vkorc1.a;
    genotype.vkorc1_source = vkorc1.source;
  }
  if (!is_undocumented(calls.cyp4f2)) genotype.cyp4f2_t = copies("rs2108622", sample);
  if (const pgx::GeneCall* const outside = from_outside(calls.cyp4f2)) {
    const auto snp = std::find_if(plan_->warfarin_snps().begin(), plan_->warfarin_snps().end(),
                                  [](const WarfarinSnp& one) { return one.rsid == "rs2108622"; });
    genotype.cyp4f2_t = copies_of_alleles(*plan_->data().find("CYP4F2"), *outside, *snp);
  }
  genotype.rs12777823_a = copies("rs12777823", sample);
  return genotype;
}

void WarfarinRows::write(std::string_view sample_id, std::size_t sample, const DosingPatient& patient,
                         const WarfarinCalls& calls, report::TsvRows& rows) const {
  const pgx::WarfarinGenotype genotype = this->genotype(sample, patient, calls);
  const pgx::WarfarinAdvice advice = pgx::advise_warfarin(patient.warfarin, genotype);
  const GenotypeCells cells = describe(genotype, calls.cyp2c9);
  const std::vector<std::string> missing = gaps(patient, genotype, calls, plan_->data().messages);
  const auto write_row = [&](WarfarinRow row) {
    row.codes.insert(row.codes.end(), missing.begin(), missing.end());
    const std::string codes = joined(row.codes, ",", nothing);
    rows << sample_id << std::string_view("warfarin") << std::string_view("CYP2C9; VKORC1; CYP4F2");
    for (const std::string* const cell : {&cells.diplotypes, &cells.phenotypes, &cells.activity_scores}) {
      rows << std::string_view(*cell);
    }
    rows << row.action << row.fallback << row.condition << std::string_view(row.dose) << row.unit
         << std::string_view(row.low) << std::string_view(row.high) << std::string_view("adults") << row.strength
         << std::string_view("CPIC") << std::string_view("cpic-warfarin") << std::string_view("28198005")
         << std::string_view(plan_->data().date) << std::string_view(row.text) << std::string_view(codes);
    rows.end_row();
  };
  if (advice.dose) {
    write_row(row_of(*advice.dose, true, patient.warfarin.race));
  } else {
    WarfarinRow row;
    row.text = fmt::format("No dose can be computed: {}.", fmt::join(advice.none.why, ", "));
    if (genotype.cyp2c9_poor) {
      row.action = "alternative";
      row.text = "CYP2C9 is that of a poor metabolizer: consider another anticoagulant. " + row.text;
    }
    row.codes = advice.none.why;
    write_row(std::move(row));
  }
  if (advice.gage) write_row(row_of(*advice.gage, false, patient.warfarin.race));
}

}  // namespace varisk::pipeline
