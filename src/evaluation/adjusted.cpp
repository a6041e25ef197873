#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "auc.hpp"
#include "bootstrap.hpp"
#include "distributions.hpp"
#include "logistic.hpp"
#include "overall.hpp"
#include "prepared.hpp"
#include "regression.hpp"
#include "sample_mean.hpp"
#include "varisk/evaluation/binary.hpp"

namespace varisk::evaluation {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

struct Adjustment {
  std::span<const std::uint8_t> outcome;
  MatrixXd design;  ///< intercept and covariates
  VectorXd eta;     ///< of each sample
};

/// AUC of what is left of eta behind a linear regression on the covariates among non-events: the covariate-adjusted
/// area with empirical placement values. \param times  how often each sample counts; two events and non-events or more
double adjusted_area(const Adjustment& data, const std::vector<std::uint32_t>& times) {
  VectorXd weights = VectorXd::Zero(data.eta.size());
  for (Index i = 0; i < weights.size(); ++i) {
    const auto at = static_cast<std::size_t>(i);
    if (data.outcome[at] == 0) weights[i] = times[at];
  }
  const VectorXd residual = data.eta - data.design * fit_linear(data.design, data.eta, weights);
  std::vector<std::pair<double, std::uint32_t>> order;
  for (Index i = 0; i < residual.size(); ++i) {
    if (times[static_cast<std::size_t>(i)] > 0) order.emplace_back(residual[i], static_cast<std::uint32_t>(i));
  }
  std::sort(order.begin(), order.end());
  GroupCounts counts;
  for (std::size_t k = 0; k < order.size(); ++k) {
    if (k == 0 || order[k].first != order[k - 1].first) {
      counts.events.push_back(0);
      counts.nonevents.push_back(0);
    }
    const std::uint32_t i = order[k].second;
    (data.outcome[i] == 1 ? counts.events : counts.nonevents).back() += times[i];
  }
  return area_under_roc(counts);
}

Metric adjusted_auc(const Adjustment& data, const Settings& settings) {
  const std::vector<std::uint32_t> once(data.outcome.size(), 1);
  std::vector<std::vector<std::uint32_t>> strata(2);
  for (std::uint32_t i = 0; i < data.outcome.size(); ++i) strata[data.outcome[i]].push_back(i);
  const auto intervals = bootstrap_intervals(settings, 1, [&](ReplicateRandom& random) {
    return Statistics{adjusted_area(data, draw_within(strata, data.outcome.size(), random))};
  });
  return bootstrap_metric("auc_adjusted", adjusted_area(data, once), intervals[0], settings, "outcome", {});
}

/// A logistic model fitted to the samples that it is then judged on.
struct Fitted {
  LogisticFit fit;
  std::vector<double> log_likelihood;  ///< of each sample
  Prepared ranked;
};

Fitted fit_model(const Adjustment& data, const MatrixXd& columns, const Settings& settings) {
  const Index n = columns.rows();
  LogisticData input;
  input.columns = columns;
  input.events.resize(n);
  for (Index i = 0; i < n; ++i) input.events[i] = data.outcome[static_cast<std::size_t>(i)];
  input.trials = VectorXd::Ones(n);
  Fitted fitted{fit_logistic(input), {}, {}};
  if (fitted.fit.state != FitState::converged) return fitted;
  const VectorXd& eta = fitted.fit.linear_predictor;
  fitted.ranked =
      prepare({data.outcome, {eta.data(), static_cast<std::size_t>(n)}, PredictionScale::linear_predictor}, settings);
  for (std::size_t i = 0; i < data.outcome.size(); ++i) {
    const std::uint32_t g = fitted.ranked.group_of[i];
    fitted.log_likelihood.push_back(data.outcome[i] == 1 ? fitted.ranked.log_p[g] : fitted.ranked.log_q[g]);
  }
  return fitted;
}

/// Nagelkerke's R² of one model less that of another is smooth in the mean log-likelihoods of both and of the
/// prevalence; to first order the fitted coefficients do not matter, as they are at the optimum.
Metric incremental_r2(const Fitted& small, const Fitted& large, const Prepared& data,
                      std::span<const std::uint8_t> outcome, const Settings& settings) {
  const auto n = static_cast<double>(outcome.size());
  const double fraction = static_cast<double>(data.events) / n;
  std::vector<double> null(outcome.size());
  for (std::size_t i = 0; i < null.size(); ++i) null[i] = outcome[i] == 1 ? std::log(fraction) : std::log1p(-fraction);
  const double l0 = mean_of(null).value;
  const double l1 = mean_of(small.log_likelihood).value;
  const double l2 = mean_of(large.log_likelihood).value;
  const double a = std::exp(2 * (l0 - l1));
  const double b = std::exp(2 * (l0 - l2));
  const double c = -std::expm1(2 * l0);
  const double by_null = 2 * (a - b) / c + 2 * (a - b) * std::exp(2 * l0) / (c * c);
  std::vector<double> influence(outcome.size());
  for (std::size_t i = 0; i < influence.size(); ++i) {
    influence[i] = -2 * a / c * small.log_likelihood[i] + 2 * b / c * large.log_likelihood[i] + by_null * null[i];
  }
  const double error = mean_of(influence).standard_error.value_or(0);
  Metric metric = normal_metric("r2_nagelkerke_incremental", (a - b) / c, error, settings, "delta method");
  const double ratio = 2 * n * (l2 - l1);
  metric.p_value = chi_squared_p(ratio, 1);
  metric.method += "; p of the likelihood ratio";
  keep_within(metric, 0, 1);
  return metric;
}

Metric plain(const char* name, double value, const char* note) {
  Metric metric = absent_metric(name, note);
  metric.value = value;
  return metric;
}

constexpr const char* same_samples = "fitted to the samples that it is judged on";

void add_models(const Adjustment& data, const Prepared& prepared, const Settings& settings, Metrics& metrics) {
  MatrixXd columns(data.design.rows(), data.design.cols() + 1);
  columns << data.design, data.eta;
  Settings unweighted = settings;
  unweighted.prevalence.reset();
  const Fitted small = fit_model(data, data.design, unweighted);
  const Fitted large = fit_model(data, columns, unweighted);
  for (const Fitted* fitted : {&small, &large}) {
    if (fitted->fit.state == FitState::converged) continue;
    for (const char* name :
         {"auc_covariates", "auc_covariates_and_prediction", "auc_gain", "r2_nagelkerke_covariates",
          "r2_nagelkerke_covariates_and_prediction", "r2_nagelkerke_incremental", "odds_ratio_per_sd_adjusted"})
      metrics.push_back(absent_metric(name, problem_of(fitted->fit.state)));
    return;
  }
  metrics.push_back(auc_metric("auc_covariates", small.ranked.counts, settings));
  metrics.push_back(auc_metric("auc_covariates_and_prediction", large.ranked.counts, settings));
  for (auto metric = metrics.end() - 2; metric != metrics.end(); ++metric)
    metric->note += (metric->note.empty() ? "" : "; ") + std::string(same_samples);
  std::vector<double> components = delong_components(large.ranked, data.outcome);
  const auto others = delong_components(small.ranked, data.outcome);
  for (std::size_t i = 0; i < components.size(); ++i) components[i] -= others[i];
  Metric gain = plain("auc_gain", area_under_roc(large.ranked.counts) - area_under_roc(small.ranked.counts),
                      "of nested models fitted to the same samples, for which DeLong's test is not valid: no p");
  if (prepared.events > 1 && prepared.nonevents > 1) {
    const std::string note = std::exchange(gain.note, {});
    gain = normal_metric("auc_gain", *gain.value, std::sqrt(delong_variance(components, data.outcome)), settings,
                         "paired DeLong");
    gain.note = note;
  }
  metrics.push_back(std::move(gain));
  const auto n = static_cast<double>(data.outcome.size());
  const double fraction = static_cast<double>(prepared.events) / n;
  const double null = fraction * std::log(fraction) + (1 - fraction) * std::log1p(-fraction);
  metrics.push_back(plain("r2_nagelkerke_covariates", nagelkerke(small.fit.log_likelihood / n, null), same_samples));
  metrics.push_back(
      plain("r2_nagelkerke_covariates_and_prediction", nagelkerke(large.fit.log_likelihood / n, null), same_samples));
  metrics.push_back(incremental_r2(small, large, prepared, data.outcome, settings));
  const Index last = columns.cols() - 1;
  const double sd = std::sqrt((data.eta.array() - data.eta.mean()).square().sum() / (n - 1));
  const double coefficient = large.fit.coefficients[last] * sd;
  const double error = std::sqrt(large.fit.covariance(last, last)) * sd;
  const double half = normal_width(settings.confidence) * error;
  Metric odds = plain("odds_ratio_per_sd_adjusted", std::exp(coefficient), "");
  odds.interval = Bounds{std::exp(coefficient - half), std::exp(coefficient + half)};
  odds.p_value = two_sided_p(coefficient / error);
  odds.method = "Wald, of the logarithm";
  metrics.push_back(std::move(odds));
}

}  // namespace

Metrics adjusted_metrics(const BinarySample& sample, const Covariates& covariates, const Settings& settings) {
  settings.validate();
  const Prepared prepared = prepare(sample, settings);
  Metrics metrics;
  if (const std::string problem = prepared.no_logit(); !problem.empty()) {
    metrics.push_back(absent_metric("auc_adjusted", problem));
    return metrics;
  }
  const auto n = static_cast<Index>(prepared.count);
  Adjustment data{sample.outcome, design_of(covariates, n), VectorXd(n)};
  for (Index i = 0; i < n; ++i) data.eta[i] = prepared.eta[prepared.group_of[static_cast<std::size_t>(i)]];
  metrics.push_back(adjusted_auc(data, settings));
  add_models(data, prepared, settings, metrics);
  return metrics;
}

}  // namespace varisk::evaluation
