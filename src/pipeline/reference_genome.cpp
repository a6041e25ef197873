#include "varisk/pipeline/reference_genome.hpp"

#include <fmt/format.h>

#include <vector>

#include "varisk/core/error.hpp"

namespace varisk::pipeline {

ReferenceGenome::ReferenceGenome(const std::string& path) : fasta_(path) {
  std::vector<sites::ContigLength> lengths;
  for (const io::FastaContig& contig : fasta_.contigs()) {
    lengths.push_back({contig.name, contig.length});
    length_of_[sites::canonical_contig(contig.name)] = contig.length;
    const auto [known, is_new] = name_of_.try_emplace(sites::canonical_contig(contig.name), contig.name);
    if (!is_new) {
      throw UserError(fmt::format("the sequences {} and {} are one contig", known->second, contig.name), path);
    }
  }
  build_ = sites::build_from_lengths(lengths);
}

std::optional<std::string> ReferenceGenome::other_length(const io::VariantHeader& header) const {
  for (const io::HeaderContig& contig : header.contigs()) {
    const auto known = length_of_.find(sites::canonical_contig(contig.name));
    if (contig.length == 0 || known == length_of_.end() || known->second == contig.length) continue;
    return fmt::format("{}: {} has {} bases, in the header of the genotypes it has {}: is it of this build?",
                       fasta_.path(), contig.name, known->second, contig.length);
  }
  return std::nullopt;
}

std::string ReferenceGenome::bases(std::string_view canonical_contig, Position first, std::int64_t count) const {
  const auto name = name_of_.find(std::string(canonical_contig));
  return name == name_of_.end() ? std::string{} : fasta_.bases(name->second, first.value, count);
}

}  // namespace varisk::pipeline
