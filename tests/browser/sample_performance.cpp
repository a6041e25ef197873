#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

#include "sample_results.hpp"

namespace varisk::report::sample {
namespace {

constexpr NumberFormat three = {NumberStyle::fixed, 3};

struct Person {
  double probability = 0;
  bool is_case = false;
};

class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}
  double uniform() { return static_cast<double>(engine_() >> 11) * 0x1p-53; }
  double normal() {
    double sum = -6;
    for (int i = 0; i < 12; ++i) sum += uniform();
    return sum;
  }

 private:
  std::mt19937_64 engine_;
};

double logistic(double x) { return 1 / (1 + std::exp(-x)); }

std::vector<Person> people(std::size_t count, double strength, Random& random) {
  std::vector<Person> result;
  for (std::size_t i = 0; i < count; ++i) {
    const double predictor = -2.2 + strength * random.normal();
    result.push_back({logistic(predictor), random.uniform() < logistic(0.1 + 0.92 * predictor)});
  }
  std::sort(result.begin(), result.end(),
            [](const Person& a, const Person& b) { return a.probability > b.probability; });
  return result;
}

std::size_t cases_of(const std::vector<Person>& all) {
  return static_cast<std::size_t>(std::count_if(all.begin(), all.end(), [](const Person& one) { return one.is_case; }));
}

RocCurve roc(const std::vector<Person>& sorted, const std::string& name, bool precision) {
  const auto cases = static_cast<double>(cases_of(sorted));
  const double others = static_cast<double>(sorted.size()) - cases;
  RocCurve curve{name, {}, {}};
  double true_positives = 0;
  double false_positives = 0;
  double area = 0;
  if (!precision) curve.points.push_back({0, 0, {}, 0.0, 0.0});
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    true_positives += sorted[i].is_case ? 1 : 0;
    false_positives += sorted[i].is_case ? 0 : 1;
    if (!sorted[i].is_case) area += true_positives / cases / others;
    if (i % 16 != 15 && i + 1 != sorted.size()) continue;
    const double rate = true_positives / cases;
    const double error = 1.96 * std::sqrt(rate * (1 - rate) / cases);
    if (precision) {
      curve.points.push_back({rate, true_positives / static_cast<double>(i + 1), sorted[i].probability, {}, {}});
    } else {
      curve.points.push_back({false_positives / others, rate, sorted[i].probability, std::max(0.0, rate - error),
                              std::min(1.0, rate + error)});
    }
  }
  const double error = 0.9 / std::sqrt(cases);
  if (precision) area *= 0.6;
  curve.auc = {area, area - error, area + error};
  return curve;
}

CalibrationCurve calibration(const std::vector<Person>& sorted) {
  CalibrationCurve curve;
  constexpr std::size_t groups = 10;
  for (std::size_t group = 0; group < groups; ++group) {
    const std::size_t from = sorted.size() * (groups - 1 - group) / groups;
    const std::size_t to = sorted.size() * (groups - group) / groups;
    double predicted = 0;
    double observed = 0;
    for (std::size_t i = from; i < to; ++i) {
      predicted += sorted[i].probability;
      observed += sorted[i].is_case ? 1 : 0;
    }
    const auto count = static_cast<double>(to - from);
    const double share = observed / count;
    const double error = 1.96 * std::sqrt(std::max(share * (1 - share), 0.5 / count) / count);
    curve.points.push_back({predicted / count,
                            {share, std::max(0.0, share - error), share + error},
                            static_cast<std::int64_t>(to - from)});
  }
  const double end = curve.points.back().mean_prediction;
  for (int i = 0; i <= 40; ++i) {
    const double x = 0.01 + (end - 0.01) * i / 40;
    const double y = logistic(0.1 + 0.92 * std::log(x / (1 - x)));
    curve.smooth.push_back({x, {y, y - 0.01 - 0.05 * x, y + 0.01 + 0.05 * x}, {}});
  }
  curve.intercept = {0.084, -0.021, 0.189};
  curve.slope = {0.921, 0.846, 0.996};
  curve.expected_calibration_error = 0.0123;
  for (const bool cases : {true, false}) {
    Histogram histogram{cases ? "Cases" : "Others", {}};
    for (int bin = 0; bin < 40; ++bin) {
      const double from = bin / 40.0;
      const auto in_bin = [&](const Person& one) {
        return one.is_case == cases && one.probability >= from && one.probability < from + 0.025;
      };
      histogram.bins.push_back({from, from + 0.025, std::count_if(sorted.begin(), sorted.end(), in_bin)});
    }
    curve.predictions.push_back(std::move(histogram));
  }
  return curve;
}

DecisionCurves decision(const std::vector<Person>& sorted) {
  DecisionCurves curves;
  const auto all = static_cast<double>(sorted.size());
  const double prevalence = static_cast<double>(cases_of(sorted)) / all;
  DecisionCurve model{"Model", {}};
  for (int percent = 1; percent < 100; ++percent) {
    const double threshold = percent / 100.0;
    double benefit = 0;
    for (const Person& one : sorted) {
      if (one.probability < threshold) break;
      benefit += one.is_case ? 1 / all : -threshold / (1 - threshold) / all;
    }
    model.points.push_back({threshold, {benefit, benefit - 0.006, benefit + 0.006}});
    curves.treat_all.push_back({threshold, {prevalence - (1 - prevalence) * threshold / (1 - threshold), {}, {}}});
  }
  curves.models.push_back(std::move(model));
  curves.prevalence = prevalence;
  curves.note = "share of cases among those judged";
  return curves;
}

SubgroupTable subgroups() {
  SubgroupTable table;
  table.measures = {{"AUC", three, {}}, {"Calibration slope", three, 1.0}};
  table.overall = {{0.803, 0.781, 0.825}, {0.921, 0.846, 0.996}};
  table.rows = {
      {"Sex", "female", 2210, 251, {{0.811, 0.782, 0.840}, {0.943, 0.83, 1.05}}, ""},
      {"Sex", "male", 1790, 263, {{0.792, 0.760, 0.824}, {0.898, 0.79, 1.01}}, ""},
      {"Age", "below 45", 1012, 61, {{0.834, 0.778, 0.890}, {1.021, 0.80, 1.24}}, ""},
      {"Age", "45 to below 60", 1604, 198, {{0.801, 0.766, 0.836}, {0.934, 0.81, 1.06}}, ""},
      {"Age", "60 and above", 1384, 255, {{0.764, 0.731, 0.797}, {0.855, 0.74, 0.97}}, ""},
      {"Ancestry", "European", 3120, 402, {{0.812, 0.788, 0.836}, {0.951, 0.86, 1.04}}, ""},
      {"Ancestry", "African", 431, 60, {{0.735, 0.668, 0.802}, {0.702, 0.49, 0.91}}, ""},
      {"Ancestry", "South Asian", 402, 48, {{0.771, 0.701, 0.841}, {0.823, 0.59, 1.06}}, ""},
      {"Ancestry", "East Asian", 47, 4, {{}, {}}, "fewer than 10 cases"},
      {"Centre " + nasty, nasty, 12, 3, {{}, {}}, nasty},
  };
  return table;
}

}  // namespace

Performance binomial_performance(std::size_t samples, double strength, std::uint64_t seed) {
  Random random(seed);
  const std::vector<Person> sorted = people(samples, strength, random);
  Performance result;
  result.data = "10-fold cross-validation of the training part";
  result.samples = static_cast<std::int64_t>(samples);
  result.cases = static_cast<std::int64_t>(cases_of(sorted));
  result.roc.push_back(roc(sorted, "Model", false));
  result.precision_recall.push_back(roc(sorted, "Model", true));
  result.calibration.push_back(calibration(sorted));
  result.decision = decision(sorted);
  const Estimate auc = result.roc.front().auc;
  result.headline = {{"AUC", "", auc, three, "DeLong", ""},
                     {"Calibration slope", "", {0.921, 0.846, 0.996}, three, "Wald", ""},
                     {"Brier score", "", {0.0912, 0.0871, 0.0954}, {NumberStyle::fixed, 4}, "bootstrap", ""}};
  result.metrics = {{"AUC", "", auc, three, "DeLong", ""},
                    {"PR-AUC", "", result.precision_recall.front().auc, three, "bootstrap, 2000", ""},
                    {"Brier score", "", {0.0912, 0.0871, 0.0954}, {NumberStyle::fixed, 4}, "bootstrap, 2000", ""},
                    {"Brier score, scaled", "", {0.183, 0.151, 0.214}, three, "bootstrap, 2000", ""},
                    {"Log loss", "", {0.3051, 0.2921, 0.3183}, {NumberStyle::fixed, 4}, "bootstrap, 2000", ""},
                    {"Calibration in the large", "", {0.084, -0.021, 0.189}, three, "Wald", ""},
                    {"Calibration slope", "", {0.921, 0.846, 0.996}, three, "Wald", ""},
                    {"R\u00b2 (Nagelkerke)", "", {0.241, 0.209, 0.274}, three, "bootstrap, 2000", ""},
                    {"R\u00b2 (liability)", "", {}, three, "", "needs --prevalence"},
                    {"Odds ratio per SD", "", {2.91, 2.62, 3.23}, {NumberStyle::fixed, 2}, "Wald", ""}};
  for (const double threshold : {0.05, 0.1, 0.2}) {
    result.thresholds.push_back({threshold,
                                 {0.95 - 2 * threshold, 0.92 - 2 * threshold, 0.97 - 2 * threshold},
                                 {0.4 + 2 * threshold, 0.38 + 2 * threshold, 0.42 + 2 * threshold},
                                 {0.15 + threshold, 0.14 + threshold, 0.17 + threshold},
                                 {0.99 - threshold / 4, 0.98 - threshold / 4, 0.993 - threshold / 4},
                                 {0.5 + 1.5 * threshold, 0.48 + 1.5 * threshold, 0.52 + 1.5 * threshold},
                                 {0.3 + threshold / 2, {}, {}},
                                 static_cast<std::int64_t>(2400 - 8000 * threshold)});
  }
  result.confusion = {{"Threshold 0.1", {"no", "yes"}, {{2512, 974}, {141, 373}}},
                      {"Threshold 0.2", {"no", "yes"}, {{3010, 476}, {233, 281}}}};
  for (int decile = 1; decile <= 10; ++decile) {
    const double ratio = 0.16 * std::pow(1.55, decile - 1);
    QuantileRow row{fmt::format("tenth {}", decile), 400, 8 * decile, {ratio, ratio * 0.7, ratio * 1.42}};
    if (decile == 5 || decile == 6) row.odds_ratio = {1, {}, {}};
    result.quantiles.push_back(row);
  }
  result.subgroups = subgroups();
  return result;
}

Performance multinomial_performance() {
  Performance result;
  result.outcome = OutcomeKind::multinomial;
  result.data = "5-fold cross-validation";
  result.samples = 1240;
  std::uint64_t seed = 11;
  for (const char* name : {"healthy", "prediabetes", "type 2 diabetes"}) {
    Random random(seed++);
    const auto sorted = people(1240, 0.9 + 0.2 * static_cast<double>(seed % 3), random);
    RocCurve curve = roc(sorted, name, false);
    for (RocPoint& point : curve.points) point.low = point.high = std::nullopt;
    result.metrics.push_back({"AUC", name, curve.auc, three, "DeLong", ""});
    result.roc.push_back(std::move(curve));
    result.calibration.push_back(calibration(sorted));
    result.calibration.back().name = name;
    result.calibration.back().predictions.clear();
  }
  result.metrics.push_back({"Accuracy", "", {0.712, 0.686, 0.737}, three, "Wilson", ""});
  result.headline = {{"Macro AUC", "", {0.771, 0.75, 0.79}, three, "bootstrap, 2000", ""},
                     {"Accuracy", "", {0.712, 0.686, 0.737}, three, "Wilson", ""}};
  result.confusion = {
      {"", {"healthy", "prediabetes", "type 2 diabetes"}, {{601, 88, 21}, {102, 188, 41}, {30, 47, 122}}}};
  return result;
}

Performance gaussian_performance() {
  Performance result;
  result.outcome = OutcomeKind::gaussian;
  result.data = "10-fold cross-validation";
  result.samples = 442;
  Random random(3);
  for (int i = 0; i < 442; ++i) {
    const double predicted = 152 + 52 * random.normal();
    result.fit.push_back({predicted, predicted + 54 * random.normal()});
  }
  result.metrics = {{"R\u00b2", "", {0.497, 0.431, 0.556}, three, "bootstrap, 2000", ""},
                    {"Root mean square error", "", {54.6, 51.3, 58.1}, {NumberStyle::fixed, 1}, "bootstrap, 2000", ""}};
  result.headline = result.metrics;
  return result;
}

}  // namespace varisk::report::sample
