#include "train_model.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "varisk/core/error.hpp"
#include "varisk/evaluation/binary.hpp"
#include "varisk/evaluation/gaussian.hpp"
#include "varisk/models/prediction.hpp"

namespace varisk::pipeline {
namespace {

using models::Family;
using models::FeatureColumn;
using training::PathPoint;

/// The largest difference that the order of a sum may make, relative to its size.
constexpr double rounding = 1e-9;

std::vector<double> coefficients_of(const PathPoint& point, std::size_t place, std::size_t predictors) {
  std::vector<double> values;
  for (std::size_t c = 0; c < predictors; ++c) values.push_back(point.coefficients[c * point.columns.size() + place]);
  return values;
}

/// Shares of the classes among the weights of the training part.
std::vector<double> class_shares(const FitContext& context, bool with_class_weights) {
  std::vector<double> share(context.outcome.class_count);
  double total = 0;
  for (const std::uint32_t row : context.samples.rows_of(cohort::Part::train)) {
    const std::uint32_t k = context.outcome.classes[row];
    const double weight =
        context.samples.weight[row] *
        (with_class_weights && !context.problem.class_weights.empty() ? context.problem.class_weights[k] : 1);
    share[k] += weight;
    total += weight;
  }
  for (double& one : share) one /= total;
  return share;
}

class ModelMaker {
 public:
  ModelMaker(const FitContext& context, const TrainFit& fit) : context_(context), fit_(fit) {}

  models::Model make() {
    const TrainOptions& options = context_.options;
    model_.id = options.model_id.empty() ? options.outcome : options.model_id;
    model_.name = options.model_name;
    model_.description = options.description;
    model_.outcome = options.outcome;
    model_.family = options.family;
    model_.classes = context_.samples.outcome.classes;
    model_.intended_population = options.intended_population;
    model_.genome_build = context_.genotypes.build;
    add_terms();
    add_intercepts();
    correct_prior();
    if (options.offset) {
      model_.notice = fmt::format("Trained with the offset {}, which is not part of the model.", *options.offset);
    }
    return std::move(model_);
  }
  [[nodiscard]] std::vector<FeatureColumn> take_columns() { return std::move(columns_); }
  [[nodiscard]] std::vector<std::string> take_warnings() { return std::move(warnings_); }

 private:
  void add_terms() {
    const PathPoint& point = fit_.point();
    const std::size_t predictors = context_.outcome.predictors();
    for (std::size_t place = 0; place < point.columns.size(); ++place) {
      const TrainDesign::Column& column = context_.design.columns[point.columns[place]];
      models::Term term;
      if (column.group == TermGroup::genotype) {
        term = variant_term(point.columns[place], context_.genotypes.variants[column.index]);
      } else {
        term = context_.design.terms[column.index];
        for (models::Factor& factor : term.factors) factor.feature = feature_of(factor.feature);
      }
      term.coefficients = coefficients_of(point, place, predictors);
      model_.terms.push_back(std::move(term));
    }
  }

  models::Term variant_term(std::size_t column, const TrainVariant& variant) {
    const double mean = fit_.paths.full.statistics[column].mean;
    const std::string name = name_of(variant);
    models::VariantFeature feature{variant.contig, variant.position,         variant.ref, variant.alt,
                                   variant.alt,    models::Coding::additive, mean};
    // A product may have brought it already, with the same mean; what differs then is rounding.
    const auto known = std::find_if(model_.features.begin(), model_.features.end(),
                                    [&](const models::Feature& one) { return one.name == name; });
    std::size_t index = static_cast<std::size_t>(known - model_.features.begin());
    if (known == model_.features.end()) {
      model_.features.push_back({name, std::move(feature)});
      columns_.push_back(variant_column(variant, context_.genotypes, mean));
    }
    return {name, {}, mean, {{index, models::Affine{}}}};
  }

  /// A feature of the design, in the model once.
  std::size_t feature_of(std::size_t design_feature) {
    const auto [known, is_new] = feature_of_.try_emplace(design_feature, model_.features.size());
    if (is_new) {
      model_.features.push_back(context_.design.features[design_feature]);
      columns_.push_back(context_.design.feature_columns[design_feature]);
    }
    return known->second;
  }

  void add_intercepts() {
    const PathPoint& point = fit_.point();
    if (model_.family == Family::ordinal) {
      model_.intercepts = {0};
      model_.thresholds = point.intercepts;
    } else {
      model_.intercepts = point.intercepts;
    }
  }

  /// Weighted classes, or cases sampled at another rate, move the intercept by the logarithm of the odds (King and
  /// Zeng, Logistic regression in rare events data, 2001, equation 7).
  void correct_prior() {
    const bool weighted = !context_.problem.class_weights.empty();
    if (!weighted && !context_.options.prevalence) return;
    const auto trained = class_shares(context_, true);
    const auto sampled = class_shares(context_, false);
    switch (model_.family) {
      case Family::binomial:
        model_.prevalence = models::Prevalence{trained[1], context_.options.prevalence.value_or(sampled[1])};
        break;
      case Family::multinomial:
        for (std::size_t k = 0; k < trained.size(); ++k) model_.intercepts[k] += std::log(sampled[k] / trained[k]);
        break;
      default:
        warnings_.emplace_back("class weights stay in the thresholds: the probabilities are those of weighted classes");
    }
  }

  const FitContext& context_;
  const TrainFit& fit_;
  models::Model model_;
  std::vector<FeatureColumn> columns_;  ///< of the model's features
  std::map<std::size_t, std::size_t> feature_of_;
  std::vector<std::string> warnings_;
};

/// From the solver's predictors to what the model says without its calibration.
double shift_of(const models::Model& model) {
  return model.prevalence ? models::logit(model.prevalence->population) - models::logit(model.prevalence->training) : 0;
}

std::vector<double> probabilities_of(const models::Model& model, std::span<const double> predictors,
                                     std::span<const double> thresholds) {
  switch (model.family) {
    case Family::gaussian: return {};
    case Family::binomial: return {models::logistic(-predictors[0]), models::logistic(predictors[0])};
    case Family::multinomial: return models::softmax(predictors);
    case Family::ordinal: return models::cumulative_logit(thresholds, predictors[0]);
  }
  return {};
}

/// Held-out predictors of folds as predictions; calibration: one of each fold, or one for all, or none.
PartPredictions predictions_of(std::string name, const HeldOut& held_out, const models::Model& model,
                               std::span<const models::Calibration> calibration) {
  PartPredictions part{std::move(name), held_out.rows, held_out.fold, held_out.predictors, {}};
  const std::size_t predictors = model.intercepts.size();
  for (std::size_t i = 0; i < part.rows.size(); ++i) {
    const std::span<double> eta = std::span(part.linear_predictor).subspan(i * predictors, predictors);
    for (double& value : eta) {
      value += shift_of(model);
      if (calibration.empty()) continue;
      const models::Calibration& one = calibration.size() == 1 ? calibration[0] : calibration[part.fold[i]];
      value = one.intercepts[0] + one.slope * value;
    }
    const auto probabilities =
        probabilities_of(model, eta,
                         held_out.thresholds.empty() ? std::span<const double>{}
                                                     : std::span<const double>(held_out.thresholds[part.fold[i]]));
    part.probability.insert(part.probability.end(), probabilities.begin(), probabilities.end());
  }
  return part;
}

PartPredictions predictions_of(std::string name, std::vector<std::uint32_t> rows, const models::Model& model,
                               std::span<const FeatureColumn> columns) {
  PartPredictions part{std::move(name), std::move(rows), {}, {}, {}};
  for (const std::uint32_t row : part.rows) {
    const models::Prediction prediction = models::predict(model, columns, row);
    part.linear_predictor.insert(part.linear_predictor.end(), prediction.linear_predictors.begin(),
                                 prediction.linear_predictors.end());
    part.probability.insert(part.probability.end(), prediction.probabilities.begin(), prediction.probabilities.end());
  }
  return part;
}

/// The line that outcomes follow on the predictors (Cox 1958); nothing if it cannot be fitted or would turn the order
/// of the predictions round.
std::optional<models::Calibration> calibration_of(const FitContext& context, const PartPredictions& part,
                                                  std::optional<std::uint32_t> but_fold) {
  std::vector<double> predictor;
  std::vector<double> value;
  std::vector<std::uint8_t> event;
  for (std::size_t i = 0; i < part.rows.size(); ++i) {
    if (but_fold && part.fold[i] == *but_fold) continue;
    predictor.push_back(part.linear_predictor[i]);
    value.push_back(context.samples.outcome.value[part.rows[i]]);
    event.push_back(value.back() == 1 ? 1 : 0);
  }
  evaluation::Settings settings;
  settings.bootstrap = 0;
  evaluation::Metrics metrics;
  if (context.options.family == Family::gaussian) {
    metrics = evaluation::evaluate_gaussian({value, predictor}, settings).metrics;
  } else {
    const bool both = std::count(event.begin(), event.end(), 1) > 0 && std::count(event.begin(), event.end(), 0) > 0;
    if (!both) return std::nullopt;
    metrics = evaluation::evaluate_binary({event, predictor, evaluation::PredictionScale::linear_predictor}, settings)
                  .metrics;
  }
  const auto* const slope = evaluation::find_metric(metrics, "calibration_slope");
  const auto* const intercept = evaluation::find_metric(metrics, "calibration_intercept");
  if (slope == nullptr || intercept == nullptr || !slope->value || !intercept->value || *slope->value <= 0)
    return std::nullopt;
  return models::Calibration{{*intercept->value}, *slope->value};
}

/// The model's predictors are those of the solver, whatever way each takes to them.
void compare(const FitContext& context, const TrainFit& fit, const models::Model& model,
             std::span<const FeatureColumn> columns, std::span<const std::uint32_t> rows) {
  const std::size_t predictors = context.outcome.predictors();
  const auto eta = training::linear_predictors(context.design.design, fit.point(), predictors, context.outcome.family,
                                               fit.paths.full.statistics);
  models::Model plain = model;
  plain.prevalence.reset();
  if (!context.problem.class_weights.empty() && plain.family == Family::multinomial)
    plain.intercepts = fit.point().intercepts;
  for (const std::uint32_t row : rows) {
    const models::Prediction prediction = models::predict(plain, columns, row);
    for (std::size_t c = 0; c < predictors; ++c) {
      const double expected = eta[c * context.samples.size() + row];
      if (prediction.linear_predictors.empty()) throw InternalError("the model has no result where the solver has one");
      const double found = prediction.linear_predictors[c];
      if (std::abs(found - expected) <= rounding * (1 + std::abs(expected))) continue;
      throw InternalError(fmt::format("the model says {} where the solver has {}", found, expected));
    }
  }
}

}  // namespace

TrainedModel make_model(const FitContext& context, const TrainFit& fit, const std::optional<NestedResult>& nested,
                        std::span<const std::uint32_t> usable) {
  TrainedModel out;
  ModelMaker maker(context, fit);
  out.model = maker.make();
  const auto columns = maker.take_columns();
  out.warnings = maker.take_warnings();
  compare(context, fit, out.model, columns, usable);

  const auto rows_of = [&](cohort::Part part) {
    std::vector<std::uint32_t> rows;
    std::copy_if(usable.begin(), usable.end(), std::back_inserter(rows),
                 [&](std::uint32_t row) { return context.samples.part[row] == part; });
    return rows;
  };
  const auto validation = rows_of(cohort::Part::validation);
  const auto test = rows_of(cohort::Part::test);
  const bool one_line = out.model.family == Family::binomial || out.model.family == Family::gaussian;
  CalibrateOn on = context.options.calibrate;
  if (on == CalibrateOn::automatic) on = !validation.empty() && one_line ? CalibrateOn::validation : CalibrateOn::none;
  if (on != CalibrateOn::none && !one_line) {
    throw UsageError("--calibrate is for outcomes of two classes and numbers", "leave it out");
  }
  if (on == CalibrateOn::validation && validation.empty()) {
    throw UsageError("--calibrate validation needs a validation part", "give --split or --split-column");
  }
  std::vector<models::Calibration> of_folds;
  if (on == CalibrateOn::folds) {
    out.uncalibrated = predictions_of("cross_validation", fit.held_out, out.model, {});
    out.model.calibration = calibration_of(context, *out.uncalibrated, std::nullopt);
    for (std::uint32_t f = 0; f < fit.folds; ++f) {
      of_folds.push_back(calibration_of(context, *out.uncalibrated, f).value_or(models::Calibration{}));
    }
  } else if (on == CalibrateOn::validation) {
    out.model.calibration =
        calibration_of(context, predictions_of("validation", validation, out.model, columns), std::nullopt);
  }
  if (on != CalibrateOn::none && !out.model.calibration) {
    out.warnings.emplace_back(
        "the model could not be calibrated: the predictions do not rise with the outcome, or there is one class only");
    out.uncalibrated.reset();
    of_folds.clear();
  }
  if (fit.folds > 0) out.parts.push_back(predictions_of("cross_validation", fit.held_out, out.model, of_folds));
  if (nested) out.parts.push_back(predictions_of("nested", nested->held_out, out.model, {}));
  if (!validation.empty()) out.parts.push_back(predictions_of("validation", validation, out.model, columns));
  if (!test.empty()) out.parts.push_back(predictions_of("test", test, out.model, columns));
  return out;
}

}  // namespace varisk::pipeline
