#include "block_inflater.hpp"

#include <algorithm>

#include "varisk/core/error.hpp"

namespace varisk::io {

BlockInflater::BlockInflater(SimdLevel level)
    : level_(level),
      crc32_(crc32_kernel(best_carryless_multiply())),
      libdeflate_(libdeflate_alloc_decompressor()),
      tables_(std::make_unique<std::array<deflate::Tables, 2>>()) {
  if (!libdeflate_) throw InternalError("libdeflate cannot be initialised");
}

bool BlockInflater::inflate_plain(const DeflateBlock& block) {
  const auto code =
      libdeflate_deflate_decompress(libdeflate_.get(), block.in, block.in_size, block.out, block.out_size, nullptr);
  return code == LIBDEFLATE_SUCCESS && crc32_({block.out, block.out_size}) == block.crc;
}

std::optional<std::size_t> BlockInflater::inflate(std::span<const DeflateBlock> blocks) {
  if (blocks.size() > room_) {
    room_ = blocks.size();
    is_done_ = std::make_unique<bool[]>(room_);
  }
  std::fill_n(is_done_.get(), blocks.size(), false);
#if defined(__x86_64__)
  if (level_ >= SimdLevel::avx2) inflate_blocks_avx2(blocks, *tables_, crc32_, is_done_.get());
#endif
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    if (!is_done_[i] && !inflate_plain(blocks[i])) return i;
  }
  return std::nullopt;
}

}  // namespace varisk::io
