#pragma once
/// \file
/// Results of judging predictions: what `metrics.json`, the tables and a page are made of (docs/formats.md).

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "varisk/core/output_folder.hpp"
#include "varisk/evaluation/binary.hpp"
#include "varisk/evaluation/gaussian.hpp"
#include "varisk/evaluation/multiclass.hpp"
#include "varisk/io/json.hpp"

namespace varisk::report {

/// Everybody, or one subgroup.
struct EvaluatedGroup {
  std::string column = "all";
  std::string level = "all";
  std::uint64_t count = 0;
  std::optional<std::uint64_t> events;  ///< of a binary outcome
  std::optional<double> prevalence;     ///< that was taken for the population of this group, if one is given
  std::string reason;                   ///< why there is no result; empty if there is one
  std::variant<std::monostate, evaluation::BinaryResult, evaluation::MulticlassResult, evaluation::GaussianResult>
      result;
  std::optional<evaluation::Metrics> adjusted;             ///< for covariates
  std::uint64_t adjusted_count = 0;                        ///< samples that have all of them
  std::optional<evaluation::BinaryComparison> comparison;  ///< with a baseline, of a binary outcome
  std::optional<evaluation::Metrics> comparison_metrics;   ///< the same of other outcomes
  std::uint64_t comparison_count = 0;                      ///< samples that both have a prediction for
};

struct Evaluation {
  std::string family;   ///< binomial, multinomial, ordinal or gaussian
  std::string outcome;  ///< column
  std::optional<std::string> model_id;
  std::optional<std::string> baseline_id;  ///< model, else file and column
  std::optional<std::string> event;        ///< the class or value that counts as the event
  std::string scale = "probability";       ///< probability, linear_predictor or score
  evaluation::Settings settings;
  std::vector<std::string> adjusted_for;
  std::vector<std::pair<std::string, std::uint64_t>> counts;  ///< of rows and samples, named as in metrics.json
  std::vector<std::string> warnings;
  EvaluatedGroup overall;
  std::vector<EvaluatedGroup> subgroups;
};

/// The document `varisk-metrics/1`.
[[nodiscard]] io::Json metrics_json(const Evaluation& evaluation);

/// Writes metrics.json, metrics.tsv, calibration.tsv, roc.tsv and decision.tsv. \throws IoError
void write_evaluation(OutputFolder& folder, const Evaluation& evaluation);

}  // namespace varisk::report
