#include "card_fit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "blocks.hpp"

namespace varisk::report {
namespace {

constexpr std::size_t coloured_terms = 8;
constexpr std::size_t top_ticks = 12;

Axis lambda_axis() {
  return {"\u03bb, from strong to weak penalty (log scale)", Scale::log, {}, {}, true, {NumberStyle::general, 3}};
}

std::vector<ReferenceLine> lambda_lines(const TrainingCard& card) {
  std::vector<ReferenceLine> lines;
  if (card.lambda_min) lines.push_back({Direction::vertical, *card.lambda_min, "\u03bb.min"});
  if (card.lambda_1se && card.lambda_1se != card.lambda_min) {
    lines.push_back({Direction::vertical, *card.lambda_1se, "\u03bb.1se"});
  }
  const auto is_chosen = [&card](const ReferenceLine& line) { return line.at == *card.lambda_chosen; };
  if (!card.lambda_chosen) return lines;
  const auto same = std::find_if(lines.begin(), lines.end(), is_chosen);
  if (same != lines.end()) {
    same->label += ", chosen";
  } else {
    lines.push_back({Direction::vertical, *card.lambda_chosen, "chosen"});
  }
  return lines;
}

XyPlot path_plot(const TrainingCard& card) {
  const CardPath& path = card.path;
  XyPlot plot;
  plot.title = "Coefficient path";
  plot.description =
      fmt::format("Coefficients of the {} largest terms along the penalty{}. Above: how many coefficients are not 0.",
                  path.terms.size(),
                  path.terms.size() > coloured_terms ? fmt::format("; those after the {}th in grey", coloured_terms)
                                                     : std::string());
  plot.x = lambda_axis();
  Panel panel;
  panel.y.label =
      path.coefficient_scale.empty() ? "Coefficient" : fmt::format("Coefficient {}", path.coefficient_scale);
  for (std::size_t term = 0; term < path.terms.size(); ++term) {
    const bool coloured = term < coloured_terms;
    Series series{path.terms[term].name, Mark::line, {}, {}, coloured ? Emphasis::normal : Emphasis::muted, true, {}};
    series.label_at_end = coloured;
    const auto& coefficients = path.terms[term].coefficients;
    for (std::size_t i = 0; i < path.points.size() && i < coefficients.size(); ++i) {
      series.points.push_back({path.points[i].lambda, coefficients[i], {}, {}, {}, {}});
    }
    panel.series.push_back(std::move(series));
  }
  panel.lines = lambda_lines(card);
  panel.lines.push_back({Direction::horizontal, 0, {}});
  plot.panels.push_back(std::move(panel));
  const std::size_t step = std::max<std::size_t>(1, path.points.size() / top_ticks);
  for (std::size_t i = 0; i < path.points.size(); i += step) {
    plot.top_ticks.push_back({path.points[i].lambda, fmt::format("{}", path.points[i].df)});
  }
  plot.top_label = "Coefficients other than 0";
  return plot;
}

Panel cv_panel(const TrainingCard& card, const std::string& label, Estimate CvPoint::*member, double height) {
  Panel panel;
  panel.y.label = label;
  panel.y.format = {NumberStyle::general, 5};
  panel.height = height;
  Series series{label + " \u00b1 SE", Mark::points, {}, {}, Emphasis::normal, false, {}};
  for (const CvPoint& point : card.cross_validation.points) {
    const Estimate& estimate = point.*member;
    series.points.push_back({point.lambda, estimate.value, estimate.low, estimate.high, {}, {}});
  }
  panel.series.push_back(std::move(series));
  panel.lines = lambda_lines(card);
  return panel;
}

XyPlot cv_plot(const TrainingCard& card) {
  const auto& points = card.cross_validation.points;
  XyPlot plot;
  plot.title = "Cross-validation";
  plot.description = "Mean over the folds with one standard error to either side.";
  if (!card.cross_validation.folds.empty()) plot.description += fmt::format(" {}.", card.cross_validation.folds);
  plot.x = lambda_axis();
  plot.panels.push_back(cv_panel(card, card.cross_validation.deviance_name, &CvPoint::deviance, 1));
  if (std::any_of(points.begin(), points.end(), [](const CvPoint& point) { return point.auc.value; })) {
    plot.panels.push_back(cv_panel(card, "AUC", &CvPoint::auc, 0.7));
    plot.panels.back().series.front().colour_of = 1;
  }
  return plot;
}

RowPlot coefficient_plot(const TrainingCard& card) {
  RowPlot plot;
  plot.title = "Largest coefficients per standard deviation";
  plot.description = "How much one standard deviation of a term moves the linear predictor.";
  plot.label_name = "Term";
  plot.x = {"Coefficient per SD", Scale::linear, {}, {}, false, three_decimals};
  plot.reference = 0;
  plot.bars = true;
  for (const CardCoefficient& coefficient : card.coefficients) {
    if (!coefficient.per_sd) continue;
    plot.rows.push_back({coefficient.term, {}, {coefficient.per_sd, {}, {}}, {}});
    if (plot.rows.size() == 25) break;
  }
  return plot;
}

Table coefficient_table(const TrainingCard& card) {
  Table table;
  table.title = "Coefficients";
  const auto shown = static_cast<std::int64_t>(card.coefficients.size());
  if (card.coefficients_total && *card.coefficients_total > shown) {
    table.note = fmt::format("The {} largest of {} coefficients other than 0; all of them are in coefficients.tsv.",
                             shown, *card.coefficients_total);
  }
  table.columns = {text_column("Term"), text_column("Group")};
  std::size_t width = 1;
  for (const CardCoefficient& one : card.coefficients) width = std::max(width, one.coefficients.size());
  for (std::size_t i = 0; i < width; ++i) {
    const bool named = width > 1 && i < card.linear_predictors.size();
    table.columns.push_back(number_column(named ? "Coefficient, " + card.linear_predictors[i] : "Coefficient"));
  }
  table.columns.push_back(number_column("Per SD"));
  table.columns.push_back(number_column("Odds ratio per SD", three_decimals));
  for (const CardCoefficient& one : card.coefficients) {
    std::vector<Cell> cells{one.term, cell(one.group)};
    for (std::size_t i = 0; i < width; ++i) cells.push_back(cell_at(one.coefficients, i));
    cells.push_back(cell(one.per_sd));
    cells.emplace_back(one.odds_ratio_per_sd.value_or(Estimate()));
    table.rows.push_back(std::move(cells));
  }
  table.searchable = table.rows.size() > 20;
  table.rows_at_first = 20;
  drop_empty_columns(table);
  return table;
}

}  // namespace

Section fit_section(const TrainingCard& card) {
  Section section{"fit", "Fit", "How the model was fitted and its penalty chosen.", {}, {}};
  if (!card.settings.empty()) section.blocks.emplace_back(Facts{card.settings});
  if (card.path.points.size() > 1 && !card.path.terms.empty()) section.blocks.emplace_back(path_plot(card));
  if (!card.path.note.empty()) section.blocks.emplace_back(Paragraph{card.path.note});
  if (!card.cross_validation.points.empty()) section.blocks.emplace_back(cv_plot(card));
  std::vector<Fact> facts;
  if (card.lambda_min) facts.push_back({"\u03bb.min", *card.lambda_min, as_general, "best mean over the folds", false});
  if (card.lambda_1se) {
    facts.push_back({"\u03bb.1se", *card.lambda_1se, as_general, "strongest penalty within one SE of the best", false});
  }
  if (card.lambda_chosen) facts.push_back({"\u03bb chosen", *card.lambda_chosen, as_general, {}, false});
  facts.insert(facts.end(), card.fit.begin(), card.fit.end());
  if (!facts.empty()) section.blocks.emplace_back(Facts{std::move(facts)});
  if (!card.calibration.empty()) {
    section.blocks.emplace_back(Paragraph{"Stored in the model and applied to each prediction:"});
    section.blocks.emplace_back(Facts{card.calibration});
  }
  return section;
}

Section coefficients_section(const TrainingCard& card) {
  Section section{"coefficients", "Model", "What the model adds up; the model file has every term in full.", {}, {}};
  if (card.coefficients.empty()) return section;
  RowPlot plot = coefficient_plot(card);
  if (!plot.rows.empty()) section.blocks.emplace_back(std::move(plot));
  section.blocks.emplace_back(coefficient_table(card));
  return section;
}

}  // namespace varisk::report
