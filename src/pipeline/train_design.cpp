#include "train_design.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <unordered_map>
#include <unordered_set>

#include "varisk/core/error.hpp"
#include "varisk/models/design.hpp"

namespace varisk::pipeline {
namespace {

using models::FeatureColumn;
using models::Term;
using models::ValueState;

/// Columns of the table that are covariates.
std::vector<std::string> covariates_of(const TrainOptions& options, const cohort::CovariateTable& table) {
  if (options.no_covariates) return {};
  std::vector<std::string> used = {options.inputs.sample_column, options.outcome};
  for (const auto& column :
       {options.weights, options.offset, options.fold_column, options.group_by, options.split_column}) {
    if (column) used.push_back(*column);
  }
  if (options.features.empty()) return models::covariate_names(table, used);
  for (const std::string& feature : options.features) {
    if (std::find(used.begin(), used.end(), feature) == used.end()) continue;
    throw UsageError(fmt::format("--features names {}, which is no covariate", feature),
                     "it is the outcome, or steers the training");
  }
  return options.features;
}

std::vector<std::uint32_t> fitted_rows(const TrainSamples& samples) { return samples.rows_of(cohort::Part::train); }

class DesignMaker {
 public:
  DesignMaker(const TrainOptions& options, const cohort::CovariateTable& table, const TrainSamples& samples,
              const TrainGenotypes& genotypes)
      : options_(options), table_(table), samples_(samples), genotypes_(genotypes), train_(fitted_rows(samples)) {
    out_.design = training::Design(samples.size());
  }

  TrainDesign make() {
    add_covariates();
    add_scores();
    for (const std::string& product : options_.products) add_product(product);
    add_dense();
    add_variants();
    return std::move(out_);
  }

 private:
  [[nodiscard]] double covariate_factor(const std::string& column) const {
    const auto& free = options_.unpenalized;
    if (!free.empty()) {
      return std::find(free.begin(), free.end(), column) != free.end()
                 ? 0
                 : options_.penalty_factors.covariates.value_or(1);
    }
    const bool alone = genotypes_.variants.empty() && genotypes_.scores.empty();
    return options_.penalty_factors.covariates.value_or(alone ? 1 : 0);
  }

  void add_covariates() {
    const auto names = covariates_of(options_, table_);
    for (const std::string& free : options_.unpenalized) {
      if (std::find(names.begin(), names.end(), free) != names.end()) continue;
      throw UsageError(fmt::format("--unpenalized names {}, which is no covariate of this training", free),
                       "it names columns that --features has");
    }
    if (names.empty()) return;
    models::CleaningRules rules;
    rules.defaults = options_.cleaning_defaults;
    if (options_.cleaning) rules = models::read_cleaning_rules(*options_.cleaning, options_.cleaning_defaults);
    auto fitted = models::fit_cleaning(table_, names, samples_.ids_of(train_), rules);
    std::map<std::string, models::CleaningCounts> counts;
    out_.feature_columns = models::covariate_columns(fitted.features, table_, samples_.ids, counts);
    for (std::size_t t = 0; t < fitted.terms.size(); ++t) {
      const std::string& column = fitted.columns[fitted.column_of_term[t]].column;
      terms_of_[column].push_back(out_.terms.size());
      out_.columns.push_back({TermGroup::covariate, static_cast<std::uint32_t>(t), covariate_factor(column)});
      out_.terms.push_back(fitted.terms[t]);
    }
    out_.features = std::move(fitted.features);
    out_.cleaning = std::move(fitted.columns);
    out_.notes = std::move(fitted.notes);
  }

  void add_scores() {
    for (std::uint32_t s = 0; s < genotypes_.scores.size(); ++s) {
      const std::string& id = genotypes_.score_ids[s];
      const auto& sums = genotypes_.scores[s];
      double total = 0;
      double mean = 0;
      for (const std::uint32_t row : train_) {
        mean += samples_.weight[row] * sums[row];
        total += samples_.weight[row];
      }
      mean /= total;
      double squares = 0;
      for (const std::uint32_t row : train_) squares += samples_.weight[row] * (sums[row] - mean) * (sums[row] - mean);
      const double sd = std::sqrt(squares / total);
      if (!(sd > 0))
        throw UserError(fmt::format("score {} is the same for everybody in the training part", id), "--scores");
      models::ScoreFeature feature{models::ScoreFeature::Id{id}, mean, sd};
      FeatureColumn column;
      for (const double sum : sums) {
        const models::FeatureValue value = models::score_value(feature, sum);
        column.value.push_back(value.value);
        column.state.push_back(value.state);
      }
      const std::size_t index = add_feature({id, std::move(feature)}, std::move(column));
      terms_of_[id].push_back(out_.terms.size());
      out_.columns.push_back(
          {TermGroup::score, static_cast<std::uint32_t>(out_.terms.size()), options_.penalty_factors.scores});
      out_.terms.push_back({id, {}, 0, {{index, models::Affine{}}}});
    }
  }

  std::size_t add_feature(models::Feature feature, FeatureColumn column) {
    for (std::size_t i = 0; i < out_.features.size(); ++i) {
      if (out_.features[i].name != feature.name) continue;
      if (out_.features[i] == feature) return i;
      throw UserError(fmt::format("two features have the name '{}'", feature.name), {},
                      "rename the column or the score");
    }
    out_.features.push_back(std::move(feature));
    out_.feature_columns.push_back(std::move(column));
    return out_.features.size() - 1;
  }

  /// Mean copies among the weighted calls of the training part.
  [[nodiscard]] double mean_of(const TrainVariant& variant) const {
    const FeatureColumn column = variant_column(variant, genotypes_, 0);
    double sum = 0;
    double total = 0;
    for (const std::uint32_t row : train_) {
      if (column.state[row] != ValueState::observed) continue;
      sum += samples_.weight[row] * column.value[row];
      total += samples_.weight[row];
    }
    if (total == 0)
      throw UserError(fmt::format("variant {} has no call in the training part", name_of(variant)), "--products");
    return sum / total;
  }

  /// The terms behind one side of a product.
  std::vector<Term> side_of(const std::string& name) {
    std::vector<Term> terms;
    if (const auto known = terms_of_.find(name); known != terms_of_.end()) {
      for (const std::size_t t : known->second) terms.push_back(out_.terms[t]);
      return terms;
    }
    const auto variant = std::find_if(genotypes_.variants.begin(), genotypes_.variants.end(),
                                      [&](const TrainVariant& one) { return name_of(one) == name; });
    if (variant == genotypes_.variants.end()) {
      throw UserError(fmt::format("'{}' is no covariate, score or variant of this training", name), "--products",
                      "variants are named CONTIG:POS:REF:ALT");
    }
    const double mean = mean_of(*variant);
    models::VariantFeature feature{variant->contig, variant->position,        variant->ref, variant->alt,
                                   variant->alt,    models::Coding::additive, mean};
    const std::size_t index = add_feature({name, std::move(feature)}, variant_column(*variant, genotypes_, mean));
    terms.push_back({name, {}, mean, {{index, models::Affine{}}}});
    return terms;
  }

  void add_product(const std::string& text) {
    const std::size_t star = text.find('*');
    if (star == std::string::npos || star == 0 || star + 1 == text.size() ||
        text.find('*', star + 1) != std::string::npos) {
      throw UsageError(fmt::format("--products has '{}', expected two names joined by *", text));
    }
    const auto first = side_of(text.substr(0, star));
    const auto second = side_of(text.substr(star + 1));
    for (const Term& a : first) {
      for (const Term& b : second) {
        Term term{a.name + "*" + b.name, {}, a.reference * b.reference, a.factors};
        term.factors.insert(term.factors.end(), b.factors.begin(), b.factors.end());
        out_.columns.push_back(
            {TermGroup::product, static_cast<std::uint32_t>(out_.terms.size()), options_.penalty_factors.products});
        out_.terms.push_back(std::move(term));
      }
    }
  }

  void add_dense() {
    const models::Design dense = models::design_of(out_.terms, out_.feature_columns, samples_.size());
    out_.complete = dense.complete;
    for (std::size_t t = 0; t < out_.terms.size(); ++t) {
      const auto column = dense.column(t);
      out_.design.add_dense({column.begin(), column.end()});
    }
  }

  void add_variants() {
    for (const bool dosages : {false, true}) {
      std::vector<std::uint32_t> columns;
      for (std::uint32_t v = 0; v < genotypes_.variants.size(); ++v) {
        if (genotypes_.variants[v].is_dosage != dosages) continue;
        columns.push_back(genotypes_.variants[v].column);
        out_.columns.push_back({TermGroup::genotype, v, options_.penalty_factors.genotypes});
      }
      if (columns.empty()) continue;
      if (dosages) {
        out_.design.add_dosages(*genotypes_.dosages, columns);
      } else {
        out_.design.add_genotypes(*genotypes_.calls, columns);
      }
    }
  }

  const TrainOptions& options_;
  const cohort::CovariateTable& table_;
  const TrainSamples& samples_;
  const TrainGenotypes& genotypes_;
  std::vector<std::uint32_t> train_;
  std::unordered_map<std::string, std::vector<std::size_t>> terms_of_;  ///< of a covariate or score
  TrainDesign out_;
};

}  // namespace

std::string_view to_string(TermGroup group) noexcept {
  switch (group) {
    case TermGroup::covariate: return "covariate";
    case TermGroup::score: return "score";
    case TermGroup::genotype: return "genotype";
    case TermGroup::product: return "product";
  }
  return "covariate";
}

std::string name_of(const TrainVariant& variant) {
  return fmt::format("{}:{}:{}:{}", variant.contig, variant.position.value, variant.ref, variant.alt);
}

std::string TrainDesign::name_of(std::size_t column, const TrainGenotypes& genotypes) const {
  if (columns[column].group == TermGroup::genotype) return pipeline::name_of(genotypes.variants[columns[column].index]);
  return terms[column].name;
}

FeatureColumn variant_column(const TrainVariant& variant, const TrainGenotypes& genotypes, double mean) {
  const std::size_t rows = genotypes.calls->rows();
  FeatureColumn column;
  column.value.resize(rows);
  column.state.resize(rows);
  for (std::size_t i = 0; i < rows; ++i) {
    const std::uint32_t code =
        variant.is_dosage ? genotypes.dosages->code(variant.column, i) : genotypes.calls->at(variant.column, i);
    const std::uint32_t none = variant.is_dosage ? genotypes.dosages->missing_code() : training::missing_call;
    const double step = variant.is_dosage ? genotypes.dosages->step() : 1;
    column.value[i] = code == none ? mean : step * static_cast<double>(code);
    column.state[i] = code == none ? ValueState::imputed : ValueState::observed;
  }
  return column;
}

TrainDesign make_design(const TrainOptions& options, const cohort::CovariateTable& table, const TrainSamples& samples,
                        const TrainGenotypes& genotypes) {
  return DesignMaker(options, table, samples, genotypes).make();
}

}  // namespace varisk::pipeline
