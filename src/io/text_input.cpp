#include "varisk/io/text_input.hpp"

#include <cstring>
#include <vector>

#include "byte_stream.hpp"
#include "varisk/core/error.hpp"

namespace varisk::io {
namespace {

constexpr std::size_t first_buffer_size = std::size_t{1} << 17;

}  // namespace

struct TextInput::Stream {
  explicit Stream(const std::string& path) : bytes(path), buffer(first_buffer_size) {}

  /// Takes the bytes up to the next `\n`, or the rest of the file.
  bool take(std::string_view& line) {
    std::size_t searched = begin;
    while (true) {
      const char* from = buffer.data() + searched;
      if (const void* found = std::memchr(from, '\n', end - searched)) {
        const std::size_t stop = static_cast<std::size_t>(static_cast<const char*>(found) - buffer.data());
        line = {buffer.data() + begin, stop - begin};
        begin = stop + 1;
        return true;
      }
      searched = end - begin;  // relative to the line, which `fill` moves to the front
      if (!fill()) break;
    }
    line = {buffer.data() + begin, end - begin};
    begin = end;
    unterminated = !line.empty();
    return !line.empty();
  }

  /// Moves the bytes that are left to the front and adds more after them; doubles the buffer if they fill it.
  bool fill() {
    std::memmove(buffer.data(), buffer.data() + begin, end - begin);
    end -= begin;
    begin = 0;
    if (end == buffer.size()) buffer.resize(2 * buffer.size());
    const std::size_t count = bytes.read(std::span(buffer).subspan(end));
    end += count;
    return count > 0;
  }

  ByteStream bytes;
  std::vector<char> buffer;
  std::size_t begin = 0;
  std::size_t end = 0;
  bool unterminated = false;  ///< the last line has no line end
};

TextInput::TextInput(const std::string& path) : path_(path), stream_(std::make_unique<Stream>(path)) {}
TextInput::~TextInput() = default;
TextInput::TextInput(TextInput&&) noexcept = default;
TextInput& TextInput::operator=(TextInput&&) noexcept = default;

bool TextInput::next(std::string_view& line) {
  if (!stream_->take(line)) return false;
  ++line_number_;
  unterminated_ = stream_->unterminated;
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (line.find('\0') != std::string_view::npos) {
    throw UserError("expected text, found a NUL byte", where(), "the file is binary, damaged or in UTF-16");
  }
  return true;
}

std::string first_bytes(const std::string& path, std::size_t count) {
  ByteStream bytes(path);
  std::string start(count, '\0');
  std::size_t size = 0;
  while (size < count) {
    const std::size_t got = bytes.read(std::span(start).subspan(size));
    if (got == 0) break;
    size += got;
  }
  start.resize(size);
  return start;
}

std::string TextInput::where() const { return path_ + ": line " + std::to_string(line_number_); }

}  // namespace varisk::io
