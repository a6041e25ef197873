#pragma once
#include <optional>

#include "varisk/cohort/sample_sheet.hpp"
#include "varisk/pipeline/score_inputs.hpp"

namespace varisk::pipeline {

/// Which files belong together, and where each sample stands in them.
/// \throws UserError for sample sets that overlap in part, and for samples of the sheet that no file has
[[nodiscard]] std::vector<SampleGroup> group_samples(const std::vector<GenotypeFile>& genotype_files,
                                                     const std::optional<cohort::SampleSheet>& sheet,
                                                     const std::string& sheet_path);

}  // namespace varisk::pipeline
