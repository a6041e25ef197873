#include "varisk/io/json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <sstream>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "byte_stream.hpp"
#include "varisk/core/error.hpp"

namespace varisk::io {
namespace {

/// Deeper documents are refused: nothing that varisk reads needs it, and copies of a document recurse.
constexpr std::size_t deepest = 200;

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

/// Builds the document from the parser's events, and refuses what the grammar of JSON allows and this program does not.
/// nlohmann's own builder looks for each key among all keys before it, which objects with many keys cannot afford.
class Builder final : public nlohmann::json_sax<Json> {
 public:
  Builder(const std::string& path, const std::string& text, std::istringstream& stream)
      : path_(path), text_(text), stream_(stream) {}

  [[nodiscard]] Json take() { return std::move(document_); }

  bool null() override { return add(nullptr); }
  bool boolean(bool value) override { return add(value); }
  bool number_integer(number_integer_t value) override { return add(value); }
  bool number_unsigned(number_unsigned_t value) override { return add(value); }
  bool number_float(number_float_t value, const string_t& /*text*/) override { return add(value); }
  bool string(string_t& value) override { return add(std::move(value)); }
  bool binary(binary_t& value) override { return add(std::move(value)); }
  bool start_object(std::size_t /*size*/) override { return open(Json::object()); }
  bool start_array(std::size_t /*size*/) override { return open(Json::array()); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }

  bool key(string_t& name) override {
    if (!levels_.back().keys.insert(name).second) throw UserError("duplicate key '" + name + "'", here());
    levels_.back().key = std::move(name);
    return true;
  }

  bool parse_error(std::size_t position, const std::string& /*token*/,
                   const nlohmann::detail::exception& error) override {
    const bool is_syntax = dynamic_cast<const Json::parse_error*>(&error) != nullptr;
    throw UserError("not JSON: " + reason(error.what()),
                    is_syntax ? place(path_, text_, position == 0 ? 0 : position - 1) : path_);
  }

 private:
  /// An object or array that is not closed yet.
  struct Level {
    Json* json = nullptr;
    std::string key;  ///< the last one of an object
    std::unordered_set<std::string> keys;
  };

  /// The place of a value within the document; it stays until its container gets another one.
  Json& put(Json&& value) {
    if (levels_.empty()) return document_ = std::move(value);
    Level& level = levels_.back();
    if (level.json->is_array()) {
      auto& array = level.json->get_ref<Json::array_t&>();
      array.push_back(std::move(value));
      return array.back();
    }
    auto& object = level.json->get_ref<Json::object_t&>();
    object.emplace_back(std::move(level.key), std::move(value));
    return object.back().second;
  }

  bool add(Json value) {
    put(std::move(value));
    return true;
  }

  bool open(Json container) {
    Json& at = put(std::move(container));
    levels_.push_back({&at, {}, {}});
    if (levels_.size() > deepest) throw UserError(fmt::format("JSON is nested more than {} deep", deepest), here());
    return true;
  }

  bool close() {
    levels_.pop_back();
    return true;
  }

  /// The position of the last character that was read.
  std::string here() {
    const std::streamoff read = stream_.rdbuf()->pubseekoff(0, std::ios::cur, std::ios::in);
    return place(path_, text_, read > 0 ? static_cast<std::size_t>(read - 1) : 0);
  }

  const std::string& path_;
  const std::string& text_;
  std::istringstream& stream_;
  Json document_;
  std::vector<Level> levels_;
};

}  // namespace

Json read_json(const std::string& path) {
  const std::string text = read_all(path);
  std::istringstream stream(text);
  Builder builder(path, text, stream);
  Json::sax_parse(stream, &builder);
  return builder.take();
}

}  // namespace varisk::io
