#pragma once
#include <array>

#include "varisk/genotypes/bed_kernel.hpp"

namespace varisk::genotypes {

/// What the two bits 00, 01, 10, 11 mean.
inline constexpr std::array<CallCode, 4> copies_of_a1 = {CallCode::diploid_2, CallCode::diploid_missing,
                                                         CallCode::diploid_1, CallCode::diploid_0};
inline constexpr std::array<CallCode, 4> copies_of_a2 = {CallCode::diploid_0, CallCode::diploid_missing,
                                                         CallCode::diploid_1, CallCode::diploid_2};

void unpack_bed_scalar(const char* packed, std::size_t samples, bool count_a1, CallCode* codes);
void unpack_bed_avx2(const char* packed, std::size_t samples, bool count_a1, CallCode* codes);
void unpack_bed_avx512(const char* packed, std::size_t samples, bool count_a1, CallCode* codes);

}  // namespace varisk::genotypes
