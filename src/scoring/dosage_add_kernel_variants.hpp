#pragma once
#include "varisk/scoring/dosage_add_kernel.hpp"

namespace varisk::scoring {

void add_dosages_scalar(std::int64_t* sums, const double* dosages, std::size_t samples, double weight);
void add_dosages_avx2(std::int64_t* sums, const double* dosages, std::size_t samples, double weight);
void add_dosages_avx512(std::int64_t* sums, const double* dosages, std::size_t samples, double weight);

}  // namespace varisk::scoring
