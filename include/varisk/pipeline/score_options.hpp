#pragma once
/// \file
/// What `varisk score` and `varisk check` are asked to do.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "varisk/cohort/covariate_table.hpp"
#include "varisk/genotypes/call_decoder.hpp"
#include "varisk/scoring/score_plan.hpp"
#include "varisk/scoring/score_sink.hpp"

namespace varisk::pipeline {

enum class BuildCheck : std::uint8_t { on, off, strict };
enum class SiteRows : std::uint8_t { problems, all, none };
/// Which of the two sample sets, genotypes and covariates, may hold samples that the other lacks.
enum class CovariateSamples : std::uint8_t { exact, superset, any };
/// What a site means that no file has.
enum class AbsentPolicy : std::uint8_t { missing, reference };

/// `--dosing`, and how pharmacogenes are called for it and for models.
struct DosingOptions {
  bool enabled = false;
  std::vector<std::string> drugs;  ///< empty: all
  std::vector<std::string> genes;  ///< empty: all
  std::vector<std::string> outside_calls;
  std::optional<std::string> data;  ///< folder or file; nothing: what comes with the program
  bool all_matches = false;
  bool exemptions = true;
  AbsentPolicy absent = AbsentPolicy::missing;  ///< of the genes' positions
  bool research_combinations = false;
  bool research_cyp2d6 = false;

  /// Whether any but `enabled` was given.
  [[nodiscard]] bool is_any_given() const;
};

struct ScoreOptions {
  std::vector<std::string> variants;  ///< `@FILE` is a list
  std::vector<std::string> models;
  std::optional<std::string> covariates;
  std::string sample_column = "sample_id";
  std::optional<std::string> samples;
  std::optional<std::string> reference_panel;  ///< panel.json, or its folder
  std::optional<std::string> frequencies;
  std::optional<std::string> reference;  ///< FASTA
  std::string out;
  bool overwrite = false;

  int threads = 0;  ///< 0: as many as the allocation has
  scoring::MatchBy match_by = scoring::MatchBy::position;
  scoring::PalindromicPolicy palindromic = scoring::PalindromicPolicy::drop;
  scoring::DuplicateRows duplicate_rows = scoring::DuplicateRows::drop;
  cohort::DuplicatePolicy duplicate_samples = cohort::DuplicatePolicy::error;
  CovariateSamples covariate_samples = CovariateSamples::exact;
  std::optional<double> min_match;  ///< given explicitly: exit code 5 below it; 0.75 otherwise
  SiteRows sites = SiteRows::problems;
  genotypes::DecodeOptions decode;
  scoring::ImputePolicy impute = scoring::ImputePolicy::file;
  scoring::ImputeModel impute_model = scoring::ImputeModel::hwe;
  std::optional<AbsentPolicy> absent;  ///< given explicitly: contigs may be absent from all files
  double min_block_gq = 1;             ///< of reference blocks
  BuildCheck build_check = BuildCheck::on;
  scoring::WeightPolicy weights = scoring::WeightPolicy::as_given;
  bool pass_only = false;
  std::optional<double> min_r2;
  int explain = 0;
  bool strict = false;
  DosingOptions dosing;

  /// \throws UsageError for values out of range and options that exclude each other
  void validate() const;
};

inline constexpr double default_min_match = 0.75;

/// The smallest of the affinity mask, the cgroup's CPU quota and SLURM_CPUS_PER_TASK; at least 1.
[[nodiscard]] int allocated_threads();

}  // namespace varisk::pipeline
