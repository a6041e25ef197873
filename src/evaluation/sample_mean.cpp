#include "sample_mean.hpp"

#include <array>
#include <cmath>
#include <utility>

#include "distributions.hpp"

namespace varisk::evaluation {

Mean mean_of(std::span<const double> values) {
  const auto n = static_cast<double>(values.size());
  Mean mean;
  for (const double value : values) mean.value += value;
  mean.value /= n;
  double squares = 0;
  for (const double value : values) squares += (value - mean.value) * (value - mean.value);
  if (n > 1) mean.standard_error = std::sqrt(squares / (n - 1) / n);
  return mean;
}

Mean mean_of(const Prepared& data, std::span<const std::uint8_t> outcome, std::span<const double> values) {
  if (data.weights.event == 1) return mean_of(values);
  std::array<std::vector<double>, 2> strata;
  for (std::size_t i = 0; i < values.size(); ++i) strata[outcome[i]].push_back(values[i]);
  const Mean nonevents = mean_of(strata[0]);
  const Mean events = mean_of(strata[1]);
  Mean mean;
  mean.value = data.prevalence * events.value + (1 - data.prevalence) * nonevents.value;
  if (events.standard_error && nonevents.standard_error) {
    mean.standard_error =
        std::hypot(data.prevalence * *events.standard_error, (1 - data.prevalence) * *nonevents.standard_error);
  }
  return mean;
}

Metric difference_metric(std::string name, const Mean& mean, const Settings& settings, const std::string& absent) {
  if (!std::isfinite(mean.value)) return absent_metric(std::move(name), absent);
  Metric metric = mean_metric(std::move(name), mean, settings);
  if (mean.standard_error && *mean.standard_error > 0) {
    metric.p_value = two_sided_p(mean.value / *mean.standard_error);
  } else if (mean.standard_error) {
    metric.note = "the predictions do not differ in a way that counts, so there is no test";
  }
  return metric;
}

}  // namespace varisk::evaluation
