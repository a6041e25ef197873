#include "varisk/core/simd.hpp"

namespace varisk {

SimdLevel best_simd_level() noexcept {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("bmi") || !__builtin_cpu_supports("bmi2")) {
    return SimdLevel::scalar;
  }
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512vl")) {
    return SimdLevel::avx512;
  }
  return SimdLevel::avx2;
#else
  return SimdLevel::scalar;
#endif
}

CarrylessMultiply best_carryless_multiply() noexcept {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("pclmul") && __builtin_cpu_supports("sse4.1")) {
    const bool wide = best_simd_level() == SimdLevel::avx512 && __builtin_cpu_supports("vpclmulqdq");
    return wide ? CarrylessMultiply::avx512 : CarrylessMultiply::sse;
  }
#endif
  return CarrylessMultiply::none;
}

bool has_vnni() noexcept {
#if defined(__x86_64__)
  return best_simd_level() == SimdLevel::avx512 && __builtin_cpu_supports("avx512vnni");
#else
  return false;
#endif
}

}  // namespace varisk
