// Compiled with -mavx512f -mavx512bw -mavx512dq -mavx512vl; called only where the machine has them.
#if defined(__x86_64__)
#include <immintrin.h>

#include "bit_count_loops.hpp"

namespace varisk::training {
namespace {

struct Lanes {
  using Vector = __m512i;
  static constexpr std::size_t words = 8;

  static Vector zero() { return _mm512_setzero_si512(); }
  static Vector load(const std::uint64_t* from, std::size_t left) {
    return left >= words ? _mm512_loadu_si512(from)
                         : _mm512_maskz_loadu_epi64(static_cast<__mmask8>((1U << left) - 1), from);
  }
  static Vector both(Vector one, Vector other) { return _mm512_and_si512(one, other); }
  static Vector either(Vector one, Vector other) { return _mm512_xor_si512(one, other); }
  static Vector add(Vector one, Vector other) { return _mm512_add_epi8(one, other); }
  static Vector count(Vector bits) {
    const __m512i counts = _mm512_broadcast_i32x4(_mm_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4));
    const __m512i low = _mm512_set1_epi8(0x0F);
    const __m512i second = _mm512_and_si512(_mm512_srli_epi16(bits, 4), low);
    return _mm512_add_epi8(_mm512_shuffle_epi8(counts, _mm512_and_si512(bits, low)),
                           _mm512_shuffle_epi8(counts, second));
  }
  static std::int64_t sum(Vector bytes) { return _mm512_reduce_add_epi64(_mm512_sad_epu8(bytes, zero())); }
};

}  // namespace

const SelectionKernels selection_avx512_kernels = with_vectors<Lanes>();

}  // namespace varisk::training
#endif
