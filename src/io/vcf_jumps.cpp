// VcfSource where an index leads to the wanted records.
#include <fmt/format.h>

#include <algorithm>

#include "vcf_bytes.hpp"

namespace varisk::io {
namespace {

/// An index is used if it saves half of the file or more. Below that streaming is as fast: it inflates two blocks side
/// by side, and none twice.
constexpr std::int64_t least_saving = 2;
/// Compressed bytes of one batch, about: enough that handing batches on does not count.
constexpr std::int64_t bytes_per_batch = 1 << 16;

}  // namespace

Access VcfSource::choose_access(const WantedPositions& wanted) {
  Access access;
  if (path_ == "-" || bytes_->compression != Compression::bgzf) return access;
  const auto found = find_index(path_, encoding_);
  if (!found) return access;
  const Descriptor& file = bytes_->input.descriptor();
  access.file_bytes = file.file_size().value_or(0);
  const std::int64_t bytes_per_block = bytes_->input.offset() / std::max<std::int64_t>(bytes_->blocks, 1);
  std::int64_t windows = 0;
  for (const HeaderContig& contig : header_->contigs()) windows += count_windows(wanted(contig.name));
  if (least_saving * windows * bytes_per_block > access.file_bytes) return access;
  if (found->is_older) {
    access.doubt = fmt::format("its index {} is older than the file and is not used", found->path);
    return access;
  }
  auto index = VariantIndex::load(path_, found->path, *header_, encoding_);
  if (!index) {
    access.doubt = fmt::format("its index {} cannot be read and is not used", found->path);
    return access;
  }
  const std::string misfit = check_end(file, *index);
  if (!misfit.empty()) {
    access.doubt = fmt::format("{}, so {} is not used", misfit, found->path);
    return access;
  }
  auto jumps = std::make_unique<Jumps>(Jumps{std::move(*index), {}, bytes_per_block});
  jumps->pieces = make_pieces(jumps->index, wanted);
  access.bytes = bytes_->input.offset() + estimate_bytes(jumps->pieces, bytes_per_block);
  if (least_saving * access.bytes > access.file_bytes) return access;
  access.jumps = true;
  for (const VariantIndex::Contig& contig : jumps->index.contigs()) access.contigs.push_back(contig.name);
  jumps_ = std::move(jumps);
  carry_.clear();
  return access;
}

bool VcfSource::next_pieces(RecordBatch& batch) {
  const auto& pieces = jumps_->pieces;
  std::size_t& next = jumps_->next;
  batch.first_piece_ = next;
  std::int64_t bytes = 0;
  while (next < pieces.size() && bytes < bytes_per_batch) {
    bytes += estimate_bytes({&pieces[next], 1}, jumps_->bytes_per_block);
    ++next;
  }
  batch.end_of_pieces_ = next;
  batch.last_ = true;  // nothing goes on in the next batch
  finished_ = next == pieces.size();
  return true;
}

void VcfSource::read_pieces(RecordBatch& batch) const {
  try {
    batch.data_.reserve(headroom + bgzf_most_inflated, 0);
    PieceReader reader(bytes_->input.descriptor(), path_, encoding_, batch.inflater_->blocks, batch.compressed_,
                       batch.data_);
    for (std::size_t i = batch.first_piece_; i < batch.end_of_pieces_; ++i) {
      batch.end_ = reader.read(jumps_->pieces[i], batch.end_);
    }
  } catch (const Error&) {
    batch.failure_ = std::current_exception();
  }
}

}  // namespace varisk::io
