#pragma once
#include "varisk/genotypes/gt_kernel.hpp"

namespace varisk::genotypes {

bool decode_gt_scalar(const char* text, std::size_t samples, unsigned effect, unsigned alleles, bool strict_half_calls,
                      CallCode* codes);
bool decode_gt_avx2(const char* text, std::size_t samples, unsigned effect, unsigned alleles, bool strict_half_calls,
                    CallCode* codes);
bool decode_gt_avx512(const char* text, std::size_t samples, unsigned effect, unsigned alleles, bool strict_half_calls,
                      CallCode* codes);

}  // namespace varisk::genotypes
