// Compiled with -mavx512f -mavx512bw -mavx512dq -mavx512vl; called only where the machine has them.
#if defined(__x86_64__)
#include <immintrin.h>

#include <bit>

#include "add_kernel_variants.hpp"

namespace varisk::scoring {
namespace {

constexpr std::size_t lanes = 8;

/// \param last  lanes of the last register that are scores
template <std::size_t registers>
void add_registers(std::int64_t* sums, std::size_t stride, __mmask8 last, const SampleCodes* codes, std::size_t samples,
                   const SampleCodes& usual, const ChunkTable& table) {
  const __m512i usual_codes = _mm512_load_si512(&usual);
  for (std::size_t i = 0; i < samples; ++i) {
    const __m512i here = _mm512_load_si512(codes + i);
    std::uint64_t sites = _mm512_cmpneq_epi8_mask(here, usual_codes) & table.active;
    if (sites == 0) continue;
    std::int64_t* const mine = sums + i * stride;
    __m512i sum[registers];
    for (std::size_t r = 0; r + 1 < registers; ++r) sum[r] = _mm512_loadu_si512(mine + lanes * r);
    sum[registers - 1] = _mm512_maskz_loadu_epi64(last, mine + lanes * (registers - 1));
    for (; sites != 0; sites &= sites - 1) {
      const auto k = static_cast<std::size_t>(std::countr_zero(sites));
      const std::int64_t* const row = table.more[static_cast<std::size_t>(codes[i].code[k])][k].data();
      for (std::size_t r = 0; r < registers; ++r) {
        sum[r] = _mm512_add_epi64(sum[r], _mm512_load_si512(row + lanes * r));
      }
    }
    for (std::size_t r = 0; r + 1 < registers; ++r) _mm512_storeu_si512(mine + lanes * r, sum[r]);
    _mm512_mask_storeu_epi64(mine + lanes * (registers - 1), last, sum[registers - 1]);
  }
}

}  // namespace

void add_by_code_avx512(std::int64_t* sums, const genotypes::CallCode* codes, std::size_t samples,
                        const CodeTable& table) {
  static_assert(genotypes::call_codes == 8, "the table fills one register");
  const __m512i entries = _mm512_loadu_si512(table.data());
  std::size_t i = 0;
  for (; i + 8 <= samples; i += 8) {
    const __m512i index = _mm512_cvtepu8_epi64(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(codes + i)));  // NOLINT
    const __m512i term = _mm512_permutexvar_epi64(index, entries);
    _mm512_storeu_si512(sums + i, _mm512_add_epi64(_mm512_loadu_si512(sums + i), term));
  }
  add_by_code_scalar(sums + i, codes + i, samples - i, table);
}

void add_sites_avx512(std::int64_t* sums, std::size_t stride, std::size_t scores, const SampleCodes* codes,
                      std::size_t samples, const SampleCodes& usual, const ChunkTable& table) {
  static_assert(chunk_scores == 8 * lanes && block_sites == 64, "eight registers of sums, one of codes");
  constexpr std::array variants = {add_registers<1>, add_registers<2>, add_registers<3>, add_registers<4>,
                                   add_registers<5>, add_registers<6>, add_registers<7>, add_registers<8>};
  const std::size_t registers = (scores + lanes - 1) / lanes;
  const auto last = static_cast<__mmask8>((1U << (scores - lanes * (registers - 1))) - 1U);
  variants[registers - 1](sums, stride, last, codes, samples, usual, table);
}

}  // namespace varisk::scoring
#endif
