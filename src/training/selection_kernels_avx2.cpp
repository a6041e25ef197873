// Compiled with -mavx2, which means POPCNT too; called only where the machine has it.
#if defined(__x86_64__)
#include <immintrin.h>

#include "bit_count_loops.hpp"

namespace varisk::training {
namespace {

struct Lanes {
  using Vector = __m256i;
  static constexpr std::size_t words = 4;

  static Vector zero() { return _mm256_setzero_si256(); }
  /// There are always four words left.
  static Vector load(const std::uint64_t* from, std::size_t /*left*/) {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));  // NOLINT
  }
  static Vector both(Vector one, Vector other) { return _mm256_and_si256(one, other); }
  static Vector either(Vector one, Vector other) { return _mm256_xor_si256(one, other); }
  static Vector add(Vector one, Vector other) { return _mm256_add_epi8(one, other); }
  static Vector count(Vector bits) {
    const __m256i counts = _mm256_broadcastsi128_si256(_mm_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4));
    const __m256i low = _mm256_set1_epi8(0x0F);
    const __m256i second = _mm256_and_si256(_mm256_srli_epi16(bits, 4), low);
    return _mm256_add_epi8(_mm256_shuffle_epi8(counts, _mm256_and_si256(bits, low)),
                           _mm256_shuffle_epi8(counts, second));
  }
  static std::int64_t sum(Vector bytes) {
    const __m256i parts = _mm256_sad_epu8(bytes, zero());
    const __m128i halves = _mm_add_epi64(_mm256_castsi256_si128(parts), _mm256_extracti128_si256(parts, 1));
    return _mm_cvtsi128_si64(halves) + _mm_extract_epi64(halves, 1);
  }
};

}  // namespace

const SelectionKernels selection_avx2_kernels = with_vectors<Lanes>();

}  // namespace varisk::training
#endif
