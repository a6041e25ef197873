#include "turn_codes.hpp"

#if defined(__x86_64__)
#include <emmintrin.h>
#endif

namespace varisk::scoring {
namespace {

using genotypes::CallCode;

void turn_singly(const CallCode* codes, std::size_t stride, std::size_t first_site, std::size_t sites,
                 std::size_t first_sample, std::size_t samples, SampleCodes* turned) {
  for (std::size_t i = first_sample; i < samples; ++i) {
    for (std::size_t k = first_site; k < sites; ++k) turned[i].code[k] = codes[k * stride + i];
  }
}

#if defined(__x86_64__)
constexpr std::size_t tile = 16;

/// Each of four rounds puts the two halves of the registers together byte by byte, which turns the bits of a byte's
/// place (register, place in it) by one.
void turn_tile(const CallCode* codes, std::size_t stride, std::size_t site, SampleCodes* turned) {
  __m128i rows[tile];
  for (std::size_t k = 0; k < tile; ++k) {
    rows[k] = _mm_loadu_si128(reinterpret_cast<const __m128i*>(codes + k * stride));  // NOLINT
  }
  for (int round = 0; round < 4; ++round) {
    __m128i next[tile];
    for (std::size_t k = 0; k < tile / 2; ++k) {
      next[2 * k] = _mm_unpacklo_epi8(rows[k], rows[k + tile / 2]);
      next[2 * k + 1] = _mm_unpackhi_epi8(rows[k], rows[k + tile / 2]);
    }
    for (std::size_t k = 0; k < tile; ++k) rows[k] = next[k];
  }
  for (std::size_t i = 0; i < tile; ++i) {
    _mm_store_si128(reinterpret_cast<__m128i*>(turned[i].code.data() + site), rows[i]);  // NOLINT
  }
}
#endif

}  // namespace

void turn_codes(const CallCode* codes, std::size_t stride, std::size_t sites, std::size_t samples,
                SampleCodes* turned) {
#if defined(__x86_64__)
  const std::size_t whole_sites = sites / tile * tile;
  const std::size_t whole_samples = samples / tile * tile;
  for (std::size_t k = 0; k < whole_sites; k += tile) {
    for (std::size_t i = 0; i < whole_samples; i += tile) turn_tile(codes + k * stride + i, stride, k, turned + i);
  }
  turn_singly(codes, stride, 0, whole_sites, whole_samples, samples, turned);
  turn_singly(codes, stride, whole_sites, sites, 0, samples, turned);
#else
  turn_singly(codes, stride, 0, sites, 0, samples, turned);
#endif
}

}  // namespace varisk::scoring
