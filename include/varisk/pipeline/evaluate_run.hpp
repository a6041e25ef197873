#pragma once
/// \file
/// `varisk evaluate`: judges predictions by outcomes.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "varisk/cohort/covariate_table.hpp"
#include "varisk/core/log.hpp"
#include "varisk/evaluation/binary.hpp"
#include "varisk/evaluation/settings.hpp"

namespace varisk::pipeline {

enum class OutcomeFamily : std::uint8_t {
  automatic,  ///< multinomial if there are probabilities of several classes, else binomial
  binomial,
  multinomial,
  ordinal,
  gaussian,
};

/// Which rows and columns of a table are predictions.
struct PredictionChoice {
  std::string path;
  std::vector<std::string> columns = {"probability"};  ///< one, or one of each class: COLUMN or CLASS=COLUMN
  std::optional<std::string> model_id;
};

struct EvaluateOptions {
  PredictionChoice predictions;
  std::string outcomes;                   ///< table
  std::string outcome;                    ///< its column
  std::optional<std::string> class_name;  ///< what counts as the event
  OutcomeFamily family = OutcomeFamily::automatic;
  evaluation::PredictionScale scale = evaluation::PredictionScale::probability;
  std::optional<PredictionChoice> baseline;
  std::optional<std::string> covariates;  ///< further columns for subgroups and adjustment
  std::vector<std::string> subgroups;
  std::vector<std::string> bands;  ///< COLUMN=CUT,CUT,…
  std::vector<std::string> adjust;
  std::uint64_t min_group = 10;  ///< events and non-events that a subgroup must have
  std::string sample_column = "sample_id";
  cohort::DuplicatePolicy duplicate_samples = cohort::DuplicatePolicy::error;
  evaluation::Settings settings;
  std::string out;
  bool overwrite = false;
  int threads = 0;  ///< 0: what the job's allocation has

  /// \throws UsageError for what is missing or out of range
  void validate() const;
};

/// Judges and writes the result folder.
/// \param command_line  for run.json
/// \throws UsageError, UserError, IoError; the folder then holds nothing of this run
void run_evaluate(const EvaluateOptions& given, const std::vector<std::string>& command_line, const Log& log);

}  // namespace varisk::pipeline
