#include "bootstrap.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace varisk::evaluation {
namespace {

constexpr std::size_t undefined_allowed = 20;  // one in so many

/// Linear between order statistics, as R's type 7.
double quantile(std::span<const double> sorted, double probability) {
  const double place = probability * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(std::floor(place));
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (place - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

void run(const Settings& settings, const std::function<void(std::size_t)>& action) {
  if (settings.for_each) return settings.for_each(settings.bootstrap, action);
  for (std::size_t i = 0; i < settings.bootstrap; ++i) action(i);
}

}  // namespace

std::vector<std::optional<Bounds>> bootstrap_intervals(const Settings& settings, std::size_t statistics,
                                                       const std::function<Statistics(ReplicateRandom&)>& replicate) {
  std::vector<std::optional<Bounds>> intervals(statistics);
  if (settings.bootstrap == 0) return intervals;
  std::vector<Statistics> drawn(settings.bootstrap);
  run(settings, [&](std::size_t i) {
    ReplicateRandom random(settings.seed, i);
    drawn[i] = replicate(random);
  });
  const double tail = (1 - settings.confidence) / 2;
  for (std::size_t s = 0; s < statistics; ++s) {
    std::vector<double> values;
    for (const Statistics& one : drawn) {
      if (one[s]) values.push_back(*one[s]);
    }
    if (undefined_allowed * (drawn.size() - values.size()) > drawn.size()) continue;
    std::sort(values.begin(), values.end());
    intervals[s] = Bounds{quantile(values, tail), quantile(values, 1 - tail)};
  }
  return intervals;
}

std::vector<std::optional<Bounds>> bootstrap_groups(const Prepared& data, const Settings& settings,
                                                    std::size_t statistics,
                                                    const std::function<Statistics(const GroupCounts&)>& compute) {
  // The groups of the events and of the non-events, in the order of the predictions: the order of the input is no part.
  std::vector<std::uint32_t> events;
  std::vector<std::uint32_t> nonevents;
  for (std::uint32_t g = 0; g < data.groups(); ++g) {
    events.insert(events.end(), data.counts.events[g], g);
    nonevents.insert(nonevents.end(), data.counts.nonevents[g], g);
  }
  return bootstrap_intervals(settings, statistics, [&](ReplicateRandom& random) {
    GroupCounts counts;
    counts.events.assign(data.groups(), 0);
    counts.nonevents.assign(data.groups(), 0);
    const auto draw = [&](const std::vector<std::uint32_t>& from, std::vector<std::uint32_t>& into) {
      const auto bound = static_cast<std::uint32_t>(from.size());
      for (std::size_t i = 0; i < from.size(); ++i) ++into[from[random.below(bound)]];
    };
    draw(events, counts.events);
    draw(nonevents, counts.nonevents);
    return compute(counts);
  });
}

std::vector<std::uint32_t> draw_within(std::span<const std::vector<std::uint32_t>> strata, std::size_t samples,
                                       ReplicateRandom& random) {
  std::vector<std::uint32_t> times(samples);
  for (const std::vector<std::uint32_t>& members : strata) {
    const auto bound = static_cast<std::uint32_t>(members.size());
    for (std::size_t i = 0; i < members.size(); ++i) ++times[members[random.below(bound)]];
  }
  return times;
}

std::string bootstrap_method(const Settings& settings, std::string_view strata) {
  return fmt::format("bootstrap percentile ({} replicates{}{})", settings.bootstrap,
                     strata.empty() ? "" : ", stratified by ", strata);
}

Metric bootstrap_metric(std::string name, std::optional<double> value, const std::optional<Bounds>& interval,
                        const Settings& settings, std::string_view strata, std::string note_if_absent) {
  Metric metric;
  metric.name = std::move(name);
  if (!value) {
    metric.note = std::move(note_if_absent);
    return metric;
  }
  metric.value = value;
  metric.interval = interval;
  if (interval) {
    metric.method = bootstrap_method(settings, strata);
  } else {
    metric.note = settings.bootstrap == 0 ? "the bootstrap is off" : "too many bootstrap replicates have no value";
  }
  return metric;
}

}  // namespace varisk::evaluation
