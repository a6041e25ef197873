#pragma once
/// \file
/// BGZF blocks, inflated and checked.

#include <libdeflate.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "crc32.hpp"
#include "deflate_tables.hpp"

namespace varisk::io {

/// Raw DEFLATE data of one block, and where its bytes belong.
struct DeflateBlock {
  const char* in;
  std::size_t in_size;
  char* out;
  std::size_t out_size;
  std::uint32_t crc;
};

/// Bytes behind the last block of a batch that must be readable; what they are does not matter.
inline constexpr std::size_t inflate_readable_behind = 64;

/// Inflates the blocks of a batch. Which of the kernels did it cannot be told from the result.
class BlockInflater {
 public:
  explicit BlockInflater(SimdLevel level);

  /// \return the first block that is corrupt, by its data, size or checksum
  [[nodiscard]] std::optional<std::size_t> inflate(std::span<const DeflateBlock> blocks);

 private:
  struct Free {
    void operator()(libdeflate_decompressor* handle) const noexcept { libdeflate_free_decompressor(handle); }
  };
  [[nodiscard]] bool inflate_plain(const DeflateBlock& block);

  SimdLevel level_;
  Crc32 crc32_;
  std::unique_ptr<libdeflate_decompressor, Free> libdeflate_;
  std::unique_ptr<std::array<deflate::Tables, 2>> tables_;
  std::unique_ptr<bool[]> is_done_;
  std::size_t room_ = 0;
};

/// The fast kernel: `is_done[i]` says whether block i was inflated and its checksum is right. It leaves to libdeflate
/// what is rare (stored blocks, fixed and incomplete codes) and what is corrupt.
void inflate_blocks_avx2(std::span<const DeflateBlock> blocks, std::array<deflate::Tables, 2>& tables, Crc32 crc32,
                         bool* is_done);

}  // namespace varisk::io
