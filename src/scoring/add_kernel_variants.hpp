#pragma once
#include "varisk/scoring/add_kernel.hpp"

namespace varisk::scoring {

void add_by_code_scalar(std::int64_t* sums, const genotypes::CallCode* codes, std::size_t samples,
                        const CodeTable& table);
void add_by_code_avx2(std::int64_t* sums, const genotypes::CallCode* codes, std::size_t samples,
                      const CodeTable& table);
void add_by_code_avx512(std::int64_t* sums, const genotypes::CallCode* codes, std::size_t samples,
                        const CodeTable& table);

}  // namespace varisk::scoring
