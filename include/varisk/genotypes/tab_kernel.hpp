#pragma once
/// \file
/// Where the sample columns of a line end.

#include <cstddef>
#include <cstdint>

#include "varisk/core/simd.hpp"

namespace varisk::genotypes {

/// Room that `FindTabs` needs behind the last position.
inline constexpr std::size_t tab_slack = 8;

/// Writes the offset of each tab of the text.
/// \param size   below 2^32
/// \param tabs   has room for as many as there may be, and `tab_slack` more
/// \return how many there are
using FindTabs = std::size_t (*)(const char* text, std::size_t size, std::uint32_t* tabs);

[[nodiscard]] FindTabs tab_kernel(SimdLevel level) noexcept;

std::size_t find_tabs_scalar(const char* text, std::size_t size, std::uint32_t* tabs);
std::size_t find_tabs_avx2(const char* text, std::size_t size, std::uint32_t* tabs);
std::size_t find_tabs_avx512(const char* text, std::size_t size, std::uint32_t* tabs);

}  // namespace varisk::genotypes
