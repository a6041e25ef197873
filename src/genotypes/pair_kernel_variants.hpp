#pragma once
#include "varisk/genotypes/pair_kernel.hpp"

namespace varisk::genotypes {

bool decode_pairs_scalar(const char* data, std::size_t samples, unsigned effect, unsigned alleles,
                         bool strict_half_calls, CallCode* codes);
bool decode_pairs_avx2(const char* data, std::size_t samples, unsigned effect, unsigned alleles, bool strict_half_calls,
                       CallCode* codes);
bool decode_pairs_avx512(const char* data, std::size_t samples, unsigned effect, unsigned alleles,
                         bool strict_half_calls, CallCode* codes);

/// A byte without its phase is the allele + 1; the first bit marks what is no allele.
inline constexpr unsigned largest_allele_byte = 63;

}  // namespace varisk::genotypes
