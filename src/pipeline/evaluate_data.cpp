#include "evaluate_data.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <numeric>
#include <unordered_map>

#include "evaluate_columns.hpp"
#include "outcome_values.hpp"
#include "varisk/core/error.hpp"

namespace varisk::pipeline {
namespace {

using cohort::CovariateTable;
using evaluation::PredictionScale;

/// Where the samples are that have both.
struct Joined {
  std::vector<std::size_t> prediction;  ///< index in the prediction table
  std::vector<std::size_t> row;         ///< of the outcome table
  std::vector<std::string> ids;
};

PredictionRules rules_of(const EvaluateOptions& options) {
  PredictionRules rules;
  rules.sample_column = options.sample_column;
  rules.class_name = options.class_name;
  rules.classes = options.family != OutcomeFamily::gaussian;
  rules.probabilities = rules.classes && options.scale == PredictionScale::probability;
  return rules;
}

/// Leaves one column of several.
void keep_class(PredictionTable& table, const std::string& name) {
  const auto found = std::find(table.classes.begin(), table.classes.end(), name);
  if (found == table.classes.end()) {
    throw UserError(fmt::format("expected the class '{}', found {}", name, fmt::join(table.classes, ", ")), table.path);
  }
  const std::size_t columns = table.columns();
  const auto keep = static_cast<std::size_t>(found - table.classes.begin());
  for (std::size_t i = 0; i < table.sample_ids.size(); ++i) table.values[i] = table.values[i * columns + keep];
  table.values.resize(table.sample_ids.size());
  table.classes = {name};
}

/// What the outcome is, from what was asked for and what there is.
OutcomeFamily settle_family(const EvaluateOptions& options, PredictionTable& table) {
  OutcomeFamily family = options.family;
  if (family == OutcomeFamily::automatic)
    family = table.classes.size() > 2 ? OutcomeFamily::multinomial : OutcomeFamily::binomial;
  if (family == OutcomeFamily::binomial && table.classes.size() > 2) {
    throw UserError(fmt::format("expected one class, found {}", fmt::join(table.classes, ", ")), table.path,
                    "choose one with --class, or judge all with --family multinomial");
  }
  // Of two classes the second is the event, as in risk.tsv.
  if (family == OutcomeFamily::binomial && table.classes.size() == 2) keep_class(table, std::string(table.classes[1]));
  const bool several = family == OutcomeFamily::multinomial || family == OutcomeFamily::ordinal;
  if (several && table.classes.size() < 2) {
    throw UserError("expected probabilities of two or more classes, found one column", table.path,
                    "name the columns with --prediction, or give a table with a column 'class'");
  }
  if (several && options.scale != PredictionScale::probability)
    throw UsageError("--scale is for outcomes of two classes, several have probabilities");
  return family;
}

Joined join(const EvaluateOptions& options, const PredictionTable& predictions, const CovariateTable& outcomes,
            std::size_t column, EvaluateData& data) {
  std::vector<std::size_t> order(predictions.sample_ids.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](auto a, auto b) { return predictions.sample_ids[a] < predictions.sample_ids[b]; });
  Joined joined;
  std::uint64_t without_row = 0;
  std::uint64_t missing_outcome = 0;
  std::uint64_t missing_prediction = 0;
  for (const std::size_t i : order) {
    const auto row = outcomes.find_row(predictions.sample_ids[i]);
    if (!row) {
      ++without_row;
    } else if (outcomes.is_missing(*row, column)) {
      ++missing_outcome;
    } else if (predictions.missing[i]) {
      ++missing_prediction;
    } else {
      joined.prediction.push_back(i);
      joined.row.push_back(*row);
      joined.ids.push_back(predictions.sample_ids[i]);
    }
  }
  const std::uint64_t paired = order.size() - without_row;
  const std::uint64_t unpredicted = outcomes.sample_ids().size() - paired;
  data.counts = {{"predictions", order.size()},
                 {"outcomes", outcomes.sample_ids().size()},
                 {"evaluated", joined.ids.size()},
                 {"predictions_without_outcome_row", without_row},
                 {"outcomes_without_prediction_row", unpredicted},
                 {"missing_outcome", missing_outcome},
                 {"missing_prediction", missing_prediction},
                 {"dropped_duplicate_rows", outcomes.dropped_duplicates()}};
  const auto warn = [&](std::uint64_t count, const char* what) {
    if (count > 0) data.warnings.push_back(fmt::format("{} sample(s) are left out: {}", count, what));
  };
  warn(without_row, "they have a prediction, but no row in the outcomes");
  warn(unpredicted, "they have a row in the outcomes, but no prediction");
  warn(missing_outcome, "their outcome is missing");
  warn(missing_prediction, "their prediction is missing");
  if (outcomes.unterminated())
    data.warnings.push_back(options.outcomes + ": the last line has no line end, the file may have been cut");
  if (joined.ids.size() < 2) {
    throw UserError(
        fmt::format("expected samples with a prediction and an outcome, found {} of {} prediction(s) and {} "
                    "outcome(s)",
                    joined.ids.size(), order.size(), outcomes.sample_ids().size()),
        options.predictions.path, "do the sample ids agree?");
  }
  return joined;
}

void take_predictions(const PredictionTable& table, const Joined& joined, EvaluateData& data) {
  const std::size_t columns = table.columns();
  for (const std::size_t i : joined.prediction) {
    for (std::size_t k = 0; k < columns; ++k) data.prediction.push_back(table.values[i * columns + k]);
  }
}

void take_outcomes(const EvaluateOptions& options, const PredictionTable& table, const CovariateTable& outcomes,
                   std::size_t column, const Joined& joined, EvaluateData& data) {
  const OutcomeCells cells{&outcomes, column, joined.row};
  if (data.family == OutcomeFamily::gaussian) {
    data.number = number_outcome(cells);
  } else if (data.family == OutcomeFamily::binomial) {
    std::string event = options.class_name.value_or(table.classes.empty() ? "" : table.classes.front());
    data.binary = binary_outcome(cells, event, table.all_classes);
    data.event = event;
  } else {
    data.classes = table.classes;
    data.class_index = class_outcome(cells, data.classes);
  }
}

/// Of each column of the model's table the one of the baseline.
std::vector<std::size_t> matching_columns(const PredictionTable& table, PredictionTable& baseline) {
  if (table.columns() == 1) {
    if (baseline.classes.size() > 1)
      keep_class(baseline, table.classes.empty() ? baseline.classes.back() : table.classes[0]);
    return {0};
  }
  std::vector<std::size_t> order;
  for (const std::string& name : table.classes) {
    const auto found = std::find(baseline.classes.begin(), baseline.classes.end(), name);
    if (found != baseline.classes.end()) order.push_back(static_cast<std::size_t>(found - baseline.classes.begin()));
  }
  if (order.size() != table.classes.size() || baseline.classes.size() != table.classes.size()) {
    throw UserError(fmt::format("expected the classes {}, found {}", fmt::join(table.classes, ", "),
                                fmt::join(baseline.classes, ", ")),
                    baseline.path);
  }
  return order;
}

std::string baseline_name(const PredictionChoice& choice, const PredictionTable& table) {
  if (table.model_id) return *table.model_id;
  return fmt::format("{}: {}", choice.path, fmt::join(choice.columns, ","));
}

void take_baseline(const EvaluateOptions& options, const PredictionTable& table, const Joined& joined,
                   EvaluateData& data) {
  if (!options.baseline) return;
  PredictionRules rules = rules_of(options);
  if (data.family == OutcomeFamily::binomial && table.classes.size() == 1) rules.class_name = table.classes.front();
  PredictionTable baseline = read_predictions(*options.baseline, rules);
  const auto columns = matching_columns(table, baseline);
  std::unordered_map<std::string_view, std::size_t> index;
  for (std::size_t i = 0; i < baseline.sample_ids.size(); ++i) index.emplace(baseline.sample_ids[i], i);
  std::uint64_t missing = 0;
  for (const std::string& id : joined.ids) {
    const auto found = index.find(id);
    const bool there = found != index.end() && !baseline.missing[found->second];
    data.has_baseline.push_back(there);
    if (!there) ++missing;
    for (const std::size_t k : columns)
      data.baseline.push_back(there ? baseline.values[found->second * baseline.columns() + k] : 0);
  }
  data.baseline_id = baseline_name(*options.baseline, baseline);
  data.counts.emplace_back("missing_baseline", missing);
  if (missing > 0) {
    data.warnings.push_back(
        fmt::format("{} sample(s) have no prediction of the baseline, the comparison is without them", missing));
  }
  if (missing == joined.ids.size())
    throw UserError("no sample that is evaluated has a prediction of the baseline", options.baseline->path,
                    "do the sample ids agree?");
}

void note_missing_covariates(const EvaluateOptions& options, EvaluateData& data) {
  if (options.adjust.empty()) return;
  std::uint64_t missing = 0;
  for (std::size_t i = 0; i < data.samples(); ++i) {
    if (std::any_of(data.adjust.begin(), data.adjust.end(), [&](const auto& column) { return !column.value[i]; }))
      ++missing;
  }
  data.counts.emplace_back("missing_covariate", missing);
  if (missing > 0) {
    data.warnings.push_back(
        fmt::format("{} sample(s) lack a covariate, the adjusted metrics are without them", missing));
  }
}

}  // namespace

EvaluateData read_evaluate_data(const EvaluateOptions& options) {
  PredictionTable table = read_predictions(options.predictions, rules_of(options));
  const auto outcomes = CovariateTable::read(options.outcomes, options.sample_column, options.duplicate_samples);
  const auto column = outcomes.find_column(options.outcome);
  if (!column) {
    std::vector<std::string> names;
    for (const auto& one : outcomes.columns()) names.push_back(one.name);
    throw UserError(
        fmt::format("expected a column '{}' with the outcome, found {}", options.outcome, fmt::join(names, ", ")),
        options.outcomes + ": line 1", "name it with --outcome");
  }
  EvaluateData data;
  data.family = settle_family(options, table);
  data.model_id = table.model_id;
  const Joined joined = join(options, table, outcomes, *column, data);
  take_predictions(table, joined, data);
  take_outcomes(options, table, outcomes, *column, joined, data);
  take_baseline(options, table, joined, data);
  std::optional<CovariateTable> covariates;
  std::vector<const CovariateTable*> tables = {&outcomes};
  if (options.covariates) {
    covariates = CovariateTable::read(*options.covariates, options.sample_column, options.duplicate_samples);
    tables.push_back(&*covariates);
  }
  const ColumnSource source(tables, joined.ids);
  data.subgroups = make_subgroups(options, source);
  data.adjust = make_adjust_columns(options, source);
  note_missing_covariates(options, data);
  return data;
}

}  // namespace varisk::pipeline
