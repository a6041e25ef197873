#pragma once
#include "varisk/genotypes/dosage_kernel.hpp"

namespace varisk::genotypes {

std::size_t read_text_dosages_scalar(const TextDosages& from, double* dosages, std::uint32_t* irregular);
std::size_t read_text_dosages_avx2(const TextDosages& from, double* dosages, std::uint32_t* irregular);
std::size_t read_text_dosages_avx512(const TextDosages& from, double* dosages, std::uint32_t* irregular);
/// The columns from `first` on, for what the vectors leave; \return how many are irregular
std::size_t read_text_dosages_from(std::size_t first, const TextDosages& from, double* dosages,
                                   std::uint32_t* irregular);

std::int64_t sum_dosages_scalar(const double* dosages, std::size_t count);
std::int64_t sum_dosages_avx2(const double* dosages, std::size_t count);
std::int64_t sum_dosages_avx512(const double* dosages, std::size_t count);

bool read_bcf_dosages_scalar(const char* stored, std::size_t count, bool of_ref, double* dosages);
bool read_bcf_dosages_avx2(const char* stored, std::size_t count, bool of_ref, double* dosages);
bool read_bcf_dosages_avx512(const char* stored, std::size_t count, bool of_ref, double* dosages);

inline constexpr double millionths_per_copy = 1e6;
inline constexpr double billionths_per_copy = 1e9;

/// `0|0` and `0/0` with the colon behind, as the word that is loaded from them; the alleles' last bits are left out.
inline constexpr std::uint32_t call_bits = 0xFFFEFFFEU;
constexpr std::uint32_t call_word(char separator) {
  return std::uint32_t{'0'} | static_cast<std::uint32_t>(separator) << 8U | std::uint32_t{'0'} << 16U |
         (std::uint32_t{':'} << 24U);
}

}  // namespace varisk::genotypes
