#include "distributions.hpp"

#include <algorithm>
#include <boost/math/distributions/beta.hpp>
#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <utility>

namespace varisk::evaluation {

namespace bm = boost::math;

double normal_width(double confidence) { return normal_upper_quantile((1 - confidence) / 2); }

double student_width(double confidence, double degrees_of_freedom) {
  return bm::quantile(bm::complement(bm::students_t(degrees_of_freedom), (1 - confidence) / 2));
}

double normal_upper_quantile(double probability) { return bm::quantile(bm::complement(bm::normal(), probability)); }

double normal_density(double x) { return bm::pdf(bm::normal(), x); }

double two_sided_p(double z) { return std::erfc(std::abs(z) / std::sqrt(2.0)); }

double two_sided_t(double t, double degrees_of_freedom) {
  return 2 * bm::cdf(bm::complement(bm::students_t(degrees_of_freedom), std::abs(t)));
}

double chi_squared_p(double x, double degrees_of_freedom) {
  return x <= 0 ? 1 : bm::cdf(bm::complement(bm::chi_squared(degrees_of_freedom), x));
}

Bounds wilson(double hits, double trials, double confidence) {
  const double z = normal_width(confidence);
  const double p = hits / trials;
  const double shrink = 1 + z * z / trials;
  const double center = (p + z * z / (2 * trials)) / shrink;
  const double half = z / shrink * std::sqrt(p * (1 - p) / trials + z * z / (4 * trials * trials));
  // The ends are exact there; rounding would leave 1e-17.
  return {hits == 0 ? 0 : center - half, hits == trials ? 1 : center + half};
}

Bounds clopper_pearson(double hits, double trials, double confidence) {
  const double tail = (1 - confidence) / 2;
  const double low = hits == 0 ? 0 : bm::quantile(bm::beta_distribution<>(hits, trials - hits + 1), tail);
  const double high =
      hits == trials ? 1 : bm::quantile(bm::complement(bm::beta_distribution<>(hits + 1, trials - hits), tail));
  return {low, high};
}

Bounds proportion_bounds(double hits, double trials, const Settings& settings) {
  return settings.proportions == ProportionInterval::wilson ? wilson(hits, trials, settings.confidence)
                                                            : clopper_pearson(hits, trials, settings.confidence);
}

std::string method_of(ProportionInterval interval) {
  return interval == ProportionInterval::wilson ? "Wilson" : "Clopper-Pearson";
}

Metric normal_metric(std::string name, double value, double standard_error, const Settings& settings,
                     std::string method) {
  Metric metric;
  metric.name = std::move(name);
  metric.value = value;
  metric.standard_error = standard_error;
  const double half = normal_width(settings.confidence) * standard_error;
  metric.interval = Bounds{value - half, value + half};
  metric.method = std::move(method);
  return metric;
}

Metric absent_metric(std::string name, std::string note) {
  Metric metric;
  metric.name = std::move(name);
  metric.note = std::move(note);
  return metric;
}

Metric proportion_metric(std::string name, std::uint64_t hits, std::uint64_t trials, const Settings& settings,
                         std::string note) {
  if (trials == 0) return absent_metric(std::move(name), std::move(note));
  Metric metric;
  metric.name = std::move(name);
  metric.value = static_cast<double>(hits) / static_cast<double>(trials);
  metric.interval = proportion_bounds(static_cast<double>(hits), static_cast<double>(trials), settings);
  metric.method = method_of(settings.proportions);
  return metric;
}

void keep_within(Metric& metric, double low, double high) {
  if (!metric.interval) return;
  Bounds& bounds = *metric.interval;
  if (bounds.low >= low && bounds.high <= high) return;
  bounds.low = std::max(bounds.low, low);
  bounds.high = std::min(bounds.high, high);
  if (!metric.note.empty()) metric.note += "; ";
  metric.note += "the interval is cut at the end of the scale";
}

}  // namespace varisk::evaluation
