#include "performance_sections.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "blocks.hpp"
#include "performance_plots.hpp"

namespace varisk::report {
namespace {

Section discrimination_section(const Performance& performance) {
  Section section{"discrimination",
                  "Discrimination",
                  "How well predictions tell those with the outcome from those without.",
                  {},
                  {}};
  Columns plots;
  if (!performance.roc.empty()) plots.blocks.emplace_back(roc_plot(performance.roc));
  if (!performance.precision_recall.empty()) {
    std::optional<double> prevalence;
    if (performance.samples && performance.cases && *performance.samples > 0) {
      prevalence = static_cast<double>(*performance.cases) / static_cast<double>(*performance.samples);
    }
    plots.blocks.emplace_back(precision_recall_plot(performance.precision_recall, prevalence));
  }
  if (!plots.blocks.empty()) section.blocks.emplace_back(std::move(plots));
  if (!performance.fit.empty()) {
    section.title = "Predictions";
    section.lead = "How close predictions are to what was observed.";
    section.blocks.emplace_back(fit_plot(performance.fit));
  }
  if (!performance.quantiles.empty()) section.blocks.emplace_back(quantile_plot(performance.quantiles));
  return section;
}

Table calibration_measures(const std::vector<CalibrationCurve>& curves) {
  Table table;
  table.title = "Measures of calibration";
  table.note =
      "Calibration in the large: 0 if predictions are right on average, above 0 if they are too low. Slope: 1 if their "
      "spread is right, below 1 if they are too extreme.";
  table.columns = {text_column("Predictions"), number_column("Calibration in the large", three_decimals),
                   number_column("Slope", three_decimals), number_column("Expected calibration error", three_decimals)};
  for (const CalibrationCurve& curve : curves) {
    if (is_empty(curve.intercept) && is_empty(curve.slope) && !curve.expected_calibration_error) continue;
    table.rows.push_back({curve.name.empty() ? "All" : curve.name, curve.intercept, curve.slope,
                          cell(curve.expected_calibration_error)});
  }
  drop_empty_columns(table);
  return table;
}

/// Beside the plot of the only curve.
Facts calibration_facts(const CalibrationCurve& curve) {
  Facts facts;
  if (!is_empty(curve.intercept)) {
    facts.facts.push_back({"In the large", curve.intercept, three_decimals,
                           "0: right on average; above: predictions are too low", false});
  }
  if (!is_empty(curve.slope)) {
    facts.facts.push_back(
        {"Slope", curve.slope, three_decimals, "1: their spread is right; below: they are too extreme", false});
  }
  if (curve.expected_calibration_error) {
    facts.facts.push_back({"Expected calibration error", *curve.expected_calibration_error, three_decimals, {}, false});
  }
  return facts;
}

Section calibration_section(const Performance& performance) {
  Section section{"calibration", "Calibration", "Whether predicted values are what is observed.", {}, {}};
  if (performance.calibration.empty()) return section;
  Columns plots;
  for (const CalibrationCurve& curve : performance.calibration) {
    if (curve.points.empty() && curve.smooth.empty()) continue;
    plots.blocks.emplace_back(calibration_plot(curve, performance.outcome != OutcomeKind::gaussian));
  }
  if (performance.calibration.size() == 1) {
    Facts facts = calibration_facts(performance.calibration.front());
    if (!facts.facts.empty()) plots.blocks.emplace_back(std::move(facts));
    if (!plots.blocks.empty()) section.blocks.emplace_back(std::move(plots));
    return section;
  }
  if (!plots.blocks.empty()) section.blocks.emplace_back(std::move(plots));
  Table measures = calibration_measures(performance.calibration);
  if (!measures.rows.empty()) section.blocks.emplace_back(std::move(measures));
  return section;
}

Section decision_section(const Performance& performance) {
  Section section{"decision", "Clinical use", "What acting on the predictions would bring.", {}, {}};
  const DecisionCurves& curves = performance.decision;
  if (!curves.models.empty()) {
    section.blocks.emplace_back(decision_plot(curves));
    if (curves.prevalence) {
      section.blocks.emplace_back(Facts{{{"Prevalence", *curves.prevalence, as_share, curves.note, false}}});
    } else {
      if (!curves.note.empty()) section.blocks.emplace_back(Paragraph{curves.note});
    }
  }
  if (!performance.thresholds.empty()) {
    Table table;
    table.title = "At chosen thresholds";
    table.columns = {number_column("Threshold"),
                     number_column("Sensitivity", three_decimals),
                     number_column("Specificity", three_decimals),
                     number_column("PPV", three_decimals),
                     number_column("NPV", three_decimals),
                     number_column("Accuracy", three_decimals),
                     number_column("F1", three_decimals),
                     number_column("Flagged", as_integer)};
    for (const ThresholdRow& row : performance.thresholds) {
      table.rows.push_back({row.threshold, row.sensitivity, row.specificity, row.positive_predictive_value,
                            row.negative_predictive_value, row.accuracy, row.f1, cell(row.flagged)});
    }
    drop_empty_columns(table);
    section.blocks.emplace_back(std::move(table));
  }
  return section;
}

Section classes_section(const Performance& performance) {
  Section section{"classes", "Predicted classes", "Who is put into which class.", {}, {}};
  Columns plots;
  for (const ConfusionMatrix& matrix : performance.confusion) plots.blocks.emplace_back(confusion_plot(matrix));
  if (!plots.blocks.empty()) section.blocks.emplace_back(std::move(plots));
  return section;
}

Section subgroup_section(const SubgroupTable& subgroups) {
  Section section{"subgroups", "Subgroups", "The same measures within groups of people.", {}, {}};
  if (subgroups.rows.empty()) return section;
  Table table;
  table.columns = {text_column("Subgroup"), text_column("Level"), number_column("Samples", as_integer),
                   number_column("Cases", as_integer)};
  for (const SubgroupMeasure& measure : subgroups.measures) {
    table.columns.push_back(number_column(measure.name, measure.format));
  }
  table.columns.push_back(text_column("Note"));
  for (const SubgroupRow& row : subgroups.rows) {
    std::vector<Cell> cells{row.variable, row.level, row.samples, cell(row.cases)};
    for (std::size_t i = 0; i < subgroups.measures.size(); ++i) {
      cells.push_back(cell_at(row.estimates, i));
    }
    cells.push_back(cell(row.note));
    table.rows.push_back(std::move(cells));
  }
  drop_empty_columns(table);
  for (std::size_t i = 0; i < subgroups.measures.size(); ++i) {
    RowPlot plot = subgroup_plot(subgroups, i);
    if (i == 0) {
      section.blocks.emplace_back(std::move(plot));
    } else {
      section.blocks.emplace_back(Details{plot.title, {Block(std::move(plot))}, false});
    }
  }
  section.blocks.emplace_back(std::move(table));
  return section;
}

}  // namespace

void drop_empty_columns(Table& table) {
  const auto empty = [](const Cell& cell) {
    const auto* estimate = std::get_if<Estimate>(&cell);
    const auto* text = std::get_if<std::string>(&cell);
    return std::holds_alternative<std::monostate>(cell) || (text != nullptr && text->empty()) ||
           (estimate != nullptr && is_empty(*estimate));
  };
  for (std::size_t column = table.columns.size(); column-- > 0;) {
    const auto position = static_cast<std::ptrdiff_t>(column);
    if (!std::all_of(table.rows.begin(), table.rows.end(), [&](const auto& row) { return empty(row[column]); }))
      continue;
    table.columns.erase(table.columns.begin() + position);
    for (auto& row : table.rows) row.erase(row.begin() + position);
  }
}

Table metric_table(const std::vector<MetricRow>& metrics, const std::string& title) {
  Table table;
  table.title = title;
  table.columns = {text_column("Measure"), text_column("Class"), number_column("Value (interval)"),
                   text_column("Interval by"), text_column("Note")};
  for (const MetricRow& metric : metrics) {
    table.rows.push_back(
        {metric.name, cell(metric.class_name), metric.estimate, cell(metric.method), cell(metric.note)});
    table.row_formats.push_back(metric.format);
  }
  drop_empty_columns(table);
  return table;
}

std::vector<Fact> metric_facts(const std::vector<MetricRow>& metrics) {
  std::vector<Fact> facts;
  for (const MetricRow& metric : metrics) {
    const std::string name = metric.class_name.empty() ? metric.name : metric.name + ", " + metric.class_name;
    facts.push_back({name, metric.estimate, metric.format, metric.method.substr(0, metric.method.find(" (")), false});
  }
  return facts;
}

namespace {

/// Measures of single classes are many; they open on request.
void add_metrics(Section& section, const std::vector<MetricRow>& metrics) {
  std::vector<MetricRow> all;
  std::vector<MetricRow> of_classes;
  for (const MetricRow& metric : metrics) (metric.class_name.empty() ? all : of_classes).push_back(metric);
  if (!all.empty()) section.blocks.emplace_back(metric_table(all, {}));
  if (of_classes.empty()) return;
  section.blocks.emplace_back(Details{"Measures of each class", {Block(metric_table(of_classes, {}))}, all.empty()});
}

}  // namespace

std::vector<Section> performance_sections(const Performance& performance, const std::string& id_suffix,
                                          const std::string& title_suffix) {
  Section measures{"performance", "Performance", {}, {}, {}};
  if (!performance.data.empty()) measures.lead = fmt::format("Judged on: {}.", performance.data);
  if (!performance.headline.empty()) measures.blocks.emplace_back(KeyFigures{metric_facts(performance.headline)});
  add_metrics(measures, performance.metrics);
  if (!performance.adjusted.empty()) {
    measures.blocks.emplace_back(
        metric_table(performance.adjusted, fmt::format("Beyond covariates ({})", performance.adjusted_for)));
  }
  std::vector<Section> sections = {
      std::move(measures),           discrimination_section(performance), calibration_section(performance),
      decision_section(performance), classes_section(performance),        subgroup_section(performance.subgroups)};
  std::erase_if(sections, [](const Section& section) { return section.blocks.empty(); });
  for (Section& section : sections) {
    section.id += id_suffix;
    section.title += title_suffix;
  }
  return sections;
}

}  // namespace varisk::report
