#pragma once
/// \file
/// What the parts of `VcfSource` share.

#include "block_inflater.hpp"
#include "index_jumps.hpp"
#include "input_bytes.hpp"
#include "varisk/core/error.hpp"
#include "vcf_source.hpp"

namespace varisk::io {

/// Room before the inflated bytes for what the batch before left over.
inline constexpr std::size_t headroom = 1 << 16;

struct RecordBatch::Inflater {
  BlockInflater blocks{best_simd_level()};
  std::vector<DeflateBlock> parts;
};

enum class Compression : std::uint8_t { none, gzip, bgzf };

inline Compression detect(InputBytes& input, const std::string& path) {
  const std::string_view start = input.peek(bgzf_header_size);
  if (start.empty()) throw UserError("the file is empty, a VCF or BCF was expected", path);
  if (bgzf_block_size(start)) return Compression::bgzf;
  return start.starts_with("\x1f\x8b") ? Compression::gzip : Compression::none;
}

class VcfSource::Bytes {
 public:
  explicit Bytes(const std::string& path) : input(path), compression(detect(input, path)) {}

  InputBytes input;
  Compression compression;
  GzipStream gzip;
  bool ended_with_eof_block = false;
  std::int64_t blocks = 0;  ///< read so far
};

struct VcfSource::Jumps {
  VariantIndex index;
  std::vector<Piece> pieces;
  std::int64_t bytes_per_block;
  std::size_t next = 0;
};

}  // namespace varisk::io
