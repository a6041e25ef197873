#include "performance_plots.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "blocks.hpp"

namespace varisk::report {
namespace {

/// So many points of a scatter plot are drawn; more only make it slow and black.
constexpr std::size_t most_fit_points = 2000;

Axis probability_axis(std::string label, std::optional<double> high = 1) {
  return {std::move(label), Scale::linear, 0.0, high, false, three_decimals};
}

/// `name (AUC 0.812, 0.790–0.834)`
std::string with_estimate(const std::string& name, const char* measure, const Estimate& estimate) {
  if (!estimate.value) return name;
  std::string text = fmt::format("{} ({} {:.3f}", name, measure, *estimate.value);
  if (estimate.low && estimate.high) text += fmt::format(", {:.3f}\u2013{:.3f}", *estimate.low, *estimate.high);
  return text + ")";
}

bool has_band(const std::vector<RocPoint>& points) {
  return std::any_of(points.begin(), points.end(), [](const RocPoint& point) { return point.low && point.high; });
}

/// The lines of the curves and, below them, their bands.
std::vector<Series> curve_series(const std::vector<RocCurve>& curves, const char* measure) {
  std::vector<Series> all;
  for (const RocCurve& curve : curves) {
    Series line{
        with_estimate(curve.name, measure, curve.auc), Mark::line, {}, "Threshold", Emphasis::normal, false, {}};
    for (const RocPoint& point : curve.points) {
      line.points.push_back({point.false_positive_rate, point.true_positive_rate, {}, {}, {}, point.threshold});
    }
    all.push_back(std::move(line));
  }
  for (std::size_t i = 0; i < curves.size(); ++i) {
    if (!has_band(curves[i].points)) continue;
    Series band{"Pointwise interval", Mark::band, {}, {}, Emphasis::normal, false, i};
    for (const RocPoint& point : curves[i].points) {
      band.points.push_back({point.false_positive_rate, {}, point.low, point.high, {}, {}});
    }
    all.push_back(std::move(band));
  }
  return all;
}

/// The next round number from `value` on, at most 1.
double round_up(double value) {
  for (const double limit : {0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8}) {
    if (value <= limit) return limit;
  }
  return 1;
}

/// The end of the bin up to which this share of all predictions lies.
constexpr double shown_share = 0.995;
double end_of_predictions(const std::vector<Histogram>& histograms) {
  std::map<double, std::int64_t> counts;
  std::int64_t all = 0;
  for (const Histogram& histogram : histograms) {
    for (const HistogramBin& bin : histogram.bins) {
      counts[bin.to] += bin.count;
      all += bin.count;
    }
  }
  std::int64_t seen = 0;
  for (const auto& [end, count] : counts) {
    seen += count;
    if (static_cast<double>(seen) >= shown_share * static_cast<double>(all)) return end;
  }
  return 0;
}

std::int64_t predictions_above(const std::vector<Histogram>& histograms, double limit) {
  std::int64_t count = 0;
  for (const Histogram& histogram : histograms) {
    for (const HistogramBin& bin : histogram.bins) count += bin.from >= limit ? bin.count : 0;
  }
  return count;
}

double largest_shown(const CalibrationCurve& curve) {
  double largest = end_of_predictions(curve.predictions);
  for (const auto* points : {&curve.points, &curve.smooth}) {
    for (const CalibrationPoint& point : *points) {
      largest = std::max({largest, point.mean_prediction, point.observed.value.value_or(0)});
    }
  }
  for (const CalibrationPoint& point : curve.points) largest = std::max(largest, point.observed.high.value_or(0));
  return largest;
}

Series calibration_groups(const CalibrationCurve& curve) {
  Series groups{"Groups of equal size with interval", Mark::points, {}, "Samples", Emphasis::normal, false, {}};
  for (const CalibrationPoint& point : curve.points) {
    const auto samples = point.samples ? std::optional<double>(static_cast<double>(*point.samples)) : std::nullopt;
    groups.points.push_back(
        {point.mean_prediction, point.observed.value, point.observed.low, point.observed.high, {}, samples});
  }
  return groups;
}

void add_smooth(Panel& panel, const CalibrationCurve& curve) {
  if (curve.smooth.empty()) return;
  Series line{"Smooth curve", Mark::line, {}, {}, Emphasis::normal, false, {}};
  Series band{"Its interval", Mark::band, {}, {}, Emphasis::normal, false, panel.series.size()};
  bool any_band = false;
  for (const CalibrationPoint& point : curve.smooth) {
    line.points.push_back({point.mean_prediction, point.observed.value, {}, {}, {}, {}});
    band.points.push_back({point.mean_prediction, {}, point.observed.low, point.observed.high, {}, {}});
    any_band = any_band || (point.observed.low && point.observed.high);
  }
  panel.series.push_back(std::move(line));
  if (any_band) panel.series.push_back(std::move(band));
}

Panel histogram_panel(const Histogram& histogram, std::size_t colour) {
  Series bars{histogram.name, Mark::bars, {}, {}, Emphasis::normal, false, colour};
  for (const HistogramBin& bin : histogram.bins) {
    bars.points.push_back({bin.from, static_cast<double>(bin.count), {}, {}, bin.to, {}});
  }
  return {{histogram.name, Scale::linear, 0.0, {}, false, as_integer}, {std::move(bars)}, {}, 0.17};
}

/// Both axes from the smallest to the largest of all values, so that the diagonal is one.
void share_axes(Axis& x, Axis& y, const std::vector<double>& values) {
  if (values.empty()) return;
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  const double margin = *high > *low ? (*high - *low) * 0.03 : 1;
  x.low = y.low = *low - margin;
  x.high = y.high = *high + margin;
}

}  // namespace

XyPlot roc_plot(const std::vector<RocCurve>& curves) {
  XyPlot plot;
  plot.title = "ROC curve";
  plot.description = "Sensitivity against 1 \u2212 specificity over all thresholds. The dashed line is chance.";
  plot.x = probability_axis("1 \u2212 specificity");
  plot.square = true;
  plot.panels.push_back(
      {probability_axis("Sensitivity"), curve_series(curves, "AUC"), {{Direction::diagonal, 0, "Chance"}}, 1});
  return plot;
}

XyPlot precision_recall_plot(const std::vector<RocCurve>& curves, std::optional<double> prevalence) {
  XyPlot plot;
  plot.title = "Precision and recall";
  plot.description = "Share of true cases among those flagged, against the share of cases found.";
  plot.x = probability_axis("Recall (sensitivity)");
  plot.square = true;
  Panel panel{probability_axis("Precision (PPV)"), curve_series(curves, "PR-AUC"), {}, 1};
  if (prevalence) panel.lines.push_back({Direction::horizontal, *prevalence, "Share of cases"});
  plot.panels.push_back(std::move(panel));
  return plot;
}

XyPlot calibration_plot(const CalibrationCurve& curve, bool probabilities) {
  XyPlot plot;
  plot.title = curve.name.empty() ? "Calibration" : fmt::format("Calibration: {}", curve.name);
  plot.description = "Observed against predicted; on the dashed line they agree. Below it predictions are too high.";
  plot.square = true;
  Panel panel;
  if (probabilities) {
    const double high = round_up(largest_shown(curve));
    plot.x = probability_axis("Predicted probability", high);
    panel.y = probability_axis("Observed share", high);
    const std::int64_t above = predictions_above(curve.predictions, high);
    if (above > 0) plot.description += fmt::format(" {} predictions are above {:g}, outside the plot.", above, high);
  } else {
    plot.x.label = "Predicted value";
    panel.y.label = "Observed mean";
    std::vector<double> values;
    for (const CalibrationPoint& point : curve.points) {
      values.push_back(point.mean_prediction);
      for (const auto& end : {point.observed.value, point.observed.low, point.observed.high}) {
        if (end) values.push_back(*end);
      }
    }
    share_axes(plot.x, panel.y, values);
  }
  panel.series.push_back(calibration_groups(curve));
  add_smooth(panel, curve);
  panel.lines.push_back({Direction::diagonal, 0, "Perfect agreement"});
  plot.panels.push_back(std::move(panel));
  std::size_t colour = 0;
  for (const Histogram& histogram : curve.predictions) plot.panels.push_back(histogram_panel(histogram, colour++));
  return plot;
}

XyPlot decision_plot(const DecisionCurves& curves) {
  XyPlot plot;
  plot.title = "Decision curve";
  plot.description =
      "Net benefit of treating those at or above a threshold probability. A model is useful where its curve is above "
      "both treating everybody and treating nobody.";
  plot.x = probability_axis("Threshold probability", std::nullopt);
  plot.x.format = three_decimals;
  Panel panel;
  panel.y.label = "Net benefit";
  panel.y.format = {NumberStyle::fixed, 4};
  double highest = 0;
  const auto series = [&highest](const std::string& name, const std::vector<DecisionPoint>& points) {
    Series line{name, Mark::line, {}, {}, Emphasis::normal, false, {}};
    for (const DecisionPoint& point : points) {
      highest = std::max(highest, point.net_benefit.value.value_or(0));
      line.points.push_back({point.threshold, point.net_benefit.value, {}, {}, {}, {}});
    }
    return line;
  };
  for (const DecisionCurve& curve : curves.models) panel.series.push_back(series(curve.name, curve.points));
  if (!curves.treat_all.empty()) panel.series.push_back(series("Treat everybody", curves.treat_all));
  for (std::size_t i = 0; i < curves.models.size(); ++i) {
    const auto& points = curves.models[i].points;
    const auto banded = [](const DecisionPoint& point) { return point.net_benefit.low && point.net_benefit.high; };
    if (std::none_of(points.begin(), points.end(), banded)) continue;
    Series band{"Pointwise interval", Mark::band, {}, {}, Emphasis::normal, false, i};
    for (const DecisionPoint& point : points) {
      band.points.push_back({point.threshold, {}, point.net_benefit.low, point.net_benefit.high, {}, {}});
    }
    panel.series.push_back(std::move(band));
  }
  if (highest > 0) {
    panel.y.low = -0.25 * highest;
    panel.y.high = 1.1 * highest;
  }
  panel.lines.push_back({Direction::horizontal, 0, "Treat nobody"});
  plot.panels.push_back(std::move(panel));
  return plot;
}

XyPlot fit_plot(const std::vector<FitPoint>& points) {
  XyPlot plot;
  plot.title = "Observed and predicted";
  plot.description = "One point for each sample; on the dashed line both agree.";
  plot.x.label = "Predicted";
  plot.square = true;
  Series series{"Samples", Mark::points, {}, {}, Emphasis::normal, false, {}};
  std::vector<double> values;
  const std::size_t step = (points.size() + most_fit_points - 1) / most_fit_points;
  for (std::size_t i = 0; i < points.size(); i += step) {
    series.points.push_back({points[i].predicted, points[i].observed, {}, {}, {}, {}});
    values.insert(values.end(), {points[i].predicted, points[i].observed});
  }
  if (step > 1) {
    plot.description += fmt::format(" Every {}th of {} samples is drawn.", step, points.size());
  }
  Panel panel;
  panel.y.label = "Observed";
  share_axes(plot.x, panel.y, values);
  panel.series.push_back(std::move(series));
  panel.lines.push_back({Direction::diagonal, 0, "Perfect agreement"});
  plot.panels.push_back(std::move(panel));
  return plot;
}

RowPlot quantile_plot(const std::vector<QuantileRow>& rows) {
  RowPlot plot;
  plot.title = "Odds ratio by group of the prediction";
  plot.description = "Odds of an event in each group of the predictions against the group of reference.";
  plot.label_name = "Group";
  plot.x = {"Odds ratio (log scale)", Scale::log, {}, {}, false, {NumberStyle::fixed, 2}};
  plot.columns = {number_column("Samples", as_integer), number_column("Cases", as_integer)};
  plot.reference = 1;
  for (const QuantileRow& row : rows) {
    plot.rows.push_back({row.name, {}, row.odds_ratio, {row.samples, cell(row.cases)}});
  }
  return plot;
}

RowPlot subgroup_plot(const SubgroupTable& table, std::size_t measure) {
  const SubgroupMeasure& what = table.measures[measure];
  RowPlot plot;
  plot.title = fmt::format("{} by subgroup", what.name);
  plot.label_name = "Subgroup";
  plot.x.label = what.name;
  plot.x.format = what.format;
  plot.columns = {number_column("Samples", as_integer)};
  const bool cases = std::any_of(table.rows.begin(), table.rows.end(), [](const auto& row) { return row.cases; });
  if (cases) plot.columns.push_back(number_column("Cases", as_integer));
  plot.reference = what.reference;
  if (plot.reference) plot.reference_label = fmt::format("{:g}", *what.reference);
  if (!plot.reference && measure < table.overall.size()) {
    plot.reference = table.overall[measure].value;
    plot.reference_label = "value in all samples";
  }
  for (const SubgroupRow& row : table.rows) {
    std::vector<Cell> cells{row.samples};
    if (cases) cells.push_back(cell(row.cases));
    plot.rows.push_back({row.level, row.variable, measure < row.estimates.size() ? row.estimates[measure] : Estimate(),
                         std::move(cells)});
  }
  return plot;
}

MatrixPlot confusion_plot(const ConfusionMatrix& matrix) {
  MatrixPlot plot;
  plot.title = matrix.title.empty() ? "Confusion matrix" : matrix.title;
  plot.description = "Counts, and their share among those with the same observed class.";
  plot.row_name = "Observed";
  plot.column_name = "Predicted";
  plot.rows = matrix.classes;
  plot.columns = matrix.classes;
  plot.row_shares = true;
  for (const auto& row : matrix.counts) {
    std::vector<std::optional<double>> values;
    values.reserve(row.size());
    for (const std::int64_t count : row) values.emplace_back(static_cast<double>(count));
    plot.values.push_back(std::move(values));
  }
  return plot;
}

}  // namespace varisk::report
