#pragma once
/// \file
/// `--reference`: a FASTA file under the one name that each contig has.

#include <optional>
#include <string>
#include <unordered_map>

#include "varisk/io/fasta.hpp"
#include "varisk/io/variant_header.hpp"
#include "varisk/sites/contig.hpp"
#include "varisk/sites/reference.hpp"

namespace varisk::pipeline {

class ReferenceGenome final : public sites::ReferenceBases {
 public:
  /// \throws UserError if two sequences are one contig (`1` and `chr1`), and what `io::Fasta` throws
  explicit ReferenceGenome(const std::string& path);

  [[nodiscard]] const std::string& path() const noexcept { return fasta_.path(); }
  [[nodiscard]] sites::GenomeBuild build() const noexcept { return build_; }
  [[nodiscard]] bool has_contig(const std::string& canonical_name) const { return name_of_.contains(canonical_name); }
  /// The first contig that has another length in the header of a genotype file, in words; nothing if all agree.
  [[nodiscard]] std::optional<std::string> other_length(const io::VariantHeader& header) const;
  [[nodiscard]] std::string bases(std::string_view canonical_contig, Position first, std::int64_t count) const override;

 private:
  io::Fasta fasta_;
  sites::GenomeBuild build_ = sites::GenomeBuild::unknown;
  std::unordered_map<std::string, std::string> name_of_;  ///< of each contig, in the file
  std::unordered_map<std::string, std::int64_t> length_of_;
};

}  // namespace varisk::pipeline
