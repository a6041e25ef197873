#include "train_judge.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "evaluate_columns.hpp"
#include "judge.hpp"
#include "parallel.hpp"
#include "varisk/core/error.hpp"

namespace varisk::pipeline {
namespace {

OutcomeFamily family_of(models::Family family) {
  switch (family) {
    case models::Family::binomial: return OutcomeFamily::binomial;
    case models::Family::multinomial: return OutcomeFamily::multinomial;
    case models::Family::ordinal: return OutcomeFamily::ordinal;
    case models::Family::gaussian: return OutcomeFamily::gaussian;
  }
  throw InternalError("unknown family");
}

EvaluateOptions options_of(const FitContext& context) {
  EvaluateOptions options;
  options.outcome = context.options.outcome;
  options.outcomes = *context.options.inputs.covariates;
  options.family = family_of(context.options.family);
  options.subgroups = context.options.subgroups;
  options.bands = context.options.bands;
  options.settings.thresholds = context.options.thresholds;
  options.settings.prevalence = context.options.prevalence;
  options.settings.bootstrap = context.options.bootstrap;
  options.settings.seed = context.options.seed;
  options.settings.for_each = parallel_for_each(context.threads);
  options.settings.validate();
  return options;
}

EvaluateData data_of(const FitContext& context, const models::Model& model, const PartPredictions& part) {
  EvaluateData data;
  data.family = family_of(model.family);
  data.model_id = model.id;
  const auto& value = context.samples.outcome.value;
  switch (data.family) {
    case OutcomeFamily::gaussian:
      for (const std::uint32_t row : part.rows) data.number.push_back(value[row]);
      data.prediction = part.linear_predictor;
      break;
    case OutcomeFamily::multinomial:
    case OutcomeFamily::ordinal:
      data.classes = model.classes;
      for (const std::uint32_t row : part.rows) data.class_index.push_back(static_cast<std::uint32_t>(value[row]));
      data.prediction = part.probability;
      break;
    default:
      data.event = model.classes[1];
      for (const std::uint32_t row : part.rows) data.binary.push_back(value[row] == 1 ? 1 : 0);
      for (std::size_t i = 0; i < part.rows.size(); ++i) data.prediction.push_back(part.probability[2 * i + 1]);
  }
  data.counts.emplace_back("samples", part.rows.size());
  return data;
}

JudgedPart judge_part(const FitContext& context, const models::Model& model, const PartPredictions& part,
                      const std::string& name, const cohort::CovariateTable& table) {
  const EvaluateOptions options = options_of(context);
  EvaluateData data = data_of(context, model, part);
  const auto ids = context.samples.ids_of(part.rows);
  data.subgroups = make_subgroups(options, ColumnSource({&table}, ids));
  return {name, judge(data, options), plotted_samples(data, options)};
}

/// Why a part cannot be judged; nothing if it can.
std::optional<std::string> too_little(const FitContext& context, const PartPredictions& part) {
  if (context.options.family == models::Family::gaussian) {
    return part.rows.size() < 3 ? std::optional<std::string>("it has fewer than three samples") : std::nullopt;
  }
  const auto& value = context.samples.outcome.value;
  const bool varies = std::any_of(part.rows.begin(), part.rows.end(),
                                  [&](std::uint32_t row) { return value[row] != value[part.rows.front()]; });
  return varies ? std::nullopt : std::optional<std::string>("all its samples are of one class");
}

}  // namespace

std::vector<JudgedPart> judge_parts(const FitContext& context, const TrainedModel& trained,
                                    const cohort::CovariateTable& table, std::vector<std::string>& warnings) {
  std::vector<JudgedPart> judged;
  const auto add = [&](const PartPredictions& part, const std::string& name) {
    if (const auto reason = too_little(context, part)) {
      warnings.push_back(fmt::format("{} is not judged: {}", name, *reason));
      return;
    }
    judged.push_back(judge_part(context, trained.model, part, name, table));
  };
  for (const PartPredictions& part : trained.parts) add(part, part.name);
  if (trained.uncalibrated) add(*trained.uncalibrated, "cross_validation_uncalibrated");
  return judged;
}

}  // namespace varisk::pipeline
