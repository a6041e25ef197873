#pragma once
/// \file
/// The hot loops of dosages: the usual columns of text, the numbers of BCF, and their sum.

#include <cstddef>
#include <cstdint>

#include "varisk/core/simd.hpp"

namespace varisk::genotypes {

/// What `ReadTextDosages` may read from the start of a column on.
inline constexpr std::size_t dosage_reach = 16;

struct TextDosages {
  const char* text = nullptr;
  /// Offset of the tab behind each column; the one before the first is offset[-1], where 0 − 1 is the start of the
  /// text.
  const std::uint32_t* ends = nullptr;
  std::size_t columns = 0;
  bool has_gt = true;   ///< GT, which is the first field, must be `0` or `1`, `|` or `/`, `0` or `1`
  bool of_ref = false;  ///< two copies minus the dosage
};

/// Reads the dosage that is the first field, or the second behind GT: a digit, or a digit, a point and up to six
/// decimals; at most 2. Of each column `dosage_reach` characters can be read. \param dosages    of each column;
/// undefined for those of another form \param irregular  room for all columns; the ones of another form, ascending
/// \return the number of irregular columns
using ReadTextDosages = std::size_t (*)(const TextDosages& from, double* dosages, std::uint32_t* irregular);

/// Σ dosages in whole billionths, each rounded to the nearest.
/// \param dosages  0 to 2
using SumDosages = std::int64_t (*)(const double* dosages, std::size_t count);

/// As `exact_dosage` for each of the numbers that BCF stores, which need not be aligned.
/// \return false if one is not within 0 to 2, as a missing one is not; `dosages` is then undefined
using ReadBcfDosages = bool (*)(const char* stored, std::size_t count, bool of_ref, double* dosages);

struct DosageKernels {
  ReadTextDosages read_text;
  SumDosages sum;
  ReadBcfDosages read_bcf;
};

[[nodiscard]] DosageKernels dosage_kernels(SimdLevel level) noexcept;

}  // namespace varisk::genotypes
