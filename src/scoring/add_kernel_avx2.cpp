// Compiled with -mavx2; called only where the machine has it.
#if defined(__x86_64__)
#include <immintrin.h>

#include <algorithm>
#include <bit>

#include "add_kernel_variants.hpp"

namespace varisk::scoring {
namespace {

constexpr std::size_t lanes = 4;
constexpr std::size_t most_registers = 8;

/// Bit k: the call at site k is not the usual one.
std::uint64_t unusual_sites(const SampleCodes& codes, const SampleCodes& usual) {
  std::uint64_t same = 0;
  for (std::size_t half = 0; half < 2; ++half) {
    const auto* const a = reinterpret_cast<const __m256i*>(codes.code.data()) + half;  // NOLINT
    const auto* const b = reinterpret_cast<const __m256i*>(usual.code.data()) + half;  // NOLINT
    const __m256i equal = _mm256_cmpeq_epi8(_mm256_load_si256(a), _mm256_load_si256(b));
    same |= std::uint64_t{static_cast<std::uint32_t>(_mm256_movemask_epi8(equal))} << (32 * half);
  }
  return ~same;
}

/// \param first  score of the chunk
/// \param last   lanes of the last register that are scores
template <std::size_t registers>
void add_registers(std::int64_t* sums, std::size_t stride, std::size_t first, __m256i last, const SampleCodes* codes,
                   std::size_t samples, const SampleCodes& usual, const ChunkTable& table) {
  for (std::size_t i = 0; i < samples; ++i) {
    std::uint64_t sites = unusual_sites(codes[i], usual) & table.active;
    if (sites == 0) continue;
    auto* const mine = reinterpret_cast<long long*>(sums + i * stride + first);  // NOLINT
    __m256i sum[registers];
    for (std::size_t r = 0; r + 1 < registers; ++r) {
      sum[r] = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(mine + lanes * r));  // NOLINT
    }
    sum[registers - 1] = _mm256_maskload_epi64(mine + lanes * (registers - 1), last);
    for (; sites != 0; sites &= sites - 1) {
      const auto k = static_cast<std::size_t>(std::countr_zero(sites));
      const std::int64_t* const row = table.more[static_cast<std::size_t>(codes[i].code[k])][k].data() + first;
      for (std::size_t r = 0; r < registers; ++r) {
        const auto* const at = reinterpret_cast<const __m256i*>(row + lanes * r);  // NOLINT
        sum[r] = _mm256_add_epi64(sum[r], _mm256_load_si256(at));
      }
    }
    for (std::size_t r = 0; r + 1 < registers; ++r) {
      _mm256_storeu_si256(reinterpret_cast<__m256i*>(mine + lanes * r), sum[r]);  // NOLINT
    }
    _mm256_maskstore_epi64(mine + lanes * (registers - 1), last, sum[registers - 1]);
  }
}

}  // namespace

void add_by_code_avx2(std::int64_t* sums, const genotypes::CallCode* codes, std::size_t samples,
                      const CodeTable& table) {
  const auto* const base = reinterpret_cast<const long long*>(table.data());  // NOLINT
  std::size_t i = 0;
  for (; i + 4 <= samples; i += 4) {
    std::int32_t four = 0;
    __builtin_memcpy(&four, codes + i, sizeof four);
    const __m256i index = _mm256_cvtepu8_epi64(_mm_cvtsi32_si128(four));
    auto* const at = reinterpret_cast<__m256i*>(sums + i);  // NOLINT
    const __m256i term = _mm256_i64gather_epi64(base, index, 8);
    _mm256_storeu_si256(at, _mm256_add_epi64(_mm256_loadu_si256(at), term));
  }
  add_by_code_scalar(sums + i, codes + i, samples - i, table);
}

void add_sites_avx2(std::int64_t* sums, std::size_t stride, std::size_t scores, const SampleCodes* codes,
                    std::size_t samples, const SampleCodes& usual, const ChunkTable& table) {
  constexpr std::array variants = {add_registers<1>, add_registers<2>, add_registers<3>, add_registers<4>,
                                   add_registers<5>, add_registers<6>, add_registers<7>, add_registers<8>};
  for (std::size_t first = 0; first < scores; first += most_registers * lanes) {
    const std::size_t count = std::min(scores - first, most_registers * lanes);
    const std::size_t registers = (count + lanes - 1) / lanes;
    const auto in_last = static_cast<long long>(count - lanes * (registers - 1));
    const __m256i last = _mm256_cmpgt_epi64(_mm256_set1_epi64x(in_last), _mm256_setr_epi64x(0, 1, 2, 3));
    variants[registers - 1](sums, stride, first, last, codes, samples, usual, table);
  }
}

}  // namespace varisk::scoring
#endif
