#include "judge.hpp"

#include <fmt/format.h>

#include <numeric>

#include "evaluate_group.hpp"
#include "varisk/core/error.hpp"

namespace varisk::pipeline {
namespace {

using evaluation::PredictionScale;

const char* name_of(PredictionScale scale) {
  switch (scale) {
    case PredictionScale::linear_predictor: return "linear_predictor";
    case PredictionScale::score: return "score";
    default: return "probability";
  }
}

std::uint64_t count_clipped(const EvaluateData& data, const EvaluateOptions& options) {
  if (!options.settings.clip || options.scale != PredictionScale::probability) return 0;
  std::uint64_t count = 0;
  for (const double p : data.prediction) {
    if (p < *options.settings.clip || p > 1 - *options.settings.clip) ++count;
  }
  return count;
}

}  // namespace

std::string_view to_string(OutcomeFamily family) noexcept {
  switch (family) {
    case OutcomeFamily::multinomial: return "multinomial";
    case OutcomeFamily::ordinal: return "ordinal";
    case OutcomeFamily::gaussian: return "gaussian";
    default: return "binomial";
  }
}

report::Evaluation judge(const EvaluateData& data, const EvaluateOptions& options) {
  report::Evaluation out;
  out.family = to_string(data.family);
  out.outcome = options.outcome;
  out.model_id = data.model_id;
  out.baseline_id = data.baseline_id;
  out.event = data.event;
  out.scale = data.family == OutcomeFamily::gaussian ? "outcome" : name_of(options.scale);
  out.settings = options.settings;
  for (const AdjustColumn& column : data.adjust) out.adjusted_for.push_back(column.name);
  out.counts = data.counts;
  out.counts.emplace_back("clipped", count_clipped(data, options));
  out.warnings = data.warnings;
  std::vector<std::uint32_t> everybody(data.samples());
  std::iota(everybody.begin(), everybody.end(), 0U);
  out.overall = evaluate_group(data, everybody, options, 1);
  if (!out.overall.reason.empty()) throw UserError(out.overall.reason, options.outcomes);
  for (const evaluation::Subgroup& subgroup : data.subgroups) {
    report::EvaluatedGroup group = evaluate_group(data, subgroup.members, options, options.min_group);
    group.column = subgroup.column;
    group.level = subgroup.level;
    if (!group.reason.empty())
      out.warnings.push_back(fmt::format("subgroup {} {}: {}", group.column, group.level, group.reason));
    out.subgroups.push_back(std::move(group));
  }
  return out;
}

report::PredictedSamples plotted_samples(const EvaluateData& data, const EvaluateOptions& options) {
  report::PredictedSamples samples;
  if (data.family == OutcomeFamily::gaussian) samples.fit = report::fit_points(data.number, data.prediction);
  if (data.family == OutcomeFamily::binomial && options.scale == PredictionScale::probability) {
    samples.histograms = report::prediction_histograms(data.binary, data.prediction);
  }
  return samples;
}

}  // namespace varisk::pipeline
