#pragma once
/// \file
/// Numbers from and to text, independent of the locale.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace varisk {

/// The whole of `text` as a finite double; nothing for anything else (empty, trailing characters, inf, nan).
[[nodiscard]] std::optional<double> parse_double(std::string_view text) noexcept;

/// The whole of `text` as a decimal integer.
[[nodiscard]] std::optional<std::int64_t> parse_integer(std::string_view text) noexcept;

/// The shortest decimal that reads back as the same double; `NA` for a value that is not finite.
[[nodiscard]] std::string format_double(double value);
void append_double(std::string& text, double value);

}  // namespace varisk
