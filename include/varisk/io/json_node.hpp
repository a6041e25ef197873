#pragma once
/// \file
/// A JSON value that knows where it stands, so that each check can say so.

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "varisk/io/json.hpp"

namespace varisk::io {

/// Refers to a document and a file name that outlive it. Every function throws UserError with the file, the path
/// within the document, what was expected and what was found.
class JsonNode {
 public:
  JsonNode(const Json& json, std::string_view file, std::string path = {})
      : json_(&json), file_(file), path_(std::move(path)) {}

  [[nodiscard]] const Json& json() const noexcept { return *json_; }
  [[nodiscard]] std::string_view file() const noexcept { return file_; }

  /// \param expected  the sentence is: expected …, found (this value)
  [[noreturn]] void fail(std::string_view expected) const;
  /// \param problem  the whole sentence
  [[noreturn]] void fail_because(const std::string& problem) const;

  /// An object whose keys are all among `known`.
  void expect_keys(std::initializer_list<std::string_view> known) const;
  void expect_object() const;
  void expect_array() const;

  [[nodiscard]] bool has(std::string_view key) const;
  [[nodiscard]] JsonNode at(std::string_view key) const;
  [[nodiscard]] std::optional<JsonNode> find(std::string_view key) const;
  /// A member under a name that the file chose, such as a feature's.
  [[nodiscard]] JsonNode member(const std::string& key, const Json& value) const;

  [[nodiscard]] std::size_t size() const noexcept { return json_->size(); }
  [[nodiscard]] JsonNode element(std::size_t index) const;

  [[nodiscard]] double number() const;
  [[nodiscard]] std::int64_t positive_integer() const;
  [[nodiscard]] bool boolean() const;
  [[nodiscard]] std::string text() const;
  /// Text that will stand in a table: not empty, no control characters.
  [[nodiscard]] std::string label() const;

 private:
  const Json* json_;
  std::string_view file_;
  std::string path_;
};

}  // namespace varisk::io
