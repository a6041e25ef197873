#include "byte_stream.hpp"

#include <algorithm>
#include <cstring>

#include "varisk/core/error.hpp"

namespace varisk::io {

ByteStream::ByteStream(const std::string& path) : path_(path), input_(path) {
  const std::string_view start = input_.peek(bgzf_header_size);
  bgzf_ = bgzf_block_size(start).has_value();
  if (start.starts_with("\x1f\x8b")) gzip_.emplace();
}

std::size_t ByteStream::read(std::span<char> out) {
  if (out.empty()) return 0;
  if (gzip_) {
    const std::size_t count = gzip_->read(input_, path_, out.data(), out.size());
    if (count == 0 && bgzf_ && !gzip_->last_member_was_empty()) {
      throw UserError("the BGZF end-of-file block is missing: the file is cut off", path_, "copy or make it again");
    }
    return count;
  }
  const std::string_view bytes = input_.peek(1);
  const std::size_t count = std::min(out.size(), bytes.size());
  if (count > 0) std::memcpy(out.data(), bytes.data(), count);
  input_.consume(count);
  return count;
}

}  // namespace varisk::io
