#pragma once
/// \file
/// The bytes of a plain, gzip or BGZF file, inflated on one thread. zlib's gzFile is not used: it takes whatever
/// follows a gzip member for padding, and so reads a file whose second member is damaged as a whole, shorter one.

#include <zlib.h>

#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "input_bytes.hpp"

namespace varisk::io {

/// Reads forward only, so pipes work too.
class ByteStream {
 public:
  /// \throws IoError if the file cannot be opened or read, UserError if the path has a scheme
  explicit ByteStream(const std::string& path);

  /// Fills the front of `out`.
  /// \return the number of bytes, 0 only at the end (or if `out` is empty)
  /// \throws IoError if the file cannot be read, UserError if it is cut off or damaged
  std::size_t read(std::span<char> out);

 private:
  static constexpr std::size_t bgzf_end_size = 28;

  struct EndInflate {
    void operator()(z_stream* stream) const noexcept;
  };

  std::size_t read_plain(std::span<char> out);
  std::size_t read_gzip(std::span<char> out);
  void start_gzip();
  void inflate_from(std::string_view bytes);
  void keep_tail(std::string_view bytes);
  void check_end() const;

  std::string path_;
  InputBytes input_;
  std::unique_ptr<z_stream, EndInflate> inflate_;  // none for a plain file
  bool bgzf_ = false;
  bool in_member_ = false;
  std::array<char, bgzf_end_size> tail_{};  // the last bytes of the file so far
};

}  // namespace varisk::io
