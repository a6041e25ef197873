#include "index_jumps.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstring>

#include "bcf_frame.hpp"
#include "varisk/core/error.hpp"

namespace varisk::io {
namespace {

/// Bases of one window of the linear index, and of the smallest bin (SAM specification, section 5).
constexpr std::int64_t window_shift = 14;
/// Neighbouring windows are read together, so that a block that two of them share is inflated once.
constexpr std::int64_t most_windows = 8;

std::int64_t window_of(std::int64_t position) { return (position - 1) >> window_shift; }

constexpr std::size_t smallest_fetch = 1 << 13;
constexpr std::size_t largest_fetch = 1 << 18;

std::int64_t first_offset(const Piece& piece) { return block_of(piece.chunks.front().begin); }

/// A piece ends before the first record of the window behind it, or with its chunks.
std::int64_t likely_end(const VariantIndex& index, const Piece& piece) {
  std::int64_t end = block_of(piece.chunks.back().end);
  const std::int64_t next_window = ((window_of(piece.wanted.back()) + 1) << window_shift) + 1;
  const auto behind = index.find(piece.contig, next_window, next_window);
  if (!behind.empty()) end = std::min(end, block_of(behind.front().begin));
  return std::max(end, first_offset(piece));
}

void add_pieces(const VariantIndex& index, const VariantIndex::Contig& contig, std::span<const std::int64_t> wanted,
                std::vector<Piece>& pieces) {
  std::int64_t after = 0;
  for (std::size_t i = 0; i < wanted.size();) {
    const std::int64_t first_window = window_of(wanted[i]);
    std::size_t stop = i + 1;
    while (stop < wanted.size() && window_of(wanted[stop]) <= window_of(wanted[stop - 1]) + 1 &&
           window_of(wanted[stop]) < first_window + most_windows) {
      ++stop;
    }
    Piece piece{contig.number, &contig.name, wanted.subspan(i, stop - i), after, {}, 0};
    piece.chunks = index.find(contig.number, piece.wanted.front(), piece.wanted.back());
    after = piece.wanted.back();
    i = stop;
    if (piece.chunks.empty()) continue;
    piece.likely_end = likely_end(index, piece);
    pieces.push_back(std::move(piece));
  }
}

/// INFO END makes a record longer than its REF; the columns of the samples are not looked at.
bool has_end(std::string_view after_ref) {
  for (int column = 0; column < 3; ++column)
    after_ref.remove_prefix(std::min(after_ref.find('\t'), after_ref.size() - 1) + 1);
  return after_ref.substr(0, after_ref.find('\t')).find("END=") != std::string_view::npos;
}

}  // namespace

std::vector<Piece> make_pieces(const VariantIndex& index, const WantedPositions& wanted) {
  std::vector<std::vector<Piece>> by_contig;
  for (const VariantIndex::Contig& contig : index.contigs()) {
    std::vector<Piece> pieces;
    add_pieces(index, contig, wanted(contig.name), pieces);
    if (!pieces.empty()) by_contig.push_back(std::move(pieces));
  }
  // The index of a BCF numbers contigs as the header does, the file may have them in another order.
  std::sort(by_contig.begin(), by_contig.end(), [](const auto& a, const auto& b) {
    return a.front().chunks.front().begin < b.front().chunks.front().begin;
  });
  std::vector<Piece> all;
  for (auto& pieces : by_contig) std::move(pieces.begin(), pieces.end(), std::back_inserter(all));
  return all;
}

std::int64_t estimate_bytes(std::span<const Piece> pieces, std::int64_t bytes_per_block) {
  std::int64_t bytes = 0;
  for (const Piece& piece : pieces) bytes += piece.likely_end - first_offset(piece) + bytes_per_block;
  return bytes;
}

std::int64_t count_windows(std::span<const std::int64_t> wanted) {
  std::int64_t windows = 0;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (i == 0 || window_of(wanted[i]) != window_of(wanted[i - 1])) ++windows;
  }
  return windows;
}

/// The head of one record.
struct PieceReader::Record {
  bool is_of_contig = false;
  std::int64_t position = 0;
  std::int64_t last = 0;            ///< position; known if `size` is
  std::optional<std::size_t> size;  ///< nothing: it goes on behind the bytes
};

void PieceReader::misfit(const char* what) const {
  throw UserError(fmt::format("its index does not fit it: {}", what), *path_,
                  "make the index again (tabix -f -p vcf, bcftools index -f), or move it away");
}

std::size_t PieceReader::read(const Piece& piece, std::size_t end) {
  kept_ = end;
  position_ = 0;
  for (const Chunk& chunk : piece.chunks) {
    if (!read_chunk(piece, chunk)) break;
  }
  return kept_;
}

/// \return false behind the last wanted position
bool PieceReader::read_chunk(const Piece& piece, const Chunk& chunk) {
  seen_ = inflated_ = kept_;
  std::int64_t offset = block_of(chunk.begin);
  std::size_t skipped = within_block(chunk.begin);
  const std::int64_t last_block = block_of(chunk.end);
  while (offset < last_block || (offset == last_block && within_block(chunk.end) > 0)) {
    const std::size_t start = inflated_;
    const std::int64_t next = inflate_block(offset, piece.likely_end);
    if (offset == last_block) {
      if (start + within_block(chunk.end) > inflated_) misfit("a block is shorter than it says");
      inflated_ = start + within_block(chunk.end);
    }
    if (skipped > 0) {
      char* const bytes = out_->data() + start;
      if (start + skipped > inflated_) misfit("a block is shorter than it says");
      if (encoding_ == Encoding::text && bytes[skipped - 1] != '\n') misfit("no line starts where it says");
      std::memmove(bytes, bytes + skipped, inflated_ - start - skipped);
      inflated_ -= skipped;
      skipped = 0;
    }
    offset = next;
    if (!take_records(piece)) return false;
    std::memmove(out_->data() + kept_, out_->data() + seen_, inflated_ - seen_);
    inflated_ -= seen_ - kept_;
    seen_ = kept_;
  }
  if (inflated_ != kept_) misfit("no record ends where it says");
  return true;
}

/// \return where the next block starts
std::int64_t PieceReader::inflate_block(std::int64_t offset, std::int64_t likely_end) {
  const auto size = bgzf_block_size({fetch(offset, bgzf_header_size, likely_end), bgzf_header_size});
  if (!size || *size < bgzf_header_size + bgzf_footer_size) misfit("no BGZF block starts where it says");
  const char* const block = fetch(offset, *size, likely_end);
  const char* const footer = block + *size - bgzf_footer_size;
  const std::size_t inflated_size = little_endian_32(footer + 4);
  out_->reserve(inflated_ + bgzf_most_inflated, inflated_);
  const DeflateBlock part{block + bgzf_header_size, *size - bgzf_header_size - bgzf_footer_size,
                          out_->data() + inflated_, inflated_size, little_endian_32(footer)};
  if (inflated_size > bgzf_most_inflated || inflater_->inflate({&part, 1})) {
    throw UserError(fmt::format("the BGZF block at byte {} is corrupt (checksum or data)", offset), *path_,
                    "copy or make it again");
  }
  inflated_ += inflated_size;
  return offset + static_cast<std::int64_t>(*size);
}

const char* PieceReader::fetch(std::int64_t offset, std::size_t size, std::int64_t likely_end) {
  if (offset < fetched_ ||
      offset + static_cast<std::int64_t>(size) > fetched_ + static_cast<std::int64_t>(fetched_size_)) {
    const auto ahead = static_cast<std::size_t>(std::max<std::int64_t>(likely_end - offset, 0)) + smallest_fetch;
    const std::size_t asked = std::max(size, std::min(ahead, largest_fetch));
    compressed_->reserve(asked + inflate_readable_behind, 0);
    fetched_ = offset;
    fetched_size_ = file_->read_at(compressed_->data(), asked, offset);
    std::memset(compressed_->data() + fetched_size_, 0, inflate_readable_behind);
    if (fetched_size_ < size) misfit("it names places behind the end of the file");
  }
  return compressed_->data() + (offset - fetched_);
}

/// Keeps what belongs to the piece and may overlap a wanted position. \return false behind the last of them
bool PieceReader::take_records(const Piece& piece) {
  Record record;
  while (look_at({out_->data() + seen_, inflated_ - seen_}, piece, record)) {
    if (!record.is_of_contig) misfit("it names records of another contig");
    if (record.position < position_) misfit("the records are not sorted");
    if (record.position > piece.wanted.back()) return false;
    if (!record.size) break;
    position_ = record.position;
    const auto next = std::lower_bound(piece.wanted.begin(), piece.wanted.end(), record.position);
    if (record.position > piece.after && record.last >= *next) {
      std::memmove(out_->data() + kept_, out_->data() + seen_, *record.size);
      kept_ += *record.size;
    }
    seen_ += *record.size;
  }
  return true;
}

/// \return false if not even the position can be told yet
bool PieceReader::look_at(std::string_view bytes, const Piece& piece, Record& record) const {
  if (encoding_ == Encoding::bcf) {
    const auto frame = bcf_frame(bytes);
    if (!frame) return false;
    record = {frame->contig == piece.contig, frame->position, frame->position + frame->span - 1, std::nullopt};
    if (frame->size <= bytes.size()) record.size = frame->size;
    return true;
  }
  const std::size_t contig_end = bytes.find('\t');
  if (contig_end == std::string_view::npos) return false;
  const std::size_t position_end = bytes.find('\t', contig_end + 1);
  if (position_end == std::string_view::npos) return false;
  record = {bytes.substr(0, contig_end) == *piece.name, 0, 0, std::nullopt};
  const char* const stop = bytes.data() + position_end;
  const auto parsed = std::from_chars(bytes.data() + contig_end + 1, stop, record.position);
  if (parsed.ec != std::errc{} || parsed.ptr != stop) misfit("it names a record whose POS is no number");
  const std::size_t line_end = bytes.find('\n', position_end);
  if (line_end == std::string_view::npos) return true;
  record.size = line_end + 1;
  // POS, ID, REF; a line that lacks them is kept, and refused where records are taken apart
  const std::string_view line = bytes.substr(0, line_end);
  const std::size_t ref = line.find('\t', position_end + 1);
  const std::size_t ref_end = ref == std::string_view::npos ? ref : line.find('\t', ref + 1);
  if (ref_end == std::string_view::npos || has_end(line.substr(ref_end + 1))) {
    record.last = std::numeric_limits<std::int64_t>::max();
  } else {
    record.last = record.position + static_cast<std::int64_t>(ref_end - ref) - 2;
  }
  return true;
}

std::string check_end(const Descriptor& file, const VariantIndex& index) {
  std::string misfit = "its index does not reach its end";
  const std::int64_t size = file.file_size().value_or(0);
  std::int64_t offset = block_of(index.end());
  std::size_t covered = within_block(index.end());
  std::vector<char> block(bgzf_most_inflated);
  bool is_empty = false;
  while (offset < size) {
    const std::size_t got = file.read_at(block.data(), block.size(), offset);
    const auto length = bgzf_block_size({block.data(), got});
    if (!length || *length < bgzf_header_size + bgzf_footer_size || *length > got) return misfit;
    const std::size_t inflated = little_endian_32(block.data() + *length - 4);
    if (inflated != covered) return misfit;
    covered = 0;
    is_empty = inflated == 0;
    offset += static_cast<std::int64_t>(*length);
  }
  if (offset > size) return misfit;
  return is_empty ? std::string{} : "the BGZF end-of-file block is missing";
}

}  // namespace varisk::io
