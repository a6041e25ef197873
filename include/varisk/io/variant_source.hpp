#pragma once
/// \file
/// A genotype file as batches of whole records. The work is cut so that a pipeline can run it: `read` in order,
/// `inflate` on any thread, `frame` in order. Calls are in the records, or beside them and fetched where they are
/// wanted.

#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "varisk/io/variant_header.hpp"

namespace varisk::io {

/// `bed`: the records are lines of a .bim file, and the calls are beside them.
enum class Encoding : std::uint8_t { text, bcf, bed };

/// Bytes that grow without being cleared first.
class ByteBuffer {
 public:
  [[nodiscard]] char* data() noexcept { return bytes_.get(); }
  [[nodiscard]] const char* data() const noexcept { return bytes_.get(); }
  [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }
  /// Room for `size` bytes; the first `keep` bytes survive.
  void reserve(std::size_t size, std::size_t keep);

 private:
  std::unique_ptr<char[]> bytes_;
  std::size_t capacity_ = 0;
};

/// One batch on its way through the pipeline; owned by one stage at a time, its buffers are reused.
class RecordBatch {
 public:
  RecordBatch();
  ~RecordBatch();
  RecordBatch(const RecordBatch&) = delete;
  RecordBatch& operator=(const RecordBatch&) = delete;

  /// After `frame`: whole records. All records of one position are in one batch.
  [[nodiscard]] std::string_view records() const noexcept { return {data_.data() + begin_, end_ - begin_}; }
  /// After `frame`, BCF: where each record starts within `records()`.
  [[nodiscard]] std::span<const std::size_t> offsets() const noexcept { return offsets_; }
  /// After `frame`, where calls are beside the records: number of the first record in the file, and of the one after
  /// the last.
  [[nodiscard]] std::int64_t first_record() const noexcept { return first_record_; }
  [[nodiscard]] std::int64_t stop_record() const noexcept { return stop_record_; }

 private:
  friend class VcfSource;
  friend class PlinkSource;
  struct Block {
    std::size_t offset;  ///< of the deflate data in `compressed_`
    std::uint32_t size;
    std::uint32_t inflated_size;
    std::uint32_t crc;
    std::int64_t file_offset;
  };
  struct Inflater;

  ByteBuffer compressed_;
  std::vector<Block> blocks_;
  ByteBuffer data_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::vector<std::size_t> offsets_;
  std::int64_t first_record_ = 0;
  std::int64_t stop_record_ = 0;
  std::unique_ptr<Inflater> inflater_;
  std::exception_ptr failure_;   ///< of any thread, thrown in order
  std::size_t first_piece_ = 0;  ///< of those that an index led to
  std::size_t end_of_pieces_ = 0;
  bool last_ = false;
};

/// The calls of some neighbouring records, one after the other; one for each thread.
struct CallWindow {
  ByteBuffer bytes;
  std::int64_t first_record = 0;
  std::int64_t stop_record = 0;
};

/// The positions that are wanted on a contig, by its name in the file; from 1 on, ascending. What they are of must
/// outlive the source.
using WantedPositions = std::function<std::span<const std::int64_t>(std::string_view contig)>;

/// Whether an index leads to the wanted records, or the file is streamed.
struct Access {
  bool jumps = false;
  std::int64_t bytes = 0;            ///< compressed, that are read of the file, about
  std::int64_t file_bytes = 0;       ///< 0: not known
  std::string doubt;                 ///< why an index beside the file is not used
  std::vector<std::string> contigs;  ///< with records; if it jumps
};

/// One open file, or standard input (`-`).
class VariantSource {
 public:
  virtual ~VariantSource() = default;
  VariantSource(const VariantSource&) = delete;
  VariantSource& operator=(const VariantSource&) = delete;

  [[nodiscard]] virtual const std::string& path() const noexcept = 0;
  /// All files that are read.
  [[nodiscard]] virtual std::vector<std::string> files() const { return {path()}; }
  /// The file that the records are in, for messages.
  [[nodiscard]] virtual const std::string& records_path() const noexcept { return path(); }
  [[nodiscard]] virtual const VariantHeader& header() const noexcept = 0;
  [[nodiscard]] virtual Encoding encoding() const noexcept = 0;
  /// Lines before the first record; text only.
  [[nodiscard]] virtual std::int64_t header_lines() const noexcept = 0;

  /// Before the first `read`: from then on only records that overlap a wanted position are given for certain, if the
  /// file has an index and reading so is cheaper. \throws IoError
  [[nodiscard]] virtual Access choose_access(const WantedPositions& wanted) {
    static_cast<void>(wanted);
    return {};
  }
  /// In order, one thread at a time: the next bytes of the file. \return false after the last batch
  [[nodiscard]] virtual bool read(RecordBatch& batch) = 0;
  /// Any thread.
  virtual void inflate(RecordBatch& batch) const = 0;
  /// In order, one thread at a time: cuts the batch so that it holds whole records and whole positions; what is left
  /// goes before the next batch. \throws UserError if the file is corrupt or cut off
  virtual void frame(RecordBatch& batch) = 0;
  /// Any thread, `Encoding::bed`: the packed calls of one record; `window` may get those of the records behind it too,
  /// up to `stop_record`. \throws IoError, UserError if the file has become shorter
  [[nodiscard]] virtual std::string_view calls(std::int64_t record, std::int64_t stop_record, CallWindow& window) const;
  /// After the last batch: the last line of a text file had no line end, so it may have been cut within its last call.
  [[nodiscard]] virtual bool unterminated() const noexcept = 0;

 protected:
  VariantSource() = default;
};

/// The path by which a genotype file is known: of PLINK's .bed, .bim and .fam, or what they have in common, the .bed.
[[nodiscard]] std::string variant_path(const std::string& argument);

/// Opens the file and reads its header: PLINK for what `variant_path` knows as a .bed, else VCF or BCF.
/// \throws IoError if it cannot be opened or read, UserError if it is none of them, is cut off, or has a scheme
[[nodiscard]] std::unique_ptr<VariantSource> open_variant_source(const std::string& path);

}  // namespace varisk::io
