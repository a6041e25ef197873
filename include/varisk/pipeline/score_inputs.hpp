#pragma once
/// \file
/// Everything a run needs, read and checked against each other before the genotypes are touched.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "varisk/cohort/covariate_table.hpp"
#include "varisk/core/log.hpp"
#include "varisk/genotypes/call_decoder.hpp"
#include "varisk/models/model.hpp"
#include "varisk/pipeline/genotype_file.hpp"
#include "varisk/pipeline/reference_genome.hpp"
#include "varisk/pipeline/score_options.hpp"
#include "varisk/scoring/panel.hpp"
#include "varisk/scoring/score_plan.hpp"

namespace varisk::pipeline {

/// Files that hold the same samples; several of them are joined by contig.
struct SampleGroup {
  std::vector<std::string> sample_ids;            ///< as the results name them
  std::vector<Sex> sex;                           ///< empty: unknown for all
  std::vector<std::size_t> files;                 ///< index into `ScoreInputs::files`
  std::vector<genotypes::SampleColumns> columns;  ///< of each file
};

struct ScoreInputs {
  std::vector<scoring::ScoringFile> scoring_files;
  std::vector<std::string> score_ids;  ///< in the order of the score plan
  std::vector<models::Model> models;
  std::vector<std::string> model_paths;
  std::optional<cohort::CovariateTable> covariates;
  std::optional<scoring::Panel> panel;
  std::vector<GenotypeFile> files;
  std::unique_ptr<ReferenceGenome> reference;  ///< null: not given
  std::vector<SampleGroup> groups;
  sites::GenomeBuild build = sites::GenomeBuild::unknown;  ///< of the genotypes
  std::vector<std::string> warnings;
  std::vector<std::string> flags;  ///< stable codes for run.json
};

/// \throws UserError, IoError, UsageError
[[nodiscard]] ScoreInputs read_inputs(const ScoreOptions& options);

/// The files behind the arguments: `@FILE` is a text file with one path per line.
[[nodiscard]] std::vector<std::string> expand_file_lists(const std::vector<std::string>& arguments);

}  // namespace varisk::pipeline
