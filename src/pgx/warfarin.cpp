#include "varisk/pgx/warfarin.hpp"

#include <algorithm>
#include <cmath>

namespace varisk::pgx {
namespace {

constexpr double days_per_week = 7;
constexpr double adult_age = 18;
constexpr double normal_quantile = 1.96;

bool is_mixed_or_unknown(std::optional<Race> race) { return !race || *race == Race::mixed; }

double decade(double age) { return std::min(9.0, std::floor(age / 10)); }

int copies_of(const std::array<Cyp2c9Allele, 2>& alleles, Cyp2c9Allele allele) {
  return static_cast<int>(std::count(alleles.begin(), alleles.end(), allele));
}

/// Standard deviation of √dose around the formula, on the subjects of IWPC's public table.
double root_deviation(WarfarinFormula formula, std::optional<Race> race) {
  if (formula == WarfarinFormula::iwpc_clinical) return 1.155;
  if (race == Race::black) return 1.199;
  if (race == Race::asian) return 0.947;
  if (race == Race::white) return 0.972;
  return 0.984;
}

WarfarinDose iwpc_dose(WarfarinFormula formula, double root, std::optional<Race> race) {
  const double deviation = normal_quantile * root_deviation(formula, race);
  const auto square = [](double value) { return value <= 0 ? 0 : value * value; };
  WarfarinDose dose;
  dose.formula = formula;
  dose.formula_mg = square(root);
  dose.low_mg = square(root - deviation);
  dose.high_mg = square(root + deviation);
  return dose;
}

void scale(WarfarinDose& dose, double low, double high, std::string why) {
  dose.low_factor *= low;
  dose.high_factor *= high;
  dose.why.push_back(std::move(why));
}

/// What CPIC takes off and adds beyond the formula.
void adjust(WarfarinDose& dose, const WarfarinPatient& patient, const WarfarinGenotype& genotype) {
  const bool african = patient.race == Race::black;
  const int rare = genotype.cyp2c9 ? copies_of(*genotype.cyp2c9, Cyp2c9Allele::rare_reduced) : 0;
  if (rare == 1) scale(dose, 0.70, 0.85, "cyp2c9_rare_reduced_15_30_percent_less");
  if (rare == 2) scale(dose, 0.60, 0.80, "cyp2c9_rare_reduced_20_40_percent_less");
  if (!african && genotype.cyp4f2_t.value_or(0) > 0) scale(dose, 1.05, 1.10, "cyp4f2_rs2108622_t_5_10_percent_more");
  if (african && genotype.rs12777823_a.value_or(0) > 0) scale(dose, 0.75, 0.90, "rs12777823_a_10_25_percent_less");
  if (dose.low_mg) *dose.low_mg *= dose.low_factor;
  if (dose.high_mg) *dose.high_mg *= dose.high_factor;
}

std::optional<WarfarinDose> gage_dose(const WarfarinPatient& patient, const WarfarinGenotype& genotype) {
  if (!patient.age || !patient.height_cm || !patient.weight_kg || !patient.target_inr || !patient.amiodarone ||
      !patient.smoker || !patient.dvt_pe || !patient.race || !genotype.vkorc1_a || !genotype.cyp2c9) {
    return std::nullopt;
  }
  // The guideline does not want a genotype's dose there.
  if (patient.race == Race::black && !genotype.cyp2c9_rare_tested) return std::nullopt;
  GageTerms terms;
  terms.vkorc1_a = *genotype.vkorc1_a;
  terms.star2 = copies_of(*genotype.cyp2c9, Cyp2c9Allele::star2);
  terms.star3 = copies_of(*genotype.cyp2c9, Cyp2c9Allele::star3);
  terms.body_surface = body_surface_area(*patient.height_cm, *patient.weight_kg);
  terms.age = *patient.age;
  terms.target_inr = *patient.target_inr;
  terms.amiodarone = *patient.amiodarone;
  terms.smoker = *patient.smoker;
  terms.african_american = patient.race == Race::black;
  terms.dvt_pe = *patient.dvt_pe;
  WarfarinDose dose;
  dose.formula = WarfarinFormula::gage_pharmacogenetic;
  dose.formula_mg = gage_mg_per_week(terms);
  dose.why.emplace_back("gage_beside_the_guideline");
  if (patient.enzyme_inducer.value_or(false)) dose.why.emplace_back("gage_ignores_enzyme_inducers");
  adjust(dose, patient, genotype);
  return dose;
}

/// Why neither formula of IWPC can be used; empty if one can.
std::vector<std::string> obstacles(const WarfarinPatient& patient, const WarfarinGenotype& genotype) {
  std::vector<std::string> why;
  const auto need = [&](bool known, const char* code) {
    if (!known) why.emplace_back(code);
  };
  if (patient.age && *patient.age < adult_age) return {"below_18_years"};
  need(patient.age.has_value(), "age_missing");
  need(patient.height_cm.has_value(), "height_cm_missing");
  need(patient.weight_kg.has_value(), "weight_kg_missing");
  need(patient.amiodarone.has_value(), "amiodarone_missing");
  need(patient.enzyme_inducer.has_value(), "enzyme_inducer_missing");
  if (genotype.cyp2c9 && copies_of(*genotype.cyp2c9, Cyp2c9Allele::other) > 0) {
    why.emplace_back("cyp2c9_allele_not_in_formula");
  }
  return why;
}

}  // namespace

std::string_view to_string(WarfarinFormula formula) {
  switch (formula) {
    case WarfarinFormula::iwpc_pharmacogenetic: return "iwpc_pharmacogenetic";
    case WarfarinFormula::iwpc_clinical: return "iwpc_clinical";
    case WarfarinFormula::gage_pharmacogenetic: return "gage_pharmacogenetic";
  }
  return "";
}

std::string_view to_string(WarfarinClass dose_class) {
  switch (dose_class) {
    case WarfarinClass::low: return "low";
    case WarfarinClass::intermediate: return "intermediate";
    case WarfarinClass::high: return "high";
  }
  return "";
}

WarfarinClass warfarin_class(double mg_per_week) {
  if (mg_per_week <= 21) return WarfarinClass::low;
  return mg_per_week < 49 ? WarfarinClass::intermediate : WarfarinClass::high;
}

double body_surface_area(double height_cm, double weight_kg) {
  return 0.007184 * std::pow(weight_kg, 0.425) * std::pow(height_cm, 0.725);
}

double iwpc_pharmacogenetic_root(const WarfarinTerms& patient, std::optional<int> vkorc1_a,
                                 const std::optional<std::array<Cyp2c9Allele, 2>>& cyp2c9) {
  double root = 5.6044 - 0.2614 * decade(patient.age) + 0.0087 * patient.height_cm + 0.0128 * patient.weight_kg;
  if (!vkorc1_a) root -= 0.4854;
  if (vkorc1_a == 1) root -= 0.8677;
  if (vkorc1_a == 2) root -= 1.6974;
  if (!cyp2c9) {
    root -= 0.2188;
  } else {
    const int star2 = copies_of(*cyp2c9, Cyp2c9Allele::star2);
    const int star3 = copies_of(*cyp2c9, Cyp2c9Allele::star3);
    if (star2 == 1 && star3 == 0) root -= 0.5211;
    if (star2 == 0 && star3 == 1) root -= 0.9357;
    if (star2 == 2) root -= 1.0616;
    if (star2 == 1 && star3 == 1) root -= 1.9206;
    if (star3 == 2) root -= 2.3312;
  }
  if (patient.race == Race::asian) root -= 0.1092;
  if (patient.race == Race::black) root -= 0.2760;
  if (is_mixed_or_unknown(patient.race)) root -= 0.1032;
  if (patient.enzyme_inducer) root += 1.1816;
  if (patient.amiodarone) root -= 0.5503;
  return root;
}

double iwpc_clinical_root(const WarfarinTerms& patient) {
  double root = 4.0376 - 0.2546 * decade(patient.age) + 0.0118 * patient.height_cm + 0.0134 * patient.weight_kg;
  if (patient.race == Race::asian) root -= 0.6752;
  if (patient.race == Race::black) root += 0.4060;
  if (is_mixed_or_unknown(patient.race)) root += 0.0443;
  if (patient.enzyme_inducer) root += 1.2799;
  if (patient.amiodarone) root -= 0.5695;
  return root;
}

double gage_mg_per_week(const GageTerms& terms) {
  double log_dose = 0.9751 - 0.3238 * terms.vkorc1_a + 0.4317 * terms.body_surface - 0.4008 * terms.star3 -
                    0.00745 * terms.age - 0.2066 * terms.star2 + 0.2029 * terms.target_inr;
  if (terms.amiodarone) log_dose -= 0.2538;
  if (terms.smoker) log_dose += 0.0922;
  if (terms.african_american) log_dose -= 0.0901;
  if (terms.dvt_pe) log_dose += 0.0664;
  return days_per_week * std::exp(log_dose);
}

ImputedVkorc1 impute_vkorc1(const Vkorc1Snps& snps, std::optional<Race> race) {
  if (snps.rs9923231_a) return {snps.rs9923231_a, "rs9923231"};
  // Where these SNPs are not in the same linkage disequilibrium they prove nothing.
  const bool may_stand = race != Race::black && !is_mixed_or_unknown(race);
  if (may_stand && snps.rs2359612_t) return {snps.rs2359612_t, "rs2359612"};
  if (snps.rs9934438_t) return {snps.rs9934438_t, "rs9934438"};
  if (may_stand && snps.rs8050894_c) return {snps.rs8050894_c, "rs8050894"};
  return {};
}

WarfarinAdvice advise_warfarin(const WarfarinPatient& patient, const WarfarinGenotype& genotype) {
  WarfarinAdvice advice;
  advice.none.why = obstacles(patient, genotype);
  if (!advice.none.why.empty()) return advice;
  advice.gage = gage_dose(patient, genotype);

  const bool other_target = patient.target_inr && (*patient.target_inr < 2 || *patient.target_inr > 3);
  if (other_target) {
    // IWPC's formulas were made for a target of 2 to 3; Gage's does not know enzyme inducers.
    if (advice.gage && *patient.enzyme_inducer) {
      advice.none.why = {"target_inr_outside_2_3", "gage_ignores_enzyme_inducers"};
      advice.gage.reset();
    } else if (advice.gage) {
      advice.dose = std::move(advice.gage);
      advice.gage.reset();
      advice.dose->why.front() = "target_inr_outside_2_3";
      advice.dose->consider_alternative = genotype.cyp2c9_poor;
    } else {
      advice.none.why = {"target_inr_outside_2_3"};
    }
    return advice;
  }

  const bool no_genotype = !genotype.vkorc1_a && !genotype.cyp2c9;
  const bool african_untested = patient.race == Race::black && !genotype.cyp2c9_rare_tested;
  const WarfarinTerms terms{*patient.age, *patient.height_cm,  *patient.weight_kg,
                            patient.race, *patient.amiodarone, *patient.enzyme_inducer};
  if (no_genotype || african_untested) {
    advice.dose = iwpc_dose(WarfarinFormula::iwpc_clinical, iwpc_clinical_root(terms), patient.race);
    advice.dose->why.emplace_back(no_genotype ? "no_genotype" : "african_ancestry_rare_alleles_untested");
  } else {
    advice.dose = iwpc_dose(WarfarinFormula::iwpc_pharmacogenetic,
                            iwpc_pharmacogenetic_root(terms, genotype.vkorc1_a, genotype.cyp2c9), patient.race);
    if (!genotype.vkorc1_a) advice.dose->why.emplace_back("vkorc1_unknown_term");
    if (!genotype.cyp2c9) advice.dose->why.emplace_back("cyp2c9_unknown_term");
    if (genotype.vkorc1_a && genotype.vkorc1_source != "rs9923231") {
      advice.dose->why.push_back("vkorc1_from_" + std::string(genotype.vkorc1_source));
    }
    adjust(*advice.dose, patient, genotype);
  }
  constexpr double least_mg = 1;  // a week: below, the formula has left what it was made from
  if (advice.dose->formula_mg < least_mg) {
    advice.none.why = {"formula_dose_below_1_mg_a_week"};
    advice.dose.reset();
    advice.gage.reset();
    return advice;
  }
  if (!patient.race) advice.dose->why.emplace_back("race_missing_term");
  if (!patient.target_inr) advice.dose->why.emplace_back("target_inr_taken_as_2_3");
  advice.dose->consider_alternative = genotype.cyp2c9_poor;
  return advice;
}

}  // namespace varisk::pgx
