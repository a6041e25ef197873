#include "varisk/training/hardy_weinberg.hpp"

#include <algorithm>

namespace varisk::training {
namespace {

/// Terms this close are equal but for rounding.
constexpr double tie = 1 + 1e-10;
/// A term below this part of the sum changes it no more; the terms behind it fall faster than a geometric series.
constexpr double negligible = 1e-18;
constexpr double too_unlikely = 1e290;

/// Counts of one genotype table; those with the same allele counts differ by two heterozygotes and one of each
/// homozygote.
struct Table {
  double het;
  double rare;
  double common;

  /// Probability with two heterozygotes more, by this one's.
  [[nodiscard]] double up() const { return 4 * rare * common / ((het + 2) * (het + 1)); }
  [[nodiscard]] double down() const { return het * (het - 1) / (4 * (rare + 1) * (common + 1)); }
  void step(bool upwards) {
    const double sign = upwards ? 1 : -1;
    het += 2 * sign;
    rare -= sign;
    common -= sign;
  }
};

/// Sums over the tables on one side of the observed one, whose term is 1.
struct Side {
  double likely = 0;    ///< terms above 1
  double unlikely = 0;  ///< others
};

Side sum_side(Table table, bool upwards) {
  Side side;
  double term = 1;
  for (;;) {
    const double ratio = upwards ? table.up() : table.down();
    term *= ratio;
    if (term <= 0) return side;
    (term > tie ? side.likely : side.unlikely) += term;
    if (side.likely > too_unlikely) return side;
    // Beyond the mode all ratios are below 1 and fall.
    if (ratio < 1 && term < negligible * (1 + side.unlikely)) return side;
    table.step(upwards);
  }
}

}  // namespace

double hardy_weinberg_p(std::uint64_t hom1, std::uint64_t het, std::uint64_t hom2) {
  const Table observed{static_cast<double>(het), static_cast<double>(std::min(hom1, hom2)),
                       static_cast<double>(std::max(hom1, hom2))};
  const Side above = sum_side(observed, true);
  const Side below = sum_side(observed, false);
  const double unlikely = 1 + above.unlikely + below.unlikely;
  const double likely = above.likely + below.likely;
  return likely > too_unlikely ? 0 : unlikely / (unlikely + likely);
}

}  // namespace varisk::training
