#include "train_tables.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "varisk/core/number.hpp"
#include "varisk/report/score_writers.hpp"

namespace varisk::pipeline {
namespace {

using report::TsvWriter;
using training::PathPoint;

std::string_view none() { return "NA"; }

void write_path(OutputFolder& folder, const TrainFit& fit) {
  TsvWriter table(folder.create("path.tsv"), "lambda\tdf\tdeviance_ratio\tobjective\tgap\tkkt\tpasses");
  for (const PathPoint& point : fit.paths.full.points) {
    table << point.lambda << static_cast<std::int64_t>(point.df) << point.deviance_ratio << point.objective << point.gap
          << point.kkt << static_cast<std::int64_t>(point.passes);
    table.end_row();
  }
  table.flush();
}

/// Names of the intercepts: those of the classes or thresholds where there are several.
std::vector<std::string> intercept_names(const FitContext& context) {
  const auto& classes = context.samples.outcome.classes;
  std::vector<std::string> names;
  if (context.options.family == models::Family::multinomial) {
    for (const std::string& name : classes) names.push_back("(intercept):" + name);
  } else if (context.options.family == models::Family::ordinal) {
    for (std::size_t k = 0; k + 1 < classes.size(); ++k)
      names.push_back(fmt::format("(threshold):{}|{}", classes[k], classes[k + 1]));
  } else {
    names.emplace_back("(intercept)");
  }
  return names;
}

/// One row for each term that has a coefficient anywhere on the path; a term of several predictors has one for each.
void write_coefficients(OutputFolder& folder, const FitContext& context, const TrainFit& fit) {
  const auto& points = fit.paths.full.points;
  std::string header = "term";
  for (const PathPoint& point : points) header += "\t" + format_double(point.lambda);
  TsvWriter table(folder.create("coefficients.tsv"), header);
  const auto intercepts = intercept_names(context);
  for (std::size_t k = 0; k < intercepts.size(); ++k) {
    table << std::string_view(intercepts[k]);
    for (const PathPoint& point : points) table << point.intercepts[k];
    table.end_row();
  }
  std::vector<std::uint32_t> columns;
  for (const PathPoint& point : points) columns.insert(columns.end(), point.columns.begin(), point.columns.end());
  std::sort(columns.begin(), columns.end());
  columns.erase(std::unique(columns.begin(), columns.end()), columns.end());
  std::vector<std::size_t> next(points.size(), 0);  // each point's columns ascend as these do
  const std::size_t predictors = context.outcome.predictors();
  for (const std::uint32_t column : columns) {
    for (std::size_t c = 0; c < predictors; ++c) {
      const std::string name = context.design.name_of(column, context.genotypes);
      table << std::string_view(predictors == 1 ? name : name + ":" + context.samples.outcome.classes[c]);
      for (std::size_t p = 0; p < points.size(); ++p) {
        const bool here = next[p] < points[p].columns.size() && points[p].columns[next[p]] == column;
        table << (here ? points[p].coefficients[c * points[p].columns.size() + next[p]] : 0.0);
      }
      table.end_row();
    }
    for (std::size_t p = 0; p < points.size(); ++p) {
      if (next[p] < points[p].columns.size() && points[p].columns[next[p]] == column) ++next[p];
    }
  }
  table.flush();
}

void write_cv(OutputFolder& folder, const TrainFit& fit) {
  TsvWriter table(folder.create("cv.tsv"), "lambda\tmean_deviance\tse\tauc\tauc_se\tdf\tchoice");
  for (std::size_t p = 0; p < fit.cv.size(); ++p) {
    const CvPoint& point = fit.cv[p];
    table << point.lambda << point.deviance.mean << point.deviance.standard_error
          << (point.auc ? std::optional(point.auc->mean) : std::nullopt)
          << (point.auc ? std::optional(point.auc->standard_error) : std::nullopt)
          << static_cast<std::int64_t>(fit.paths.full.points[p].df);
    std::vector<std::string_view> words;
    if (fit.min_point == p) words.emplace_back("min");
    if (fit.one_se_point == p) words.emplace_back("1se");
    if (fit.chosen == p) words.emplace_back("model");
    table << std::string_view(words.empty() ? std::string(none()) : fmt::format("{}", fmt::join(words, ",")));
    table.end_row();
  }
  table.flush();
}

void write_selection(OutputFolder& folder, const training::Selection& selection) {
  TsvWriter table(folder.create("selection.tsv"), "step\tout\tleft\tuntested");
  for (const auto& step : selection.steps) {
    table << training::selection_word(step.step) << static_cast<std::int64_t>(step.out)
          << static_cast<std::int64_t>(step.left) << static_cast<std::int64_t>(step.untested);
    table.end_row();
  }
  table.flush();
}

std::string outcome_text(const models::Model& model, double value) {
  return model.classes.empty() ? format_double(value) : model.classes[static_cast<std::size_t>(value)];
}

void write_part(TsvWriter& table, const FitContext& context, const models::Model& model, const PartPredictions& part) {
  const std::size_t predictors = model.intercepts.size();
  const std::size_t classes = model.classes.size();
  for (std::size_t i = 0; i < part.rows.size(); ++i) {
    const std::uint32_t row = part.rows[i];
    const std::string outcome = outcome_text(model, context.samples.outcome.value[row]);
    const bool is_gaussian = model.family == models::Family::gaussian;
    // Of two classes the second is the one that the model is about.
    for (std::size_t k = model.family == models::Family::binomial ? 1 : 0; k < (is_gaussian ? 1 : classes); ++k) {
      table << std::string_view(context.samples.ids[row]) << std::string_view(model.id) << std::string_view(part.name);
      if (part.fold.empty()) {
        table << none();
      } else {
        table << static_cast<std::int64_t>(part.fold[i] + 1);
      }
      table << std::string_view(outcome) << (is_gaussian ? none() : std::string_view(model.classes[k]));
      table << (is_gaussian ? std::optional<double>() : std::optional(part.probability[i * classes + k]));
      table << part.linear_predictor[i * predictors + (predictors > 1 ? k : 0)];
      table.end_row();
    }
  }
}

}  // namespace

void write_train_tables(OutputFolder& folder, const FitContext& context, const TrainFit& fit,
                        const TrainedModel& trained) {
  write_path(folder, fit);
  write_coefficients(folder, context, fit);
  if (!fit.cv.empty()) write_cv(folder, fit);
  if (fit.selection) write_selection(folder, *fit.selection);
  TsvWriter table(folder.create("predictions.tsv"),
                  "sample_id\tmodel_id\tpart\tfold\toutcome\tclass\tprobability\tlinear_predictor");
  // Of the folds' predictions the nested ones are the honest ones; a sample stands in one part.
  const bool nested = std::any_of(trained.parts.begin(), trained.parts.end(),
                                  [](const PartPredictions& part) { return part.name == "nested"; });
  for (const PartPredictions& part : trained.parts) {
    if (nested && part.name == "cross_validation") continue;
    write_part(table, context, trained.model, part);
  }
  table.flush();
}

io::Json train_metrics(const std::vector<JudgedPart>& judged) {
  io::Json json;
  json["format"] = "varisk-train-metrics/1";
  json["parts"] = io::Json::object();
  for (const JudgedPart& part : judged) json["parts"][part.name] = report::metrics_json(part.evaluation);
  return json;
}

}  // namespace varisk::pipeline
