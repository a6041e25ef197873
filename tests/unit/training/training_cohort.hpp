#pragma once
/// Reads what a generator of training problems wrote: PREFIX.bed, PREFIX.bim, PREFIX.pheno.tsv with the columns sample,
/// split, y, y3 and covariates.
#include <cstdint>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "varisk/training/genotype_matrix.hpp"

namespace varisk::test {

struct TrainingCohort {
  std::vector<std::uint8_t> training;           ///< by sample
  std::vector<std::uint32_t> y, y3;             ///< by sample
  std::vector<std::string> names;               ///< of covariates
  std::vector<std::vector<double>> covariates;  ///< by covariate
};

inline TrainingCohort read_cohort(const std::string& prefix) {
  TrainingCohort cohort;
  std::ifstream file(prefix + ".pheno.tsv");
  std::string line;
  if (!std::getline(file, line)) throw std::runtime_error("cannot read " + prefix + ".pheno.tsv");
  std::istringstream header(line);
  std::string field;
  for (std::size_t column = 0; header >> field; ++column) {
    if (column >= 4) cohort.names.push_back(field);
  }
  cohort.covariates.resize(cohort.names.size());
  while (std::getline(file, line)) {
    std::istringstream row(line);
    std::string split;
    std::uint32_t y = 0;
    std::uint32_t y3 = 0;
    row >> field >> split >> y >> y3;
    cohort.training.push_back(split == "train" ? 1 : 0);
    cohort.y.push_back(y);
    cohort.y3.push_back(y3);
    for (auto& values : cohort.covariates) {
      double value = 0;
      row >> value;
      values.push_back(value);
    }
  }
  return cohort;
}

/// Counts copies of A1.
inline training::GenotypeMatrix read_bed(const std::string& prefix, std::size_t samples) {
  std::ifstream bim(prefix + ".bim");
  std::size_t variants = 0;
  for (std::string line; std::getline(bim, line);) ++variants;
  std::ifstream bed(prefix + ".bed", std::ios::binary);
  const std::size_t bytes = (samples + 3) / 4;
  std::vector<char> packed(bytes);
  bed.read(packed.data(), 3);
  training::GenotypeMatrix matrix(samples);
  matrix.add_columns(variants);
  std::vector<std::uint8_t> copies(samples);
  constexpr std::uint8_t meaning[4] = {2, training::missing_call, 1, 0};
  for (std::size_t j = 0; j < variants; ++j) {
    if (!bed.read(packed.data(), static_cast<std::streamsize>(bytes)))
      throw std::runtime_error(prefix + ".bed is short");
    for (std::size_t i = 0; i < samples; ++i) {
      copies[i] = meaning[(static_cast<unsigned>(static_cast<unsigned char>(packed[i / 4])) >> (2 * (i % 4))) & 3U];
    }
    matrix.set(j, copies);
  }
  return matrix;
}

}  // namespace varisk::test
