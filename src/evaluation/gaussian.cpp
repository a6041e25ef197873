#include "varisk/evaluation/gaussian.hpp"

#include <fmt/format.h>

#include <Eigen/Dense>
#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <utility>

#include "bootstrap.hpp"
#include "distributions.hpp"
#include "regression.hpp"
#include "sample_mean.hpp"
#include "smooth.hpp"
#include "varisk/core/error.hpp"

namespace varisk::evaluation {
namespace {

constexpr const char* equal_predictions = "all predictions are equal";

void check(const GaussianSample& sample) {
  if (sample.outcome.size() != sample.prediction.size() || sample.outcome.size() < 3)
    throw InternalError(
        fmt::format("{} outcomes and {} predictions are judged", sample.outcome.size(), sample.prediction.size()));
  const auto finite = [](double x) { return std::isfinite(x); };
  if (!std::all_of(sample.outcome.begin(), sample.outcome.end(), finite) ||
      !std::all_of(sample.prediction.begin(), sample.prediction.end(), finite))
    throw InternalError("an outcome or a prediction is not finite");
  const auto [low, high] = std::minmax_element(sample.outcome.begin(), sample.outcome.end());
  if (*low == *high) throw UserError("all outcomes are equal", "outcome");
}

/// Sums around the means, of samples that count several times.
struct Sums {
  double count = 0;
  double y = 0;
  double x = 0;
  double yy = 0;
  double xx = 0;
  double xy = 0;
  double errors = 0;  ///< Σ (y − x)²
};

Sums sums_of(const GaussianSample& sample, std::span<const std::uint32_t> times) {
  Sums s;
  for (std::size_t i = 0; i < times.size(); ++i) {
    s.count += times[i];
    s.y += times[i] * sample.outcome[i];
    s.x += times[i] * sample.prediction[i];
  }
  s.y /= s.count;
  s.x /= s.count;
  for (std::size_t i = 0; i < times.size(); ++i) {
    const double y = sample.outcome[i] - s.y;
    const double x = sample.prediction[i] - s.x;
    const double error = sample.outcome[i] - sample.prediction[i];
    s.yy += times[i] * y * y;
    s.xx += times[i] * x * x;
    s.xy += times[i] * x * y;
    s.errors += times[i] * error * error;
  }
  return s;
}

std::optional<double> r2_of(const Sums& s) { return s.yy > 0 ? std::optional(1 - s.errors / s.yy) : std::nullopt; }

std::vector<std::vector<std::uint32_t>> one_stratum(std::size_t samples) {
  std::vector<std::vector<std::uint32_t>> strata(1);
  strata[0].resize(samples);
  std::iota(strata[0].begin(), strata[0].end(), 0U);
  return strata;
}

/// With the interval of Fisher's z; \param inflation  of its variance 1 / (n − 3)
Metric correlation(const char* name, double r, double count, double inflation, const Settings& settings,
                   const char* method) {
  Metric metric = absent_metric(name, {});
  metric.value = r;
  if (count <= 3 || std::abs(r) >= 1) {
    metric.note = count <= 3 ? "an interval needs four samples" : "Fisher's z is infinite, so there is no interval";
    return metric;
  }
  const double half = normal_width(settings.confidence) * std::sqrt(inflation / (count - 3));
  metric.interval = Bounds{std::tanh(std::atanh(r) - half), std::tanh(std::atanh(r) + half)};
  metric.method = method;
  return metric;
}

std::vector<double> midranks(std::span<const double> values) {
  std::vector<std::uint32_t> order(values.size());
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(), [&](auto a, auto b) { return values[a] < values[b]; });
  std::vector<double> ranks(values.size());
  for (std::size_t i = 0; i < order.size();) {
    std::size_t end = i;
    while (end < order.size() && values[order[end]] == values[order[i]]) ++end;
    const double rank = (static_cast<double>(i) + static_cast<double>(end) + 1) / 2;
    for (; i < end; ++i) ranks[order[i]] = rank;
  }
  return ranks;
}

void add_line(const Sums& s, const Settings& settings, Metrics& metrics) {
  if (s.xx == 0) {
    for (const char* name : {"calibration_intercept", "calibration_slope", "pearson", "spearman"})
      metrics.push_back(absent_metric(name, equal_predictions));
    return;
  }
  const double slope = s.xy / s.xx;
  const double freedom = s.count - 2;
  const double residual = std::max(0.0, s.yy - slope * s.xy) / freedom;
  const double width = student_width(settings.confidence, freedom);
  const auto add = [&](const char* name, double value, double error) {
    Metric metric = absent_metric(name, {});
    metric.value = value;
    metric.standard_error = error;
    metric.interval = Bounds{value - width * error, value + width * error};
    metric.method = "Student's t";
    metrics.push_back(std::move(metric));
  };
  add("calibration_intercept", s.y - slope * s.x, std::sqrt(residual * (1 / s.count + s.x * s.x / s.xx)));
  add("calibration_slope", slope, std::sqrt(residual / s.xx));
}

void add_correlations(const GaussianSample& sample, const Sums& s, const Settings& settings, Metrics& metrics) {
  if (s.xx == 0) return;
  metrics.push_back(
      correlation("pearson", std::clamp(s.xy / std::sqrt(s.xx * s.yy), -1.0, 1.0), s.count, 1, settings, "Fisher's z"));
  const std::vector<double> y = midranks(sample.outcome);
  const std::vector<double> x = midranks(sample.prediction);
  const std::vector<std::uint32_t> once(y.size(), 1);
  const Sums ranks = sums_of({y, x}, once);
  const double rho = std::clamp(ranks.xy / std::sqrt(ranks.xx * ranks.yy), -1.0, 1.0);
  metrics.push_back(correlation("spearman", rho, s.count, 1 + rho * rho / 2, settings,
                                "Fisher's z with the variance of Bonett and Wright"));
}

void add_errors(const GaussianSample& sample, const Settings& settings, Metrics& metrics) {
  std::vector<double> excess;
  std::vector<double> size;
  for (std::size_t i = 0; i < sample.outcome.size(); ++i) {
    excess.push_back(sample.prediction[i] - sample.outcome[i]);
    size.push_back(std::abs(excess.back()));
  }
  metrics.push_back(mean_metric("mae", mean_of(size), settings));
  keep_within(metrics.back(), 0, std::numeric_limits<double>::infinity());
  metrics.push_back(mean_metric("bias", mean_of(excess), settings));
}

void add_resampled(const GaussianSample& sample, const Settings& settings, Metrics& metrics) {
  const auto compute = [&](std::span<const std::uint32_t> times) {
    const Sums s = sums_of(sample, times);
    return Statistics{r2_of(s), std::sqrt(s.errors / s.count)};
  };
  const std::vector<std::uint32_t> once(sample.outcome.size(), 1);
  const auto strata = one_stratum(sample.outcome.size());
  const Statistics values = compute(once);
  const auto intervals = bootstrap_intervals(settings, values.size(), [&](ReplicateRandom& random) {
    return compute(draw_within(strata, sample.outcome.size(), random));
  });
  metrics.push_back(bootstrap_metric("r2", values[0], intervals[0], settings, {}, {}));
  metrics.push_back(bootstrap_metric("rmse", values[1], intervals[1], settings, {}, {}));
}

/// Outcomes by distinct predictions, ascending.
SmoothInput sorted_points(const GaussianSample& sample) {
  std::vector<std::pair<double, double>> order;
  for (std::size_t i = 0; i < sample.outcome.size(); ++i) order.emplace_back(sample.prediction[i], sample.outcome[i]);
  std::sort(order.begin(), order.end());
  SmoothInput input;
  for (const auto& [x, y] : order) {
    if (input.x.empty() || input.x.back() != x) {
      input.x.push_back(x);
      input.y.push_back(0);
      input.weight.push_back(0);
    }
    input.weight.back() += 1;
    input.y.back() += (y - input.y.back()) / input.weight.back();
  }
  return input;
}

std::vector<CalibrationBin> bins_of(const GaussianSample& sample, const Settings& settings) {
  const std::vector<double> rank = midranks(sample.prediction);
  const auto n = static_cast<double>(rank.size());
  std::vector<std::vector<double>> outcome(settings.bins);
  std::vector<CalibrationBin> bins(settings.bins);
  for (std::size_t i = 0; i < rank.size(); ++i) {
    const auto b =
        std::min(settings.bins - 1, static_cast<std::size_t>((rank[i] - 0.5) / n * static_cast<double>(settings.bins)));
    const double x = sample.prediction[i];
    CalibrationBin& bin = bins[b];
    bin.low = bin.count == 0 ? x : std::min(bin.low, x);
    bin.high = bin.count == 0 ? x : std::max(bin.high, x);
    ++bin.count;
    bin.predicted += (x - bin.predicted) / static_cast<double>(bin.count);
    outcome[b].push_back(sample.outcome[i]);
  }
  for (std::size_t b = 0; b < bins.size(); ++b) {
    if (bins[b].count == 0) continue;
    const Mean mean = mean_of(outcome[b]);
    bins[b].observed = mean.value;
    if (!mean.standard_error) continue;
    const double half =
        student_width(settings.confidence, static_cast<double>(bins[b].count) - 1) * *mean.standard_error;
    bins[b].observed_interval = Bounds{mean.value - half, mean.value + half};
  }
  std::erase_if(bins, [](const CalibrationBin& bin) { return bin.count == 0; });
  return bins;
}

CalibrationCurve curve_of(const GaussianSample& sample, const Sums& s, const Settings& settings) {
  CalibrationCurve curve;
  curve.bins = bins_of(sample, settings);
  const SmoothInput input = condense(sorted_points(sample));
  const SmoothFit fit = smooth(input);
  // The spread around a straight line, at least as large as around the curve.
  const double residual = (s.xx > 0 ? s.yy - s.xy * s.xy / s.xx : s.yy) / (s.count - 2);
  const double z = normal_width(settings.confidence);
  for (std::size_t i = 0; i < fit.at.size(); ++i) {
    const double half = z * std::sqrt(std::max(0.0, residual) * fit.leverage[i]);
    curve.smooth.push_back({input.x[fit.at[i]], fit.value[i], Bounds{fit.value[i] - half, fit.value[i] + half}});
  }
  return curve;
}

}  // namespace

GaussianResult evaluate_gaussian(const GaussianSample& sample, const Settings& settings) {
  settings.validate();
  check(sample);
  if (!settings.thresholds.empty() || settings.prevalence)
    throw UsageError("thresholds and a prevalence are for outcomes of two classes");
  const std::vector<std::uint32_t> once(sample.outcome.size(), 1);
  const Sums s = sums_of(sample, once);
  GaussianResult result;
  result.count = sample.outcome.size();
  add_resampled(sample, settings, result.metrics);
  add_errors(sample, settings, result.metrics);
  add_line(s, settings, result.metrics);
  add_correlations(sample, s, settings, result.metrics);
  result.calibration = curve_of(sample, s, settings);
  return result;
}

Metrics adjusted_metrics(const GaussianSample& sample, const Covariates& covariates, const Settings& settings) {
  settings.validate();
  check(sample);
  const auto n = static_cast<Eigen::Index>(sample.outcome.size());
  const Eigen::MatrixXd design = design_of(covariates, n);
  Eigen::MatrixXd columns(n, design.cols() + 1);
  columns << design, Eigen::Map<const Eigen::VectorXd>(sample.prediction.data(), n);
  const Eigen::Map<const Eigen::VectorXd> y(sample.outcome.data(), n);
  const auto strata = one_stratum(sample.outcome.size());
  const auto compute = [&](std::span<const std::uint32_t> times) {
    Eigen::VectorXd w(n);
    for (Eigen::Index i = 0; i < n; ++i) w[i] = times[static_cast<std::size_t>(i)];
    const double mean = w.dot(y) / w.sum();
    const double total = w.dot((y.array() - mean).square().matrix());
    const auto r2 = [&](const Eigen::MatrixXd& x) {
      return 1 - w.dot((y - x * fit_linear(x, y, w)).cwiseAbs2()) / total;
    };
    if (total == 0) return Statistics(3);
    const double without = r2(design);
    const double with = r2(columns);
    return Statistics{without, with, with - without};
  };
  const std::vector<std::uint32_t> once(sample.outcome.size(), 1);
  const Statistics values = compute(once);
  const auto intervals = bootstrap_intervals(settings, values.size(), [&](ReplicateRandom& random) {
    return compute(draw_within(strata, sample.outcome.size(), random));
  });
  constexpr std::array names = {"r2_covariates", "r2_covariates_and_prediction", "r2_incremental"};
  Metrics metrics;
  for (std::size_t s = 0; s < values.size(); ++s) {
    metrics.push_back(bootstrap_metric(names[s], values[s], intervals[s], settings, {}, {}));
  }
  return metrics;
}

Metrics compare_gaussian(const GaussianSample& model, std::span<const double> baseline, const Settings& settings) {
  settings.validate();
  check(model);
  const GaussianSample other{model.outcome, baseline};
  check(other);
  const auto strata = one_stratum(model.outcome.size());
  const auto compute = [&](std::span<const std::uint32_t> times) {
    const auto mine = r2_of(sums_of(model, times));
    const auto theirs = r2_of(sums_of(other, times));
    return Statistics{mine && theirs ? std::optional(*mine - *theirs) : std::nullopt};
  };
  const std::vector<std::uint32_t> once(model.outcome.size(), 1);
  const auto intervals = bootstrap_intervals(
      settings, 1, [&](ReplicateRandom& random) { return compute(draw_within(strata, model.outcome.size(), random)); });
  std::vector<double> squares;
  for (std::size_t i = 0; i < baseline.size(); ++i) {
    const double mine = model.prediction[i] - model.outcome[i];
    const double theirs = baseline[i] - model.outcome[i];
    squares.push_back(mine * mine - theirs * theirs);
  }
  Metrics metrics;
  metrics.push_back(bootstrap_metric("r2_difference", compute(once)[0], intervals[0], settings, {}, {}));
  metrics.push_back(difference_metric("mse_difference", mean_of(squares), settings, {}));
  return metrics;
}

}  // namespace varisk::evaluation
