#pragma once
#include "train_judge.hpp"
#include "varisk/io/json.hpp"
#include "varisk/report/training_card.hpp"

namespace varisk::pipeline {

/// What the page of a training says.
/// \param usable   rows with all values
/// \param sources  of run.json: file identities by role
/// \throws UserError for --card-info that cannot be read
[[nodiscard]] report::TrainingCard make_card(const FitContext& context, const TrainFit& fit,
                                             const TrainedModel& trained, const std::vector<JudgedPart>& judged,
                                             std::span<const std::uint32_t> usable, const io::Json& sources,
                                             const std::vector<std::string>& warnings);

}  // namespace varisk::pipeline
