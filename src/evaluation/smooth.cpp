#include "smooth.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace varisk::evaluation {
namespace {

/// The slope is left out where the points of a window hardly differ in x.
constexpr double least_spread = 1e-3;

double total_of(const std::vector<double>& values) { return std::accumulate(values.begin(), values.end(), 0.0); }

/// Distance within which the nearest `wanted` samples lie.
double radius(const SmoothInput& input, std::size_t center, double wanted) {
  const double x = input.x[center];
  std::size_t left = center;
  std::size_t right = center;
  double found = input.weight[center];
  double reach = 0;
  while (found < wanted && (left > 0 || right + 1 < input.x.size())) {
    const bool go_right = left == 0 || (right + 1 < input.x.size() && input.x[right + 1] - x < x - input.x[left - 1]);
    const std::size_t next = go_right ? ++right : --left;
    reach = std::abs(input.x[next] - x);
    found += input.weight[next];
  }
  return reach;
}

double tricube(double distance, double reach) {
  if (reach == 0) return distance == 0 ? 1 : 0;
  const double u = distance / reach;
  if (u >= 1) return 0;
  const double v = 1 - u * u * u;
  return v * v * v;
}

struct Fit {
  double value = 0;
  double leverage = 0;
};

Fit fit_at(const SmoothInput& input, std::size_t center, double wanted, double range) {
  const double at = input.x[center];
  const double reach = radius(input, center, wanted);
  const auto first = std::lower_bound(input.x.begin(), input.x.end(), at - reach) - input.x.begin();
  const auto last = std::upper_bound(input.x.begin(), input.x.end(), at + reach) - input.x.begin();
  std::vector<double> w;
  for (auto i = static_cast<std::size_t>(first); i < static_cast<std::size_t>(last); ++i)
    w.push_back(input.weight[i] * tricube(std::abs(input.x[i] - at), reach));
  const double sum = total_of(w);
  const auto x = [&](std::size_t i) { return input.x[static_cast<std::size_t>(first) + i]; };
  double mean = 0;
  for (std::size_t i = 0; i < w.size(); ++i) mean += (w[i] /= sum) * x(i);
  double spread = 0;
  for (std::size_t i = 0; i < w.size(); ++i) spread += w[i] * (x(i) - mean) * (x(i) - mean);
  const double tilt = std::sqrt(spread) > least_spread * range ? (at - mean) / spread : 0;
  Fit fit;
  for (std::size_t i = 0; i < w.size(); ++i) {
    const double part = w[i] * (1 + tilt * (x(i) - mean));
    fit.value += part * input.y[static_cast<std::size_t>(first) + i];
    fit.leverage += part * part / input.weight[static_cast<std::size_t>(first) + i];
  }
  return fit;
}

}  // namespace

SmoothInput condense(const SmoothInput& input) {
  if (input.x.size() <= smooth_inputs) return input;
  const double share = total_of(input.weight) / static_cast<double>(smooth_inputs);
  SmoothInput out;
  double x = 0;
  double y = 0;
  double weight = 0;
  for (std::size_t i = 0; i < input.x.size(); ++i) {
    x += input.weight[i] * input.x[i];
    y += input.weight[i] * input.y[i];
    weight += input.weight[i];
    if (weight < share * (1 - 1e-9) && i + 1 < input.x.size()) continue;
    out.x.push_back(x / weight);
    out.y.push_back(y / weight);
    out.weight.push_back(weight);
    x = y = weight = 0;
  }
  return out;
}

SmoothFit smooth(const SmoothInput& input) {
  SmoothFit fit;
  const double total = total_of(input.weight);
  const double wanted = std::max(2.0, std::floor(smooth_span * total + 1e-7));
  const double range = input.x.back() - input.x.front();
  const double share = input.x.size() <= smooth_outputs ? 0 : total / static_cast<double>(smooth_outputs);
  double since = share;
  for (std::size_t i = 0; i < input.x.size(); ++i) {
    since += input.weight[i];
    if (since < share && i + 1 < input.x.size()) continue;
    since = 0;
    const Fit here = fit_at(input, i, wanted, range);
    fit.at.push_back(i);
    fit.value.push_back(here.value);
    fit.leverage.push_back(here.leverage);
  }
  return fit;
}

std::vector<double> interpolate(const SmoothInput& input, const SmoothFit& fit) {
  std::vector<double> all(input.x.size());
  std::size_t k = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    while (k + 1 < fit.at.size() && fit.at[k + 1] <= i) ++k;
    if (fit.at[k] == i) {
      all[i] = fit.value[k];
      continue;
    }
    const double left = input.x[fit.at[k]];
    const double part = (input.x[i] - left) / (input.x[fit.at[k + 1]] - left);
    all[i] = fit.value[k] + part * (fit.value[k + 1] - fit.value[k]);
  }
  return all;
}

}  // namespace varisk::evaluation
