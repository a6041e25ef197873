#include "train_fit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "varisk/core/error.hpp"
#include "varisk/core/number.hpp"
#include "varisk/evaluation/binary.hpp"
#include "varisk/io/text_input.hpp"
#include "varisk/sites/contig.hpp"

namespace varisk::pipeline {
namespace {

using training::FoldPath;
using training::PathEnd;

training::Family family_of(models::Family family) {
  switch (family) {
    case models::Family::binomial: return training::Family::binomial;
    case models::Family::multinomial: return training::Family::multinomial;
    case models::Family::ordinal: return training::Family::ordinal;
    case models::Family::gaussian: return training::Family::gaussian;
  }
  throw InternalError("unknown family");
}

training::Outcome outcome_of(const TrainSamples& samples) {
  training::Outcome outcome;
  outcome.family = family_of(samples.outcome.family);
  if (outcome.family == training::Family::gaussian) {
    outcome.values = samples.outcome.value;
    return outcome;
  }
  outcome.class_count = samples.outcome.classes.size();
  for (const double value : samples.outcome.value) outcome.classes.push_back(static_cast<std::uint32_t>(value));
  return outcome;
}

/// n / (classes × n of the class), with n the weight of the training part.
std::vector<double> balanced_weights(const TrainSamples& samples, const training::Outcome& outcome) {
  std::vector<double> weight(outcome.class_count);
  double total = 0;
  for (const std::uint32_t row : samples.rows_of(cohort::Part::train)) {
    weight[outcome.classes[row]] += samples.weight[row];
    total += samples.weight[row];
  }
  for (double& one : weight) one = total / (static_cast<double>(outcome.class_count) * one);
  return weight;
}

std::vector<double> read_lambdas(const std::string& path) {
  io::TextInput input(path);
  std::vector<double> values;
  std::string_view line;
  while (input.next(line)) {
    if (line.empty() || line == "lambda") continue;
    const auto value = parse_double(line);
    if (!value || !(*value > 0)) {
      throw UserError(fmt::format("'{}' is no lambda, a number above 0 was expected", line), input.where());
    }
    if (!values.empty() && *value >= values.back()) {
      throw UserError(fmt::format("{} is not below {}, which stands before it", format_double(*value),
                                  format_double(values.back())),
                      input.where(), "sort the values, the largest first");
    }
    values.push_back(*value);
  }
  if (values.empty()) throw UserError("the file has no lambda, one number a line was expected", path);
  return values;
}

/// From λmax down to the wanted one, which warms the fit up.
std::vector<double> lambdas_to(double last, double lambda_max, std::size_t count) {
  if (last >= lambda_max || count < 2) return {last};
  std::vector<double> values;
  const double step = std::log(last / lambda_max) / static_cast<double>(count - 1);
  for (std::size_t i = 0; i + 1 < count; ++i) values.push_back(lambda_max * std::exp(step * static_cast<double>(i)));
  values.push_back(last);
  return values;
}

training::FitRows rows_of_fit(const FitContext& context, std::span<const std::uint32_t> rows) {
  training::FitRows fit;
  fit.weights.assign(context.samples.size(), 0);
  for (const std::uint32_t row : rows) fit.weights[row] = context.samples.weight[row];
  return fit;
}

training::CallAlleles alleles_of(genotypes::CopyRule rule) {
  switch (rule) {
    case genotypes::CopyRule::diploid: return training::CallAlleles::two;
    case genotypes::CopyRule::hemizygous: return training::CallAlleles::one_in_males;
    case genotypes::CopyRule::haploid: return training::CallAlleles::one;
  }
  throw InternalError("unknown rule of copies");
}

/// The columns that the rules leave out of a fit of these rows.
std::optional<training::Selection> select(const FitContext& context, std::vector<double> weights) {
  if (!context.selection) return std::nullopt;
  std::vector<std::optional<training::VariantPlace>> places(context.design.columns.size());
  std::vector<std::uint32_t> adjust;
  for (std::uint32_t c = 0; c < places.size(); ++c) {
    const TrainDesign::Column& column = context.design.columns[c];
    if (column.group != TermGroup::genotype) {
      if (column.penalty_factor == 0) adjust.push_back(c);
      continue;
    }
    const TrainVariant& variant = context.genotypes.variants[column.index];
    const bool autosomal = sites::contig_kind(variant.contig) == sites::ContigKind::other;
    places[c] =
        training::VariantPlace{variant.contig_number, variant.position.value, autosomal, alleles_of(variant.rule)};
  }
  for (std::size_t i = 0; i < weights.size() && !context.problem.class_weights.empty(); ++i) {
    weights[i] *= context.problem.class_weights[context.outcome.classes[i]];
  }
  const training::SelectionInput input{&context.design.design,
                                       &context.outcome,
                                       weights,
                                       context.samples.offset,
                                       places,
                                       context.genotypes.males,
                                       adjust};
  return training::select_columns(input, *context.selection, context.threads);
}

FoldMean mean_over_folds(const std::vector<double>& value, const std::vector<double>& weight) {
  double total = 0;
  FoldMean out;
  for (std::size_t k = 0; k < value.size(); ++k) {
    out.mean += weight[k] * value[k];
    total += weight[k];
  }
  out.mean /= total;
  double spread = 0;
  for (std::size_t k = 0; k < value.size(); ++k) spread += weight[k] * (value[k] - out.mean) * (value[k] - out.mean);
  out.standard_error = std::sqrt(spread / total / static_cast<double>(value.size() - 1));
  return out;
}

double mean_deviance(const FitContext& context, const FoldPath& fold, std::size_t point) {
  const auto deviances = training::row_deviances(context.outcome, fold.predictors[point],
                                                 context.outcome.family == training::Family::ordinal
                                                     ? std::span<const double>(fold.path.points[point].intercepts)
                                                     : std::span<const double>{},
                                                 fold.held_out);
  double sum = 0;
  double total = 0;
  for (std::size_t k = 0; k < deviances.size(); ++k) {
    const double weight = context.samples.weight[fold.held_out[k]];
    sum += weight * deviances[k];
    total += weight;
  }
  return sum / total;
}

std::optional<double> auc_of(const FitContext& context, const FoldPath& fold, std::size_t point) {
  std::vector<std::uint8_t> outcome;
  for (const std::uint32_t row : fold.held_out)
    outcome.push_back(static_cast<std::uint8_t>(context.outcome.classes[row]));
  return evaluation::area_under_roc({outcome, fold.predictors[point], evaluation::PredictionScale::score});
}

void judge_folds(const FitContext& context, TrainFit& fit) {
  std::size_t points = fit.paths.full.points.size();
  std::vector<double> weight;
  for (const FoldPath& fold : fit.paths.folds) {
    points = std::min(points, fold.path.points.size());
    double total = 0;
    for (const std::uint32_t row : fold.held_out) total += context.samples.weight[row];
    weight.push_back(total);
  }
  if (points < fit.paths.full.points.size()) {
    fit.warnings.push_back(
        fmt::format("the paths of some folds ended early: lambda is chosen among the first {} values", points));
  }
  for (std::size_t p = 0; p < points; ++p) {
    CvPoint& point = fit.cv.emplace_back();
    point.lambda = fit.paths.full.points[p].lambda;
    std::vector<double> deviance;
    std::vector<double> auc;
    for (const FoldPath& fold : fit.paths.folds) {
      deviance.push_back(mean_deviance(context, fold, p));
      if (context.outcome.family != training::Family::binomial) continue;
      if (const auto area = auc_of(context, fold, p)) auc.push_back(*area);
    }
    point.deviance = mean_over_folds(deviance, weight);
    if (auc.size() == deviance.size()) point.auc = mean_over_folds(auc, weight);
  }
  if (fit.cv.empty())
    throw UserError("no fold has a fit at any lambda", "--folds", fit.paths.folds.front().path.outcome.help);
}

void choose_point(const FitContext& context, TrainFit& fit) {
  const auto& points = fit.paths.full.points;
  if (!fit.cv.empty()) {
    std::size_t best = 0;
    for (std::size_t p = 1; p < fit.cv.size(); ++p) {
      if (fit.cv[p].deviance.mean < fit.cv[best].deviance.mean) best = p;
    }
    std::size_t sparsest = 0;
    const double limit = fit.cv[best].deviance.mean + fit.cv[best].deviance.standard_error;
    while (fit.cv[sparsest].deviance.mean > limit) ++sparsest;
    fit.min_point = best;
    fit.one_se_point = sparsest;
    fit.chosen = context.options.choose == ChooseLambda::min ? best : sparsest;
    if (best + 1 == fit.cv.size() && fit.cv.size() > 1 && !context.options.lambda) {
      fit.warnings.emplace_back("the smallest lambda is the best one: the path may end too early (--lambda-min-ratio)");
    }
  }
  if (fit.cv.empty() || context.options.lambda) fit.chosen = points.size() - 1;
}

/// What the folds say at the chosen point, in the order of the rows.
HeldOut held_out_of(const FitContext& context, const TrainFit& fit) {
  HeldOut out;
  const std::size_t predictors = context.outcome.predictors();
  std::vector<std::pair<std::uint32_t, std::pair<std::uint32_t, std::uint32_t>>> order;  // row, (fold, place in it)
  for (std::uint32_t f = 0; f < fit.paths.folds.size(); ++f) {
    const FoldPath& fold = fit.paths.folds[f];
    if (context.outcome.family == training::Family::ordinal)
      out.thresholds.push_back(fold.path.points[fit.chosen].intercepts);
    for (std::uint32_t k = 0; k < fold.held_out.size(); ++k) order.push_back({fold.held_out[k], {f, k}});
  }
  std::sort(order.begin(), order.end());
  for (const auto& [row, place] : order) {
    const FoldPath& fold = fit.paths.folds[place.first];
    out.rows.push_back(row);
    out.fold.push_back(place.first);
    for (std::size_t c = 0; c < predictors; ++c) {
      out.predictors.push_back(fold.predictors[fit.chosen][c * fold.held_out.size() + place.second]);
    }
  }
  return out;
}

/// The end of a path in words; nothing if it is as it should be.
std::optional<std::string> end_of(const FitContext& context, const training::PathOutcome& outcome) {
  if (outcome.end == PathEnd::complete || outcome.end == PathEnd::early_stop) return std::nullopt;
  std::vector<std::string> names;
  constexpr std::size_t shown = 5;
  for (std::size_t i = 0; i < std::min(shown, outcome.columns.size()); ++i) {
    names.push_back(context.design.name_of(outcome.columns[i], context.genotypes));
  }
  const std::string at = format_double(outcome.lambda);
  const std::string which =
      names.empty() ? ""
                    : fmt::format(" ({}{})", fmt::join(names, ", "), outcome.columns.size() > shown ? ", ..." : "");
  switch (outcome.end) {
    case PathEnd::separated:
      return fmt::format("the outcome is predicted perfectly at lambda {}{}: the coefficients have no finite value", at,
                         which);
    case PathEnd::cancelled: return "the path was stopped at lambda " + at;
    default: return fmt::format("the fit does not converge at lambda {}{}", at, which);
  }
}

}  // namespace

FitContext make_context(const TrainOptions& options, const TrainSamples& samples, const TrainDesign& design,
                        const TrainGenotypes& genotypes) {
  FitContext context{options,
                     samples,
                     design,
                     genotypes,
                     outcome_of(samples),
                     {},
                     std::nullopt,
                     options.inputs.threads > 0 ? options.inputs.threads : allocated_threads()};
  training::TrainingProblem& problem = context.problem;
  problem.design = &design.design;
  problem.offset = samples.offset;
  if (options.class_weights == ClassWeights::balanced)
    problem.class_weights = balanced_weights(samples, context.outcome);
  problem.penalty.alpha = options.alpha;
  problem.penalty.scale = options.penalty_scale;
  problem.penalty.standardise = options.standardize;
  problem.penalty.grouped = options.grouped;
  for (const TrainDesign::Column& column : design.columns) problem.penalty.factors.push_back(column.penalty_factor);
  problem.lambda.count = options.lambda_count;
  problem.lambda.min_ratio = options.lambda_min_ratio;
  if (options.early_stop) problem.lambda.early_stop = training::EarlyStop{};
  if (options.lambda_file) problem.lambda.values = read_lambdas(*options.lambda_file);
  problem.solver.tolerance = options.tolerance;
  problem.solver.max_rounds = options.max_rounds;
  problem.solver.threads = context.threads;
  if (options.select) context.selection = training::parse_selection(*options.select);
  return context;
}

TrainFit fit_model(const FitContext& context, std::span<const std::uint32_t> rows, const cohort::Folds& folds,
                   const training::ProgressCallback& progress) {
  TrainFit fit;
  training::TrainingProblem problem = context.problem;
  problem.outcome = &context.outcome;
  training::FoldRequest request;
  request.full = rows_of_fit(context, rows);
  fit.selection = select(context, request.full.weights);
  if (fit.selection) request.full.excluded = fit.selection->excluded;
  if (context.options.lambda) {
    training::TrainingProblem first = problem;
    first.lambda = {};
    first.lambda.count = 1;
    const double lambda_max = training::penalised_path(first, request.full).lambda_max;
    problem.lambda.values = lambdas_to(*context.options.lambda, lambda_max, context.options.lambda_count);
  }
  fit.folds = folds.count;
  if (folds.count == 0) {
    fit.paths.full = training::penalised_path(problem, request.full, progress);
  } else {
    request.folds = folds.count;
    request.fold.assign(context.samples.size(), 0);
    for (std::size_t k = 0; k < rows.size(); ++k) request.fold[rows[k]] = folds.of[k];
    for (std::uint32_t f = 0; f < folds.count && context.selection; ++f) {
      std::vector<double> weights = request.full.weights;
      for (std::size_t k = 0; k < rows.size(); ++k) {
        if (folds.of[k] == f) weights[rows[k]] = 0;
      }
      request.excluded.push_back(select(context, weights)->excluded);
    }
    fit.paths = training::fit_folds(problem, request, progress);
  }
  const auto bad_end = end_of(context, fit.paths.full.outcome);
  if (fit.paths.full.points.empty()) {
    throw UserError(bad_end.value_or("there is no fit at any lambda"), "--outcome " + context.options.outcome,
                    fit.paths.full.outcome.help);
  }
  if (bad_end) {
    fit.warnings.push_back(fmt::format("{}; {} of the path's points before it are kept{}{}", *bad_end,
                                       fit.paths.full.points.size(), fit.paths.full.outcome.help.empty() ? "" : ": ",
                                       fit.paths.full.outcome.help));
    if (context.options.lambda) throw UserError(*bad_end, "--lambda", fit.paths.full.outcome.help);
  }
  if (folds.count > 0) judge_folds(context, fit);
  choose_point(context, fit);
  if (folds.count > 0) {
    if (fit.chosen >= fit.cv.size())
      throw UserError("a fold has no fit at the chosen lambda", "--lambda", "give a larger one");
    fit.held_out = held_out_of(context, fit);
  }
  return fit;
}

NestedResult fit_nested(const FitContext& context, std::span<const std::uint32_t> rows) {
  NestedResult out;
  const auto outer = deal_rows(context.samples, rows, context.options.nested_folds, context.options.seed);
  std::vector<std::pair<std::uint32_t, std::vector<double>>> found;
  std::vector<std::uint32_t> fold_of(context.samples.size());
  for (std::uint32_t f = 0; f < outer.count; ++f) {
    std::vector<std::uint32_t> inside;
    std::vector<std::uint32_t> outside;
    for (std::size_t k = 0; k < rows.size(); ++k) (outer.of[k] == f ? outside : inside).push_back(rows[k]);
    const auto inner = deal_rows(context.samples, inside, context.options.folds, context.options.seed + f + 1);
    const TrainFit fit = fit_model(context, inside, inner, {});
    out.lambda.push_back(fit.point().lambda);
    if (context.outcome.family == training::Family::ordinal) out.held_out.thresholds.push_back(fit.point().intercepts);
    const std::size_t predictors = context.outcome.predictors();
    const auto eta = training::linear_predictors(context.design.design, fit.point(), predictors, context.outcome.family,
                                                 fit.paths.full.statistics);
    for (const std::uint32_t row : outside) {
      std::vector<double> values;
      for (std::size_t c = 0; c < predictors; ++c) {
        const double offset = context.samples.offset.empty() ? 0 : context.samples.offset[row];
        values.push_back(eta[c * context.samples.size() + row] + offset);
      }
      found.emplace_back(row, std::move(values));
      fold_of[row] = f;
    }
  }
  std::sort(found.begin(), found.end());
  for (const auto& [row, values] : found) {
    out.held_out.rows.push_back(row);
    out.held_out.fold.push_back(fold_of[row]);
    out.held_out.predictors.insert(out.held_out.predictors.end(), values.begin(), values.end());
  }
  return out;
}

}  // namespace varisk::pipeline
