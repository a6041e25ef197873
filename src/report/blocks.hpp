#pragma once
/// \file
/// Short ways to the parts of a page.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "varisk/report/page.hpp"

namespace varisk::report {

inline constexpr NumberFormat as_integer = {NumberStyle::integer, 0};
inline constexpr NumberFormat as_general = {NumberStyle::general, 4};
inline constexpr NumberFormat as_share = {NumberStyle::percent, 1};
inline constexpr NumberFormat three_decimals = {NumberStyle::fixed, 3};

inline Fact text_fact(std::string name, std::string text) {
  return {std::move(name), std::move(text), as_general, {}, false};
}
inline Fact count_fact(std::string name, std::int64_t count, std::string note = {}) {
  return {std::move(name), count, as_integer, std::move(note), false};
}
inline Fact open_fact(std::string name) { return {std::move(name), std::monostate(), as_general, {}, true}; }

inline Column text_column(std::string name) { return {std::move(name), as_general, false, {}}; }
inline Column number_column(std::string name, NumberFormat format = as_general) {
  return {std::move(name), format, true, {}};
}

inline Cell cell(const std::optional<double>& value) { return value ? Cell(*value) : Cell(); }
inline Cell cell(const std::optional<std::int64_t>& value) { return value ? Cell(*value) : Cell(); }
/// No text is nothing to say, which is not the same as missing.
inline Cell cell(const std::string& text) { return text; }
inline Cell cell(const Estimate& estimate) { return estimate; }

/// The entry, or missing behind the end.
template <typename Value>
Cell cell_at(const std::vector<Value>& values, std::size_t index) {
  Cell result;
  if (index < values.size()) result = values[index];
  return result;
}

inline bool is_empty(const Estimate& estimate) { return !estimate.value && !estimate.low && !estimate.high; }

/// Columns in which no row has anything are taken out.
void drop_empty_columns(Table& table);

}  // namespace varisk::report
