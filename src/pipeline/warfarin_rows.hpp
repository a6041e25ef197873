#pragma once
/// \file
/// The rows of warfarin in dosing.tsv: doses of formulas rather than rows of a table.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dosing_covariates.hpp"
#include "dosing_plan.hpp"
#include "varisk/pgx/gene_call.hpp"
#include "varisk/pipeline/variant_pass.hpp"
#include "varisk/report/score_writers.hpp"

namespace varisk::pipeline {

/// Calls of one person; null for a gene that the run does not have.
struct WarfarinCalls {
  const pgx::GeneCall* cyp2c9 = nullptr;
  const pgx::GeneCall* vkorc1 = nullptr;
  const pgx::GeneCall* cyp4f2 = nullptr;
};

class WarfarinRows {
 public:
  /// \param absent  what positions mean that no file has
  WarfarinRows(const DosingPlan& plan, AbsentPolicy absent) : plan_(&plan), absent_(absent) {}

  /// The SNPs of a group's people.
  void read_group(const VariantPass& pass, std::size_t samples);
  /// One row, and a second one where Gage's formula stands beside that of the guideline.
  void write(std::string_view sample_id, std::size_t sample, const DosingPatient& patient, const WarfarinCalls& calls,
             report::TsvRows& rows) const;

 private:
  [[nodiscard]] std::optional<int> copies(std::string_view rsid, std::size_t sample) const;
  [[nodiscard]] pgx::WarfarinGenotype genotype(std::size_t sample, const DosingPatient& patient,
                                               const WarfarinCalls& calls) const;

  const DosingPlan* plan_;
  AbsentPolicy absent_;
  std::vector<std::vector<std::optional<int>>> snp_copies_;  ///< of each SNP and sample
};

}  // namespace varisk::pipeline
