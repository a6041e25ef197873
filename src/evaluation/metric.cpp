#include "varisk/evaluation/metric.hpp"

#include <algorithm>

namespace varisk::evaluation {

const Metric* find_metric(const Metrics& metrics, std::string_view name) noexcept {
  const auto found = std::find_if(metrics.begin(), metrics.end(), [&](const Metric& m) { return m.name == name; });
  return found == metrics.end() ? nullptr : &*found;
}

}  // namespace varisk::evaluation
