#include "vcf_source.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <optional>

#include "bcf_frame.hpp"
#include "varisk/core/error.hpp"
#include "vcf_bytes.hpp"

namespace varisk::io {
namespace {

static_assert(std::endian::native == std::endian::little, "BGZF and BCF are read as little-endian");

/// Blocks of one batch: about a mebibyte inflated, so that it is still in the cache when it is decoded.
constexpr std::size_t blocks_per_batch = 16;
constexpr std::size_t blocks_of_header = 2;
constexpr std::size_t plain_bytes_per_batch = blocks_per_batch * bgzf_most_inflated;

/// Contig and position of a VCF line, as text up to the second tab.
std::string_view place_of(std::string_view line) {
  const std::size_t first = line.find('\t');
  if (first == std::string_view::npos) return {};
  const std::size_t second = line.find('\t', first + 1);
  return line.substr(0, second);
}

/// Where the text after the last line end starts; 0 if there is none. memrchr is vectorised, `rfind` is not.
std::size_t after_last_newline(std::string_view text) {
  const void* const found = ::memrchr(text.data(), '\n', text.size());
  return found == nullptr ? 0 : static_cast<std::size_t>(static_cast<const char*>(found) - text.data()) + 1;
}

}  // namespace

void ByteBuffer::reserve(std::size_t size, std::size_t keep) {
  if (size <= capacity_) return;
  auto larger = std::make_unique_for_overwrite<char[]>(size);
  if (keep > 0) std::memcpy(larger.get(), bytes_.get(), keep);
  bytes_ = std::move(larger);
  capacity_ = size;
}

RecordBatch::RecordBatch() : inflater_(std::make_unique<Inflater>()) {}
RecordBatch::~RecordBatch() = default;

VcfSource::VcfSource(const std::string& path) : path_(path), bytes_(std::make_unique<Bytes>(path)) {
  read_header();
  check_end_of_file();
}

VcfSource::~VcfSource() = default;

bool VcfSource::read(RecordBatch& batch) {
  if (finished_) return false;
  batch.blocks_.clear();
  batch.offsets_.clear();
  batch.failure_ = nullptr;
  batch.begin_ = batch.end_ = headroom;
  batch.last_ = false;
  if (jumps_) return next_pieces(batch);
  if (bytes_->compression == Compression::bgzf) {
    read_blocks(batch);
  } else {
    batch.data_.reserve(headroom + plain_bytes_per_batch, 0);
    char* const to = batch.data_.data() + headroom;
    std::size_t got = 0;
    if (bytes_->compression == Compression::gzip) {
      got = bytes_->gzip.read(bytes_->input, path_, to, plain_bytes_per_batch);
    } else {
      const std::string_view bytes = bytes_->input.peek(plain_bytes_per_batch);
      got = std::min(bytes.size(), plain_bytes_per_batch);
      std::memcpy(to, bytes.data(), got);
      bytes_->input.consume(got);
    }
    batch.end_ += got;
    batch.last_ = got < plain_bytes_per_batch;
  }
  finished_ = batch.last_;
  return true;
}

void VcfSource::read_blocks(RecordBatch& batch) {
  InputBytes& input = bytes_->input;
  std::size_t used = 0;
  // A header is often short; what is read with it is inflated on one thread.
  const std::size_t most = header_ ? blocks_per_batch : blocks_of_header;
  while (batch.blocks_.size() < most) {
    const std::string_view start = input.peek(bgzf_header_size);
    if (start.empty()) {
      if (!bytes_->ended_with_eof_block) {
        throw UserError("the BGZF end-of-file block is missing: the file is cut off", path_, "copy or make it again");
      }
      batch.last_ = true;
      return;
    }
    const auto size = bgzf_block_size(start);
    if (!size || *size < bgzf_header_size + bgzf_footer_size) {
      throw UserError(fmt::format("no BGZF block at byte {}: the file is corrupt or cut off", input.offset()), path_,
                      "copy or make it again");
    }
    const std::string_view block = input.peek(*size);
    if (block.size() < *size) {
      throw UserError(fmt::format("the BGZF block at byte {} is cut off", input.offset()), path_, "copy it again");
    }
    const char* const footer = block.data() + *size - bgzf_footer_size;
    const std::size_t deflated = *size - bgzf_header_size - bgzf_footer_size;
    RecordBatch::Block entry{used, static_cast<std::uint32_t>(deflated), little_endian_32(footer + 4),
                             little_endian_32(footer), input.offset()};
    if (entry.inflated_size > bgzf_most_inflated) {
      throw UserError(fmt::format("the BGZF block at byte {} is corrupt", input.offset()), path_, "copy it again");
    }
    bytes_->ended_with_eof_block = entry.inflated_size == 0;
    ++bytes_->blocks;
    batch.compressed_.reserve(used + deflated + inflate_readable_behind, used);
    std::memcpy(batch.compressed_.data() + used, block.data() + bgzf_header_size, deflated);
    used += deflated;
    std::memset(batch.compressed_.data() + used, 0, inflate_readable_behind);
    batch.blocks_.push_back(entry);
    input.consume(*size);
  }
}

void VcfSource::inflate(RecordBatch& batch) const {
  if (jumps_) return read_pieces(batch);
  if (batch.blocks_.empty()) return;
  std::size_t total = headroom;
  for (const RecordBatch::Block& block : batch.blocks_) total += block.inflated_size;
  batch.data_.reserve(total, 0);
  auto& parts = batch.inflater_->parts;
  parts.clear();
  for (const RecordBatch::Block& block : batch.blocks_) {
    parts.push_back({batch.compressed_.data() + block.offset, block.size, batch.data_.data() + batch.end_,
                     block.inflated_size, block.crc});
    batch.end_ += block.inflated_size;
  }
  if (const auto corrupt = batch.inflater_->blocks.inflate(parts)) {
    batch.failure_ = std::make_exception_ptr(UserError(
        fmt::format("the BGZF block at byte {} is corrupt (checksum or data)", batch.blocks_[*corrupt].file_offset),
        path_, "copy or make it again"));
  }
}

std::size_t VcfSource::cut_text(const RecordBatch& batch, std::size_t carried) const {
  const std::string_view text = batch.records();
  std::size_t group = carried + after_last_newline(text.substr(carried));
  if (group == carried) return 0;
  // Back to the first line of the last complete line's position; the next batch may bring more lines of it.
  std::string_view place;
  while (group > 0) {
    const std::size_t start = after_last_newline(text.substr(0, group - 1));
    const std::string_view here = place_of(text.substr(start, group - start));
    if (place.empty()) place = here;
    if (here != place || place.empty()) break;
    group = start;
  }
  return group;
}

/// A last line without line end is taken if it has all its columns; whether its last call is whole cannot be told.
void VcfSource::check_last_line(std::size_t start, std::string_view records) const {
  const std::string_view line = records.substr(start);
  const std::size_t samples = header_->samples().size();
  const std::size_t expected = samples == 0 ? 8 : 9 + samples;
  const auto found = static_cast<std::size_t>(std::count(line.begin(), line.end(), '\t')) + 1;
  if (found >= expected) return;
  throw UserError(
      fmt::format("the last line has {} of {} columns and no line end: the file is cut off", found, expected), path_,
      "copy it again");
}

/// A damaged length would have the rest of the file taken for one record, so what else can be told is looked at first.
void VcfSource::check_bcf_record(std::string_view bytes, std::size_t size) const {
  constexpr std::size_t largest_record = std::size_t{1} << 30U;
  const auto contig = static_cast<std::int32_t>(little_endian_32(bytes.data() + bcf_lengths));
  const std::uint32_t samples = little_endian_32(bytes.data() + bcf_lengths + 20) & 0xFFFFFFU;
  if (size >= bcf_lengths + bcf_fixed_shared && size <= largest_record && header_->contig_name(contig) &&
      samples == header_->samples().size()) {
    return;
  }
  throw UserError("a BCF record has an impossible length, contig or number of samples: the file is corrupt", path_,
                  "make it again");
}

std::size_t VcfSource::cut_bcf(RecordBatch& batch) const {
  const std::string_view bytes = batch.records();
  std::size_t position = 0;
  std::size_t group = 0;
  std::size_t group_records = 0;
  std::string_view place;
  while (const auto frame = bcf_frame(bytes.substr(position))) {
    check_bcf_record(bytes.substr(position), frame->size);
    if (bytes.size() - position < frame->size) break;
    if (frame->place != place) {
      place = frame->place;
      group = position;
      group_records = batch.offsets_.size();
    }
    batch.offsets_.push_back(position);
    position += frame->size;
  }
  if (batch.last_) {
    if (position != bytes.size()) throw UserError("the last BCF record is cut off", path_, "copy the file again");
    return position;
  }
  batch.offsets_.resize(group_records);
  return group;
}

void VcfSource::frame(RecordBatch& batch) {
  if (batch.failure_) std::rethrow_exception(batch.failure_);
  if (jumps_) {  // pieces hold whole records, and whole positions
    if (encoding_ == Encoding::bcf) batch.end_ = batch.begin_ + cut_bcf(batch);
    return;
  }
  const std::size_t carried = carry_.size();
  const std::size_t fresh_size = batch.end_ - batch.begin_;
  const bool within_a_line = encoding_ == Encoding::text && !batch.last_ && carried > 0 && fresh_size > 0 &&
                             after_last_newline({batch.data_.data() + batch.begin_, fresh_size}) == 0;
  if (within_a_line) {  // a line longer than a batch grows in place
    carry_.append(batch.data_.data() + batch.begin_, fresh_size);
    batch.end_ = batch.begin_;
    return;
  }
  if (carried <= batch.begin_ && batch.data_.capacity() > 0) {
    batch.begin_ -= carried;
    std::memcpy(batch.data_.data() + batch.begin_, carry_.data(), carried);
  } else {
    ByteBuffer joined;
    const std::size_t fresh = batch.end_ - batch.begin_;
    joined.reserve(headroom + carried + std::max(fresh, plain_bytes_per_batch), 0);
    std::memcpy(joined.data() + headroom, carry_.data(), carried);
    if (fresh > 0) std::memcpy(joined.data() + headroom + carried, batch.data_.data() + batch.begin_, fresh);
    batch.data_ = std::move(joined);
    batch.begin_ = headroom;
    batch.end_ = headroom + carried + fresh;
  }
  std::size_t cut = 0;
  if (encoding_ == Encoding::bcf) {
    cut = cut_bcf(batch);
  } else if (batch.last_) {
    if (!batch.records().empty() && batch.records().back() != '\n') {
      check_last_line(after_last_newline(batch.records()), batch.records());
      unterminated_ = true;
      batch.data_.reserve(batch.end_ + 1, batch.end_);
      batch.data_.data()[batch.end_++] = '\n';
    }
    cut = batch.end_ - batch.begin_;
  } else {
    cut = cut_text(batch, carried);
  }
  carry_.assign(batch.data_.data() + batch.begin_ + cut, batch.end_ - batch.begin_ - cut);
  batch.end_ = batch.begin_ + cut;
}

/// Said before anything is read, if the end can be seen; of a pipe `read_blocks` sees it. The last four bytes are the
/// inflated size of the last block.
void VcfSource::check_end_of_file() const {
  const Descriptor& file = bytes_->input.descriptor();
  const auto size = file.file_size();
  char last[4] = {};
  constexpr auto length = static_cast<std::int64_t>(sizeof last);
  if (bytes_->compression != Compression::bgzf || !size || *size < length) return;
  if (file.read_at(last, sizeof last, *size - length) == sizeof last && little_endian_32(last) == 0) return;
  throw UserError("the BGZF end-of-file block is missing: the file is cut off", path_, "copy or make it again");
}

void VcfSource::read_header() {
  RecordBatch batch;
  std::string start;
  const auto more = [&] {
    if (!read(batch)) return false;
    inflate(batch);
    if (batch.failure_) std::rethrow_exception(batch.failure_);
    start += batch.records();
    return true;
  };
  static constexpr std::string_view start_of_vcf = "##fileformat=VCF";
  while (start.size() < start_of_vcf.size() && more()) {
  }
  std::string text;
  if (start.starts_with("BCF\2")) {
    encoding_ = Encoding::bcf;
    const std::size_t length = little_endian_32(start.data() + 5);
    while (start.size() < 9 + length && more()) {
    }
    if (start.size() < 9 + length) throw UserError("the BCF header is cut off", path_, "copy the file again");
    text = start.substr(9, length);
    text.resize(std::strlen(text.c_str()));
    start.erase(0, 9 + length);
  } else if (start.starts_with(start_of_vcf)) {
    std::size_t line = 0;  // start of the line that is looked at
    while (true) {
      const std::size_t end = start.find('\n', line);
      if (end == std::string::npos) {
        if (!more()) throw UserError("the VCF header is cut off: no #CHROM line", path_, "copy the file again");
        continue;
      }
      ++header_lines_;
      if (start[line] != '#')
        throw UserError("a record stands before the #CHROM line", fmt::format("{}: line {}", path_, header_lines_));
      const bool is_last = start.compare(line, 2, "##") != 0;
      line = end + 1;
      if (is_last) break;
    }
    text = start.substr(0, line);
    std::erase(text, '\r');
    start.erase(0, line);
  } else {
    const bool reads = start.starts_with("BAM\1") || start.starts_with("CRAM");
    throw UserError("is no VCF or BCF: it does not start with ##fileformat=VCF", path_,
                    reads ? "reads are given with --reads" : "check the file's type");
  }
  header_ = std::make_unique<VariantHeader>(text, path_);
  carry_ = std::move(start);
  // What came with the header may already be the whole file; then `read` has one more, empty batch to give.
  finished_ = false;
}

}  // namespace varisk::io
