#pragma once
#include <optional>

#include "varisk/cohort/sample_sheet.hpp"
#include "varisk/pipeline/score_inputs.hpp"

namespace varisk::pipeline {

/// Which files belong together, where each sample stands in them, and the sex that the sheet or else a file gives.
/// \throws UserError for sample sets that overlap in part, samples of the sheet that no file has, and for
/// files that contradict each other
[[nodiscard]] std::vector<SampleGroup> group_samples(const std::vector<GenotypeFile>& genotype_files,
                                                     const std::optional<cohort::SampleSheet>& sheet,
                                                     const std::string& sheet_path, std::vector<std::string>& warnings);

}  // namespace varisk::pipeline
