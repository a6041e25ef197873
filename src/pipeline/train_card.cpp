#include "train_card.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "varisk/core/error.hpp"
#include "varisk/core/number.hpp"
#include "varisk/core/version.hpp"
#include "varisk/io/json_node.hpp"
#include "varisk/report/reporting_items.hpp"

namespace varisk::pipeline {
namespace {

using report::Fact;
using report::TrainingCard;
using training::PathPoint;

constexpr std::size_t shown_terms = 40;
constexpr std::size_t drawn_terms = 24;

report::OutcomeKind kind_of(models::Family family) {
  switch (family) {
    case models::Family::binomial: return report::OutcomeKind::binomial;
    case models::Family::multinomial: return report::OutcomeKind::multinomial;
    case models::Family::ordinal: return report::OutcomeKind::ordinal;
    case models::Family::gaussian: return report::OutcomeKind::gaussian;
  }
  throw InternalError("unknown family");
}

Fact fact(std::string name, report::Cell value, std::string note = {}) {
  Fact out;
  out.name = std::move(name);
  out.value = std::move(value);
  out.note = std::move(note);
  return out;
}

std::int64_t count(std::size_t number) { return static_cast<std::int64_t>(number); }

class CardMaker {
 public:
  CardMaker(const FitContext& context, const TrainFit& fit, const TrainedModel& trained)
      : context_(context), options_(context.options), fit_(fit), trained_(trained) {}

  void name_things() {
    card_.model_id = trained_.model.id;
    card_.model_name = trained_.model.name;
    card_.description = trained_.model.description;
    card_.outcome = options_.outcome;
    card_.family = kind_of(options_.family);
    card_.classes = trained_.model.classes;
    if (trained_.model.intercepts.size() > 1) card_.linear_predictors = trained_.model.classes;
    card_.intended_population = options_.intended_population;
    card_.genetic = !context_.genotypes.variants.empty() || !context_.genotypes.scores.empty();
    card_.software.push_back(fact("varisk", std::string(version())));
  }

  void add_sources(const io::Json& sources) {
    for (const auto& [role, files] : sources.items()) {
      for (const io::Json& file : files.is_array() ? files : io::Json::array({files})) {
        report::CardSource& source = card_.sources.emplace_back();
        source.role = role;
        source.path = file.at("path").get<std::string>();
        if (file.contains("xxh3")) source.digest = file.at("xxh3").get<std::string>();
        if (file.contains("size")) source.bytes = file.at("size").get<std::int64_t>();
      }
    }
  }

  void add_data(std::span<const std::uint32_t> usable) {
    add_part("train", cohort::Part::train, usable, "coefficients, and lambda by the folds");
    add_part("validation", cohort::Part::validation, usable, "calibration");
    add_part("test", cohort::Part::test, usable, "judged once, by the finished model");
    if (options_.split)
      card_.split = fmt::format("dealt {} with seed {}, stratified by the outcome", *options_.split, options_.seed);
    if (options_.split_column) card_.split = fmt::format("column {}", *options_.split_column);
    if (options_.group_by && !card_.split.empty())
      card_.split += fmt::format("; whole groups of {}", *options_.group_by);
    const TrainSamples& samples = context_.samples;
    card_.data.push_back(fact("Samples that were there", count(samples.candidates)));
    card_.data.push_back(fact("Left out: no row in the table", count(samples.without_row)));
    card_.data.push_back(fact("Left out: no outcome", count(samples.without_outcome)));
    card_.data.push_back(fact("Left out: a covariate without value", count(samples.size() - usable.size())));
    if (card_.genetic) {
      card_.data.push_back(fact("Genome build", std::string(sites::to_string(context_.genotypes.build))));
      card_.data.push_back(fact("Records listed", context_.genotypes.records));
    }
  }

  void add_cleaning() {
    for (const models::ColumnReport& column : context_.design.cleaning) {
      report::CardCleaning& row = card_.cleaning.emplace_back();
      row.covariate = column.column;
      row.kind = std::string(models::to_string(column.type)) + (column.unit ? ", " + *column.unit : "");
      row.missing = count(column.counts.missing);
      row.outside_limits = count(column.counts.out_of_range + column.counts.outliers + column.counts.winsorised);
      row.values = count(column.samples) - row.missing;
      if (column.outliers) {
        row.lower_limit = column.outliers->low;
        row.upper_limit = column.outliers->high;
        row.limits_by = column.outliers->action == models::OnOutlier::winsorise ? "moved to the limit"
                        : column.outliers->action == models::OnOutlier::missing ? "taken for missing"
                                                                                : "an error";
      }
      const auto number = parse_double(column.fill.value_or(""));
      row.imputed_with = number ? fmt::format("{:.6g}", *number) : column.fill.value_or("");
      row.result = column.use == models::ColumnReport::Use::constant ? "constant: no term"
                                                                     : fmt::format("{} term(s)", column.terms.size());
    }
  }

  void add_selection() {
    if (!fit_.selection) return;
    card_.selection.push_back({"read", count(fit_.selection->candidates), {}});
    for (const auto& step : fit_.selection->steps) {
      card_.selection.push_back(
          {std::string(training::selection_word(step.step)), count(step.left), fmt::format("{} left out", step.out)});
    }
  }

  void add_features() {
    for (const TermGroup group : {TermGroup::covariate, TermGroup::score, TermGroup::genotype, TermGroup::product}) {
      report::CardFeatureGroup row;
      row.name = std::string(to_string(group)) + "s";
      for (const auto& column : context_.design.columns) {
        if (column.group != group) continue;
        ++row.candidates;
        row.penalty_factor = column.penalty_factor;
      }
      for (const std::uint32_t column : fit_.point().columns)
        row.selected += context_.design.columns[column].group == group ? 1 : 0;
      if (row.candidates > 0) card_.features.push_back(std::move(row));
    }
  }

  void add_settings() {
    card_.settings = {
        fact("Family", std::string(models::to_string(options_.family))),
        fact("Alpha", options_.alpha),
        fact("Standardised", std::string(options_.standardize ? "yes, SD over n" : "no")),
        fact("Penalty scale", std::string(options_.penalty_scale == training::PenaltyScale::glmnet ? "glmnet" : "raw")),
        fact("Tolerance of the duality gap", options_.tolerance),
        fact("Seed", static_cast<std::int64_t>(options_.seed))};
    if (options_.weights) card_.settings.push_back(fact("Weights", *options_.weights));
    if (options_.offset) card_.settings.push_back(fact("Offset", *options_.offset));
    if (options_.class_weights == ClassWeights::balanced)
      card_.settings.push_back(fact("Class weights", std::string("balanced")));
    if (options_.select) card_.settings.push_back(fact("Selection", *options_.select, "anew for each fold"));
    if (!options_.products.empty())
      card_.settings.push_back(fact("Products", fmt::format("{}", fmt::join(options_.products, ", "))));
  }

  void add_path() {
    const auto& points = fit_.paths.full.points;
    for (const PathPoint& point : points)
      card_.path.points.push_back({point.lambda, count(point.df), point.deviance_ratio});
    card_.path.coefficient_scale = "per SD";
    for (const std::uint32_t column : largest(drawn_terms)) {
      report::PathTerm& term = card_.path.terms.emplace_back();
      term.name = context_.design.name_of(column, context_.genotypes);
      if (context_.outcome.predictors() > 1) term.name += ", " + trained_.model.classes[predictor_of(column)];
      for (const PathPoint& point : points) term.coefficients.push_back(per_sd(point, column));
    }
    card_.path.note =
        fmt::format("{} values of lambda; of each the duality gap over all columns is in path.tsv", points.size());
    const PathPoint& chosen = fit_.point();
    card_.lambda_chosen = chosen.lambda;
    if (fit_.min_point) card_.lambda_min = points[*fit_.min_point].lambda;
    if (fit_.one_se_point) card_.lambda_1se = points[*fit_.one_se_point].lambda;
    card_.fit = {fact("Lambda", chosen.lambda),
                 fact("Terms with a coefficient", count(chosen.df)),
                 fact("Deviance ratio", chosen.deviance_ratio),
                 fact("Objective", chosen.objective),
                 fact("Duality gap", chosen.gap, "no fit is better by more than this"),
                 fact("Largest KKT violation", chosen.kkt)};
  }

  void add_folds() {
    if (fit_.cv.empty()) return;
    auto& cv = card_.cross_validation;
    cv.folds = options_.fold_column
                   ? fmt::format("{} folds of column {}", fit_.folds, *options_.fold_column)
                   : fmt::format("{} folds, stratified by the outcome, seed {}", fit_.folds, options_.seed);
    if (options_.group_by) cv.folds += fmt::format(", whole groups of {}", *options_.group_by);
    if (options_.family == models::Family::gaussian) cv.deviance_name = "Mean squared error";
    for (const CvPoint& point : fit_.cv) {
      report::CvPoint& to = cv.points.emplace_back();
      to.lambda = point.lambda;
      to.deviance = around(point.deviance);
      if (point.auc) to.auc = around(*point.auc);
    }
  }

  void add_coefficients() {
    const PathPoint& point = fit_.point();
    card_.coefficients_total = count(point.columns.size());
    for (const std::uint32_t column : largest(shown_terms)) {
      const std::size_t place = *place_of(point, column);
      report::CardCoefficient& row = card_.coefficients.emplace_back();
      row.term = context_.design.name_of(column, context_.genotypes);
      row.group = to_string(context_.design.columns[column].group);
      for (std::size_t c = 0; c < context_.outcome.predictors(); ++c) {
        row.coefficients.push_back(point.coefficients[c * point.columns.size() + place]);
      }
      row.per_sd = per_sd(point, column);
      if (options_.family == models::Family::binomial)
        row.odds_ratio_per_sd = report::Estimate{std::exp(*row.per_sd), {}, {}};
    }
    const models::Model& model = trained_.model;
    if (model.calibration) {
      card_.calibration.push_back(fact("Calibration intercept", model.calibration->intercepts.front()));
      card_.calibration.push_back(fact("Calibration slope", model.calibration->slope));
    }
    if (model.prevalence) {
      card_.calibration.push_back(fact("Cases in training (weighted)", model.prevalence->training));
      card_.calibration.push_back(fact("Cases in the population", model.prevalence->population));
    }
  }

  void add_performance(const std::vector<JudgedPart>& judged) {
    // The most honest estimate stands first.
    for (const std::string_view name :
         {"test", "nested", "cross_validation", "validation", "cross_validation_uncalibrated"}) {
      for (const JudgedPart& part : judged) {
        if (part.name != name) continue;
        auto performance = report::evaluation_report_of(part.evaluation, part.plotted).performance;
        performance.data = said_of(part.name);
        card_.performance.push_back(std::move(performance));
      }
    }
  }

  void add_words(const std::vector<std::string>& warnings) {
    for (const std::string& warning : warnings) card_.notices.push_back({report::Severity::warning, "Note", warning});
    if (!options_.group_by) {
      card_.limits.emplace_back(
          "Relatives, or several rows of one person, may be on both sides of a split: no group was given.");
    }
    if (fit_.folds > 0 && options_.nested_folds == 0 && !context_.samples.has_split) {
      card_.limits.emplace_back(
          "Lambda was chosen by the same folds that judge the model, which flatters it a little; --nested-folds or a "
          "test part do not.");
    }
    card_.limits.emplace_back(
        "Limits of outliers, filled values and levels come from the whole training part, also for the folds.");
    card_.limits.emplace_back(
        "Penalised coefficients are shrunk and have no standard errors; they are no effects of causes.");
    if (card_.genetic) {
      card_.limits.emplace_back("Accuracy in people of other ancestry than those of the training is not known.");
    }
    if (options_.card_info) read_info(*options_.card_info);
  }

  [[nodiscard]] TrainingCard take() { return std::move(card_); }

 private:
  void add_part(const std::string& name, cohort::Part part, std::span<const std::uint32_t> usable,
                const std::string& use) {
    report::CardPart row;
    row.name = name;
    row.use = use;
    row.class_counts.assign(trained_.model.classes.size(), 0);
    std::vector<std::uint32_t> groups;
    for (const std::uint32_t i : usable) {
      if (context_.samples.part[i] != part) continue;
      ++row.samples;
      if (!row.class_counts.empty()) ++row.class_counts[static_cast<std::size_t>(context_.samples.outcome.value[i])];
      if (!context_.samples.groups.of.empty()) groups.push_back(context_.samples.groups.of[i]);
    }
    if (row.samples == 0) return;
    if (!groups.empty()) {
      std::sort(groups.begin(), groups.end());
      row.groups = std::unique(groups.begin(), groups.end()) - groups.begin();
    }
    card_.parts.push_back(std::move(row));
  }

  [[nodiscard]] static std::optional<std::size_t> place_of(const PathPoint& point, std::uint32_t column) {
    const auto found = std::lower_bound(point.columns.begin(), point.columns.end(), column);
    if (found == point.columns.end() || *found != column) return std::nullopt;
    return static_cast<std::size_t>(found - point.columns.begin());
  }

  /// The predictor that a column of the model matters most for.
  [[nodiscard]] std::size_t predictor_of(std::uint32_t column) const {
    const PathPoint& point = fit_.point();
    const auto place = place_of(point, column);
    std::size_t best = 0;
    for (std::size_t c = 1; c < context_.outcome.predictors() && place; ++c) {
      const auto size = [&](std::size_t k) { return std::abs(point.coefficients[k * point.columns.size() + *place]); };
      if (size(c) > size(best)) best = c;
    }
    return best;
  }

  /// Of a change by one SD, in that predictor.
  [[nodiscard]] double per_sd(const PathPoint& point, std::uint32_t column) const {
    const auto place = place_of(point, column);
    if (!place) return 0;
    return point.coefficients[predictor_of(column) * point.columns.size() + *place] *
           fit_.paths.full.statistics[column].sd;
  }

  /// Columns of the chosen point with the largest coefficients.
  [[nodiscard]] std::vector<std::uint32_t> largest(std::size_t most) const {
    std::vector<std::uint32_t> columns = fit_.point().columns;
    std::stable_sort(columns.begin(), columns.end(), [&](std::uint32_t a, std::uint32_t b) {
      return std::abs(per_sd(fit_.point(), a)) > std::abs(per_sd(fit_.point(), b));
    });
    if (columns.size() > most) columns.resize(most);
    return columns;
  }

  static report::Estimate around(const FoldMean& mean) {
    return {mean.mean, mean.mean - mean.standard_error, mean.mean + mean.standard_error};
  }

  [[nodiscard]] std::string said_of(const std::string& name) const {
    if (name == "test") return "Test part, judged once";
    if (name == "validation") {
      return trained_.model.calibration && !trained_.uncalibrated ? "Validation part, which the model was calibrated on"
                                                                  : "Validation part";
    }
    if (name == "nested") return fmt::format("Nested cross-validation, {} outer folds", options_.nested_folds);
    if (name == "cross_validation_uncalibrated") return "Cross-validation, before calibration";
    return trained_.uncalibrated ? "Cross-validation, calibrated on the other folds" : "Cross-validation";
  }

  void read_info(const std::string& path) {
    const io::Json json = io::read_json(path);
    const io::JsonNode node(json, path);
    node.expect_keys({"intended_use", "limits", "items"});
    if (const auto use = node.find("intended_use")) card_.intended_use = use->text();
    if (const auto limits = node.find("limits")) {
      limits->expect_array();
      for (std::size_t i = 0; i < limits->size(); ++i) card_.limits.push_back(limits->element(i).text());
    }
    const auto given = node.find("items");
    if (!given) return;
    given->expect_object();
    const auto items = report::reporting_items();
    for (const auto& [key, value] : given->json().items()) {
      const bool known =
          std::any_of(items.begin(), items.end(), [&, &name = key](const auto& item) { return item.key == name; });
      const io::JsonNode member = given->member(key, value);
      if (!known) member.fail_because("no item of TRIPOD+AI or PRS-RS has this key");
      card_.author_notes.push_back({key, member.text()});
    }
  }

  const FitContext& context_;
  const TrainOptions& options_;
  const TrainFit& fit_;
  const TrainedModel& trained_;
  TrainingCard card_;
};

}  // namespace

TrainingCard make_card(const FitContext& context, const TrainFit& fit, const TrainedModel& trained,
                       const std::vector<JudgedPart>& judged, std::span<const std::uint32_t> usable,
                       const io::Json& sources, const std::vector<std::string>& warnings) {
  CardMaker maker(context, fit, trained);
  maker.name_things();
  maker.add_sources(sources);
  maker.add_data(usable);
  maker.add_cleaning();
  maker.add_selection();
  maker.add_features();
  maker.add_settings();
  maker.add_path();
  maker.add_folds();
  maker.add_coefficients();
  maker.add_performance(judged);
  maker.add_words(warnings);
  return maker.take();
}

}  // namespace varisk::pipeline
