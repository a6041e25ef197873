#pragma once
/// \file
/// What every page carries, built into the program (cmake/page_assets.cmake).

#include <string_view>

namespace varisk::report::page_assets {

std::string_view style() noexcept;
std::string_view page_script() noexcept;
std::string_view library_script() noexcept;
std::string_view library_licence() noexcept;

/// Base64 of the SHA-256, as a content security policy names a script or style.
std::string_view style_sha256() noexcept;
std::string_view page_script_sha256() noexcept;
std::string_view library_script_sha256() noexcept;
std::string_view library_licence_sha256() noexcept;

}  // namespace varisk::report::page_assets
