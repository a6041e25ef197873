#pragma once
#include <string_view>

namespace varisk {

/// The program's version, as `--version` prints it.
[[nodiscard]] std::string_view version() noexcept;

}  // namespace varisk
