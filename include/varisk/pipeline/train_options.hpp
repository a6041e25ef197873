#pragma once
/// \file
/// What `varisk train` is asked to do.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "varisk/models/cleaning_rules.hpp"
#include "varisk/models/model.hpp"
#include "varisk/models/outcome.hpp"
#include "varisk/pipeline/score_options.hpp"
#include "varisk/training/dosage_matrix.hpp"
#include "varisk/training/penalised_path.hpp"

namespace varisk::pipeline {

/// Which point of the path becomes the model: that of the smallest mean deviance over the folds, or the sparsest one
/// within a standard error of it.
enum class ChooseLambda : std::uint8_t { min, one_se };

/// What the model's calibration is fitted to: nothing, the validation part (where there is one), or the predictions of
/// the folds that were left out.
enum class CalibrateOn : std::uint8_t { automatic, none, validation, folds };

enum class ClassWeights : std::uint8_t { none, balanced };

/// Penalty factors of the kinds of features; 0: unpenalised.
struct PenaltyFactors {
  std::optional<double> covariates;  ///< none: 0 if there are genotypes or scores, else 1
  double scores = 1;
  double genotypes = 1;
  double products = 1;
};

struct TrainOptions {                    // NOLINT(clang-analyzer-optin.performance.Padding): in the order of the help
  ScoreOptions inputs;                   ///< genotypes, covariates and scoring files (as models), and how they are read
  std::optional<std::string> sites;      ///< of genotypes: VCF, BCF, .bim or scoring file; none: all
  bool no_genotypes = false;             ///< --genotypes none: the files are for scores alone
  std::vector<std::string> features;     ///< covariates; empty: all columns that nothing else uses
  bool no_covariates = false;            ///< --features none
  std::vector<std::string> unpenalized;  ///< covariates
  std::vector<std::string> products;     ///< A*B of covariates, scores and variants (CONTIG:POS:REF:ALT)
  std::optional<std::string> cleaning;
  models::CleaningDefaults cleaning_defaults;
  PenaltyFactors penalty_factors;

  std::string outcome;
  models::Family family = models::Family::binomial;
  std::vector<std::string> classes;
  models::OnMissingOutcome missing_outcome = models::OnMissingOutcome::leave_out;
  std::optional<std::string> weights;
  std::optional<std::string> offset;
  ClassWeights class_weights = ClassWeights::none;
  std::optional<double> prevalence;  ///< of the population, for case-control data

  double alpha = 1;
  bool grouped = false;
  std::size_t lambda_count = 100;
  std::optional<std::string> lambda_file;
  std::optional<double> lambda_min_ratio;
  bool early_stop = false;
  bool standardize = true;
  training::PenaltyScale penalty_scale = training::PenaltyScale::raw;
  double tolerance = 1e-10;
  std::size_t max_rounds = 1000;

  std::size_t folds = 10;  ///< 0: none
  std::size_t nested_folds = 0;
  std::optional<std::string> fold_column;
  std::optional<std::string> group_by;
  std::optional<std::string> split;
  std::optional<std::string> split_column;
  ChooseLambda choose = ChooseLambda::min;
  std::optional<double> lambda;  ///< the model's, instead of a choice by folds
  std::optional<std::string> select;
  CalibrateOn calibrate = CalibrateOn::automatic;
  std::uint64_t seed = 1;

  std::optional<std::uint64_t> memory;  ///< bytes of genotypes in memory; what is beyond lies in a file
  training::DosageBits dosage_bits = training::DosageBits::sixteen;

  std::vector<double> thresholds;
  std::vector<std::string> subgroups;
  std::vector<std::string> bands;
  std::size_t bootstrap = 1000;

  std::string model_id;  ///< empty: the name of the outcome
  std::string model_name;
  std::string description;
  std::string intended_population;
  std::optional<std::string> card_info;

  /// \throws UsageError for what is missing, out of range or excludes each other
  void validate() const;
};

}  // namespace varisk::pipeline
