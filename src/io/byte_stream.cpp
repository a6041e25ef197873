#include "byte_stream.hpp"

#include <algorithm>
#include <cstring>
#include <limits>

#include "varisk/core/error.hpp"

namespace varisk::io {
namespace {

constexpr int gzip_only = 15 + 16;  // zlib.h, inflateInit2: window bits + 16 accepts gzip alone

/// SAM specification, section 4.1.2: the empty block that ends each BGZF file.
constexpr std::string_view bgzf_end("\x1f\x8b\x08\x04\0\0\0\0\0\xff\x06\0BC\x02\0\x1b\0\x03\0\0\0\0\0\0\0\0\0", 28);

uInt zlib_size(std::size_t size) {
  return static_cast<uInt>(std::min<std::size_t>(size, std::numeric_limits<uInt>::max()));
}

}  // namespace

void ByteStream::EndInflate::operator()(z_stream* stream) const noexcept {
  inflateEnd(stream);
  delete stream;
}

ByteStream::ByteStream(const std::string& path) : path_(path), input_(path) {
  const std::string_view start = input_.peek(bgzf_header_size);
  bgzf_ = bgzf_block_size(start).has_value();
  if (start.starts_with("\x1f\x8b")) start_gzip();
}

std::size_t ByteStream::read(std::span<char> out) {
  if (out.empty()) return 0;
  return inflate_ ? read_gzip(out) : read_plain(out);
}

std::size_t ByteStream::read_plain(std::span<char> out) {
  const std::string_view bytes = input_.peek(1);
  const std::size_t count = std::min(out.size(), bytes.size());
  if (count > 0) std::memcpy(out.data(), bytes.data(), count);
  input_.consume(count);
  return count;
}

void ByteStream::start_gzip() {
  inflate_.reset(new z_stream{});
  if (inflateInit2(inflate_.get(), gzip_only) != Z_OK) throw InternalError("zlib cannot be initialised");
}

std::size_t ByteStream::read_gzip(std::span<char> out) {
  const uInt room = zlib_size(out.size());
  inflate_->next_out = reinterpret_cast<Bytef*>(out.data());
  inflate_->avail_out = room;
  while (inflate_->avail_out == room) {
    const std::string_view bytes = input_.peek(1);
    if (bytes.empty()) {
      check_end();
      return 0;
    }
    inflate_from(bytes);
  }
  return room - inflate_->avail_out;
}

void ByteStream::inflate_from(std::string_view bytes) {
  if (!in_member_) inflateReset(inflate_.get());
  in_member_ = true;
  const uInt given = zlib_size(bytes.size());
  // zlib's interface wants non-const bytes, and does not write to them.
  inflate_->next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));  // NOLINT
  inflate_->avail_in = given;
  const int code = inflate(inflate_.get(), Z_NO_FLUSH);
  if (code == Z_MEM_ERROR) throw InternalError("zlib ran out of memory");
  if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR) {
    const std::string reason = inflate_->msg != nullptr ? inflate_->msg : "no reason given";
    throw UserError("the gzip data is damaged (" + reason + ")", path_, "copy or make the file again");
  }
  if (code == Z_STREAM_END) in_member_ = false;
  const std::size_t used = given - inflate_->avail_in;
  keep_tail(bytes.substr(0, used));
  input_.consume(used);
}

void ByteStream::keep_tail(std::string_view bytes) {
  const std::size_t fresh = std::min(bytes.size(), tail_.size());
  std::move(tail_.data() + fresh, tail_.data() + tail_.size(), tail_.data());
  std::copy_n(bytes.data() + bytes.size() - fresh, fresh, tail_.data() + tail_.size() - fresh);
}

void ByteStream::check_end() const {
  if (in_member_) {
    throw UserError("the gzip data ends in the middle: the file is cut off", path_, "copy or make the file again");
  }
  if (bgzf_ && std::string_view(tail_.data(), tail_.size()) != bgzf_end) {
    throw UserError("the BGZF end-of-file block is missing: the file is cut off", path_, "copy or make the file again");
  }
}

}  // namespace varisk::io
