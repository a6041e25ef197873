#include <algorithm>
#include <array>
#include <cmath>

#include "auc.hpp"
#include "distributions.hpp"
#include "prepared.hpp"
#include "sample_mean.hpp"
#include "threshold.hpp"
#include "varisk/core/error.hpp"
#include "varisk/evaluation/binary.hpp"

namespace varisk::evaluation {
namespace {

/// One entry per sample of what each group has.
std::vector<double> by_sample(const Prepared& data, const std::vector<double>& of_group) {
  std::vector<double> values(data.count);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = of_group[data.group_of[i]];
  return values;
}

class Pair {
 public:
  Pair(const BinarySample& model, std::span<const double> baseline, PredictionScale baseline_scale,
       const Settings& settings)
      : outcome_(model.outcome),
        settings_(&settings),
        model_(prepare(model, settings)),
        baseline_(prepare({model.outcome, baseline, baseline_scale}, settings)) {}

  [[nodiscard]] BinaryComparison compare() const;

 private:
  void add_areas(Metrics& metrics) const;
  void add_losses(Metrics& metrics) const;
  void add_improvement(Metrics& metrics) const;
  void add_reclassification(BinaryComparison& comparison) const;
  [[nodiscard]] std::vector<DecisionDifference> decision() const;

  std::span<const std::uint8_t> outcome_;
  const Settings* settings_;
  Prepared model_;
  Prepared baseline_;
};

void Pair::add_areas(Metrics& metrics) const {
  metrics.push_back(auc_metric("auc_model", model_.counts, *settings_));
  metrics.push_back(auc_metric("auc_baseline", baseline_.counts, *settings_));
  const double difference = *metrics[0].value - *metrics[1].value;
  std::vector<double> components = delong_components(model_, outcome_);
  const std::vector<double> others = delong_components(baseline_, outcome_);
  for (std::size_t i = 0; i < components.size(); ++i) components[i] -= others[i];
  Mean mean{difference, std::nullopt};
  if (model_.events > 1 && model_.nonevents > 1) mean.standard_error = std::sqrt(delong_variance(components, outcome_));
  Metric metric = difference_metric("auc_difference", mean, *settings_, {});
  if (metric.interval) metric.method = "paired DeLong";
  keep_within(metric, -1, 1);
  metrics.push_back(std::move(metric));
}

void Pair::add_losses(Metrics& metrics) const {
  const auto p = by_sample(model_, model_.probability);
  const auto q = by_sample(baseline_, baseline_.probability);
  std::vector<double> brier(p.size());
  std::vector<double> log_loss(p.size());
  for (std::size_t i = 0; i < p.size(); ++i) {
    const double y = outcome_[i];
    brier[i] = (p[i] - y) * (p[i] - y) - (q[i] - y) * (q[i] - y);
    const auto loss = [&](const Prepared& data) {
      return -(outcome_[i] == 1 ? data.log_p : data.log_q)[data.group_of[i]];
    };
    log_loss[i] = loss(model_) - loss(baseline_);
  }
  metrics.push_back(difference_metric("brier_difference", mean_of(model_, outcome_, brier), *settings_, {}));
  metrics.push_back(difference_metric("log_loss_difference", mean_of(model_, outcome_, log_loss), *settings_,
                                      "an outcome had a probability of exactly 0"));
}

/// Integrated discrimination improvement (Pencina et al. 2008).
void Pair::add_improvement(Metrics& metrics) const {
  const auto p = by_sample(model_, model_.probability);
  const auto q = by_sample(baseline_, baseline_.probability);
  std::array<std::vector<double>, 2> change;
  for (std::size_t i = 0; i < p.size(); ++i) change[outcome_[i]].push_back(p[i] - q[i]);
  const Mean events = mean_of(change[1]);
  Mean nonevents = mean_of(change[0]);
  nonevents.value = -nonevents.value;
  Mean both{events.value + nonevents.value, std::nullopt};
  if (events.standard_error && nonevents.standard_error)
    both.standard_error = std::hypot(*events.standard_error, *nonevents.standard_error);
  metrics.push_back(mean_metric("idi", both, *settings_));
  metrics.push_back(mean_metric("idi_events", events, *settings_));
  metrics.push_back(mean_metric("idi_nonevents", nonevents, *settings_));
}

Metric net_reclassification(const char* name, const std::vector<std::uint64_t>& table, std::size_t groups, bool up_good,
                            const Settings& settings) {
  double up = 0;
  double down = 0;
  double all = 0;
  for (std::size_t from = 0; from < groups; ++from) {
    for (std::size_t to = 0; to < groups; ++to) {
      const auto count = static_cast<double>(table[from * groups + to]);
      all += count;
      if (to > from) up += count;
      if (to < from) down += count;
    }
  }
  const double net = (up_good ? up - down : down - up) / all;
  const double error = std::sqrt(std::max(0.0, ((up + down) / all - net * net) / all));
  Metric metric = normal_metric(name, net, error, settings, "normal");
  keep_within(metric, -1, 1);
  return metric;
}

void Pair::add_reclassification(BinaryComparison& comparison) const {
  const auto& cuts = settings_->thresholds;
  if (cuts.empty()) return;
  const auto group = [&](const Prepared& data, std::size_t i) {
    const double p = data.probability[data.group_of[i]];
    return static_cast<std::size_t>(std::upper_bound(cuts.begin(), cuts.end(), p) - cuts.begin());
  };
  Reclassification table;
  table.groups = cuts.size() + 1;
  table.events.assign(table.groups * table.groups, 0);
  table.nonevents = table.events;
  for (std::size_t i = 0; i < outcome_.size(); ++i)
    ++(outcome_[i] == 1 ? table.events : table.nonevents)[group(baseline_, i) * table.groups + group(model_, i)];
  auto& metrics = comparison.metrics;
  metrics.push_back(net_reclassification("nri_events", table.events, table.groups, true, *settings_));
  metrics.push_back(net_reclassification("nri_nonevents", table.nonevents, table.groups, false, *settings_));
  comparison.reclassification = std::move(table);
}

/// At each threshold: samples that only the model calls positive, less (net) or besides (all) those that only the
/// baseline does.
struct Switches {
  std::vector<double> net;
  std::vector<double> all;
};

std::vector<DecisionDifference> Pair::decision() const {
  const std::vector<double> thresholds = decision_thresholds(*settings_);
  std::array<Switches, 2> switches;
  for (Switches& one : switches)
    one = {std::vector<double>(thresholds.size() + 1), std::vector<double>(thresholds.size() + 1)};
  const auto reached = [&](const Prepared& data, std::size_t i) {
    const double p = data.probability[data.group_of[i]];
    return static_cast<std::size_t>(std::upper_bound(thresholds.begin(), thresholds.end(), p) - thresholds.begin());
  };
  for (std::size_t i = 0; i < outcome_.size(); ++i) {
    const std::size_t m = reached(model_, i);
    const std::size_t b = reached(baseline_, i);
    if (m == b) continue;
    Switches& one = switches[outcome_[i]];
    const double sign = m > b ? 1 : -1;
    one.net[std::min(m, b)] += sign;
    one.net[std::max(m, b)] -= sign;
    one.all[std::min(m, b)] += 1;
    one.all[std::max(m, b)] -= 1;
  }
  const auto model = decision_curve(model_, ThresholdTable(model_), *settings_);
  const std::array part = {1 - model_.prevalence, model_.prevalence};
  const std::array size = {static_cast<double>(model_.nonevents), static_cast<double>(model_.events)};
  const auto n = static_cast<double>(model_.count);
  const double z = normal_width(settings_->confidence);
  std::array<double, 2> net{};
  std::array<double, 2> all{};
  std::vector<DecisionDifference> curve;
  for (std::size_t t = 0; t < thresholds.size(); ++t) {
    const std::array worth = {-thresholds[t] / (1 - thresholds[t]), 1.0};
    double difference = 0;
    double squares = 0;
    double variance = 0;
    for (std::size_t k = 0; k < 2; ++k) {
      net[k] += switches[k].net[t];
      all[k] += switches[k].all[t];
      const double mean = net[k] / size[k];
      difference += part[k] * worth[k] * mean;
      squares += worth[k] * worth[k] * all[k];
      variance += std::pow(part[k] * worth[k], 2) * (all[k] / size[k] - mean * mean) / size[k];
    }
    if (!settings_->prevalence) variance = std::max(0.0, squares / n - difference * difference) / n;
    const double half = z * std::sqrt(variance);
    curve.push_back(
        {thresholds[t], model[t].model - difference, difference, Bounds{difference - half, difference + half}});
  }
  return curve;
}

BinaryComparison Pair::compare() const {
  BinaryComparison comparison;
  comparison.count = model_.count;
  comparison.events = model_.events;
  add_areas(comparison.metrics);
  if (!model_.has_probability() || !baseline_.has_probability()) return comparison;
  add_losses(comparison.metrics);
  add_improvement(comparison.metrics);
  add_reclassification(comparison);
  comparison.decision = decision();
  return comparison;
}

}  // namespace

BinaryComparison compare_binary(const BinarySample& model, std::span<const double> baseline,
                                PredictionScale baseline_scale, const Settings& settings) {
  settings.validate();
  return Pair(model, baseline, baseline_scale, settings).compare();
}

}  // namespace varisk::evaluation
