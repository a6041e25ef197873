#include "varisk/evaluation/multiclass.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "agreement.hpp"
#include "bootstrap.hpp"
#include "class_areas.hpp"
#include "distributions.hpp"
#include "sample_mean.hpp"
#include "varisk/core/error.hpp"

namespace varisk::evaluation {
namespace {

constexpr const char* strata_name = "outcome";
constexpr const char* impossible = "infinite: an outcome had a probability of exactly 0";

void check(const MulticlassSample& sample, std::span<const double> probability) {
  const std::size_t k = sample.classes.size();
  if (k < 2 || probability.size() != k * sample.outcome.size())
    throw InternalError(
        fmt::format("{} probabilities for {} samples and {} classes", probability.size(), sample.outcome.size(), k));
  for (const std::uint32_t outcome : sample.outcome) {
    if (outcome >= k) throw InternalError("an outcome is none of the classes");
  }
  for (const double p : probability) {
    if (!(p >= 0 && p <= 1)) throw InternalError(fmt::format("a probability is {}", p));
  }
  const auto other = [&](std::uint32_t outcome) { return outcome != sample.outcome.front(); };
  if (std::none_of(sample.outcome.begin(), sample.outcome.end(), other))
    throw UserError("all samples are of one class, two or more are needed", "outcome");
}

std::vector<std::vector<std::uint32_t>> strata_of(const MulticlassSample& sample) {
  std::vector<std::vector<std::uint32_t>> strata(sample.classes.size());
  for (std::uint32_t i = 0; i < sample.outcome.size(); ++i) strata[sample.outcome[i]].push_back(i);
  std::erase_if(strata, [](const auto& members) { return members.empty(); });
  return strata;
}

std::vector<std::uint32_t> most_probable(std::span<const double> probability, std::size_t classes) {
  std::vector<std::uint32_t> best(probability.size() / classes);
  for (std::size_t i = 0; i < best.size(); ++i) {
    const auto row = probability.subspan(i * classes, classes);
    best[i] = static_cast<std::uint32_t>(std::max_element(row.begin(), row.end()) - row.begin());
  }
  return best;
}

/// Per sample: Σ (p_k − y_k)², −ln p of the outcome.
struct Losses {
  std::vector<double> brier;
  std::vector<double> log_loss;
};

Losses losses_of(const MulticlassSample& sample, std::span<const double> probability) {
  const std::size_t classes = sample.classes.size();
  Losses losses;
  for (std::size_t i = 0; i < sample.outcome.size(); ++i) {
    double sum = 0;
    for (std::size_t k = 0; k < classes; ++k) {
      const double off = probability[i * classes + k] - (sample.outcome[i] == k ? 1 : 0);
      sum += off * off;
    }
    losses.brier.push_back(sum);
    losses.log_loss.push_back(-std::log(probability[i * classes + sample.outcome[i]]));
  }
  return losses;
}

std::vector<double> table_of(const MulticlassSample& sample, std::span<const std::uint32_t> predicted,
                             std::span<const std::uint32_t> times) {
  std::vector<double> cells(sample.classes.size() * sample.classes.size());
  for (std::size_t i = 0; i < predicted.size(); ++i)
    cells[sample.outcome[i] * sample.classes.size() + predicted[i]] += times[i];
  return cells;
}

Metric balanced_accuracy(const ClassTable& table, const Settings& settings) {
  double sum = 0;
  double variance = 0;
  double classes = 0;
  for (std::size_t k = 0; k < table.classes; ++k) {
    const double size = table.row(k);
    if (size == 0) continue;
    const double recall = table.cell(k, k) / size;
    sum += recall;
    variance += recall * (1 - recall) / size;
    ++classes;
  }
  Metric metric =
      normal_metric("balanced_accuracy", sum / classes, std::sqrt(variance) / classes, settings, "delta method");
  keep_within(metric, 0, 1);
  return metric;
}

void add_resampled(const MulticlassSample& sample, std::span<const std::uint32_t> predicted, const Settings& settings,
                   Metrics& metrics) {
  const std::size_t classes = sample.classes.size();
  const ClassAreas areas(sample.outcome, sample.probability, classes);
  const auto compute = [&](std::span<const std::uint32_t> times) {
    const auto [macro, hand_till] = areas.compute(times);
    const std::vector<double> cells = table_of(sample, predicted, times);
    const ClassTable table{cells, classes};
    Statistics statistics = {macro, hand_till, macro_f1(table), kappa(table, false)};
    if (sample.ordered) statistics.push_back(kappa(table, true));
    return statistics;
  };
  const std::vector<std::uint32_t> once(sample.outcome.size(), 1);
  const Statistics values = compute(once);
  const auto strata = strata_of(sample);
  const auto intervals = bootstrap_intervals(settings, values.size(), [&](ReplicateRandom& random) {
    return compute(draw_within(strata, sample.outcome.size(), random));
  });
  constexpr std::array names = {"auc_macro", "auc_hand_till", "f1_macro", "kappa", "kappa_quadratic"};
  for (std::size_t s = 0; s < values.size(); ++s) {
    metrics.push_back(bootstrap_metric(names[s], values[s], intervals[s], settings, strata_name,
                                       "all outcomes and predictions are of one class"));
  }
}

ClassResult class_result(const MulticlassSample& sample, std::size_t k, const ClassTable& table,
                         const Settings& settings) {
  const std::size_t classes = sample.classes.size();
  ClassResult result;
  result.name = sample.classes[k];
  std::vector<std::uint8_t> outcome;
  std::vector<double> probability;
  for (std::size_t i = 0; i < sample.outcome.size(); ++i) {
    outcome.push_back(sample.outcome[i] == k ? 1 : 0);
    probability.push_back(sample.probability[i * classes + k]);
  }
  result.one_vs_rest.count = outcome.size();
  result.one_vs_rest.events = static_cast<std::uint64_t>(table.row(k));
  result.judged = result.one_vs_rest.events > 0 && result.one_vs_rest.events < outcome.size();
  if (result.judged)
    result.one_vs_rest = evaluate_binary({outcome, probability, PredictionScale::probability}, settings);
  const auto hits = static_cast<std::uint64_t>(table.cell(k, k));
  const auto members = static_cast<std::uint64_t>(table.row(k));
  const auto called = static_cast<std::uint64_t>(table.column(k));
  result.predicted.push_back(proportion_metric("sensitivity", hits, members, settings, "nobody has this class"));
  result.predicted.push_back(
      proportion_metric("ppv", hits, called, settings, "nobody is predicted to have this class"));
  return result;
}

}  // namespace

MulticlassResult evaluate_multiclass(const MulticlassSample& sample, const Settings& settings) {
  settings.validate();
  if (settings.prevalence) throw UsageError("a prevalence is given, which is for outcomes of two classes");
  check(sample, sample.probability);
  const std::size_t classes = sample.classes.size();
  const auto predicted = most_probable(sample.probability, classes);
  const std::vector<std::uint32_t> once(predicted.size(), 1);
  const std::vector<double> cells = table_of(sample, predicted, once);
  const ClassTable table{cells, classes};
  MulticlassResult result;
  result.count = sample.outcome.size();
  for (const double cell : cells) result.confusion.push_back(static_cast<std::uint64_t>(cell));
  std::uint64_t right = 0;
  for (std::size_t k = 0; k < classes; ++k) right += result.confusion[k * classes + k];
  result.metrics.push_back(proportion_metric("accuracy", right, result.count, settings, {}));
  result.metrics.push_back(balanced_accuracy(table, settings));
  const Losses losses = losses_of(sample, sample.probability);
  result.metrics.push_back(mean_metric("brier", mean_of(losses.brier), settings));
  const Mean log_loss = mean_of(losses.log_loss);
  result.metrics.push_back(std::isfinite(log_loss.value) ? mean_metric("log_loss", log_loss, settings)
                                                         : absent_metric("log_loss", impossible));
  add_resampled(sample, predicted, settings, result.metrics);
  for (std::size_t k = 0; k < classes; ++k) result.classes.push_back(class_result(sample, k, table, settings));
  return result;
}

Metrics compare_multiclass(const MulticlassSample& model, std::span<const double> baseline, const Settings& settings) {
  settings.validate();
  check(model, model.probability);
  check(model, baseline);
  const std::size_t classes = model.classes.size();
  const ClassAreas areas(model.outcome, model.probability, classes);
  const ClassAreas others(model.outcome, baseline, classes);
  const auto compute = [&](std::span<const std::uint32_t> times) {
    const auto one = areas.compute(times).macro;
    const auto other = others.compute(times).macro;
    return Statistics{one && other ? std::optional(*one - *other) : std::nullopt};
  };
  const auto strata = strata_of(model);
  const std::vector<std::uint32_t> once(model.outcome.size(), 1);
  const auto intervals = bootstrap_intervals(
      settings, 1, [&](ReplicateRandom& random) { return compute(draw_within(strata, model.outcome.size(), random)); });
  Metrics metrics;
  metrics.push_back(
      bootstrap_metric("auc_macro_difference", compute(once)[0], intervals[0], settings, strata_name, {}));
  Losses mine = losses_of(model, model.probability);
  const Losses theirs = losses_of(model, baseline);
  const auto predicted = most_probable(model.probability, classes);
  const auto predicted_by_baseline = most_probable(baseline, classes);
  std::vector<double> accuracy(predicted.size());
  for (std::size_t i = 0; i < accuracy.size(); ++i) {
    mine.brier[i] -= theirs.brier[i];
    mine.log_loss[i] -= theirs.log_loss[i];
    accuracy[i] = (predicted[i] == model.outcome[i] ? 1 : 0) - (predicted_by_baseline[i] == model.outcome[i] ? 1 : 0);
  }
  metrics.push_back(difference_metric("brier_difference", mean_of(mine.brier), settings, {}));
  metrics.push_back(difference_metric("log_loss_difference", mean_of(mine.log_loss), settings, impossible));
  metrics.push_back(difference_metric("accuracy_difference", mean_of(accuracy), settings, {}));
  return metrics;
}

}  // namespace varisk::evaluation
