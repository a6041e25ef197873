#pragma once
/// \file
/// Reading only those BGZF blocks that can hold records which overlap wanted positions.
///
/// The positions are cut into pieces, at the windows of the index. A record belongs to the first piece whose last
/// wanted position is not before POS, and is read by no other. A record that overlaps a wanted position of a later
/// piece, but belongs to an earlier one, spans the last wanted position of that one too, so the index names it there.
/// So each piece can be read for itself, on any thread, and the pieces together give each record that overlaps a wanted
/// position exactly once and in the order of the file.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "block_inflater.hpp"
#include "input_bytes.hpp"
#include "variant_index.hpp"

namespace varisk::io {

struct Piece {
  int contig;                            ///< number within the index
  const std::string* name;               ///< as the file writes it
  std::span<const std::int64_t> wanted;  ///< ascending
  std::int64_t after;                    ///< records up to this position belong to earlier pieces
  std::vector<Chunk> chunks;
  std::int64_t likely_end;  ///< where in the file the block of the last wanted record ends, about
};

/// Pieces in the order of the file. \param index  must outlive them
[[nodiscard]] std::vector<Piece> make_pieces(const VariantIndex& index, const WantedPositions& wanted);
/// Compressed bytes that reading the pieces takes, about.
[[nodiscard]] std::int64_t estimate_bytes(std::span<const Piece> pieces, std::int64_t bytes_per_block);
/// How many windows of the index hold wanted positions: each takes at least one block.
[[nodiscard]] std::int64_t count_windows(std::span<const std::int64_t> wanted);

/// Reads pieces one after the other; one for each batch.
class PieceReader {
 public:
  PieceReader(const Descriptor& file, const std::string& path, Encoding encoding, BlockInflater& inflater,
              ByteBuffer& compressed, ByteBuffer& out)
      : file_(&file), path_(&path), encoding_(encoding), inflater_(&inflater), compressed_(&compressed), out_(&out) {}

  /// Puts the records of the piece to `end` in the output. \return where they end
  /// \throws IoError, UserError if a block is corrupt or the index does not fit the file
  [[nodiscard]] std::size_t read(const Piece& piece, std::size_t end);

 private:
  struct Record;
  [[nodiscard]] bool read_chunk(const Piece& piece, const Chunk& chunk);
  [[nodiscard]] std::int64_t inflate_block(std::int64_t offset, std::int64_t likely_end);
  [[nodiscard]] const char* fetch(std::int64_t offset, std::size_t size, std::int64_t likely_end);
  [[nodiscard]] bool take_records(const Piece& piece);
  [[nodiscard]] bool look_at(std::string_view bytes, const Piece& piece, Record& record) const;
  [[noreturn]] void misfit(const char* what) const;

  const Descriptor* file_;
  const std::string* path_;
  Encoding encoding_;
  BlockInflater* inflater_;
  ByteBuffer* compressed_;
  ByteBuffer* out_;
  std::int64_t fetched_ = 0;      ///< where in the file the bytes in `compressed_` start
  std::size_t fetched_size_ = 0;  ///< how many they are
  // in `out_`: records that are kept, what was looked at, what is inflated
  std::size_t kept_ = 0;
  std::size_t seen_ = 0;
  std::size_t inflated_ = 0;
  std::int64_t position_ = 0;  ///< of the last record
};

/// Checks that the index covers the file to its end, and that the end is there. \return what is wrong, or nothing
/// \throws IoError
[[nodiscard]] std::string check_end(const Descriptor& file, const VariantIndex& index);

}  // namespace varisk::io
