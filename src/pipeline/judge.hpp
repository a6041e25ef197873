#pragma once
/// \file
/// Predictions against outcomes: everybody, then subgroup by subgroup.

#include <string_view>

#include "evaluate_data.hpp"
#include "varisk/report/evaluation_tables.hpp"
#include "varisk/report/evaluation_view.hpp"

namespace varisk::pipeline {

[[nodiscard]] std::string_view to_string(OutcomeFamily family) noexcept;

/// \throws UserError if they cannot be judged at all
[[nodiscard]] report::Evaluation judge(const EvaluateData& data, const EvaluateOptions& options);

/// What the plots show of single samples.
[[nodiscard]] report::PredictedSamples plotted_samples(const EvaluateData& data, const EvaluateOptions& options);

}  // namespace varisk::pipeline
