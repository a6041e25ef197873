#pragma once
/// \file
/// The tables of a training (docs/formats.md).

#include "train_judge.hpp"
#include "varisk/core/output_folder.hpp"
#include "varisk/io/json.hpp"

namespace varisk::pipeline {

/// Writes path.tsv, coefficients.tsv, cv.tsv (with folds), selection.tsv (with --select) and predictions.tsv.
void write_train_tables(OutputFolder& folder, const FitContext& context, const TrainFit& fit,
                        const TrainedModel& trained);

/// `metrics.json`: what `varisk evaluate` would write, part by part.
[[nodiscard]] io::Json train_metrics(const std::vector<JudgedPart>& judged);

}  // namespace varisk::pipeline
