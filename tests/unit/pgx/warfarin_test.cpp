#include "varisk/pgx/warfarin.hpp"

#include <gmock/gmock.h>

#include <array>
#include <cmath>
#include <optional>
#include <string>
#include <vector>

namespace varisk::pgx {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::Not;

using Pair = std::array<Cyp2c9Allele, 2>;
constexpr auto n = Cyp2c9Allele::normal;
constexpr auto s2 = Cyp2c9Allele::star2;
constexpr auto s3 = Cyp2c9Allele::star3;
constexpr auto rare = Cyp2c9Allele::rare_reduced;
constexpr auto other = Cyp2c9Allele::other;
constexpr Pair s1s1 = {n, n};

constexpr double digits = 1e-9;

/// 65 years, 170 cm, 70 kg.
WarfarinTerms terms() {
  WarfarinTerms patient;
  patient.age = 65;
  patient.height_cm = 170;
  patient.weight_kg = 70;
  patient.race = Race::white;
  return patient;
}

/// The same, with nothing left open.
WarfarinPatient patient() {
  WarfarinPatient person;
  person.age = 65;
  person.height_cm = 170;
  person.weight_kg = 70;
  person.race = Race::white;
  person.amiodarone = person.enzyme_inducer = false;
  person.target_inr = 2.5;
  return person;
}

/// VKORC1 G/G, CYP2C9 *1/*1, everything tested.
WarfarinGenotype genotype() {
  WarfarinGenotype all;
  all.vkorc1_a = 0;
  all.cyp2c9 = s1s1;
  all.cyp2c9_rare_tested = true;
  all.cyp4f2_t = all.rs12777823_a = 0;
  return all;
}

WarfarinDose dose_of(const WarfarinPatient& person, const WarfarinGenotype& alleles) {
  return advise_warfarin(person, alleles).dose.value();
}

// 5.6044 - 0.2614 * 6 + 0.0087 * 170 + 0.0128 * 70 = 5.6044 - 1.5684 + 1.479 + 0.896 = 6.411
constexpr double pharmacogenetic = 6.411;
// 4.0376 - 0.2546 * 6 + 0.0118 * 170 + 0.0134 * 70 = 4.0376 - 1.5276 + 2.006 + 0.938 = 5.454
constexpr double clinical = 5.454;

TEST(IwpcPharmacogenetic, HasTheGenotypeTerms) {
  EXPECT_NEAR(iwpc_pharmacogenetic_root(terms(), 0, s1s1), pharmacogenetic, digits);
  EXPECT_NEAR(iwpc_pharmacogenetic_root(terms(), 1, s1s1), 5.5433, digits);             // 6.411 - 0.8677
  EXPECT_NEAR(iwpc_pharmacogenetic_root(terms(), 2, s1s1), 4.7136, digits);             // 6.411 - 1.6974
  EXPECT_NEAR(iwpc_pharmacogenetic_root(terms(), std::nullopt, s1s1), 5.9256, digits);  // 6.411 - 0.4854
  EXPECT_NEAR(iwpc_pharmacogenetic_root(terms(), 0, Pair{n, s2}), 5.8899, digits);      // 6.411 - 0.5211
  EXPECT_NEAR(iwpc_pharmacogenetic_root(terms(), 0, Pair{s3, n}), 5.4753, digits);      // 6.411 - 0.9357
  EXPECT_NEAR(iwpc_pharmacogenetic_root(terms(), 0, Pair{s2, s2}), 5.3494, digits);     // 6.411 - 1.0616
  EXPECT_NEAR(iwpc_pharmacogenetic_root(terms(), 0, Pair{s3, s2}), 4.4904, digits);     // 6.411 - 1.9206
  EXPECT_NEAR(iwpc_pharmacogenetic_root(terms(), 0, Pair{s3, s3}), 4.0798, digits);     // 6.411 - 2.3312
  EXPECT_NEAR(iwpc_pharmacogenetic_root(terms(), 0, std::nullopt), 6.1922, digits);     // 6.411 - 0.2188
  // *5, *6, *8 and *11 are *1 here.
  EXPECT_NEAR(iwpc_pharmacogenetic_root(terms(), 0, Pair{rare, rare}), pharmacogenetic, digits);
  EXPECT_NEAR(iwpc_pharmacogenetic_root(terms(), 0, Pair{rare, s2}), 5.8899, digits);  // 6.411 - 0.5211
}

TEST(IwpcPharmacogenetic, HasTheOtherTerms) {
  const auto root = [](auto change) {
    WarfarinTerms person = terms();
    change(person);
    return iwpc_pharmacogenetic_root(person, 0, s1s1);
  };
  EXPECT_NEAR(root([](auto& p) { p.race = Race::asian; }), 6.3018, digits);     // 6.411 - 0.1092
  EXPECT_NEAR(root([](auto& p) { p.race = Race::black; }), 6.1350, digits);     // 6.411 - 0.2760
  EXPECT_NEAR(root([](auto& p) { p.race = Race::mixed; }), 6.3078, digits);     // 6.411 - 0.1032
  EXPECT_NEAR(root([](auto& p) { p.race.reset(); }), 6.3078, digits);           // 6.411 - 0.1032
  EXPECT_NEAR(root([](auto& p) { p.enzyme_inducer = true; }), 7.5926, digits);  // 6.411 + 1.1816
  EXPECT_NEAR(root([](auto& p) { p.amiodarone = true; }), 5.8607, digits);      // 6.411 - 0.5503
  EXPECT_NEAR(root([](auto& p) { p.height_cm = 180; }), 6.498, digits);         // 6.411 + 0.087
  EXPECT_NEAR(root([](auto& p) { p.weight_kg = 80; }), 6.539, digits);          // 6.411 + 0.128
  EXPECT_NEAR(root([](auto& p) { p.age = 69.9; }), pharmacogenetic, digits);    // the same decade
  EXPECT_NEAR(root([](auto& p) { p.age = 70; }), 6.1496, digits);               // 6.411 - 0.2614
  EXPECT_NEAR(root([](auto& p) { p.age = 18; }), 7.718, digits);                // 6.411 + 5 * 0.2614
  // From 90 years on the decade is 9: 6.411 - 3 * 0.2614
  EXPECT_NEAR(root([](auto& p) { p.age = 90; }), 5.6268, digits);
  EXPECT_NEAR(root([](auto& p) { p.age = 104; }), 5.6268, digits);
}

TEST(IwpcClinical, HasItsTerms) {
  const auto root = [](auto change) {
    WarfarinTerms person = terms();
    change(person);
    return iwpc_clinical_root(person);
  };
  EXPECT_NEAR(root([](auto&) {}), clinical, digits);
  EXPECT_NEAR(root([](auto& p) { p.race = Race::asian; }), 4.7788, digits);     // 5.454 - 0.6752
  EXPECT_NEAR(root([](auto& p) { p.race = Race::black; }), 5.8600, digits);     // 5.454 + 0.4060
  EXPECT_NEAR(root([](auto& p) { p.race = Race::mixed; }), 5.4983, digits);     // 5.454 + 0.0443
  EXPECT_NEAR(root([](auto& p) { p.race.reset(); }), 5.4983, digits);           // 5.454 + 0.0443
  EXPECT_NEAR(root([](auto& p) { p.enzyme_inducer = true; }), 6.7339, digits);  // 5.454 + 1.2799
  EXPECT_NEAR(root([](auto& p) { p.amiodarone = true; }), 4.8845, digits);      // 5.454 - 0.5695
  EXPECT_NEAR(root([](auto& p) { p.height_cm = 180; }), 5.572, digits);         // 5.454 + 0.118
  EXPECT_NEAR(root([](auto& p) { p.weight_kg = 80; }), 5.588, digits);          // 5.454 + 0.134
  EXPECT_NEAR(root([](auto& p) { p.age = 79; }), 5.1994, digits);               // 5.454 - 0.2546
  EXPECT_NEAR(root([](auto& p) { p.age = 99; }), 4.6902, digits);               // 5.454 - 3 * 0.2546
}

/// ln(mg a day)
double gage_log(const GageTerms& terms) { return std::log(gage_mg_per_week(terms) / 7); }

TEST(Gage, HasItsTerms) {
  GageTerms base;
  base.body_surface = 2;
  base.age = 60;
  base.target_inr = 2.5;
  // 0.9751 + 0.4317 * 2 - 0.00745 * 60 + 0.2029 * 2.5 = 0.9751 + 0.8634 - 0.447 + 0.50725 = 1.89875
  constexpr double log_base = 1.89875;
  EXPECT_NEAR(gage_log(base), log_base, digits);
  const auto changed = [&](auto change) {
    GageTerms terms = base;
    change(terms);
    return gage_log(terms);
  };
  EXPECT_NEAR(changed([](auto& t) { t.vkorc1_a = 1; }), 1.57495, digits);             // 1.89875 - 0.3238
  EXPECT_NEAR(changed([](auto& t) { t.vkorc1_a = 2; }), 1.25115, digits);             // 1.89875 - 0.6476
  EXPECT_NEAR(changed([](auto& t) { t.star3 = 1; }), 1.49795, digits);                // 1.89875 - 0.4008
  EXPECT_NEAR(changed([](auto& t) { t.star3 = 2; }), 1.09715, digits);                // 1.89875 - 0.8016
  EXPECT_NEAR(changed([](auto& t) { t.star2 = 1; }), 1.69215, digits);                // 1.89875 - 0.2066
  EXPECT_NEAR(changed([](auto& t) { t.star2 = 2; }), 1.48555, digits);                // 1.89875 - 0.4132
  EXPECT_NEAR(changed([](auto& t) { t.body_surface = 1.5; }), 1.6829, digits);        // 1.89875 - 0.21585
  EXPECT_NEAR(changed([](auto& t) { t.age = 80; }), 1.74975, digits);                 // 1.89875 - 0.149
  EXPECT_NEAR(changed([](auto& t) { t.target_inr = 3.5; }), 2.10165, digits);         // 1.89875 + 0.2029
  EXPECT_NEAR(changed([](auto& t) { t.amiodarone = true; }), 1.64495, digits);        // 1.89875 - 0.2538
  EXPECT_NEAR(changed([](auto& t) { t.smoker = true; }), 1.99095, digits);            // 1.89875 + 0.0922
  EXPECT_NEAR(changed([](auto& t) { t.african_american = true; }), 1.80865, digits);  // 1.89875 - 0.0901
  EXPECT_NEAR(changed([](auto& t) { t.dvt_pe = true; }), 1.96515, digits);            // 1.89875 + 0.0664
}

TEST(Gage, BodySurfaceIsThatOfDuBois) {
  // 0.007184 * 70^0.425 * 170^0.725 = 0.007184 * 6.08368 * 41.4071 = 1.80971
  EXPECT_NEAR(body_surface_area(170, 70), 1.80971, 5e-6);
}

TEST(WarfarinClass, HasItsLimitsWhereIwpcHasThem) {
  EXPECT_EQ(warfarin_class(21), WarfarinClass::low);
  EXPECT_EQ(warfarin_class(21.01), WarfarinClass::intermediate);
  EXPECT_EQ(warfarin_class(48.99), WarfarinClass::intermediate);
  EXPECT_EQ(warfarin_class(49), WarfarinClass::high);
}

TEST(Imputation, TakesTheSnpsInOrder) {
  Vkorc1Snps all;
  all.rs8050894_c = 1;
  EXPECT_EQ(impute_vkorc1(all, Race::white).source, "rs8050894");
  EXPECT_EQ(impute_vkorc1(all, Race::white).a, 1);
  all.rs9934438_t = 2;
  EXPECT_EQ(impute_vkorc1(all, Race::white).source, "rs9934438");
  EXPECT_EQ(impute_vkorc1(all, Race::white).a, 2);
  all.rs2359612_t = 0;
  EXPECT_EQ(impute_vkorc1(all, Race::asian).source, "rs2359612");
  EXPECT_EQ(impute_vkorc1(all, Race::asian).a, 0);
  all.rs9923231_a = 1;
  EXPECT_EQ(impute_vkorc1(all, Race::asian).source, "rs9923231");
  EXPECT_EQ(impute_vkorc1(all, std::nullopt).a, 1);
  EXPECT_EQ(impute_vkorc1({}, Race::white).a, std::nullopt);
}

TEST(Imputation, WhereLinkageDiffersOnlyRs9934438MayStand) {
  Vkorc1Snps snps;
  snps.rs2359612_t = 0;
  snps.rs8050894_c = 1;
  for (const std::optional<Race> race :
       {std::optional(Race::black), std::optional(Race::mixed), std::optional<Race>()}) {
    snps.rs9934438_t.reset();
    EXPECT_EQ(impute_vkorc1(snps, race).a, std::nullopt);
    snps.rs9934438_t = 2;
    EXPECT_EQ(impute_vkorc1(snps, race).source, "rs9934438");
    EXPECT_EQ(impute_vkorc1(snps, race).a, 2);
  }
}

TEST(WarfarinFlow, GivesThePharmacogeneticDoseWithItsInterval) {
  const WarfarinAdvice advice = advise_warfarin(patient(), genotype());
  ASSERT_TRUE(advice.dose);
  EXPECT_EQ(advice.dose->formula, WarfarinFormula::iwpc_pharmacogenetic);
  EXPECT_NEAR(advice.dose->mg_per_week(), 41.100921, 1e-6);  // 6.411²
  EXPECT_NEAR(*advice.dose->low_mg, 20.303, 1e-3);           // (6.411 - 1.96 * 0.972)² = 4.50588²
  EXPECT_NEAR(*advice.dose->high_mg, 69.158, 1e-3);          // (6.411 + 1.96 * 0.972)² = 8.31612²
  EXPECT_FALSE(advice.dose->consider_alternative);
  EXPECT_FALSE(advice.gage);  // nobody said whether the patient smokes
}

TEST(WarfarinFlow, TheIntervalGoesByRace) {
  struct Case {
    std::optional<Race> race;
    double root;
    double deviation;
  };
  for (const Case& one :
       {Case{Race::white, 6.411, 0.972}, Case{Race::asian, 6.3018, 0.947}, Case{Race::black, 6.135, 1.199},
        Case{Race::mixed, 6.3078, 0.984}, Case{std::nullopt, 6.3078, 0.984}}) {
    WarfarinPatient person = patient();
    person.race = one.race;
    const WarfarinAdvice advice = advise_warfarin(person, genotype());
    ASSERT_TRUE(advice.dose);
    EXPECT_NEAR(*advice.dose->low_mg, std::pow(one.root - 1.96 * one.deviation, 2), 1e-6);
    EXPECT_NEAR(*advice.dose->high_mg, std::pow(one.root + 1.96 * one.deviation, 2), 1e-6);
  }
}

TEST(WarfarinFlow, AnIntervalEndsAtZero) {
  WarfarinPatient person = patient();
  person.age = 95;
  person.height_cm = 140;
  person.weight_kg = 35;
  person.amiodarone = true;
  WarfarinGenotype sensitive = genotype();
  sensitive.vkorc1_a = 2;
  sensitive.cyp2c9 = Pair{s3, s3};
  const WarfarinAdvice advice = advise_warfarin(person, sensitive);
  // 5.6044 - 0.2614 * 9 + 0.0087 * 140 + 0.0128 * 35 - 1.6974 - 2.3312 - 0.5503 = 0.3389: 0.11 mg a week is no dose
  EXPECT_FALSE(advice.dose);
  EXPECT_THAT(advice.none.why, testing::ElementsAre("formula_dose_below_1_mg_a_week"));
  person.amiodarone = false;
  person.age = 65;
  const WarfarinAdvice younger = advise_warfarin(person, sensitive);
  ASSERT_TRUE(younger.dose);
  // 5.6044 - 0.2614 * 6 + 0.0087 * 140 + 0.0128 * 35 - 1.6974 - 2.3312 = 1.6734; less 1.96 * 0.972 it is below 0
  EXPECT_NEAR(younger.dose->mg_per_week(), 1.6734 * 1.6734, 1e-9);
  EXPECT_EQ(younger.dose->low_mg, 0);
}

TEST(WarfarinFlow, WithoutGenotypesTheDoseIsClinical) {
  WarfarinGenotype none;
  const WarfarinAdvice advice = advise_warfarin(patient(), none);
  ASSERT_TRUE(advice.dose);
  EXPECT_EQ(advice.dose->formula, WarfarinFormula::iwpc_clinical);
  EXPECT_NEAR(advice.dose->mg_per_week(), 29.746116, 1e-6);  // 5.454²
  EXPECT_NEAR(*advice.dose->low_mg, 10.177, 1e-3);           // (5.454 - 1.96 * 1.155)² = 3.1902²
  EXPECT_THAT(advice.dose->why, ElementsAre("no_genotype"));
  // One of the two is enough for the other's unknown term.
  none.vkorc1_a = 0;
  EXPECT_EQ(dose_of(patient(), none).formula, WarfarinFormula::iwpc_pharmacogenetic);
  EXPECT_NEAR(dose_of(patient(), none).mg_per_week(), 6.1922 * 6.1922, 1e-6);
  EXPECT_THAT(dose_of(patient(), none).why, Contains("cyp2c9_unknown_term"));
}

TEST(WarfarinFlow, AfricanAncestryNeedsTheRareAlleles) {
  WarfarinPatient person = patient();
  person.race = Race::black;
  WarfarinGenotype untested = genotype();
  untested.cyp2c9_rare_tested = false;
  EXPECT_EQ(dose_of(person, untested).formula, WarfarinFormula::iwpc_clinical);
  EXPECT_NEAR(dose_of(person, untested).mg_per_week(), 34.3396, 1e-6);  // 5.86²
  EXPECT_THAT(dose_of(person, untested).why, Contains("african_ancestry_rare_alleles_untested"));
  EXPECT_EQ(dose_of(person, genotype()).formula, WarfarinFormula::iwpc_pharmacogenetic);
  // Others do not.
  EXPECT_EQ(dose_of(patient(), untested).formula, WarfarinFormula::iwpc_pharmacogenetic);
}

TEST(WarfarinFlow, RareReducedAllelesLowerTheDose) {
  for (const Race race : {Race::white, Race::black}) {
    WarfarinPatient person = patient();
    person.race = race;
    WarfarinGenotype one = genotype();
    one.cyp2c9 = Pair{n, rare};
    const WarfarinDose dose = dose_of(person, one);
    EXPECT_NEAR(dose.low_factor, 0.70, digits);   // 30% less
    EXPECT_NEAR(dose.high_factor, 0.85, digits);  // 15% less
    EXPECT_NEAR(dose.mg_per_week(), dose.formula_mg * 0.775, digits);
    one.cyp2c9 = Pair{rare, rare};
    EXPECT_NEAR(dose_of(person, one).low_factor, 0.60, digits);
    EXPECT_NEAR(dose_of(person, one).high_factor, 0.80, digits);
    one.cyp2c9 = Pair{s2, rare};
    EXPECT_NEAR(dose_of(person, one).high_factor, 0.85, digits);
  }
}

TEST(WarfarinFlow, TheIntervalIsScaledWithTheDose) {
  WarfarinGenotype one = genotype();
  one.cyp2c9 = Pair{n, rare};
  const WarfarinDose plain = dose_of(patient(), genotype());
  const WarfarinDose dose = dose_of(patient(), one);
  EXPECT_NEAR(*dose.low_mg, *plain.low_mg * 0.70, digits);
  EXPECT_NEAR(*dose.high_mg, *plain.high_mg * 0.85, digits);
}

TEST(WarfarinFlow, Cyp4f2CountsOutsideAfricanAncestryAndRs12777823WithinIt) {
  WarfarinGenotype both = genotype();
  both.cyp4f2_t = 1;
  both.rs12777823_a = 2;
  for (const std::optional<Race> race :
       {std::optional(Race::white), std::optional(Race::asian), std::optional(Race::mixed), std::optional<Race>()}) {
    WarfarinPatient person = patient();
    person.race = race;
    const WarfarinDose dose = dose_of(person, both);
    EXPECT_NEAR(dose.low_factor, 1.05, digits);
    EXPECT_NEAR(dose.high_factor, 1.10, digits);
    EXPECT_THAT(dose.why, Contains("cyp4f2_rs2108622_t_5_10_percent_more"));
  }
  WarfarinPatient person = patient();
  person.race = Race::black;
  const WarfarinDose dose = dose_of(person, both);
  EXPECT_NEAR(dose.low_factor, 0.75, digits);
  EXPECT_NEAR(dose.high_factor, 0.90, digits);
  both.cyp2c9 = Pair{n, rare};
  EXPECT_NEAR(dose_of(person, both).low_factor, 0.525, digits);   // 0.70 * 0.75
  EXPECT_NEAR(dose_of(person, both).high_factor, 0.765, digits);  // 0.85 * 0.90
}

TEST(WarfarinFlow, PoorMetabolizersMayNeedAnotherDrug) {
  WarfarinGenotype poor = genotype();
  poor.cyp2c9 = Pair{s3, s3};
  poor.cyp2c9_poor = true;
  EXPECT_TRUE(dose_of(patient(), poor).consider_alternative);
}

TEST(WarfarinFlow, AllelesThatNoFormulaKnowsGiveNoDose) {
  WarfarinGenotype odd = genotype();
  odd.cyp2c9 = Pair{n, other};
  const WarfarinAdvice advice = advise_warfarin(patient(), odd);
  EXPECT_FALSE(advice.dose);
  EXPECT_FALSE(advice.gage);
  EXPECT_THAT(advice.none.why, ElementsAre("cyp2c9_allele_not_in_formula"));
}

TEST(WarfarinFlow, ChildrenAndGapsGiveNoDose) {
  WarfarinPatient child = patient();
  child.age = 17.99;
  EXPECT_FALSE(advise_warfarin(child, genotype()).dose);
  EXPECT_THAT(advise_warfarin(child, genotype()).none.why, ElementsAre("below_18_years"));
  child.age = 18;
  EXPECT_TRUE(advise_warfarin(child, genotype()).dose);
  EXPECT_THAT(advise_warfarin({}, genotype()).none.why,
              ElementsAre("age_missing", "height_cm_missing", "weight_kg_missing", "amiodarone_missing",
                          "enzyme_inducer_missing"));
  WarfarinPatient open = patient();
  open.race.reset();
  open.target_inr.reset();
  EXPECT_THAT(dose_of(open, genotype()).why, ElementsAre("race_missing_term", "target_inr_taken_as_2_3"));
}

TEST(WarfarinFlow, OtherTargetsAreGagesOrNobodys) {
  WarfarinPatient person = patient();
  for (const double target : {1.9, 3.1}) {
    person.target_inr = target;
    person.smoker.reset();
    const WarfarinAdvice none = advise_warfarin(person, genotype());
    EXPECT_FALSE(none.dose);
    EXPECT_THAT(none.none.why, ElementsAre("target_inr_outside_2_3"));
    person.smoker = person.dvt_pe = false;
    const WarfarinAdvice gage = advise_warfarin(person, genotype());
    ASSERT_TRUE(gage.dose);
    EXPECT_EQ(gage.dose->formula, WarfarinFormula::gage_pharmacogenetic);
    EXPECT_THAT(gage.dose->why, Contains("target_inr_outside_2_3"));
    EXPECT_FALSE(gage.dose->low_mg);
    EXPECT_FALSE(gage.gage);
  }
  for (const double target : {2.0, 3.0}) {
    person.target_inr = target;
    const WarfarinAdvice within = advise_warfarin(person, genotype());
    EXPECT_EQ(within.dose->formula, WarfarinFormula::iwpc_pharmacogenetic);
    ASSERT_TRUE(within.gage);
    EXPECT_THAT(within.gage->why, Not(Contains("target_inr_outside_2_3")));
  }
}

TEST(WarfarinFlow, TellsWhereVkorc1CameFrom) {
  WarfarinGenotype imputed = genotype();
  imputed.vkorc1_source = "rs9934438";
  EXPECT_THAT(dose_of(patient(), imputed).why, Contains("vkorc1_from_rs9934438"));
  imputed.vkorc1_a.reset();
  EXPECT_THAT(dose_of(patient(), imputed).why, Contains("vkorc1_unknown_term"));
}

}  // namespace
}  // namespace varisk::pgx
