#include "path_driver.hpp"

#include <algorithm>
#include <cmath>

namespace varisk::training {
namespace {

/// A λ below this part of the one before is reached by steps that nobody sees.
constexpr double longest_step = 0.7;

}  // namespace

std::vector<std::size_t> PathDriver::live() const {
  std::vector<std::size_t> which;
  for (std::size_t f = 0; f < fits_.size(); ++f) {
    if (!fits_[f]->ended()) which.push_back(f);
  }
  return which;
}

std::vector<ScreenRequest> PathDriver::screen_all(std::span<const std::size_t> which) {
  std::vector<ScreenRequest> requests;
  requests.reserve(which.size());
  for (const std::size_t f : which) requests.push_back(fits_[f]->request());
  screen(*problem_->design, *kernels_, requests, *threads_);
  return requests;
}

void PathDriver::fit_null() {
  threads_->each(fits_.size(), [&](std::size_t f) { fits_[f]->fit_null(); });
  const std::vector<std::size_t> which = live();
  const std::vector<ScreenRequest> requests = screen_all(which);
  threads_->each(which.size(), [&](std::size_t k) { fits_[which[k]]->finish_null(requests[k]); });
}

std::vector<double> PathDriver::lambdas() const {
  const LambdaSettings& settings = problem_->lambda;
  if (!settings.values.empty()) return settings.values;
  const PathFit& first = *fits_.front();
  if (!first.has_penalised() || !(first.lambda_max() > 0)) return {0.0};
  const double ratio = settings.min_ratio.value_or(first.rows() >= problem_->design->columns() ? 1e-4 : 1e-2);
  std::vector<double> values(settings.count);
  for (std::size_t k = 0; k < values.size(); ++k) {
    const double part = k == 0 ? 0 : static_cast<double>(k) / static_cast<double>(values.size() - 1);
    values[k] = first.lambda_max() * std::pow(ratio, part);
  }
  return values;
}

void PathDriver::step(double lambda, bool loose) {
  std::vector<std::size_t> pending = live();
  threads_->each(pending.size(), [&](std::size_t k) { fits_[pending[k]]->begin(lambda, loose); });
  while (!pending.empty()) {
    threads_->each(pending.size(), [&](std::size_t k) { fits_[pending[k]]->solve(); });
    std::erase_if(pending, [&](std::size_t f) { return fits_[f]->ended().has_value(); });
    const std::vector<ScreenRequest> requests = screen_all(pending);
    std::vector<std::uint8_t> done(pending.size(), 0);
    threads_->each(pending.size(), [&](std::size_t k) { done[k] = fits_[pending[k]]->finish(requests[k]) ? 1 : 0; });
    std::vector<std::size_t> still;
    for (std::size_t k = 0; k < pending.size(); ++k) {
      if (done[k] == 0 && !fits_[pending[k]]->ended()) still.push_back(pending[k]);
    }
    pending = std::move(still);
  }
}

bool PathDriver::ends_early(double previous_ratio) const {
  const LambdaSettings& settings = problem_->lambda;
  if (!settings.early_stop || !settings.values.empty()) return false;
  const double ratio = fits_.front()->deviance_ratio();
  return ratio > settings.early_stop->devmax || ratio - previous_ratio < settings.early_stop->fdev * ratio;
}

void PathDriver::run(const Take& take, const ProgressCallback& progress) {
  fit_null();
  if (fits_.front()->ended()) return;
  const std::vector<double> values = lambdas();
  double reached = fits_.front()->lambda_max();
  double ratio = 0;
  for (std::size_t k = 0; k < values.size(); ++k) {
    // in equal parts, none longer than allowed
    const bool far = values[k] > 0 && reached > values[k] && problem_->penalty.alpha > 0;
    const double times = far ? std::ceil(std::log(values[k] / reached) / std::log(longest_step)) : 1;
    for (int part = 1; part < static_cast<int>(times); ++part) {
      step(reached * std::pow(values[k] / reached, part / times), true);
    }
    step(values[k], false);
    reached = values[k];
    for (std::size_t f = 0; f < fits_.size(); ++f) {
      if (!fits_[f]->ended()) take(f, *fits_[f]);
    }
    PathFit& first = *fits_.front();
    if (first.ended()) break;
    const bool go_on = !progress || progress({k + 1, values.size(), values[k], first.df()});
    if (!go_on) first.end({PathEnd::cancelled, values[k], {}, {}});
    if (go_on && k >= 4 && ends_early(ratio)) first.end({PathEnd::early_stop, values[k], {}, {}});
    if (first.ended()) break;
    ratio = first.deviance_ratio();
  }
  // nobody goes further than the full fit
  for (auto& fit : fits_) {
    if (!fit->ended() && fits_.front()->ended()) fit->end(*fits_.front()->ended());
  }
}

}  // namespace varisk::training
