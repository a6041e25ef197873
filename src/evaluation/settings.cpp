#include "varisk/evaluation/settings.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "varisk/core/error.hpp"

namespace varisk::evaluation {
namespace {

bool inside(double x) { return x > 0 && x < 1; }

void require(bool good, const std::string& what, const std::string& help = {}) {
  if (!good) throw UsageError(what, help);
}

}  // namespace

void Settings::validate() const {
  require(confidence >= 0.5 && inside(confidence),
          fmt::format("the confidence is {}, expected a number from 0.5 to below 1", confidence));
  require(bootstrap == 0 || (bootstrap >= 100 && bootstrap <= 1000000),
          fmt::format("{} bootstrap replicates, expected 0 or 100 to 1000000", bootstrap));
  for (const double threshold : thresholds) {
    require(inside(threshold), fmt::format("the threshold {} is not inside 0 and 1", threshold),
            "thresholds are probabilities");
  }
  require(std::adjacent_find(thresholds.begin(), thresholds.end(), std::greater_equal<>()) == thresholds.end(),
          fmt::format("the thresholds {} do not ascend", fmt::join(thresholds, ",")), "sort them, each once");
  require(!prevalence || inside(*prevalence),
          fmt::format("the prevalence is {}, expected a number above 0 and below 1", prevalence.value_or(0)));
  require(bins >= 2 && bins <= 1000, fmt::format("{} bins of calibration, expected 2 to 1000", bins));
  require(!clip || (*clip > 0 && *clip < 0.5),
          fmt::format("--clip is {}, expected a number above 0 and below 0.5", clip.value_or(0)));
  require(roc_points >= 10, fmt::format("{} points of the ROC curve, expected 10 or more", roc_points));
}

}  // namespace varisk::evaluation
