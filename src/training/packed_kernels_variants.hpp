#pragma once
#include "packed_kernels.hpp"

namespace varisk::training {

extern const PackedKernels scalar_kernels;
#if defined(__x86_64__)
extern const PackedKernels avx2_kernels;
extern const SumKernels avx512_sums;
extern const ScreenKernels vnni_screen;
#endif

}  // namespace varisk::training
