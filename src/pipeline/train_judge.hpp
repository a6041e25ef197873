#pragma once
/// \file
/// How well a trained model predicts rows that it has not seen, by the code of `varisk evaluate`.

#include <string>
#include <vector>

#include "train_model.hpp"
#include "varisk/report/evaluation_view.hpp"

namespace varisk::pipeline {

struct JudgedPart {
  std::string name;
  report::Evaluation evaluation;
  report::PredictedSamples plotted;
};

/// Parts that cannot be judged are left out with a warning. `cross_validation_uncalibrated`, where there is one, comes
/// last.
[[nodiscard]] std::vector<JudgedPart> judge_parts(const FitContext& context, const TrainedModel& trained,
                                                  const cohort::CovariateTable& table,
                                                  std::vector<std::string>& warnings);

}  // namespace varisk::pipeline
