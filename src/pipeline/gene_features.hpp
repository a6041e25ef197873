#pragma once
/// \file
/// Calls of pharmacogenes as features of models.

#include <map>
#include <string>
#include <vector>

#include "dosing_tables.hpp"
#include "varisk/models/feature_column.hpp"

namespace varisk::pipeline {

/// The genes that models use, each once.
[[nodiscard]] std::vector<std::string> genes_of(const std::vector<models::Model>& models);

/// \throws UserError for a gene, allele or level that the tables do not have; UsageError for a gene that --genes leaves
///         out
void check_gene_features(const ScoreInputs& inputs, const DosingPlan& plan);

/// The values of a pharmacogene feature in the group that was called last. There is none without a call, of a research
/// call, where a position of the minimum set was not genotyped, and where candidates that are left give different ones.
/// \throws UserError for what the model does not allow
[[nodiscard]] models::FeatureColumn gene_column(const ScoreInputs& inputs, std::size_t model, std::size_t feature,
                                                const DosingTables& genes,
                                                std::map<std::string, models::CleaningCounts>& cleaning);

}  // namespace varisk::pipeline
