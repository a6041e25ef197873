#pragma once
/// \file
/// FORMAT fields of BCF records, value by value.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string_view>

#include "bcf_values.hpp"
#include "varisk/genotypes/record.hpp"

namespace varisk::genotypes::bcf {

// The lowest value of an integer type is `missing`, the next `end of vector`.
struct BcfInteger {
  std::int32_t value = 0;
  bool missing = false;
  bool end = false;
};

template <typename T>
[[nodiscard]] BcfInteger load_integer(const char* base, std::size_t index) noexcept {
  const T value = load<T>(base, index);
  constexpr T lowest = std::numeric_limits<T>::min();
  return {value, value == lowest, value == lowest + 1};
}

[[nodiscard]] inline BcfInteger integer_at(const BcfField& field, std::size_t index) noexcept {
  if (field.type == type_int8) return load_integer<std::int8_t>(field.data, index);
  if (field.type == type_int16) return load_integer<std::int16_t>(field.data, index);
  return load_integer<std::int32_t>(field.data, index);
}

[[nodiscard]] inline bool is_integer(const BcfField& field) {
  return field.type >= type_int8 && field.type <= type_int32;
}

/// The first value of the sample reaches the limit; a missing value does not.
[[nodiscard]] inline bool reaches(const BcfField& field, std::size_t sample, double limit) {
  if (field.width == 0) return false;
  const std::size_t index = sample * field.width;
  if (is_integer(field)) {
    const BcfInteger entry = integer_at(field, index);
    return !entry.missing && !entry.end && entry.value >= limit;
  }
  return field.type == type_float &&
         static_cast<double>(load<float>(field.data, index)) >= limit;  // false for the missing NaN
}

/// The first value of the sample, if it has one.
[[nodiscard]] inline std::optional<double> first_value(const BcfField* field, std::size_t sample) {
  if (field == nullptr || field->width == 0) return std::nullopt;
  const std::size_t index = sample * field->width;
  if (is_integer(*field)) {
    const BcfInteger entry = integer_at(*field, index);
    return entry.missing || entry.end ? std::nullopt : std::optional<double>(entry.value);
  }
  const auto value = field->type == type_float ? load<float>(field->data, index) : std::nanf("");
  return std::isnan(value) ? std::nullopt : std::optional<double>(value);
}

[[nodiscard]] inline const BcfField* find_field(std::span<const BcfField> fields, std::string_view key) {
  const auto found =
      std::find_if(fields.begin(), fields.end(), [&](const BcfField& field) { return field.key == key; });
  return found == fields.end() ? nullptr : &*found;
}

}  // namespace varisk::genotypes::bcf
