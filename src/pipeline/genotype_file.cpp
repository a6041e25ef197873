#include "varisk/pipeline/genotype_file.hpp"

#include <utility>

#include "varisk/core/error.hpp"

namespace varisk::pipeline {
namespace {

std::vector<sites::ContigLength> contig_lengths(const io::VariantHeader& header) {
  std::vector<sites::ContigLength> lengths;
  for (const io::HeaderContig& contig : header.contigs()) lengths.push_back({contig.name, contig.length});
  return lengths;
}

}  // namespace

GenotypeFile::GenotypeFile(const std::string& path, bool keep_open) : path_(path) {
  auto source = io::open_variant_source(path);
  samples_ = source->header().samples();
  build_ = sites::build_from_lengths(contig_lengths(source->header()));
  if (keep_open || path == "-") kept_ = std::move(source);
}

std::unique_ptr<io::VariantSource> GenotypeFile::open() const {
  if (kept_) return std::exchange(kept_, nullptr);
  auto source = io::open_variant_source(path_);
  if (source->header().samples() != samples_) {
    throw UserError("its samples have changed since the run began", path_, "run again when nobody writes to the file");
  }
  return source;
}

}  // namespace varisk::pipeline
