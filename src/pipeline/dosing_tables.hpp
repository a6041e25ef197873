#pragma once
/// \file
/// Calls of pharmacogenes, diplotypes.tsv and dosing.tsv, group by group.

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "dosing_covariates.hpp"
#include "dosing_plan.hpp"
#include "gene_patterns.hpp"
#include "varisk/core/output_folder.hpp"
#include "varisk/io/json.hpp"
#include "varisk/pgx/outside_calls.hpp"
#include "varisk/pipeline/score_inputs.hpp"
#include "varisk/report/score_writers.hpp"
#include "warfarin_rows.hpp"

namespace varisk::pipeline {

class GroupResult;

class DosingTables {
 public:
  /// Reads the outside calls. \param folder  null: nothing is written \throws UserError, IoError
  DosingTables(OutputFolder* folder, const ScoreInputs& inputs, const ScoreOptions& options, const DosingPlan& plan);

  /// Calls the genes of one group and writes its rows.
  void add(const GroupResult& result);
  void finish();

  [[nodiscard]] const std::vector<std::string>& warnings() const noexcept { return warnings_; }
  /// For run.json.
  [[nodiscard]] io::Json record() const;
  /// The calls of each gene, for features.
  [[nodiscard]] const std::vector<std::unique_ptr<GeneCalls>>& genes() const noexcept { return genes_; }
  [[nodiscard]] const std::vector<std::vector<CallNumber>>& calls_of_group() const noexcept { return call_of_; }

  /// Positions of each gene by state: absent, reference mismatch, filtered, block, record.
  [[nodiscard]] const DosingPlan& plan() const noexcept { return *plan_; }

 private:
  /// A guideline's drug, with the rows of all that have the same calls.
  struct DrugRows {
    const pgx::Drug* drug = nullptr;
    std::vector<std::size_t> genes;  ///< index into `genes_`
    std::unordered_map<std::string, std::uint32_t> known;
    std::vector<std::vector<std::string>> texts;  ///< of each entry: what follows the sample id
    std::vector<std::uint32_t> text_of;           ///< of each sample of a chunk
  };

  void call_genes(const GroupResult& result);
  void write_diplotypes(const std::vector<std::string>& ids);
  void write_drugs(const GroupResult& result);
  void choose_rows(DrugRows& drug, std::size_t first, std::size_t last,
                   const std::vector<DosingPatient>& patients) const;
  [[nodiscard]] std::vector<std::string> advice_texts(const pgx::Drug& drug, const std::vector<pgx::GeneResult>& genes,
                                                      const pgx::PatientNotes& notes) const;
  [[nodiscard]] const pgx::GeneCall* call_of(std::string_view gene, std::size_t sample) const;
  void note(const GroupResult& result);

  const ScoreInputs* inputs_;
  const ScoreOptions* options_;
  const DosingPlan* plan_;
  int threads_;
  std::optional<report::TsvWriter> diplotypes_;
  std::optional<report::TsvWriter> dosing_;
  DosingCovariates covariates_;
  WarfarinRows warfarin_;
  pgx::OutsideCalls outside_;
  std::vector<std::unique_ptr<GeneCalls>> genes_;
  std::vector<std::vector<CallNumber>> call_of_;           ///< of each gene and sample of the group
  std::vector<std::vector<std::string>> diplotype_texts_;  ///< of each gene and call
  std::vector<DrugRows> drugs_;
  std::vector<std::string> warnings_;
  std::size_t samples_ = 0;
  std::size_t mismatched_ = 0;
  std::size_t found_ = 0;
};

inline constexpr std::string_view diplotypes_header =
    "sample_id\tgene\tstate\tmatched\tsource_diplotypes\treported\tlookup\tphenotype\tactivity_score\tphased\t"
    "missing_positions\tmessages\tsource";
inline constexpr std::string_view dosing_header =
    "sample_id\tdrug\tgenes\tdiplotypes\tphenotypes\tactivity_scores\tprimary_action\tfallback_action\tcondition\t"
    "dose_value\tdose_unit\tdose_low\tdose_high\tpopulation\tstrength\tsource\tguideline\tpmid\trelease\ttext\t"
    "cautions";

}  // namespace varisk::pipeline
