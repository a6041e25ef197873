#include "prepared.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "varisk/core/error.hpp"

namespace varisk::evaluation {
namespace {

void check(const BinarySample& sample) {
  if (sample.outcome.size() != sample.prediction.size())
    throw InternalError(
        fmt::format("{} outcomes and {} predictions are judged", sample.outcome.size(), sample.prediction.size()));
  for (const std::uint8_t y : sample.outcome) {
    if (y > 1) throw InternalError("an outcome is neither 0 nor 1");
  }
  for (const double x : sample.prediction) {
    const bool probable = sample.scale != PredictionScale::probability || (x >= 0 && x <= 1);
    if (!std::isfinite(x) || !probable) throw InternalError(fmt::format("a prediction is {}", x));
  }
}

/// ln(1 + exp(x)) without overflow.
double softplus(double x) { return std::max(x, 0.0) + std::log1p(std::exp(-std::abs(x))); }

void add_scales(PredictionScale scale, Prepared& data) {
  for (const double x : data.value) {
    if (scale == PredictionScale::score) {
      data.eta.push_back(x);
    } else if (scale == PredictionScale::linear_predictor) {
      data.eta.push_back(x);
      data.log_p.push_back(-softplus(-x));
      data.log_q.push_back(-softplus(x));
      data.probability.push_back(std::exp(data.log_p.back()));
    } else {
      data.log_p.push_back(std::log(x));
      data.log_q.push_back(std::log1p(-x));
      data.eta.push_back(data.log_p.back() - data.log_q.back());
      data.probability.push_back(x);
    }
  }
}

void add_groups(const BinarySample& sample, const Settings& settings, Prepared& data) {
  std::vector<double> values(sample.prediction.begin(), sample.prediction.end());
  if (settings.clip && sample.scale == PredictionScale::probability) {
    for (double& x : values) {
      const double inside = std::clamp(x, *settings.clip, 1 - *settings.clip);
      if (inside != x) ++data.clipped;
      x = inside;
    }
  }
  std::vector<std::pair<double, std::uint32_t>> order(values.size());
  for (std::uint32_t i = 0; i < order.size(); ++i) order[i] = {values[i], i};
  std::sort(order.begin(), order.end());
  data.group_of.resize(order.size());
  for (const auto& [x, i] : order) {
    if (data.value.empty() || data.value.back() != x) {
      data.value.push_back(x);
      data.counts.events.push_back(0);
      data.counts.nonevents.push_back(0);
    }
    ++(sample.outcome[i] == 1 ? data.counts.events : data.counts.nonevents).back();
    data.group_of[i] = static_cast<std::uint32_t>(data.value.size() - 1);
  }
}

}  // namespace

std::string Prepared::no_logit() const {
  if (infinite == 0) return {};
  return fmt::format("{} prediction(s) are exactly 0 or 1, their logit is infinite; --clip moves them inside",
                     infinite);
}

Prepared prepare(const BinarySample& sample, const Settings& settings) {
  check(sample);
  Prepared data;
  data.count = sample.outcome.size();
  data.events = std::accumulate(sample.outcome.begin(), sample.outcome.end(), std::uint64_t{0});
  data.nonevents = data.count - data.events;
  if (data.events == 0 || data.nonevents == 0) {
    throw UserError(fmt::format("{} of {} sample(s) have the event, both kinds are needed", data.events, data.count),
                    "outcome");
  }
  add_groups(sample, settings, data);
  add_scales(sample.scale, data);
  for (std::size_t g = 0; g < data.groups(); ++g) {
    if (!std::isfinite(data.eta[g])) data.infinite += data.counts.events[g] + data.counts.nonevents[g];
  }
  const double fraction = static_cast<double>(data.events) / static_cast<double>(data.count);
  data.prevalence = settings.prevalence.value_or(fraction);
  if (settings.prevalence) data.weights = {data.prevalence / fraction, (1 - data.prevalence) / (1 - fraction)};
  return data;
}

std::vector<std::uint32_t> quantile_bins(const GroupCounts& counts, std::size_t bins) {
  double total = 0;
  for (std::size_t g = 0; g < counts.events.size(); ++g) total += counts.events[g] + counts.nonevents[g];
  std::vector<std::uint32_t> bin(counts.events.size());
  double before = 0;
  for (std::size_t g = 0; g < bin.size(); ++g) {
    const double size = counts.events[g] + counts.nonevents[g];
    const double middle = (before + size / 2) / total;
    bin[g] = std::min(static_cast<std::uint32_t>(bins - 1),
                      static_cast<std::uint32_t>(std::floor(middle * static_cast<double>(bins))));
    before += size;
  }
  return bin;
}

}  // namespace varisk::evaluation
