#include "varisk/models/write_model.hpp"

#include <fmt/format.h>

#include <cmath>
#include <cstdint>
#include <string_view>
#include <utility>

#include "varisk/core/error.hpp"

namespace varisk::models {
namespace {

using io::Json;

/// Whole numbers without a point; all others as the shortest text that reads back as the same double.
Json number(double value) {
  constexpr double exact = 9007199254740992.0;  // 2^53
  if (!std::isfinite(value)) throw InternalError("a model with a number that is not finite");
  const bool whole = std::trunc(value) == value && std::abs(value) < exact && !(value == 0 && std::signbit(value));
  return whole ? Json(static_cast<std::int64_t>(value)) : Json(value);
}

Json numbers(const std::vector<double>& values) {
  Json array = Json::array();
  for (const double value : values) array.push_back(number(value));
  return array;
}

/// Without the search for the key that `json[key]` does: there may be as many keys as variants.
void add_key(Json& object, const std::string& key, Json value) {
  object.get_ref<Json::object_t&>().emplace_back(key, std::move(value));
}

std::string_view name_of(OnBadValue action) { return action == OnBadValue::error ? "error" : "missing"; }

std::string_view name_of(OnOutlier action) {
  switch (action) {
    case OnOutlier::missing: return "missing";
    case OnOutlier::winsorise: return "winsorise";
    case OnOutlier::error: return "error";
  }
  throw InternalError("unknown action for outliers");
}

std::string_view name_of(cohort::Analyte analyte) {
  switch (analyte) {
    case cohort::Analyte::glucose: return "glucose";
    case cohort::Analyte::cholesterol: return "cholesterol";
    case cohort::Analyte::triglycerides: return "triglycerides";
  }
  throw InternalError("unknown analyte");
}

std::string_view name_of(Coding coding) {
  switch (coding) {
    case Coding::additive: return "additive";
    case Coding::dominant: return "dominant";
    case Coding::recessive: return "recessive";
  }
  throw InternalError("unknown coding");
}

std::string_view name_of(GeneValue value) {
  switch (value) {
    case GeneValue::activity_score: return "activity_score";
    case GeneValue::allele_count: return "allele_count";
    case GeneValue::phenotype: return "phenotype";
    case GeneValue::diplotype: return "diplotype";
  }
  throw InternalError("unknown value of a pharmacogene");
}

/// \param category  null: a number
void add_missing(Json& json, const MissingRule& rule, const Category* category) {
  if (std::holds_alternative<RefuseMissing>(rule)) json["missing"] = "error";
  const auto* const impute = std::get_if<ImputeMissing>(&rule);
  if (impute == nullptr) return;
  if (category == nullptr) {
    json["missing"]["value"] = number(impute->value);
  } else {
    json["missing"]["value"] = category->levels.at(static_cast<std::size_t>(impute->value));
  }
}

void add_category(Json& json, const Category& category) {
  json["levels"] = category.levels;
  if (category.unknown_level != OnBadValue::error) json["unknown_level"] = name_of(category.unknown_level);
}

void add_number(Json& json, const NumberCovariate& covariate) {
  if (covariate.unit) json["unit"] = *covariate.unit;
  if (covariate.analyte) json["analyte"] = name_of(*covariate.analyte);
  if (covariate.range) json["range"] = {number(covariate.range->low), number(covariate.range->high)};
  if (covariate.out_of_range != OnBadValue::error) json["out_of_range"] = name_of(covariate.out_of_range);
  if (!covariate.outliers) return;
  Json& outliers = json["outliers"];
  if (covariate.outliers->low) outliers["low"] = number(*covariate.outliers->low);
  if (covariate.outliers->high) outliers["high"] = number(*covariate.outliers->high);
  outliers["action"] = name_of(covariate.outliers->action);
}

Json write(const CovariateFeature& feature) {
  Json json = {{"type", "covariate"}, {"column", feature.column}};
  const auto* const category = std::get_if<Category>(&feature.value);
  json["value"] = category == nullptr ? "number" : "category";
  if (category != nullptr) {
    add_category(json, *category);
  } else {
    add_number(json, std::get<NumberCovariate>(feature.value));
  }
  add_missing(json, feature.missing, category);
  return json;
}

Json write(const ScoreFeature& feature) {
  Json json;
  json["type"] = "score";
  if (const auto* const id = std::get_if<ScoreFeature::Id>(&feature.score)) {
    json["score"] = id->text;
  } else {
    json["file"] = std::get<ScoreFeature::File>(feature.score).path;
  }
  if (feature.mean != 0) json["mean"] = number(feature.mean);
  if (feature.sd != 1) json["sd"] = number(feature.sd);
  return json;
}

Json write(const VariantFeature& feature) {
  Json json = {{"type", "variant"},  {"contig", feature.contig}, {"position", feature.position.value},
               {"ref", feature.ref}, {"alt", feature.alt},       {"effect_allele", feature.effect_allele}};
  if (feature.coding != Coding::additive) json["coding"] = name_of(feature.coding);
  if (feature.mean) json["mean"] = number(*feature.mean);
  return json;
}

Json write(const PharmacogeneFeature& feature) {
  Json json = {{"type", "pharmacogene"}, {"gene", feature.gene}, {"value", name_of(feature.value)}};
  const bool is_category = feature.value == GeneValue::phenotype || feature.value == GeneValue::diplotype;
  if (feature.value == GeneValue::allele_count) json["allele"] = feature.allele;
  if (is_category) add_category(json, feature.category);
  add_missing(json, feature.missing, is_category ? &feature.category : nullptr);
  return json;
}

Json write(const Factor& factor, const Feature& feature) {
  Json json;
  json["feature"] = feature.name;
  const Category* const category = category_of(feature);
  if (const auto* const affine = std::get_if<Affine>(&factor.transform)) {
    if (category != nullptr) json["ordinal"] = true;
    if (affine->log) json["log"] = true;
    if (affine->center != 0) json["center"] = number(affine->center);
    if (affine->scale != 1) json["scale"] = number(affine->scale);
  } else if (const auto* const interval = std::get_if<Interval>(&factor.transform)) {
    if (interval->at_least) json["at_least"] = number(*interval->at_least);
    if (interval->below) json["below"] = number(*interval->below);
  } else if (const auto* const is = std::get_if<LevelIs>(&factor.transform)) {
    if (category == nullptr) throw InternalError("a level of a number: feature " + feature.name);
    json["level"] = category->levels.at(is->level);
  } else {
    json["missing"] = true;
  }
  return json;
}

Json write(const Term& term, const Model& model) {
  Json json;
  json["name"] = term.name;
  if (term.coefficients.size() != model.intercepts.size()) {
    throw InternalError(fmt::format("term {} has {} coefficients, the model {} linear predictors", term.name,
                                    term.coefficients.size(), model.intercepts.size()));
  }
  if (model.family == Family::multinomial) {
    json["coefficients"] = numbers(term.coefficients);
  } else {
    json["coefficient"] = number(term.coefficients.front());
  }
  if (term.reference != 0) json["reference"] = number(term.reference);
  json["factors"] = Json::array();
  for (const Factor& factor : term.factors) json["factors"].push_back(write(factor, model.features.at(factor.feature)));
  return json;
}

void add_description(Json& json, const Model& model) {
  json["id"] = model.id;
  if (!model.name.empty()) json["name"] = model.name;
  if (!model.description.empty()) json["description"] = model.description;
  json["outcome"] = model.outcome;
  if (model.outcome_unit) json["outcome_unit"] = *model.outcome_unit;
  if (model.residual_sd) json["residual_sd"] = number(*model.residual_sd);
  if (model.family != Family::gaussian) json["classes"] = model.classes;
  json["family"] = to_string(model.family);
  if (model.genome_build != sites::GenomeBuild::unknown) json["genome_build"] = sites::to_string(model.genome_build);
}

void add_constants(Json& json, const Model& model) {
  switch (model.family) {
    case Family::binomial:
    case Family::gaussian: json["intercept"] = number(model.intercepts.front()); return;
    case Family::multinomial: json["intercepts"] = numbers(model.intercepts); return;
    case Family::ordinal: json["thresholds"] = numbers(model.thresholds); return;
  }
}

void add_output(Json& json, const Model& model) {
  if (!model.covariance.empty()) {
    const std::size_t n = model.terms.size() + 1;
    if (model.covariance.size() != n * n) throw InternalError("a covariance that does not fit the terms");
    json["covariance"] = Json::array();
    for (std::size_t i = 0; i < n; ++i) {
      const auto row = model.covariance.begin() + static_cast<std::ptrdiff_t>(i * n);
      json["covariance"].push_back(numbers({row, row + static_cast<std::ptrdiff_t>(n)}));
    }
  }
  if (model.calibration) {
    Json& calibration = json["calibration"];
    if (model.family == Family::multinomial) {
      calibration["intercepts"] = numbers(model.calibration->intercepts);
    } else {
      calibration["intercept"] = number(model.calibration->intercepts.front());
    }
    calibration["slope"] = number(model.calibration->slope);
  }
  if (model.prevalence) {
    json["prevalence"] = {{"training", number(model.prevalence->training)},
                          {"population", number(model.prevalence->population)}};
  }
  for (const Band& band : model.bands) {
    Json entry;
    entry["name"] = band.name;
    if (band.below) entry["below"] = number(*band.below);
    json["bands"].push_back(std::move(entry));
  }
  if (!model.intended_population.empty()) json["intended_population"] = model.intended_population;
  if (!model.provenance.is_null()) json["provenance"] = model.provenance;
  if (!model.performance.is_null()) json["performance"] = model.performance;
  if (!model.notice.empty()) json["notice"] = model.notice;
}

/// One line for each entry.
std::string entries_text(const Json& json) {
  const auto line = [](const Json& value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace); };
  std::string text(1, json.is_object() ? '{' : '[');
  bool first = true;
  for (const auto& [key, value] : json.items()) {
    text += first ? "\n    " : ",\n    ";
    first = false;
    if (json.is_object()) text += line(Json(key)) + ": ";
    text += line(value);
  }
  if (!first) text += "\n  ";
  return text + (json.is_object() ? '}' : ']');
}

}  // namespace

Json write_model(const Model& model) {
  Json json;
  json["format"] = "varisk-model/1";
  add_description(json, model);
  json["features"] = Json::object();
  for (const Feature& feature : model.features) {
    add_key(json["features"], feature.name,
            std::visit([](const auto& source) { return write(source); }, feature.source));
  }
  add_constants(json, model);
  json["terms"] = Json::array();
  for (const Term& term : model.terms) json["terms"].push_back(write(term, model));
  add_output(json, model);
  return json;
}

std::string model_text(const Model& model) {
  const Json json = write_model(model);
  std::string text = "{";
  for (const auto& [key, value] : json.items()) {
    const bool by_lines = key == "features" || key == "terms" || key == "covariance";
    text += fmt::format("{}\n  {}: {}", text.size() > 1 ? "," : "", Json(key).dump(),
                        by_lines ? entries_text(value) : value.dump(-1, ' ', false, Json::error_handler_t::replace));
  }
  return text + "\n}\n";
}

}  // namespace varisk::models
