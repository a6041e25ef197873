#pragma once
#include "varisk/scoring/add_kernel.hpp"

namespace varisk::scoring {

void add_by_code_scalar(std::int64_t* sums, const genotypes::CallCode* codes, std::size_t samples,
                        const CodeTable& table);
void add_by_code_avx2(std::int64_t* sums, const genotypes::CallCode* codes, std::size_t samples,
                      const CodeTable& table);
void add_by_code_avx512(std::int64_t* sums, const genotypes::CallCode* codes, std::size_t samples,
                        const CodeTable& table);

void add_sites_scalar(std::int64_t* sums, std::size_t stride, std::size_t scores, const SampleCodes* codes,
                      std::size_t samples, const SampleCodes& usual, const ChunkTable& table);
void add_sites_avx2(std::int64_t* sums, std::size_t stride, std::size_t scores, const SampleCodes* codes,
                    std::size_t samples, const SampleCodes& usual, const ChunkTable& table);
void add_sites_avx512(std::int64_t* sums, std::size_t stride, std::size_t scores, const SampleCodes* codes,
                      std::size_t samples, const SampleCodes& usual, const ChunkTable& table);

}  // namespace varisk::scoring
