#pragma once
/// \file
/// Which genes and drugs a run is about, and which positions they need.

#include <string>
#include <vector>

#include "varisk/pgx/advice.hpp"
#include "varisk/pipeline/score_options.hpp"
#include "varisk/sites/site_plan.hpp"

namespace varisk::pipeline {

/// A gene of the run. `loci` are ids in `DosingPlan::loci`.
struct PlannedGene {
  const pgx::Gene* gene = nullptr;
  std::vector<SiteId> loci;   ///< of each of its positions; empty: calls come from outside only
  std::vector<SiteId> extra;  ///< of each of its extra positions
};

/// SNPs that the warfarin formulas read beside CYP2C9 and CYP4F2; letters are those of a VCF.
struct WarfarinSnp {
  std::string rsid;
  SiteId locus{};
  std::string counted;  ///< the base whose copies are counted
  std::string other;    ///< people with a third one are not known
};

class DosingPlan {
 public:
  /// \param needed  by models: without --dosing, these genes and no drugs. Those that are not known are left out.
  /// \throws UsageError for a drug or gene that is not known, with the nearest names; UserError, IoError
  DosingPlan(const DosingOptions& options, const std::vector<std::string>& needed);
  ~DosingPlan() = default;
  DosingPlan(const DosingPlan&) = delete;
  DosingPlan& operator=(const DosingPlan&) = delete;

  [[nodiscard]] const pgx::PgxData& data() const noexcept { return data_; }
  [[nodiscard]] const std::vector<PlannedGene>& genes() const noexcept { return genes_; }
  [[nodiscard]] const sites::SitePlan& loci() const noexcept { return loci_; }
  /// Drugs of the guideline table, by name.
  [[nodiscard]] const std::vector<const pgx::Drug*>& drugs() const noexcept { return drugs_; }
  [[nodiscard]] bool wants_warfarin() const noexcept { return wants_warfarin_; }
  [[nodiscard]] const std::vector<WarfarinSnp>& warfarin_snps() const noexcept { return warfarin_snps_; }
  [[nodiscard]] std::optional<std::size_t> find_gene(std::string_view name) const;

 private:
  void choose_genes(const DosingOptions& options, const std::vector<std::string>& needed);
  void choose_drugs(const DosingOptions& options);
  void plan_loci(const DosingOptions& options);

  pgx::PgxData data_;
  std::vector<PlannedGene> genes_;
  std::vector<const pgx::Drug*> drugs_;
  bool wants_warfarin_ = false;
  std::vector<WarfarinSnp> warfarin_snps_;
  sites::SitePlan loci_;
};

}  // namespace varisk::pipeline
