#pragma once
/// \file
/// The index beside a VCF (.tbi, .csi) or BCF (.csi) file, loaded by HTSlib.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "varisk/io/variant_source.hpp"

namespace varisk::io {

/// A run of whole records. Virtual offsets: where the BGZF block starts in the file << 16, plus the byte within the
/// block.
struct Chunk {
  std::uint64_t begin;
  std::uint64_t end;
};

constexpr std::int64_t block_of(std::uint64_t offset) { return static_cast<std::int64_t>(offset >> 16U); }
constexpr std::size_t within_block(std::uint64_t offset) { return static_cast<std::size_t>(offset & 0xFFFFU); }

/// An index file, and whether it is older than the file it belongs to.
struct IndexFile {
  std::string path;
  bool is_older = false;
};

/// The newest index beside the file, if there is one.
[[nodiscard]] std::optional<IndexFile> find_index(const std::string& path, Encoding encoding);

class VariantIndex {
 public:
  struct Contig {
    int number;  ///< within the index; of a BCF also within the file
    std::string name;
  };

  /// \return nothing if it cannot be read, or is no index of a VCF or BCF
  [[nodiscard]] static std::optional<VariantIndex> load(const std::string& path, const std::string& index,
                                                        const VariantHeader& header, Encoding encoding);
  ~VariantIndex();
  VariantIndex(VariantIndex&&) noexcept;
  VariantIndex& operator=(VariantIndex&&) noexcept;
  VariantIndex(const VariantIndex&) = delete;
  VariantIndex& operator=(const VariantIndex&) = delete;

  /// Those that have records.
  [[nodiscard]] const std::vector<Contig>& contigs() const noexcept { return contigs_; }
  /// Chunks that hold all records which overlap [first, last] (from 1 on), ascending.
  [[nodiscard]] std::vector<Chunk> find(int contig, std::int64_t first, std::int64_t last) const;
  /// Where the last record of any contig ends.
  [[nodiscard]] std::uint64_t end() const noexcept { return end_; }

 private:
  struct Handles;
  explicit VariantIndex(std::unique_ptr<Handles> handles);
  void add_contig(int number, std::string name);
  void find_end();

  std::unique_ptr<Handles> handles_;
  std::vector<Contig> contigs_;
  std::uint64_t end_ = 0;
};

}  // namespace varisk::io
