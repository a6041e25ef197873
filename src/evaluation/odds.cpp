#include "odds.hpp"

#include <cmath>

#include "calibration.hpp"
#include "distributions.hpp"

namespace varisk::evaluation {
namespace {

constexpr std::size_t tenths = 10;

struct Cells {
  std::uint64_t events = 0;
  std::uint64_t nonevents = 0;
};

Metric odds_ratio(const Cells& here, const Cells& reference, const Settings& settings) {
  const auto a = static_cast<double>(here.events);
  const auto b = static_cast<double>(here.nonevents);
  const auto c = static_cast<double>(reference.events);
  const auto d = static_cast<double>(reference.nonevents);
  if (b == 0 || c == 0) return absent_metric("odds_ratio", "a cell is empty, the odds ratio is infinite or undefined");
  Metric metric;
  metric.name = "odds_ratio";
  metric.value = a * d / (b * c);
  if (a == 0 || d == 0) {
    metric.note = "a cell is empty, so there is no interval";
    return metric;
  }
  const double factor = std::exp(normal_width(settings.confidence) * std::sqrt(1 / a + 1 / b + 1 / c + 1 / d));
  metric.interval = Bounds{*metric.value / factor, *metric.value * factor};
  metric.method = "Woolf";
  return metric;
}

double sd_of_eta(const Prepared& data) {
  const auto n = static_cast<double>(data.count);
  double mean = 0;
  for (std::size_t g = 0; g < data.groups(); ++g)
    mean += (data.counts.events[g] + data.counts.nonevents[g]) * data.eta[g] / n;
  double squares = 0;
  for (std::size_t g = 0; g < data.groups(); ++g)
    squares += (data.counts.events[g] + data.counts.nonevents[g]) * (data.eta[g] - mean) * (data.eta[g] - mean);
  return std::sqrt(squares / (n - 1));
}

}  // namespace

Metric odds_ratio_per_sd(const Prepared& data, const Settings& settings) {
  const std::string name = "odds_ratio_per_sd";
  if (const std::string problem = data.no_logit(); !problem.empty()) return absent_metric(name, problem);
  const LogisticFit fit = recalibrate(data, data.counts, true);
  if (fit.state != FitState::converged) return absent_metric(name, problem_of(fit.state));
  const double sd = sd_of_eta(data);
  const double coefficient = fit.coefficients[1] * sd;
  const double error = std::sqrt(fit.covariance(1, 1)) * sd;
  const double half = normal_width(settings.confidence) * error;
  Metric metric;
  metric.name = name;
  metric.value = std::exp(coefficient);
  metric.interval = Bounds{std::exp(coefficient - half), std::exp(coefficient + half)};
  metric.p_value = two_sided_p(coefficient / error);
  metric.method = "Wald, of the logarithm";
  return metric;
}

std::vector<Decile> decile_odds(const Prepared& data, const Settings& settings) {
  if (data.count < tenths) return {};
  const auto bin_of = quantile_bins(data.counts, tenths);
  std::vector<Decile> deciles;
  Cells middle;
  for (std::size_t g = 0; g < data.groups(); ++g) {
    if (g == 0 || bin_of[g] != bin_of[g - 1]) {
      deciles.emplace_back().number = static_cast<int>(bin_of[g]) + 1;
      deciles.back().low = data.value[g];
    }
    Decile& decile = deciles.back();
    decile.high = data.value[g];
    decile.events += data.counts.events[g];
    decile.count += data.counts.events[g] + data.counts.nonevents[g];
    if (decile.number == 5 || decile.number == 6) {
      middle.events += data.counts.events[g];
      middle.nonevents += data.counts.nonevents[g];
    }
  }
  for (Decile& decile : deciles) {
    if (decile.number == 5 || decile.number == 6) {
      decile.odds_ratio = absent_metric("odds_ratio", "reference");
      decile.odds_ratio.value = 1;
    } else {
      decile.odds_ratio = odds_ratio({decile.events, decile.count - decile.events}, middle, settings);
    }
  }
  return deciles;
}

}  // namespace varisk::evaluation
