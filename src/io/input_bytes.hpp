#pragma once
/// \file
/// Bytes of a file or of standard input, with a look ahead; and a serial inflater for plain gzip.

#include <zlib.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "varisk/io/variant_source.hpp"

namespace varisk::io {

/// An owned file descriptor.
class Descriptor {
 public:
  /// \throws IoError
  explicit Descriptor(const std::string& path);
  ~Descriptor();
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  /// \return 0 at the end \throws IoError
  std::size_t read(char* to, std::size_t size);
  /// As many bytes as there are from `offset` on, up to `size`; any thread. \throws IoError
  std::size_t read_at(char* to, std::size_t size, std::int64_t offset) const;
  /// Bytes of a regular file; nothing for a pipe. \throws IoError
  [[nodiscard]] std::optional<std::int64_t> file_size() const;

 private:
  std::string path_;
  int number_;
};

/// Refuses URLs: varisk never reads from the network. \throws UserError
void refuse_scheme(const std::string& path);

class InputBytes {
 public:
  explicit InputBytes(const std::string& path);
  /// At least `size` bytes, fewer only at the end of the file. Valid until the next call.
  std::string_view peek(std::size_t size);
  void consume(std::size_t size);
  [[nodiscard]] std::int64_t offset() const noexcept { return offset_; }
  [[nodiscard]] const Descriptor& descriptor() const noexcept { return descriptor_; }

 private:
  Descriptor descriptor_;
  ByteBuffer buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::int64_t offset_ = 0;
  bool at_end_ = false;
};

/// Gzip, any number of members, on one thread. zlib's gzFile is not used: it takes whatever follows a member for
/// padding, and so reads a file whose second member is damaged as a whole, shorter one.
class GzipStream {
 public:
  GzipStream();
  ~GzipStream();
  GzipStream(const GzipStream&) = delete;
  GzipStream& operator=(const GzipStream&) = delete;
  /// \return bytes written to `to`, 0 at the end \throws UserError if the stream is corrupt or cut off
  std::size_t read(InputBytes& input, const std::string& path, char* to, std::size_t size);
  /// As the block that ends a BGZF file is.
  [[nodiscard]] bool last_member_was_empty() const noexcept { return empty_member_; }

 private:
  z_stream stream_{};
  bool inside_member_ = false;
  bool empty_member_ = false;
};

/// Size of the BGZF block that starts with `header` (at least 18 bytes), or nothing if it is none.
[[nodiscard]] std::optional<std::size_t> bgzf_block_size(std::string_view header);

inline constexpr std::size_t bgzf_header_size = 18;
inline constexpr std::size_t bgzf_footer_size = 8;
inline constexpr std::size_t bgzf_most_inflated = 65536;

[[nodiscard]] std::uint32_t little_endian_32(const char* bytes) noexcept;

}  // namespace varisk::io
