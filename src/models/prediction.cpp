#include "varisk/models/prediction.hpp"

#include <fmt/format.h>

#include <Eigen/Dense>
#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "factor_value.hpp"
#include "varisk/core/error.hpp"

namespace varisk::models {
namespace {

/// The products of all terms of one sample, or why there are none.
struct Evaluation {
  std::vector<double> products;
  std::vector<double> linear_predictors;
  std::size_t observed = 0;
  std::vector<std::string> flags;
  bool complete = true;

  void fail(std::string flag) {
    flags.push_back(std::move(flag));
    complete = false;
  }
};

void check_shape(const Model& model, std::span<const FeatureColumn> columns, std::size_t sample) {
  if (columns.size() != model.features.size()) {
    throw InternalError(fmt::format("model {} has {} features, {} columns were given", model.id, model.features.size(),
                                    columns.size()));
  }
  for (const FeatureColumn& column : columns) {
    if (sample < column.value.size() && sample < column.state.size()) continue;
    throw InternalError(fmt::format("sample {} of a column with {} values and {} states", sample, column.value.size(),
                                    column.state.size()));
  }
}

/// What is said of a feature in this state; nothing if there is nothing to say.
std::string_view flag_of(ValueState state) {
  switch (state) {
    case ValueState::observed: return {};
    case ValueState::winsorised: return "winsorised";
    case ValueState::imputed: return "imputed";
    case ValueState::assumed: return "assumed";
    case ValueState::missing: return "missing";
  }
  throw InternalError("unknown state of a value");
}

void look_at_states(const Model& model, std::span<const FeatureColumn> columns, std::size_t sample, Evaluation& out) {
  constexpr std::size_t most_named = 20;
  std::array<std::size_t, value_states> count{};
  for (const FeatureColumn& column : columns) ++count[static_cast<std::size_t>(column.state[sample])];
  const auto of = [&](ValueState state) { return count[static_cast<std::size_t>(state)]; };
  out.observed = of(ValueState::observed) + of(ValueState::winsorised);
  out.complete = of(ValueState::missing) == 0;
  if (of(ValueState::observed) == columns.size()) return;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const ValueState state = columns[i].state[sample];
    if (state == ValueState::observed || of(state) > most_named) continue;
    out.flags.push_back(fmt::format("{}:{}", flag_of(state), model.features[i].name));
  }
  for (const auto state : {ValueState::winsorised, ValueState::imputed, ValueState::assumed, ValueState::missing}) {
    if (of(state) > most_named) out.flags.push_back(fmt::format("{}:({} features)", flag_of(state), of(state)));
  }
}

void multiply(const Model& model, std::span<const FeatureColumn> columns, std::size_t sample, Evaluation& out) {
  out.products.reserve(model.terms.size());
  for (const Term& term : model.terms) {
    double product = 1;
    for (const Factor& factor : term.factors) {
      const auto value = factor_value(factor, columns[factor.feature], sample);
      if (!value) out.fail("not_positive:" + model.features[factor.feature].name);
      product *= value.value_or(0);
    }
    out.products.push_back(product);
  }
}

double slope(const Model& model) { return model.calibration ? model.calibration->slope : 1; }

/// From intercept + Σ terms to the log odds of the population that the model is used in.
double adjusted(const Model& model, double sum, std::size_t predictor) {
  if (model.prevalence) sum += logit(model.prevalence->population) - logit(model.prevalence->training);
  if (model.calibration) sum = model.calibration->intercepts[predictor] + model.calibration->slope * sum;
  return sum;
}

void add_up(const Model& model, Evaluation& out) {
  for (std::size_t k = 0; k < model.intercepts.size(); ++k) {
    double sum = model.intercepts[k];
    for (std::size_t i = 0; i < model.terms.size(); ++i) sum += model.terms[i].coefficients[k] * out.products[i];
    out.linear_predictors.push_back(adjusted(model, sum, k));
    if (!std::isfinite(out.linear_predictors.back())) out.fail("not_finite");
  }
}

Evaluation evaluate(const Model& model, std::span<const FeatureColumn> columns, std::size_t sample) {
  check_shape(model, columns, sample);
  Evaluation out;
  look_at_states(model, columns, sample, out);
  if (out.complete) multiply(model, columns, sample, out);
  if (out.complete) add_up(model, out);
  std::sort(out.flags.begin(), out.flags.end());
  out.flags.erase(std::unique(out.flags.begin(), out.flags.end()), out.flags.end());
  return out;
}

/// xᵀ V x of x = (1, products): the variance of intercept + Σ terms.
double variance(const Model& model, const std::vector<double>& products) {
  const auto n = static_cast<Eigen::Index>(products.size()) + 1;
  Eigen::VectorXd x(n);
  x(0) = 1;
  x.tail(n - 1) = Eigen::Map<const Eigen::VectorXd>(products.data(), n - 1);
  const Eigen::Map<const Eigen::MatrixXd> covariance(model.covariance.data(), n, n);  // symmetric, so the order is free
  return x.dot(covariance * x);
}

void add_standard_error(const Model& model, const Evaluation& evaluation, Prediction& out) {
  if (model.covariance.empty()) return;
  const double of_sum = variance(model, evaluation.products);
  if (of_sum >= 0 && std::isfinite(of_sum)) {
    out.standard_error = std::abs(slope(model)) * std::sqrt(of_sum);
    return;
  }
  const std::string flag = "negative_variance";
  out.flags.insert(std::lower_bound(out.flags.begin(), out.flags.end(), flag), flag);
}

std::vector<double> probabilities_of(const Model& model, const std::vector<double>& linear_predictors) {
  switch (model.family) {
    case Family::binomial: return {logistic(-linear_predictors[0]), logistic(linear_predictors[0])};
    case Family::multinomial: return softmax(linear_predictors);
    case Family::ordinal: return cumulative_logit(model.thresholds, linear_predictors[0]);
    case Family::gaussian: return {};
  }
  throw InternalError("unknown family");
}

std::optional<std::string> band_of(const Model& model, double probability) {
  for (const Band& band : model.bands) {
    if (!band.below || probability < *band.below) return band.name;
  }
  return std::nullopt;
}

}  // namespace

double logistic(double x) noexcept {
  if (x >= 0) return 1 / (1 + std::exp(-x));
  const double odds = std::exp(x);
  return odds / (1 + odds);
}

double logit(double p) noexcept { return std::log(p) - std::log1p(-p); }

std::vector<double> softmax(std::span<const double> x) {
  const double largest = *std::max_element(x.begin(), x.end());
  std::vector<double> out;
  double sum = 0;
  for (const double value : x) {
    out.push_back(std::exp(value - largest));
    sum += out.back();
  }
  for (double& value : out) value /= sum;
  return out;
}

std::vector<double> cumulative_logit(std::span<const double> thresholds, double linear_predictor) {
  std::vector<double> out;
  for (std::size_t k = 0; k <= thresholds.size(); ++k) {
    double probability = 1;
    if (k < thresholds.size()) probability *= logistic(thresholds[k] - linear_predictor);
    if (k > 0) probability *= logistic(linear_predictor - thresholds[k - 1]);
    if (k > 0 && k < thresholds.size()) probability *= -std::expm1(thresholds[k - 1] - thresholds[k]);
    out.push_back(probability);
  }
  return out;
}

Prediction predict(const Model& model, std::span<const FeatureColumn> columns, std::size_t sample) {
  Evaluation evaluation = evaluate(model, columns, sample);
  Prediction out;
  if (!columns.empty()) {
    out.observed_fraction = static_cast<double>(evaluation.observed) / static_cast<double>(columns.size());
  }
  out.flags = std::move(evaluation.flags);
  if (!evaluation.complete) return out;
  out.linear_predictors = std::move(evaluation.linear_predictors);
  out.probabilities = probabilities_of(model, out.linear_predictors);
  if (!model.bands.empty()) out.band = band_of(model, out.probabilities[1]);
  add_standard_error(model, evaluation, out);
  return out;
}

double baseline(const Model& model, std::size_t predictor) {
  double sum = model.intercepts[predictor];
  for (const Term& term : model.terms) sum += term.coefficients[predictor] * term.reference;
  return adjusted(model, sum, predictor);
}

std::vector<Contribution> explain(const Model& model, std::span<const FeatureColumn> columns, std::size_t sample,
                                  std::size_t predictor) {
  const Evaluation evaluation = evaluate(model, columns, sample);
  std::vector<Contribution> out;
  if (!evaluation.complete) return out;
  for (std::size_t i = 0; i < model.terms.size(); ++i) {
    const Term& term = model.terms[i];
    const double value = evaluation.products[i];
    out.push_back(
        {term.name, value, term.reference, slope(model) * term.coefficients[predictor] * (value - term.reference)});
  }
  std::sort(out.begin(), out.end(), [](const Contribution& a, const Contribution& b) {
    const double left = std::abs(a.contribution);
    const double right = std::abs(b.contribution);
    return left != right ? left > right : a.term < b.term;
  });
  return out;
}

}  // namespace varisk::models
