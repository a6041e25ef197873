#pragma once
/// \file
/// Genotypes and scores of a training, read by the same pass that scores.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "varisk/core/log.hpp"
#include "varisk/pipeline/score_inputs.hpp"
#include "varisk/pipeline/train_options.hpp"
#include "varisk/training/dosage_matrix.hpp"
#include "varisk/training/genotype_matrix.hpp"

namespace varisk::pipeline {

/// One variant allele that is trained on; its column counts copies of `effect_allele`, which is ALT.
struct TrainVariant {
  std::string contig;
  Position position;
  std::string ref;
  std::string alt;
  bool is_dosage = false;    ///< its column is in `dosages`, else in `calls`
  std::uint32_t column = 0;  ///< of that matrix
  std::uint32_t contig_number = 0;
  genotypes::CopyRule rule = genotypes::CopyRule::diploid;
};

struct TrainGenotypes {
  std::unique_ptr<training::GenotypeMatrix> calls;
  std::unique_ptr<training::DosageMatrix> dosages;
  std::vector<TrainVariant> variants;  ///< in the order of contigs and positions
  std::vector<std::string> score_ids;
  std::vector<std::vector<double>> scores;  ///< of each score, one sum for each sample
  sites::GenomeBuild build = sites::GenomeBuild::unknown;
  std::vector<std::uint8_t> males;  ///< of each row; empty: nobody's sex is known

  std::int64_t records = 0;        ///< that were listed
  std::int64_t symbolic = 0;       ///< ALT alleles that are not bases
  std::int64_t without_calls = 0;  ///< listed alleles that were not matched
  double largest_rounding = 0;     ///< of a dosage
  std::vector<std::string> warnings;
};

/// Samples with genotypes, before anything but headers is read.
[[nodiscard]] std::vector<std::string> genotyped_samples(const ScoreInputs& inputs);

/// \param keep  numbers of the samples that are trained and judged on, ascending; rows of the matrices
[[nodiscard]] TrainGenotypes read_genotypes(const TrainOptions& options, ScoreInputs& inputs,
                                            std::span<const std::uint32_t> keep, const Log& log);

}  // namespace varisk::pipeline
