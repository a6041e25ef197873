#include "threshold.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "distributions.hpp"

namespace varisk::evaluation {
namespace {

/// Sensitivity, false positive rate and what they are worth in the population.
struct Rates {
  double sensitivity = 0;
  double false_positive = 0;
  double sensitivity_variance = 0;
  double false_positive_variance = 0;
};

Rates rates_of(const Prepared& data, const Confusion& c) {
  const auto events = static_cast<double>(data.events);
  const auto nonevents = static_cast<double>(data.nonevents);
  Rates r;
  r.sensitivity = static_cast<double>(c.true_positives) / events;
  r.false_positive = static_cast<double>(c.false_positives) / nonevents;
  r.sensitivity_variance = r.sensitivity * (1 - r.sensitivity) / events;
  r.false_positive_variance = r.false_positive * (1 - r.false_positive) / nonevents;
  return r;
}

Metric weighted_rates(std::string name, double value, double by_sensitivity, double by_false_positive, const Rates& r,
                      const Settings& settings) {
  const double variance = by_sensitivity * by_sensitivity * r.sensitivity_variance +
                          by_false_positive * by_false_positive * r.false_positive_variance;
  return normal_metric(std::move(name), value, std::sqrt(variance), settings, "delta method");
}

/// right / (right + wrong), with the interval of its logit (Mercaldo, Lau and Zhou 2007). \param right, wrong
/// fractions of the events (for a ppv) that are called right, and of the others that are called so by mistake
Metric predictive_value(std::string name, double right, double wrong, double right_count, double wrong_count,
                        double odds, const Settings& settings, std::string nobody) {
  if (right == 0 && wrong == 0) return absent_metric(std::move(name), std::move(nobody));
  Metric metric;
  metric.name = std::move(name);
  metric.value = right * odds / (right * odds + wrong);
  if (right == 0 || wrong == 0) {
    metric.note = "the logit is infinite, so there is no interval";
    return metric;
  }
  const double error = std::sqrt((1 - right) / (right * right_count) + (1 - wrong) / (wrong * wrong_count));
  const double logit = std::log(right * odds / wrong);
  const double half = normal_width(settings.confidence) * error;
  metric.interval = Bounds{1 / (1 + std::exp(half - logit)), 1 / (1 + std::exp(-half - logit))};
  metric.method = "logit (Mercaldo), at the prevalence given";
  return metric;
}

/// F1 = 2 J / (1 + J) where J is the proportion of true positives among all but the true negatives.
Metric f1_of_sample(const Confusion& c, const Settings& settings) {
  const std::uint64_t others = c.true_positives + c.false_positives + c.false_negatives;
  Metric metric = proportion_metric("f1", c.true_positives, others, settings, "no positives");
  const auto turn = [](double j) { return 2 * j / (1 + j); };
  metric.value = turn(metric.value.value_or(0));
  if (metric.interval) metric.interval = Bounds{turn(metric.interval->low), turn(metric.interval->high)};
  metric.method += ", of TP / (TP + FP + FN)";
  return metric;
}

void add_of_sample(const Prepared& data, const Confusion& c, const Settings& settings, Metrics& metrics) {
  metrics.push_back(
      proportion_metric("ppv", c.true_positives, c.true_positives + c.false_positives, settings, "nobody is positive"));
  metrics.push_back(
      proportion_metric("npv", c.true_negatives, c.true_negatives + c.false_negatives, settings, "nobody is negative"));
  metrics.push_back(proportion_metric("accuracy", c.true_positives + c.true_negatives, data.count, settings, {}));
  metrics.push_back(f1_of_sample(c, settings));
}

void add_of_population(const Prepared& data, const Rates& r, const Settings& settings, Metrics& metrics) {
  const double pi = data.prevalence;
  const double odds = pi / (1 - pi);
  const auto events = static_cast<double>(data.events);
  const auto nonevents = static_cast<double>(data.nonevents);
  metrics.push_back(predictive_value("ppv", r.sensitivity, r.false_positive, events, nonevents, odds, settings,
                                     "nobody is positive"));
  metrics.push_back(predictive_value("npv", 1 - r.false_positive, 1 - r.sensitivity, nonevents, events, 1 / odds,
                                     settings, "nobody is negative"));
  const double accuracy = pi * r.sensitivity + (1 - pi) * (1 - r.false_positive);
  metrics.push_back(weighted_rates("accuracy", accuracy, pi, pi - 1, r, settings));
  const double hits = pi * r.sensitivity;
  const double false_positives = (1 - pi) * r.false_positive;
  const double all = hits + pi + false_positives;
  metrics.push_back(weighted_rates("f1", 2 * hits / all, 2 * pi * (pi + false_positives) / (all * all),
                                   -2 * (1 - pi) * hits / (all * all), r, settings));
  for (auto metric = metrics.end() - 2; metric != metrics.end(); ++metric) keep_within(*metric, 0, 1);
}

/// Net benefit with its standard error: without a prevalence the mean over samples of 1 (true positive), −w (false
/// positive) or 0, w = threshold / (1 − threshold).
Metric net_benefit(const Prepared& data, const Confusion& c, double threshold, const Settings& settings) {
  const double w = threshold / (1 - threshold);
  const Rates r = rates_of(data, c);
  const double value = data.prevalence * r.sensitivity - (1 - data.prevalence) * r.false_positive * w;
  if (settings.prevalence)
    return weighted_rates("net_benefit", value, data.prevalence, (1 - data.prevalence) * w, r, settings);
  const auto n = static_cast<double>(data.count);
  const double squares =
      static_cast<double>(c.true_positives) + w * w * static_cast<double>(c.false_positives) - n * value * value;
  return normal_metric("net_benefit", value, std::sqrt(std::max(0.0, squares)) / n, settings, "normal");
}

}  // namespace

ThresholdTable::ThresholdTable(const Prepared& data)
    : data_(&data), events_from_(data.groups() + 1), nonevents_from_(data.groups() + 1) {
  for (std::size_t g = data.groups(); g-- > 0;) {
    events_from_[g] = events_from_[g + 1] + data.counts.events[g];
    nonevents_from_[g] = nonevents_from_[g + 1] + data.counts.nonevents[g];
  }
}

Confusion ThresholdTable::at(double threshold) const {
  const auto& p = data_->probability;
  const auto g = static_cast<std::size_t>(std::lower_bound(p.begin(), p.end(), threshold) - p.begin());
  Confusion c;
  c.true_positives = events_from_[g];
  c.false_positives = nonevents_from_[g];
  c.true_negatives = data_->nonevents - c.false_positives;
  c.false_negatives = data_->events - c.true_positives;
  return c;
}

ThresholdResult threshold_result(const Prepared& data, double threshold, const Confusion& c, const Settings& settings) {
  ThresholdResult result{threshold, c.true_positives, c.false_positives, c.true_negatives, c.false_negatives, {}};
  const Rates r = rates_of(data, c);
  result.metrics.push_back(proportion_metric("sensitivity", c.true_positives, data.events, settings, {}));
  result.metrics.push_back(proportion_metric("specificity", c.true_negatives, data.nonevents, settings, {}));
  if (settings.prevalence) {
    add_of_population(data, r, settings, result.metrics);
  } else {
    add_of_sample(data, c, settings, result.metrics);
  }
  result.metrics.push_back(
      weighted_rates("balanced_accuracy", (r.sensitivity + 1 - r.false_positive) / 2, 0.5, 0.5, r, settings));
  keep_within(result.metrics.back(), 0, 1);
  result.metrics.push_back(net_benefit(data, c, threshold, settings));
  return result;
}

std::vector<double> decision_thresholds(const Settings& settings) {
  constexpr int steps = 100;
  std::vector<double> thresholds = settings.thresholds;
  for (int i = 1; i < steps; ++i) thresholds.push_back(static_cast<double>(i) / steps);
  std::sort(thresholds.begin(), thresholds.end());
  thresholds.erase(std::unique(thresholds.begin(), thresholds.end()), thresholds.end());
  return thresholds;
}

std::vector<DecisionPoint> decision_curve(const Prepared& data, const ThresholdTable& table, const Settings& settings) {
  std::vector<DecisionPoint> curve;
  for (const double threshold : decision_thresholds(settings)) {
    const Metric metric = net_benefit(data, table.at(threshold), threshold, settings);
    DecisionPoint point;
    point.threshold = threshold;
    point.model = *metric.value;
    point.interval = metric.interval;
    point.all = data.prevalence - (1 - data.prevalence) * threshold / (1 - threshold);
    curve.push_back(point);
  }
  return curve;
}

std::vector<RocPoint> roc_curve(const Prepared& data, std::size_t most) {
  struct Corner {
    std::size_t group;
    std::uint64_t events;
    std::uint64_t nonevents;
  };
  std::vector<Corner> corners = {{data.groups(), 0, 0}};
  for (std::size_t g = data.groups(); g-- > 0;) {
    const Corner next{g, corners.back().events + data.counts.events[g],
                      corners.back().nonevents + data.counts.nonevents[g]};
    if (corners.size() > 1) {  // a corner on the straight line between its neighbours is none
      const Corner& last = corners.back();
      const Corner& before = corners[corners.size() - 2];
      if ((last.events - before.events) * (next.nonevents - last.nonevents) ==
          (next.events - last.events) * (last.nonevents - before.nonevents))
        corners.pop_back();
    }
    corners.push_back(next);
  }
  std::vector<RocPoint> curve;
  double reached = -1;
  const double step = corners.size() > most ? 2.0 / static_cast<double>(most - 2) : 0;
  for (std::size_t i = 0; i < corners.size(); ++i) {
    const Corner& corner = corners[i];
    RocPoint point;
    if (corner.group < data.groups()) point.threshold = data.value[corner.group];
    point.true_positive_rate = static_cast<double>(corner.events) / static_cast<double>(data.events);
    point.false_positive_rate = static_cast<double>(corner.nonevents) / static_cast<double>(data.nonevents);
    const double way = point.true_positive_rate + point.false_positive_rate;
    if (way < reached + step && i + 1 < corners.size()) continue;
    reached = way;
    const double events = data.weights.event * static_cast<double>(corner.events);
    const double positives = events + data.weights.nonevent * static_cast<double>(corner.nonevents);
    if (positives > 0) point.precision = events / positives;
    curve.push_back(point);
  }
  return curve;
}

}  // namespace varisk::evaluation
