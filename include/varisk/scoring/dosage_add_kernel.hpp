#pragma once
/// \file
/// The hot loop of scoring dosages.

#include <cstddef>
#include <cstdint>

#include "varisk/core/simd.hpp"

namespace varisk::scoring {

/// sums[i] += weight × dosages[i], rounded to the nearest integer, ties to even.
/// \param weight  so that no term reaches 2^62
using AddDosages = void (*)(std::int64_t* sums, const double* dosages, std::size_t samples, double weight);

[[nodiscard]] AddDosages dosage_add_kernel(SimdLevel level) noexcept;

}  // namespace varisk::scoring
