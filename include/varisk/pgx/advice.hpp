#pragma once
/// \file
/// From the calls of a drug's genes to the rows of the guideline.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "varisk/pgx/gene_call.hpp"

namespace varisk::pgx {

/// How strongly another drug of the patient inhibits an enzyme (FDA's classes).
enum class Inhibition : std::uint8_t { none, weak, moderate, strong };

/// What covariates say that changes how a genotype is to be read.
struct PatientNotes {
  Inhibition cyp2d6 = Inhibition::none;
  Inhibition cyp2c19 = Inhibition::none;
  bool transplant = false;   ///< of liver or stem cells: the genotype may be the donor's or the patient's
  bool transfusion = false;  ///< recent: blood may hold another person's cells
  auto operator<=>(const PatientNotes&) const = default;
};

struct GeneResult {
  const Gene* gene = nullptr;
  const GeneCall* call = nullptr;
};

/// One row of dosing.tsv, behind the sample and the drug.
struct AdviceRow {
  std::string genes;
  std::string diplotypes;
  std::string phenotypes;
  std::string activity_scores;
  Recommendation recommendation;
  std::string source;
  std::string guideline;
  std::string pmid;
  std::vector<std::string> cautions;
};

/// One row for each population of the drug; where a gene is ambiguous, one for each answer that differs, marked.
/// \param genes  in the order of the drug
[[nodiscard]] std::vector<AdviceRow> advise(const PgxData& data, const Drug& drug, std::span<const GeneResult> genes,
                                            const PatientNotes& notes);

/// Names that are near to one that is not known, the nearest first.
[[nodiscard]] std::vector<std::string> nearest_names(std::string_view name, const std::vector<std::string>& known);

}  // namespace varisk::pgx
