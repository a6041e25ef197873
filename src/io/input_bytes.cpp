#include "input_bytes.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "varisk/core/error.hpp"

namespace varisk::io {
namespace {

constexpr std::size_t read_size = 1 << 20;

}  // namespace

void refuse_scheme(const std::string& path) {
  const std::size_t colon = path.find("://");
  if (colon == std::string::npos || path.find('/') < colon) return;
  throw UserError("is a URL, a local file was expected", path,
                  "download it first; varisk reads nothing from the network");
}

Descriptor::Descriptor(const std::string& path) : path_(path), number_(path == "-" ? STDIN_FILENO : -1) {
  if (path == "-") return;
  refuse_scheme(path);
  number_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (number_ < 0) throw IoError(fmt::format("cannot be opened: {}", std::strerror(errno)), path);
  struct stat status {};
  if (::fstat(number_, &status) == 0 && S_ISDIR(status.st_mode)) {
    ::close(number_);
    throw IoError("is a folder, a file was expected", path);
  }
}

Descriptor::~Descriptor() {
  if (number_ > STDIN_FILENO) ::close(number_);
}

std::size_t Descriptor::read(char* to, std::size_t size) {
  while (true) {
    const ssize_t got = ::read(number_, to, size);
    if (got >= 0) return static_cast<std::size_t>(got);
    if (errno != EINTR) throw IoError(fmt::format("cannot be read: {}", std::strerror(errno)), path_);
  }
}

std::size_t Descriptor::read_at(std::int64_t offset, char* to, std::size_t size) const {
  std::size_t done = 0;
  while (done < size) {
    const ssize_t got = ::pread(number_, to + done, size - done, offset + static_cast<std::int64_t>(done));
    if (got == 0) break;
    if (got > 0) done += static_cast<std::size_t>(got);
    if (got < 0 && errno != EINTR) throw IoError(fmt::format("cannot be read: {}", std::strerror(errno)), path_);
  }
  return done;
}

std::int64_t Descriptor::size() const {
  struct stat status {};
  if (::fstat(number_, &status) != 0) throw IoError(fmt::format("cannot be read: {}", std::strerror(errno)), path_);
  return status.st_size;
}

InputBytes::InputBytes(const std::string& path) : descriptor_(path) {}

std::string_view InputBytes::peek(std::size_t size) {
  while (end_ - begin_ < size && !at_end_) {
    if (begin_ > 0) {
      std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
      end_ -= begin_;
      begin_ = 0;
    }
    buffer_.reserve(std::max(size, end_ + read_size), end_);
    const std::size_t got = descriptor_.read(buffer_.data() + end_, buffer_.capacity() - end_);
    at_end_ = got == 0;
    end_ += got;
  }
  return {buffer_.data() + begin_, end_ - begin_};
}

void InputBytes::consume(std::size_t size) {
  begin_ += size;
  offset_ += static_cast<std::int64_t>(size);
}

GzipStream::GzipStream() {
  // 15 bits of window, and 16: a gzip header is expected
  if (inflateInit2(&stream_, 15 + 16) != Z_OK) throw InternalError("zlib cannot be initialised");
}

GzipStream::~GzipStream() { inflateEnd(&stream_); }

std::size_t GzipStream::read(InputBytes& input, const std::string& path, char* to, std::size_t size) {
  std::size_t written = 0;
  while (written < size) {
    const std::string_view bytes = input.peek(1);
    if (bytes.empty()) {
      if (inside_member_) throw UserError("the gzip stream ends early: the file is cut off", path, "copy it again");
      return written;
    }
    inside_member_ = true;
    // zlib's interface wants a pointer to non-const bytes, and does not write to them.
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));  // NOLINT
    stream_.avail_in = static_cast<uInt>(std::min<std::size_t>(bytes.size(), 1U << 30U));
    stream_.next_out = reinterpret_cast<Bytef*>(to + written);  // NOLINT
    stream_.avail_out = static_cast<uInt>(std::min<std::size_t>(size - written, 1U << 30U));
    const uInt in_before = stream_.avail_in;
    const uInt out_before = stream_.avail_out;
    const int code = ::inflate(&stream_, Z_NO_FLUSH);
    input.consume(in_before - stream_.avail_in);
    written += out_before - stream_.avail_out;
    if (code == Z_STREAM_END) {
      inside_member_ = false;
      empty_member_ = stream_.total_out == 0;
      if (inflateReset(&stream_) != Z_OK) throw InternalError("zlib cannot be reset");
    } else if (code != Z_OK && code != Z_BUF_ERROR) {
      throw UserError(fmt::format("the gzip data is damaged near byte {}", input.offset()), path, "copy it again");
    }
  }
  return written;
}

std::uint32_t little_endian_32(const char* bytes) noexcept {
  std::uint32_t value = 0;
  std::memcpy(&value, bytes, sizeof value);
  return value;  // BGZF and BCF are little-endian, as are the machines that varisk is built for
}

std::optional<std::size_t> bgzf_block_size(std::string_view header) {
  static constexpr std::string_view start("\x1f\x8b\x08\x04", 4);
  static constexpr std::string_view extra("\x06\0BC\x02\0", 6);
  if (header.size() < bgzf_header_size || header.substr(0, 4) != start || header.substr(10, 6) != extra) return {};
  const auto low = static_cast<unsigned char>(header[16]);
  const auto high = static_cast<unsigned char>(header[17]);
  return (low | static_cast<std::size_t>(high) << 8U) + 1;
}

}  // namespace varisk::io
