#include "varisk/pipeline/genotype_file.hpp"

#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <exception>
#include <optional>
#include <unordered_set>
#include <utility>

#include "varisk/core/error.hpp"

namespace varisk::pipeline {
namespace {

/// One for each contig; of more, each is opened when its turn comes.
constexpr std::size_t most_open_files = 32;

std::vector<sites::ContigLength> contig_lengths(const io::VariantHeader& header) {
  std::vector<sites::ContigLength> lengths;
  for (const io::HeaderContig& contig : header.contigs()) lengths.push_back({contig.name, contig.length});
  return lengths;
}

}  // namespace

GenotypeFile::GenotypeFile(const std::string& path, bool keep_open) : path_(path) {
  auto source = io::open_variant_source(path);
  files_ = source->files();
  samples_ = source->header().samples();
  sex_ = source->header().sex();
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

std::vector<GenotypeFile> open_genotype_files(const std::vector<std::string>& arguments, int threads) {
  std::unordered_set<std::string> seen;
  std::vector<std::string> paths;
  for (const std::string& argument : arguments) {
    paths.push_back(io::variant_path(argument));
    if (!seen.insert(paths.back()).second) throw UserError("--variants names the file twice", paths.back());
  }
  const bool keep_open = paths.size() <= most_open_files;
  std::vector<std::optional<GenotypeFile>> opened(paths.size());
  std::vector<std::exception_ptr> failures(paths.size());
  const auto open = [&](std::size_t i) {
    try {
      opened[i].emplace(paths[i], keep_open);
    } catch (const Error&) {
      failures[i] = std::current_exception();
    }
  };
  tbb::task_arena arena(threads);
  arena.execute([&] { tbb::parallel_for(std::size_t{0}, paths.size(), open); });
  std::vector<GenotypeFile> files;
  for (std::size_t i = 0; i < paths.size(); ++i) {
    if (failures[i]) std::rethrow_exception(failures[i]);
    files.push_back(std::move(*opened[i]));
  }
  return files;
}

}  // namespace varisk::pipeline
