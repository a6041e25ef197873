#pragma once
#include <cstddef>
#include <optional>
#include <span>
#include <string>

#include "input_bytes.hpp"

namespace varisk::io {

/// The bytes of a plain, gzip or BGZF file, inflated on one thread. Reads forward only, so pipes work too.
class ByteStream {
 public:
  /// \throws IoError if the file cannot be opened or read, UserError if the path has a scheme
  explicit ByteStream(const std::string& path);

  /// Fills the front of `out`.
  /// \return the number of bytes, 0 only at the end (or if `out` is empty)
  /// \throws IoError if the file cannot be read, UserError if it is cut off or damaged
  std::size_t read(std::span<char> out);

 private:
  std::string path_;
  InputBytes input_;
  std::optional<GzipStream> gzip_;  // none for a plain file
  bool bgzf_ = false;
};

}  // namespace varisk::io
