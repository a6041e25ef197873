#pragma once
/// \file
/// Bases of an indexed FASTA file, plain or BGZF.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace varisk::io {

struct FastaContig {
  std::string name;
  std::int64_t length = 0;
};

/// One FASTA file with its index (`.fai`, with BGZF also `.gzi`). The index must be there: nothing is ever written
/// beside the file, and nothing is fetched from anywhere. Any thread may ask.
class Fasta {
 public:
  /// \throws UserError without an index, if the path has a scheme, or if index and file do not fit; IoError
  explicit Fasta(const std::string& path);
  ~Fasta();
  Fasta(const Fasta&) = delete;
  Fasta& operator=(const Fasta&) = delete;

  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  [[nodiscard]] const std::vector<FastaContig>& contigs() const noexcept { return contigs_; }
  /// The bases from the 1-based position `first` on, upper case; fewer where the contig ends, none before its start.
  /// \param name  as in the file
  /// \throws UserError if there is no such contig, or if what stands there is not a sequence
  [[nodiscard]] std::string bases(std::string_view name, std::int64_t first, std::int64_t count) const;

 private:
  struct Index;
  /// Empty if there is no sequence.
  [[nodiscard]] std::string fetch(std::size_t contig, std::int64_t first, std::int64_t last) const;
  [[nodiscard]] std::string fetch_packed(const FastaContig& contig, std::int64_t first, std::int64_t last) const;
  [[nodiscard]] std::string fetch_plain(std::size_t contig, std::int64_t first, std::int64_t last) const;

  std::string path_;
  std::unique_ptr<Index> index_;
  std::vector<FastaContig> contigs_;
};

}  // namespace varisk::io
