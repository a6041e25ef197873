#include "auc.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <utility>

#include "distributions.hpp"

namespace varisk::evaluation {
namespace {

struct Totals {
  double events = 0;
  double nonevents = 0;
};

Totals totals_of(const GroupCounts& counts) {
  return {static_cast<double>(std::accumulate(counts.events.begin(), counts.events.end(), std::uint64_t{0})),
          static_cast<double>(std::accumulate(counts.nonevents.begin(), counts.nonevents.end(), std::uint64_t{0}))};
}

/// Calls `action(group, fraction of non-events below, fraction of events above)`.
template <typename Action>
void each_component(const GroupCounts& counts, const Totals& totals, const Action& action) {
  double events = 0;
  double nonevents = 0;
  for (std::size_t g = 0; g < counts.events.size(); ++g) {
    const double below = (nonevents + 0.5 * counts.nonevents[g]) / totals.nonevents;
    const double above = (totals.events - events - 0.5 * counts.events[g]) / totals.events;
    action(g, below, above);
    events += counts.events[g];
    nonevents += counts.nonevents[g];
  }
}

/// If k events and k non-events are paired off whatever their predictions, the pairs are independent and each is in
/// order with a probability of at most the area; all k were.
Bounds bounds_of_pairs(double pairs, bool perfect, double confidence) {
  const Bounds all = clopper_pearson(pairs, pairs, confidence);
  return perfect ? all : Bounds{1 - all.high, 1 - all.low};
}

}  // namespace

double area_under_roc(const GroupCounts& counts) {
  // Twice the pairs in order is a whole number below 2^53 for up to 60 million samples, so no digit is lost.
  const Totals totals = totals_of(counts);
  double twice = 0;
  double nonevents = 0;
  for (std::size_t g = 0; g < counts.events.size(); ++g) {
    twice += counts.events[g] * (2 * nonevents + counts.nonevents[g]);
    nonevents += counts.nonevents[g];
  }
  return twice / (2 * totals.events * totals.nonevents);
}

DelongArea delong(const GroupCounts& counts) {
  const Totals totals = totals_of(counts);
  DelongArea area{area_under_roc(counts), std::nullopt};
  if (totals.events < 2 || totals.nonevents < 2) return area;
  double of_events = 0;
  double of_nonevents = 0;
  each_component(counts, totals, [&](std::size_t g, double below, double above) {
    of_events += counts.events[g] * (below - area.value) * (below - area.value);
    of_nonevents += counts.nonevents[g] * (above - area.value) * (above - area.value);
  });
  const double variance =
      of_events / (totals.events - 1) / totals.events + of_nonevents / (totals.nonevents - 1) / totals.nonevents;
  // Zero but for rounding: all predictions equal, or perfect separation.
  constexpr double nothing = 1e-28;
  if (variance > nothing) area.variance = variance;
  return area;
}

Metric auc_metric(std::string name, const GroupCounts& counts, const Settings& settings) {
  const DelongArea area = delong(counts);
  if (area.variance) {
    Metric metric = normal_metric(std::move(name), area.value, std::sqrt(*area.variance), settings, "DeLong");
    keep_within(metric, 0, 1);
    return metric;
  }
  Metric metric;
  metric.name = std::move(name);
  metric.value = area.value;
  const Totals totals = totals_of(counts);
  const double pairs = std::min(totals.events, totals.nonevents);
  if (area.value == 0 || area.value == 1) {
    metric.interval = bounds_of_pairs(pairs, area.value == 1, settings.confidence);
    metric.method = "Clopper-Pearson of independent pairs";
    metric.note = fmt::format("DeLong's variance is undefined at an AUC of {}", area.value);
  } else if (pairs < 2) {
    metric.note = "DeLong's variance needs two events and two non-events";
  } else {
    metric.note = "DeLong's variance is 0: the predictions do not differ in a way that counts";
  }
  return metric;
}

std::vector<double> delong_components(const Prepared& data, std::span<const std::uint8_t> outcome) {
  const Totals totals = totals_of(data.counts);
  std::vector<double> below(data.groups());
  std::vector<double> above(data.groups());
  each_component(data.counts, totals, [&](std::size_t g, double b, double a) {
    below[g] = b;
    above[g] = a;
  });
  std::vector<double> components(outcome.size());
  for (std::size_t i = 0; i < outcome.size(); ++i)
    components[i] = outcome[i] == 1 ? below[data.group_of[i]] : above[data.group_of[i]];
  return components;
}

double delong_variance(std::span<const double> components, std::span<const std::uint8_t> outcome) {
  std::array<double, 2> sum{};
  std::array<double, 2> count{};
  for (std::size_t i = 0; i < outcome.size(); ++i) {
    sum[outcome[i]] += components[i];
    ++count[outcome[i]];
  }
  std::array<double, 2> squares{};
  for (std::size_t i = 0; i < outcome.size(); ++i) {
    const double off = components[i] - sum[outcome[i]] / count[outcome[i]];
    squares[outcome[i]] += off * off;
  }
  double variance = 0;
  for (std::size_t k = 0; k < 2; ++k) variance += squares[k] / (count[k] - 1) / count[k];
  return variance;
}

}  // namespace varisk::evaluation
