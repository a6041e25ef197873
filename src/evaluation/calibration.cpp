#include "calibration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "distributions.hpp"

namespace varisk::evaluation {
namespace {

using Eigen::Index;

/// Under case-control sampling only the intercept of a logistic model moves, by the logarithm of the odds ratio of the
/// sampling (Prentice and Pyke 1979).
double sampling_shift(const Prepared& data) { return std::log(data.weights.event / data.weights.nonevent); }

Metric wald(std::string name, const LogisticFit& fit, Index at, double shift, const Settings& settings) {
  Metric metric =
      normal_metric(std::move(name), fit.coefficients[at] + shift, std::sqrt(fit.covariance(at, at)), settings, "Wald");
  return metric;
}

double given_log_likelihood(const Prepared& data) {
  double sum = 0;
  const double shift = sampling_shift(data);
  for (std::size_t g = 0; g < data.groups(); ++g) {
    const double eta = data.eta[g] - shift;
    const double softplus = std::max(eta, 0.0) + std::log1p(std::exp(-std::abs(eta)));
    const double events = data.counts.events[g];
    sum += events * eta - (events + data.counts.nonevents[g]) * softplus;
  }
  return sum;
}

void add_regressions(const Prepared& data, const Settings& settings, Metrics& metrics) {
  const std::string no_logit = data.no_logit();
  const double shift = sampling_shift(data);
  const auto absent = [&](std::initializer_list<const char*> names, const std::string& note) {
    for (const char* name : names) metrics.push_back(absent_metric(name, note));
  };
  if (!no_logit.empty())
    return absent({"calibration_intercept", "calibration_slope", "citl", "calibration_test"}, no_logit);
  const LogisticFit fit = recalibrate(data, data.counts, true);
  if (fit.state == FitState::converged) {
    metrics.push_back(wald("calibration_intercept", fit, 0, shift, settings));
    metrics.push_back(wald("calibration_slope", fit, 1, 0, settings));
  } else {
    absent({"calibration_intercept", "calibration_slope"}, problem_of(fit.state));
  }
  const LogisticFit offset = recalibrate(data, data.counts, false);
  if (offset.state == FitState::converged) {
    metrics.push_back(wald("citl", offset, 0, shift, settings));
  } else {
    absent({"citl"}, problem_of(offset.state));
  }
  if (fit.state != FitState::converged) return absent({"calibration_test"}, problem_of(fit.state));
  Metric test;
  test.name = "calibration_test";
  test.value = std::max(0.0, 2 * (fit.log_likelihood - given_log_likelihood(data)));
  test.p_value = chi_squared_p(*test.value, 2);
  test.method = "likelihood ratio, chi-squared with 2 degrees of freedom, of intercept 0 and slope 1";
  metrics.push_back(std::move(test));
}

double mean_probability(const Prepared& data) {
  double sum = 0;
  for (std::size_t g = 0; g < data.groups(); ++g) sum += weight_of(data, data.counts, g) * data.probability[g];
  return sum / static_cast<double>(data.count);
}

Metric observed_expected(const Prepared& data, const Settings& settings) {
  const double expected = mean_probability(data);
  const std::string name = "observed_expected_ratio";
  if (expected == 0) return absent_metric(name, "all predictions are 0");
  Metric metric;
  metric.name = name;
  metric.value = data.prevalence / expected;
  if (settings.prevalence) {
    metric.note = "the prevalence is given, so there is no interval";
    return metric;
  }
  const double error = std::sqrt((1 - data.prevalence) / static_cast<double>(data.events));
  const double factor = std::exp(normal_width(settings.confidence) * error);
  metric.interval = Bounds{*metric.value / factor, *metric.value * factor};
  metric.method = "normal, of the logarithm";
  return metric;
}

Metric spiegelhalter(const Prepared& data) {
  double sum = 0;
  double variance = 0;
  for (std::size_t g = 0; g < data.groups(); ++g) {
    const double p = data.probability[g];
    const double size = weight_of(data, data.counts, g);
    sum += (data.weights.event * data.counts.events[g] - size * p) * (1 - 2 * p);
    variance += size * (1 - 2 * p) * (1 - 2 * p) * p * (1 - p);
  }
  if (data.weights.event != 1) return absent_metric("spiegelhalter_z", "not for a sample that is weighted");
  if (variance == 0) return absent_metric("spiegelhalter_z", "all predictions are 0, 1 or 0.5");
  Metric metric;
  metric.name = "spiegelhalter_z";
  metric.value = sum / std::sqrt(variance);
  metric.p_value = two_sided_p(*metric.value);
  metric.method = "normal";
  return metric;
}

SmoothInput smooth_input(const Prepared& data, const GroupCounts& counts) {
  SmoothInput input;
  for (std::size_t g = 0; g < data.groups(); ++g) {
    const double weight = weight_of(data, counts, g);
    if (weight == 0) continue;
    input.x.push_back(data.probability[g]);
    input.y.push_back(data.weights.event * counts.events[g] / weight);
    input.weight.push_back(weight);
  }
  return condense(input);
}

/// Sampling moves the odds of an event by one factor, so the ends of an interval go through it.
double to_population(const Prepared& data, double fraction) {
  const double event = data.weights.event * fraction;
  return event / (event + data.weights.nonevent * (1 - fraction));
}

std::vector<CalibrationBin> calibration_bins(const Prepared& data, const Settings& settings) {
  const auto bin_of = quantile_bins(data.counts, settings.bins);
  std::vector<CalibrationBin> bins;
  double weight = 0;
  for (std::size_t g = 0; g < data.groups(); ++g) {
    if (g == 0 || bin_of[g] != bin_of[g - 1]) {
      bins.emplace_back().low = data.probability[g];
      weight = 0;
    }
    CalibrationBin& bin = bins.back();
    const double more = weight_of(data, data.counts, g);
    weight += more;
    bin.high = data.probability[g];
    bin.count += data.counts.events[g] + data.counts.nonevents[g];
    bin.events += data.counts.events[g];
    bin.predicted += more * (data.probability[g] - bin.predicted) / weight;
  }
  for (CalibrationBin& bin : bins) {
    const auto count = static_cast<double>(bin.count);
    const auto events = static_cast<double>(bin.events);
    const Bounds raw = proportion_bounds(events, count, settings);
    bin.observed = to_population(data, events / count);
    bin.observed_interval = Bounds{to_population(data, raw.low), to_population(data, raw.high)};
  }
  return bins;
}

}  // namespace

LogisticFit recalibrate(const Prepared& data, const GroupCounts& counts, bool slope, bool weighted) {
  std::vector<std::size_t> rows;
  for (std::size_t g = 0; g < data.groups(); ++g) {
    if (counts.events[g] + counts.nonevents[g] > 0) rows.push_back(g);
  }
  const auto n = static_cast<Index>(rows.size());
  LogisticData fit;
  fit.columns = Eigen::MatrixXd::Ones(n, slope ? 2 : 1);
  fit.events.resize(n);
  fit.trials.resize(n);
  if (!slope) fit.offset.resize(n);
  const ClassWeights weights = weighted ? data.weights : ClassWeights{};
  for (Index i = 0; i < n; ++i) {
    const std::size_t g = rows[static_cast<std::size_t>(i)];
    fit.events[i] = weights.event * counts.events[g];
    fit.trials[i] = fit.events[i] + weights.nonevent * counts.nonevents[g];
    if (slope) {
      fit.columns(i, 1) = data.eta[g];
    } else {
      fit.offset[i] = data.eta[g];
    }
  }
  return fit_logistic(fit);
}

Metrics calibration_metrics(const Prepared& data, const Settings& settings) {
  Metrics metrics;
  add_regressions(data, settings, metrics);
  metrics.push_back(observed_expected(data, settings));
  metrics.push_back(spiegelhalter(data));
  return metrics;
}

CalibrationCurve calibration_curve(const Prepared& data, const Settings& settings) {
  CalibrationCurve curve;
  curve.bins = calibration_bins(data, settings);
  const SmoothInput input = smooth_input(data, data.counts);
  const SmoothFit fit = smooth(input);
  const double z = normal_width(settings.confidence);
  for (std::size_t i = 0; i < fit.at.size(); ++i) {
    SmoothPoint point;
    point.predicted = input.x[fit.at[i]];
    point.observed = std::clamp(fit.value[i], 0.0, 1.0);
    if (!settings.prevalence) {
      const double half = z * std::sqrt(point.observed * (1 - point.observed) * fit.leverage[i]);
      point.interval = Bounds{std::max(0.0, point.observed - half), std::min(1.0, point.observed + half)};
    }
    curve.smooth.push_back(point);
  }
  return curve;
}

double expected_calibration_error(const Prepared& data, const GroupCounts& counts, std::size_t bins) {
  const auto bin_of = quantile_bins(counts, bins);
  std::vector<double> excess(bins);
  for (std::size_t g = 0; g < data.groups(); ++g)
    excess[bin_of[g]] += data.weights.event * counts.events[g] - weight_of(data, counts, g) * data.probability[g];
  double sum = 0;
  for (const double one : excess) sum += std::abs(one);
  return sum / static_cast<double>(data.count);
}

double integrated_calibration_index(const Prepared& data, const GroupCounts& counts) {
  const SmoothInput input = smooth_input(data, counts);
  const auto fitted = interpolate(input, smooth(input));
  double sum = 0;
  double weight = 0;
  for (std::size_t i = 0; i < fitted.size(); ++i) {
    sum += input.weight[i] * std::abs(std::clamp(fitted[i], 0.0, 1.0) - input.x[i]);
    weight += input.weight[i];
  }
  return sum / weight;
}

}  // namespace varisk::evaluation
