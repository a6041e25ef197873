#pragma once
/// \file
/// Text files line by line, plain, gzip or BGZF.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace varisk::io {

/// Lines of one text file. A gzip stream that ends early, a BGZF file without its end-of-file block, a path with a
/// scheme (`https://…`) and a folder are errors, never a shorter file.
class TextInput {
 public:
  /// \throws IoError if the file cannot be opened, UserError if it is cut off or has a scheme
  explicit TextInput(const std::string& path);
  ~TextInput();
  TextInput(TextInput&&) noexcept;
  TextInput& operator=(TextInput&&) noexcept;
  TextInput(const TextInput&) = delete;
  TextInput& operator=(const TextInput&) = delete;

  /// Moves to the next line; `line` has no line end (`\n` or `\r\n`) and is valid until the next call.
  /// \return false at the end of the file
  bool next(std::string_view& line);

  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  /// 1-based number of the line that `next` gave last.
  [[nodiscard]] std::int64_t line_number() const noexcept { return line_number_; }
  /// The last line that `next` gave had no line end, so the file may have been cut within it.
  [[nodiscard]] bool unterminated() const noexcept { return unterminated_; }
  /// `path: line N`, for error messages.
  [[nodiscard]] std::string where() const;

 private:
  struct Stream;
  std::string path_;
  std::unique_ptr<Stream> stream_;
  std::int64_t line_number_ = 0;
  bool unterminated_ = false;
};

/// The first bytes of a plain, gzip or BGZF file, inflated; fewer if it has no more.
/// \throws what opening a `TextInput` throws
[[nodiscard]] std::string first_bytes(const std::string& path, std::size_t count);

}  // namespace varisk::io
