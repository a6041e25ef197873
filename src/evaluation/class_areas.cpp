#include "class_areas.hpp"

#include <algorithm>
#include <utility>

namespace varisk::evaluation {

ClassAreas::ClassAreas(std::span<const std::uint32_t> outcome, std::span<const double> probability, std::size_t classes)
    : outcome_(outcome), classes_(classes) {
  std::vector<std::pair<double, std::uint32_t>> sorted(outcome.size());
  for (std::size_t k = 0; k < classes; ++k) {
    for (std::uint32_t i = 0; i < sorted.size(); ++i) sorted[i] = {probability[i * classes + k], i};
    std::sort(sorted.begin(), sorted.end());
    auto& order = order_.emplace_back();
    auto& starts = starts_group_.emplace_back();
    for (std::size_t i = 0; i < sorted.size(); ++i) {
      order.push_back(sorted[i].second);
      starts.push_back(i == 0 || sorted[i].first != sorted[i - 1].first);
    }
  }
}

/// Of each other class: pairs of a sample of class `column` and one of that class which are in order, ties one half.
std::vector<double> ClassAreas::pairs_in_order(std::size_t column, std::span<const std::uint32_t> times) const {
  std::vector<double> before(classes_);
  std::vector<double> here(classes_);
  std::vector<double> pairs(classes_);
  const auto close_group = [&] {
    if (here[column] > 0) {
      for (std::size_t j = 0; j < classes_; ++j) pairs[j] += here[column] * (before[j] + 0.5 * here[j]);
    }
    for (std::size_t j = 0; j < classes_; ++j) {
      before[j] += here[j];
      here[j] = 0;
    }
  };
  for (std::size_t i = 0; i < order_[column].size(); ++i) {
    if (starts_group_[column][i]) close_group();
    const std::uint32_t sample = order_[column][i];
    here[outcome_[sample]] += times[sample];
  }
  close_group();
  return pairs;
}

ClassAreas::Areas ClassAreas::compute(std::span<const std::uint32_t> times) const {
  std::vector<double> size(classes_);
  double total = 0;
  for (std::size_t i = 0; i < outcome_.size(); ++i) {
    size[outcome_[i]] += times[i];
    total += times[i];
  }
  double macro = 0;
  double present = 0;
  double between = 0;
  for (std::size_t k = 0; k < classes_; ++k) {
    if (size[k] == 0 || size[k] == total) continue;
    const std::vector<double> pairs = pairs_in_order(k, times);
    double against_rest = 0;
    for (std::size_t j = 0; j < classes_; ++j) {
      if (j == k || size[j] == 0) continue;
      against_rest += pairs[j];
      between += pairs[j] / (size[k] * size[j]);
    }
    macro += against_rest / (size[k] * (total - size[k]));
    ++present;
  }
  if (present < 2) return {};
  return {macro / present, between / (present * (present - 1))};
}

}  // namespace varisk::evaluation
