#include "varisk/io/json_node.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "varisk/core/error.hpp"

namespace varisk::io {
namespace {

std::string shown(const Json& json) {
  constexpr std::size_t most = 60;
  std::string text = json.dump(-1, ' ', true, Json::error_handler_t::replace);
  if (text.size() > most) text.replace(most, std::string::npos, "…");
  return text;
}

std::string joined(std::string_view path, std::string_view key) {
  return path.empty() ? std::string(key) : fmt::format("{}.{}", path, key);
}

}  // namespace

void JsonNode::fail(std::string_view expected) const {
  fail_because(fmt::format("expected {}, found {}", expected, shown(*json_)));
}

void JsonNode::fail_because(const std::string& problem) const {
  throw UserError(problem, path_.empty() ? std::string(file_) : fmt::format("{}: {}", file_, path_));
}

void JsonNode::expect_keys(std::initializer_list<std::string_view> known) const {
  expect_object();
  for (const auto& [key, value] : json_->items()) {
    if (std::find(known.begin(), known.end(), key) == known.end()) {
      fail_because(fmt::format("unknown key '{}'; expected only {}", key, fmt::join(known, ", ")));
    }
  }
}

void JsonNode::expect_object() const {
  if (!json_->is_object()) fail("an object");
}

void JsonNode::expect_array() const {
  if (!json_->is_array()) fail("an array");
}

bool JsonNode::has(std::string_view key) const { return find(key).has_value(); }

JsonNode JsonNode::at(std::string_view key) const {
  if (auto node = find(key)) return *node;
  fail_because(fmt::format("expected the key '{}', found none", key));
}

std::optional<JsonNode> JsonNode::find(std::string_view key) const {
  expect_object();
  const auto found = json_->find(std::string(key));
  if (found == json_->end()) return std::nullopt;
  return JsonNode(*found, file_, joined(path_, key));
}

JsonNode JsonNode::member(const std::string& key, const Json& value) const {
  return {value, file_, joined(path_, key)};
}

JsonNode JsonNode::element(std::size_t index) const {
  return {(*json_)[index], file_, fmt::format("{}[{}]", path_, index)};
}

double JsonNode::number() const {
  if (!json_->is_number()) fail("a number");
  const auto value = json_->get<double>();
  if (!std::isfinite(value)) fail("a finite number");
  return value;
}

std::int64_t JsonNode::positive_integer() const {
  const bool fits =
      json_->is_number_integer() && (!json_->is_number_unsigned() || json_->get<std::uint64_t>() <= INT64_MAX);
  if (!fits || json_->get<std::int64_t>() < 1) fail("a positive integer");
  return json_->get<std::int64_t>();
}

bool JsonNode::boolean() const {
  if (!json_->is_boolean()) fail("true or false");
  return json_->get<bool>();
}

std::string JsonNode::text() const {
  if (!json_->is_string()) fail("a text");
  return json_->get<std::string>();
}

std::string JsonNode::label() const {
  std::string label = text();
  const bool control = std::any_of(label.begin(), label.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; });
  if (label.empty() || control) fail("a text that is not empty and has no control characters");
  return label;
}

}  // namespace varisk::io
