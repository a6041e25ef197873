#pragma once
/// \file
/// Warfarin maintenance doses in numbers.
///
/// IWPC: International Warfarin Pharmacogenetics Consortium, N Engl J Med 2009;360:753 (PMID 19228618), supplementary
/// appendix, pharmacogenetic (S1e) and clinical (S1f) algorithm. Gage et al., Clin Pharmacol Ther 2008;84:326
/// (PMID 18305455). The way between them: CPIC guideline 2017 (PMID 28198005), figure 2. Body surface area: DuBois
/// 1916.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace varisk::pgx {

/// As people say of themselves; never inferred from genotypes.
enum class Race : std::uint8_t { white, asian, black, mixed };

/// What is not known is nothing.
struct WarfarinPatient {
  std::optional<double> age;  ///< years
  std::optional<double> height_cm;
  std::optional<double> weight_kg;
  std::optional<Race> race;  ///< the formulas have a term for mixed and missing
  std::optional<bool> amiodarone;
  std::optional<bool> enzyme_inducer;  ///< carbamazepine, phenytoin or rifampin
  std::optional<bool> smoker;
  std::optional<double> target_inr;
  std::optional<bool> dvt_pe;  ///< deep vein thrombosis or pulmonary embolism is the reason for warfarin
};

/// What an allele of CYP2C9 is to the formulas.
enum class Cyp2c9Allele : std::uint8_t {
  normal,  ///< *1, and others of normal function
  star2,
  star3,
  rare_reduced,  ///< *5, *6, *8, *11: *1 in the formulas, then CPIC's reduction
  other,         ///< reduced, none or unknown: no formula knows it
};

/// Copies of alleles on the strand of the gene: VKORC1 A is T in a VCF.
struct WarfarinGenotype {
  std::optional<int> vkorc1_a;                        ///< rs9923231
  std::string_view vkorc1_source = "rs9923231";       ///< the SNP that told it
  std::optional<std::array<Cyp2c9Allele, 2>> cyp2c9;  ///< nothing: not genotyped
  bool cyp2c9_poor = false;                           ///< poor metabolizer
  bool cyp2c9_rare_tested = false;                    ///< *5, *6, *8 and *11 could have been seen
  std::optional<int> cyp4f2_t;                        ///< rs2108622
  std::optional<int> rs12777823_a;
};

enum class WarfarinFormula : std::uint8_t { iwpc_pharmacogenetic, iwpc_clinical, gage_pharmacogenetic };
[[nodiscard]] std::string_view to_string(WarfarinFormula formula);

/// IWPC's groups: at most 21, more than 21 and less than 49, at least 49 mg a week.
enum class WarfarinClass : std::uint8_t { low, intermediate, high };
[[nodiscard]] std::string_view to_string(WarfarinClass dose_class);
[[nodiscard]] WarfarinClass warfarin_class(double mg_per_week);

/// A dose in mg a week, with the 95% interval of single people around it where it is known.
struct WarfarinDose {
  WarfarinFormula formula{};
  double formula_mg = 0;   ///< what the formula says
  double low_factor = 1;   ///< of CPIC's further reductions and increases: the dose is
  double high_factor = 1;  ///< formula_mg × low_factor to formula_mg × high_factor
  std::optional<double> low_mg;
  std::optional<double> high_mg;
  std::vector<std::string> why;       ///< stable codes, in order
  bool consider_alternative = false;  ///< CYP2C9 poor metabolizer

  [[nodiscard]] double mg_per_week() const { return formula_mg * (low_factor + high_factor) / 2; }
};

/// Why there is no dose: stable codes.
struct NoWarfarinDose {
  std::vector<std::string> why;
};

struct WarfarinAdvice {
  std::optional<WarfarinDose> dose;  ///< the one of CPIC's flow
  std::optional<WarfarinDose> gage;  ///< beside it, where all that Gage needs is known
  NoWarfarinDose none;               ///< if there is no `dose`
};

/// What the formulas know of a patient.
struct WarfarinTerms {
  double age = 0;
  double height_cm = 0;
  double weight_kg = 0;
  std::optional<Race> race;
  bool amiodarone = false;
  bool enzyme_inducer = false;
};

/// √(mg a week). Genotypes that are not known have terms of their own; `rare_reduced` counts as *1.
[[nodiscard]] double iwpc_pharmacogenetic_root(const WarfarinTerms& patient, std::optional<int> vkorc1_a,
                                               const std::optional<std::array<Cyp2c9Allele, 2>>& cyp2c9);
[[nodiscard]] double iwpc_clinical_root(const WarfarinTerms& patient);

struct GageTerms {
  int vkorc1_a = 0;
  int star2 = 0;  ///< copies
  int star3 = 0;
  double body_surface = 0;  ///< m²
  double age = 0;
  double target_inr = 0;
  bool amiodarone = false;
  bool smoker = false;
  bool african_american = false;
  bool dvt_pe = false;
};
/// mg a week, seven times what the formula gives for a day.
[[nodiscard]] double gage_mg_per_week(const GageTerms& terms);
/// m², DuBois.
[[nodiscard]] double body_surface_area(double height_cm, double weight_kg);

/// Copies of the alleles that go with rs9923231 A, on the strand of the gene.
struct Vkorc1Snps {
  std::optional<int> rs9923231_a;  ///< T in a VCF
  std::optional<int> rs2359612_t;  ///< A in a VCF
  std::optional<int> rs9934438_t;  ///< A in a VCF
  std::optional<int> rs8050894_c;  ///< G in a VCF
};
struct ImputedVkorc1 {
  std::optional<int> a;
  std::string_view source;
};
/// rs9923231, else the first of the others that may stand for it, in IWPC's order.
[[nodiscard]] ImputedVkorc1 impute_vkorc1(const Vkorc1Snps& snps, std::optional<Race> race);

[[nodiscard]] WarfarinAdvice advise_warfarin(const WarfarinPatient& patient, const WarfarinGenotype& genotype);

}  // namespace varisk::pgx
