#include "varisk/core/number.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace varisk {
namespace {

/// Digits with at most one point, few enough for both numerator and power of ten to be exact: their quotient is then
/// the nearest double (W. D. Clinger, How to read floating point numbers accurately, 1990). Nothing for other text.
std::optional<double> parse_short_decimal(std::string_view text) noexcept {
  static constexpr std::array<double, 19> powers_of_ten = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8, 1e9,
                                                           1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18};
  constexpr std::uint64_t largest_exact = std::uint64_t{1} << 53U;
  constexpr std::size_t longest = 19;  // so many characters cannot overflow
  // Signs come at random, so they are no branch.
  static constexpr std::array<double, 2> signs = {1, -1};
  const std::size_t minus = text.starts_with('-') ? 1 : 0;
  text.remove_prefix(minus);
  if (text.empty() || text.size() > longest) return std::nullopt;
  std::uint64_t digits = 0;
  std::size_t point = text.size();
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto digit = static_cast<unsigned>(static_cast<unsigned char>(text[i]) - '0');
    if (digit <= 9) {
      digits = 10 * digits + digit;
    } else if (text[i] == '.' && point == text.size()) {
      point = i;
    } else {
      return std::nullopt;
    }
  }
  const std::size_t decimals = point == text.size() ? 0 : text.size() - point - 1;
  if (digits > largest_exact || decimals >= powers_of_ten.size() || (point == 0 && decimals == 0)) return std::nullopt;
  return signs[minus] * (static_cast<double>(digits) / powers_of_ten[decimals]);
}

}  // namespace

std::optional<double> parse_double(std::string_view text) noexcept {
  if (text.starts_with('+')) {
    text.remove_prefix(1);
    if (text.starts_with('-')) return std::nullopt;
  }
  if (const auto value = parse_short_decimal(text)) return value;
  double value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

std::optional<std::int64_t> parse_integer(std::string_view text) noexcept {
  std::int64_t value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc{} || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

void append_double(std::string& text, double value) {
  if (!std::isfinite(value)) {
    text += "NA";
  } else if (value == 0) {
    text += '0';
  } else {
    std::array<char, 32> buffer{};
    const auto [end, code] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
    text.append(buffer.data(), end);
  }
}

std::string format_double(double value) {
  std::string text;
  append_double(text, value);
  return text;
}

}  // namespace varisk
