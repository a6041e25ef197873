#pragma once
/// \file
/// What one call adds to a score: coding, weights, and the expectation that stands for a missing call.

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

#include "varisk/genotypes/call_block.hpp"
#include "varisk/scoring/scoring_file.hpp"

namespace varisk::scoring {

/// How the expectation of a dominant or recessive row is taken.
enum class ImputeModel : std::uint8_t {
  hwe,     ///< Hardy-Weinberg: dominant 1 − (1 − f)², recessive f²
  plink2,  ///< f for both, as plink2 2.00a3.5 does; for comparison runs
};

/// Weights of one row.
struct RowWeights {
  Coding coding = Coding::additive;
  double weight = 0;                  ///< of the coded copies
  std::array<double, 3> by_copies{};  ///< `Coding::by_copies`: times `weight`

  /// The value of a call of `copies` effect alleles, which may be a fraction. With d copies and the probability P2 of
  /// two: dominant d − P2, recessive P2, by copies Σ Pk wk where P1 = d − 2 P2. With one copy of the contig dominant
  /// and recessive are both d, and by copies that one copy counts as two. \param two  probability of two copies; of no
  /// use with one copy of the contig
  [[nodiscard]] double value(double copies, double two, int ploidy) const;
  /// Where only the copies are known: P2 = max(d − 1, 0), so dominant is min(d, 1), and by copies is linear between
  /// neighbours.
  [[nodiscard]] double value(double copies, int ploidy) const {
    return value(copies, std::max(copies - 1, 0.0), ploidy);
  }
  /// The expectation at effect-allele frequency `f`.
  [[nodiscard]] double expectation(double f, int ploidy, ImputeModel model) const;
  /// All values times 2^exponent.
  [[nodiscard]] RowWeights scaled(int exponent) const;
  /// The largest absolute value of any call.
  [[nodiscard]] double bound() const;
};

[[nodiscard]] RowWeights row_weights(const ScoringFile& file, const ScoringRow& row, double weight);

}  // namespace varisk::scoring
