#include "varisk/models/design.hpp"

#include <fmt/format.h>

#include <cmath>

#include "factor_value.hpp"
#include "varisk/core/error.hpp"

namespace varisk::models {

std::optional<double> factor_value(const Factor& factor, const FeatureColumn& column, std::size_t sample) {
  const double x = column.value[sample];
  if (const auto* affine = std::get_if<Affine>(&factor.transform)) {
    if (affine->log && x <= 0) return std::nullopt;
    return ((affine->log ? std::log(x) : x) - affine->center) / affine->scale;
  }
  if (const auto* interval = std::get_if<Interval>(&factor.transform)) {
    const bool inside = (!interval->at_least || x >= *interval->at_least) && (!interval->below || x < *interval->below);
    return inside ? 1.0 : 0.0;
  }
  if (const auto* is = std::get_if<LevelIs>(&factor.transform)) return x == static_cast<double>(is->level) ? 1.0 : 0.0;
  return column.state[sample] == ValueState::imputed ? 1.0 : 0.0;
}

std::optional<double> term_value(const Term& term, std::span<const FeatureColumn> columns, std::size_t sample) {
  double product = 1;
  for (const Factor& factor : term.factors) {
    const FeatureColumn& column = columns[factor.feature];
    if (column.state[sample] == ValueState::missing) return std::nullopt;
    const auto value = factor_value(factor, column, sample);
    if (!value) return std::nullopt;
    product *= *value;
  }
  return product;
}

std::vector<FeatureColumn> covariate_columns(std::span<const Feature> features, const cohort::CovariateTable& table,
                                             std::span<const std::string> sample_ids,
                                             std::map<std::string, CleaningCounts>& counts) {
  std::vector<FeatureColumn> columns;
  columns.reserve(features.size());
  for (const Feature& feature : features) {
    const auto* const covariate = std::get_if<CovariateFeature>(&feature.source);
    if (covariate == nullptr) throw InternalError("not a covariate: feature " + feature.name);
    columns.push_back(covariate_column(*covariate, table, sample_ids, counts[covariate->column]));
  }
  return columns;
}

Design design_of(std::span<const Term> terms, std::span<const FeatureColumn> columns, std::size_t samples) {
  Design design;
  design.samples = samples;
  design.terms = terms.size();
  for (const FeatureColumn& column : columns) {
    if (column.value.size() == design.samples && column.state.size() == design.samples) continue;
    throw InternalError(fmt::format("a column of {} values for {} samples", column.value.size(), samples));
  }
  design.values.resize(design.samples * design.terms);
  design.complete.assign(design.samples, 1);
  for (std::size_t t = 0; t < terms.size(); ++t) {
    for (std::size_t i = 0; i < design.samples; ++i) {
      const auto value = term_value(terms[t], columns, i);
      if (value && std::isfinite(*value)) {
        design.values[t * design.samples + i] = *value;
      } else {
        design.complete[i] = 0;
      }
    }
  }
  for (std::size_t i = 0; i < design.samples; ++i) {
    if (design.complete[i] != 0) continue;
    for (std::size_t t = 0; t < terms.size(); ++t) design.values[t * design.samples + i] = 0;
  }
  return design;
}

}  // namespace varisk::models
