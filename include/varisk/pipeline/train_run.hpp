#pragma once
/// \file
/// `varisk train`: a penalised model from genotypes, scores and covariates.

#include <string>
#include <vector>

#include "varisk/core/log.hpp"
#include "varisk/pipeline/train_options.hpp"

namespace varisk::pipeline {

/// Trains, validates and writes the result folder.
/// \param command_line  for run.json
/// \throws UsageError, UserError, IoError; the folder then holds nothing of this run
void run_train(const TrainOptions& options, const std::vector<std::string>& command_line, const Log& log);

}  // namespace varisk::pipeline
