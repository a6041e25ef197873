#include "varisk/training/families.hpp"

#include <algorithm>
#include <cmath>

#include "loss_rows.hpp"

namespace varisk::training {

std::vector<double> row_deviances(const Outcome& outcome, std::span<const double> predictors,
                                  std::span<const double> thresholds, std::span<const std::uint32_t> rows) {
  const std::size_t count = rows.size();
  std::vector<double> deviances(count);
  for (std::size_t k = 0; k < count; ++k) {
    const std::uint32_t i = rows[k];
    const double eta = predictors[k];
    switch (outcome.family) {
      case Family::gaussian: deviances[k] = (outcome.values[i] - eta) * (outcome.values[i] - eta); break;
      case Family::binomial: deviances[k] = 2 * BinomialRow(eta, outcome.classes[i] == 1).value; break;
      case Family::multinomial: {
        double most = -infinite;
        for (std::size_t c = 0; c < outcome.class_count; ++c) most = std::max(most, predictors[c * count + k]);
        double sum = 0;
        for (std::size_t c = 0; c < outcome.class_count; ++c) sum += std::exp(predictors[c * count + k] - most);
        deviances[k] = 2 * (std::log(sum) - (predictors[outcome.classes[i] * count + k] - most));
        break;
      }
      case Family::ordinal: {
        const std::uint32_t y = outcome.classes[i];
        const bool has_upper = y < thresholds.size();
        const bool has_lower = y > 0;
        deviances[k] = 2 * OrdinalRow(has_upper, has_upper ? thresholds[y] - eta : 0, has_lower,
                                      has_lower ? thresholds[y - 1] - eta : 0)
                               .value;
        break;
      }
    }
  }
  return deviances;
}

std::vector<double> class_probabilities(Family family, std::span<const double> predictors,
                                        std::span<const double> thresholds) {
  if (family == Family::gaussian) return {};
  if (family == Family::binomial) return {logistic(-predictors[0]), logistic(predictors[0])};
  std::vector<double> probabilities;
  if (family == Family::multinomial) {
    const double most = *std::max_element(predictors.begin(), predictors.end());
    double sum = 0;
    for (const double eta : predictors) sum += probabilities.emplace_back(std::exp(eta - most));
    for (double& p : probabilities) p /= sum;
    return probabilities;
  }
  const double eta = predictors[0];
  probabilities.push_back(logistic(thresholds[0] - eta));
  for (std::size_t k = 1; k < thresholds.size(); ++k) {
    // σ(s) − σ(t) without cancellation
    const double s = thresholds[k] - eta;
    const double t = thresholds[k - 1] - eta;
    probabilities.push_back(logistic(s) * logistic(-t) * -std::expm1(t - s));
  }
  probabilities.push_back(logistic(eta - thresholds.back()));
  return probabilities;
}

}  // namespace varisk::training
