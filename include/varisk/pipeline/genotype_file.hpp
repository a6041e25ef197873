#pragma once
/// \file
/// A genotype file of the run: what its header says, and the file itself once it is to be read.

#include <memory>
#include <string>
#include <vector>

#include "varisk/core/types.hpp"
#include "varisk/io/variant_source.hpp"
#include "varisk/sites/contig.hpp"

namespace varisk::pipeline {

/// Thousands of files may be in a run, so a file is kept open only if that is asked for; else it is opened again.
class GenotypeFile {
 public:
  /// Reads the header. \param path  as `io::variant_path` has it. Standard input is always kept open. \throws IoError,
  /// UserError
  GenotypeFile(const std::string& path, bool keep_open);

  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  /// All files that are read.
  [[nodiscard]] const std::vector<std::string>& files() const noexcept { return files_; }
  [[nodiscard]] const std::vector<std::string>& samples() const noexcept { return samples_; }
  /// Of each sample, as the file says it; empty if it does not.
  [[nodiscard]] const std::vector<Sex>& sex() const noexcept { return sex_; }
  /// Of the contig lengths in the header.
  [[nodiscard]] sites::GenomeBuild build() const noexcept { return build_; }

  /// The file at its first record; once. \throws UserError if it has changed since its header was read
  [[nodiscard]] std::unique_ptr<io::VariantSource> open() const;

 private:
  std::string path_;
  std::vector<std::string> files_;
  std::vector<std::string> samples_;
  std::vector<Sex> sex_;
  sites::GenomeBuild build_ = sites::GenomeBuild::unknown;
  mutable std::unique_ptr<io::VariantSource> kept_;
};

/// Reads the headers of all files, several at a time. Few files are kept open.
/// \throws for the first file that has a fault; UserError if a file is named twice
[[nodiscard]] std::vector<GenotypeFile> open_genotype_files(const std::vector<std::string>& arguments, int threads);

}  // namespace varisk::pipeline
