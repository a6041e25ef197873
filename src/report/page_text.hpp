#pragma once
/// \file
/// Texts and data within HTML.

#include <string>
#include <string_view>

#include "varisk/io/json.hpp"

namespace varisk::report {

/// Text between tags or within a quoted attribute. Bytes that are not UTF-8 become U+FFFD, as do control characters.
[[nodiscard]] std::string escape_html(std::string_view text);

/// The document in ASCII and without `<`, `>` and `&`, so that nothing in it ends or opens an element. Bytes that are
/// not UTF-8 become U+FFFD.
[[nodiscard]] std::string json_for_html(const io::Json& json);

}  // namespace varisk::report
