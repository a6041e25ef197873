#include "overall.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include "calibration.hpp"
#include "distributions.hpp"

namespace varisk::evaluation {
namespace {

/// Σ of the values, of their squares and of 1.
struct Moments {
  double count = 0;
  double sum = 0;
  double squares = 0;  ///< around `center`
  [[nodiscard]] double mean() const { return sum / count; }
};

/// Two passes: the variance does not cancel.
Moments moments_of(std::span<const std::uint32_t> counts, std::span<const double> values) {
  Moments out;
  for (std::size_t g = 0; g < counts.size(); ++g) {
    if (counts[g] == 0) continue;
    out.count += counts[g];
    out.sum += counts[g] * values[g];
  }
  for (std::size_t g = 0; g < counts.size(); ++g) {
    if (counts[g] == 0) continue;
    out.squares += counts[g] * (values[g] - out.mean()) * (values[g] - out.mean());
  }
  return out;
}

/// Log-likelihood of an event and of a non-event in each group.
struct LogLikelihood {
  std::vector<double> event;
  std::vector<double> nonevent;
};

Metric nagelkerke_metric(const char* name, const Prepared& data, LogLikelihood of, const Settings& settings) {
  const double null_event = std::log(data.prevalence);
  const double null_nonevent = std::log1p(-data.prevalence);
  const double null = data.prevalence * null_event + (1 - data.prevalence) * null_nonevent;
  const double mean = mean_of_groups(data, of.event, of.nonevent).value;
  const double ratio = std::exp(2 * (null - mean));
  const double most = -std::expm1(2 * null);
  const double by_mean = 2 * ratio / most;
  // A prevalence that is given is known.
  const double by_null = settings.prevalence ? 0 : -by_mean + (1 - ratio) * 2 * std::exp(2 * null) / (most * most);
  for (double& value : of.event) value = by_mean * value + by_null * null_event;
  for (double& value : of.nonevent) value = by_mean * value + by_null * null_nonevent;
  Mean spread = mean_of_groups(data, of.event, of.nonevent);
  spread.value = nagelkerke(mean, null);
  Metric metric = mean_metric(name, spread, settings);
  if (metric.interval) metric.method = "delta method";
  keep_within(metric, -std::numeric_limits<double>::infinity(), 1);
  return metric;
}

}  // namespace

double brier_score(const Prepared& data, const GroupCounts& counts) {
  double sum = 0;
  for (std::size_t g = 0; g < data.groups(); ++g) {
    const double p = data.probability[g];
    sum +=
        data.weights.event * counts.events[g] * (1 - p) * (1 - p) + data.weights.nonevent * counts.nonevents[g] * p * p;
  }
  return sum / static_cast<double>(data.count);
}

double scaled_brier_score(const Prepared& data, const GroupCounts& counts) {
  return 1 - brier_score(data, counts) / (data.prevalence * (1 - data.prevalence));
}

double nagelkerke(double mean_log_likelihood, double mean_null) {
  return -std::expm1(2 * (mean_null - mean_log_likelihood)) / -std::expm1(2 * mean_null);
}

std::optional<double> liability_r2(const Prepared& data, const GroupCounts& counts, double prevalence) {
  const auto n = static_cast<double>(data.count);
  const double sampled = static_cast<double>(data.events) / n;
  double sum = 0;
  double of_events = 0;
  for (std::size_t g = 0; g < data.groups(); ++g) {
    sum += (counts.events[g] + counts.nonevents[g]) * data.eta[g];
    of_events += counts.events[g] * data.eta[g];
  }
  const double mean = sum / n;
  double squares = 0;
  for (std::size_t g = 0; g < data.groups(); ++g)
    squares += (counts.events[g] + counts.nonevents[g]) * (data.eta[g] - mean) * (data.eta[g] - mean);
  if (!(squares > 0)) return std::nullopt;
  const double product = of_events - static_cast<double>(data.events) * mean;
  const double observed = product * product / (squares * n * sampled * (1 - sampled));
  const double threshold = normal_upper_quantile(prevalence);
  const double height = normal_density(threshold);
  const double mean_liability = height / prevalence;  // of the cases
  const double lift = mean_liability * (sampled - prevalence) / (1 - prevalence);
  const double theta = lift * (lift - threshold);
  const double scale = std::pow(prevalence * (1 - prevalence) / height, 2) / (sampled * (1 - sampled));
  return observed * scale / (1 + observed * theta * scale);
}

Mean mean_of_groups(const Prepared& data, std::span<const double> event, std::span<const double> nonevent) {
  const std::array moments = {moments_of(data.counts.nonevents, nonevent), moments_of(data.counts.events, event)};
  const std::array part = {1 - data.prevalence, data.prevalence};
  Mean mean;
  for (std::size_t k = 0; k < 2; ++k) mean.value += part[k] * moments[k].mean();
  const bool weighted = data.weights.event != 1;
  double variance = 0;
  for (std::size_t k = 0; k < 2; ++k) {
    const double off = moments[k].mean() - mean.value;
    if (weighted) {
      variance += part[k] * part[k] * moments[k].squares / (moments[k].count - 1) / moments[k].count;
    } else {
      variance += (moments[k].squares + moments[k].count * off * off);
    }
  }
  const auto n = static_cast<double>(data.count);
  if (!weighted) variance /= (n - 1) * n;
  if (!weighted || (data.events > 1 && data.nonevents > 1)) mean.standard_error = std::sqrt(variance);
  return mean;
}

Metric mean_metric(std::string name, const Mean& mean, const Settings& settings) {
  if (mean.standard_error) return normal_metric(std::move(name), mean.value, *mean.standard_error, settings, "normal");
  Metric metric = absent_metric(std::move(name), "an interval needs two events and two non-events");
  metric.value = mean.value;
  return metric;
}

Metric nagelkerke_as_given(const Prepared& data, const Settings& settings) {
  constexpr const char* name = "r2_nagelkerke";
  for (std::size_t g = 0; g < data.groups(); ++g) {
    const bool impossible = (data.counts.events[g] > 0 && !std::isfinite(data.log_p[g])) ||
                            (data.counts.nonevents[g] > 0 && !std::isfinite(data.log_q[g]));
    if (impossible) return absent_metric(name, "minus infinity: an outcome had a probability of exactly 0");
  }
  return nagelkerke_metric(name, data, {data.log_p, data.log_q}, settings);
}

Metric nagelkerke_refitted(const Prepared& data, const Settings& settings) {
  constexpr const char* name = "r2_nagelkerke_refitted";
  if (const std::string problem = data.no_logit(); !problem.empty()) return absent_metric(name, problem);
  const LogisticFit fit = recalibrate(data, data.counts, true, true);
  if (fit.state != FitState::converged) return absent_metric(name, problem_of(fit.state));
  LogLikelihood of;
  for (Eigen::Index g = 0; g < fit.linear_predictor.size(); ++g) {
    const double eta = fit.linear_predictor[g];
    const double softplus = std::log1p(std::exp(-std::abs(eta)));
    of.event.push_back(std::min(eta, 0.0) - softplus);
    of.nonevent.push_back(std::min(-eta, 0.0) - softplus);
  }
  return nagelkerke_metric(name, data, std::move(of), settings);
}

Metric brier_metric(const Prepared& data, const Settings& settings) {
  std::vector<double> event(data.groups());
  std::vector<double> nonevent(data.groups());
  for (std::size_t g = 0; g < data.groups(); ++g) {
    event[g] = (1 - data.probability[g]) * (1 - data.probability[g]);
    nonevent[g] = data.probability[g] * data.probability[g];
  }
  Metric metric = mean_metric("brier", mean_of_groups(data, event, nonevent), settings);
  keep_within(metric, 0, 1);
  return metric;
}

Metric log_loss_metric(const Prepared& data, const Settings& settings) {
  std::vector<double> event(data.groups());
  std::vector<double> nonevent(data.groups());
  std::uint64_t infinite = 0;
  for (std::size_t g = 0; g < data.groups(); ++g) {
    event[g] = -data.log_p[g];
    nonevent[g] = -data.log_q[g];
    if (!std::isfinite(event[g])) infinite += data.counts.events[g];
    if (!std::isfinite(nonevent[g])) infinite += data.counts.nonevents[g];
  }
  if (infinite > 0) {
    return absent_metric("log_loss", fmt::format("infinite: {} outcome(s) had a probability of exactly 0", infinite));
  }
  Metric metric = mean_metric("log_loss", mean_of_groups(data, event, nonevent), settings);
  keep_within(metric, 0, std::numeric_limits<double>::infinity());
  return metric;
}

Metric discrimination_slope(const Prepared& data, const Settings& settings) {
  const Moments events = moments_of(data.counts.events, data.probability);
  const Moments nonevents = moments_of(data.counts.nonevents, data.probability);
  const double value = events.mean() - nonevents.mean();
  if (events.count < 2 || nonevents.count < 2) {
    Metric metric = absent_metric("discrimination_slope", "an interval needs two events and two non-events");
    metric.value = value;
    return metric;
  }
  const double variance =
      events.squares / (events.count - 1) / events.count + nonevents.squares / (nonevents.count - 1) / nonevents.count;
  return normal_metric("discrimination_slope", value, std::sqrt(variance), settings, "normal");
}

}  // namespace varisk::evaluation
