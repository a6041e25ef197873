#pragma once
#include <cstdint>
#include <span>

#include "evaluate_data.hpp"
#include "varisk/report/evaluation_tables.hpp"

namespace varisk::pipeline {

/// Judges these samples: the predictions, beyond the covariates, against the baseline.
/// \param least  events and non-events (samples of two classes, samples) that are needed
[[nodiscard]] report::EvaluatedGroup evaluate_group(const EvaluateData& data, std::span<const std::uint32_t> members,
                                                    const EvaluateOptions& options, std::uint64_t least);

}  // namespace varisk::pipeline
