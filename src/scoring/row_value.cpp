#include "varisk/scoring/row_value.hpp"

#include <algorithm>
#include <cmath>

namespace varisk::scoring {

double RowWeights::value(double copies, double two, int ploidy) const {
  switch (coding) {
    case Coding::additive: return weight * copies;
    case Coding::dominant: return weight * (ploidy == 1 ? copies : copies - two);
    case Coding::recessive: return weight * (ploidy == 1 ? copies : two);
    case Coding::by_copies: break;
  }
  if (ploidy == 1) return weight * (by_copies[0] + copies * (by_copies[2] - by_copies[0]));
  const double none = 1 - (copies - two);
  const double one = copies - 2 * two;
  return weight * (none * by_copies[0] + one * by_copies[1] + two * by_copies[2]);
}

double RowWeights::expectation(double f, int ploidy, ImputeModel model) const {
  switch (coding) {
    case Coding::additive: return weight * ploidy * f;
    case Coding::dominant: return weight * (ploidy == 1 || model == ImputeModel::plink2 ? f : 1 - (1 - f) * (1 - f));
    case Coding::recessive: return weight * (ploidy == 1 || model == ImputeModel::plink2 ? f : f * f);
    case Coding::by_copies: break;
  }
  if (ploidy == 1) return weight * ((1 - f) * by_copies[0] + f * by_copies[2]);
  return weight * ((1 - f) * (1 - f) * by_copies[0] + 2 * f * (1 - f) * by_copies[1] + f * f * by_copies[2]);
}

RowWeights RowWeights::scaled(int exponent) const {
  RowWeights result = *this;
  if (coding == Coding::by_copies) {
    for (double& entry : result.by_copies) entry = std::ldexp(weight * entry, exponent);
    result.weight = 1;
  } else {
    result.weight = std::ldexp(weight, exponent);
  }
  return result;
}

double RowWeights::bound() const {
  if (coding != Coding::by_copies) return 2 * std::abs(weight);
  return std::abs(weight) * std::max({std::abs(by_copies[0]), std::abs(by_copies[1]), std::abs(by_copies[2])});
}

RowWeights row_weights(const ScoringFile& file, const ScoringRow& row, double weight) {
  RowWeights weights{row.coding, weight, {}};
  if (row.weights_by_copies) weights.by_copies = file.weights_by_copies[*row.weights_by_copies];
  return weights;
}

}  // namespace varisk::scoring
