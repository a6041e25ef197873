#include "varisk/io/json.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <sstream>
#include <string_view>
#include <vector>

#include "byte_stream.hpp"
#include "varisk/core/error.hpp"

namespace varisk::io {
namespace {

/// Deeper documents are refused: nothing that varisk reads needs it, and copies of a document recurse.
constexpr int deepest = 200;

std::string read_all(const std::string& path) {
  ByteStream bytes(path);
  std::string text;
  std::array<char, 1 << 16> chunk{};
  while (const std::size_t count = bytes.read(chunk)) text.append(chunk.data(), count);
  return text;
}

/// `file: line L, column C` of the byte at `offset`.
std::string place(const std::string& path, std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, std::min(offset, text.size()));
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const std::size_t line_start = before.rfind('\n') + 1;  // npos + 1 is 0
  return path + ": line " + std::to_string(line) + ", column " + std::to_string(before.size() - line_start + 1);
}

/// What nlohmann's message says after its own prefix and position.
std::string reason(std::string_view message) {
  for (const std::string_view prefix : {"] ", "column ", ": "}) {
    if (const std::size_t at = message.find(prefix); at != std::string_view::npos) {
      message.remove_prefix(at + prefix.size());
    }
  }
  return std::string(message);
}

/// Refuses what the grammar of JSON allows and this program does not.
class Guard {
 public:
  Guard(const std::string& path, const std::string& text, std::istringstream& stream)
      : path_(path), text_(text), stream_(stream) {}

  bool operator()(int depth, Json::parse_event_t event, const Json& parsed) {
    switch (event) {
      case Json::parse_event_t::object_start: keys_.emplace_back(); break;
      case Json::parse_event_t::object_end: keys_.pop_back(); break;
      case Json::parse_event_t::key: check_key(parsed.get_ref<const std::string&>()); break;
      default: break;
    }
    if (depth > deepest) throw UserError("JSON is nested more than " + std::to_string(deepest) + " deep", here());
    return true;
  }

 private:
  void check_key(const std::string& key) {
    if (!keys_.back().insert(key).second) throw UserError("duplicate key '" + key + "'", here());
  }

  /// The position of the last character that was read.
  std::string here() {
    const std::streamoff read = stream_.rdbuf()->pubseekoff(0, std::ios::cur, std::ios::in);
    return place(path_, text_, read > 0 ? static_cast<std::size_t>(read - 1) : 0);
  }

  const std::string& path_;
  const std::string& text_;
  std::istringstream& stream_;
  std::vector<std::set<std::string>> keys_;
};

}  // namespace

Json read_json(const std::string& path) {
  const std::string text = read_all(path);
  std::istringstream stream(text);
  Guard guard(path, text, stream);
  try {
    return Json::parse(
        stream, [&guard](int depth, Json::parse_event_t event, Json& parsed) { return guard(depth, event, parsed); });
  } catch (const Json::parse_error& error) {
    throw UserError("not JSON: " + reason(error.what()), place(path, text, error.byte == 0 ? 0 : error.byte - 1));
  } catch (const Json::exception& error) {
    throw UserError("not JSON: " + reason(error.what()), path);
  }
}

}  // namespace varisk::io
