#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "column_fit.hpp"
#include "varisk/core/error.hpp"

namespace varisk::models {
namespace {

/// One category, step by step.
class CategoryFit {
 public:
  CategoryFit(const FitContext& context, const std::string& column, const ColumnRules& rules)
      : context_(context), column_(column), rules_(rules), ordinal_(rules.coding == LevelCoding::ordinal) {
    feature_.column = column;
    Category category;
    category.levels = rules.levels.empty() ? found_levels() : rules.levels;
    category.unknown_level = rules.unknown_level.value_or(context.rules.defaults.unknown_level);
    feature_.value = std::move(category);
    fitted_.report.column = column;
    fitted_.report.type = ColumnType::category;
    fitted_.report.declared = rules.type.has_value();
    fitted_.report.samples = context.training_ids.size();
    if (!ordinal_ && rules.standardize == true) {
      throw UserError("expected no standardize, because the levels are coded one by one", rule_place(context, column));
    }
  }

  FittedColumn fit() {
    set_fill(members());
    if (!ordinal_) drop_empty_levels(members());
    const FeatureColumn filled =
        covariate_column(feature_, context_.table, context_.training_ids, fitted_.report.counts);
    const auto counts = count(filled);
    for (std::size_t k = 0; k < counts.size(); ++k) fitted_.report.levels.emplace_back(levels()[k], counts[k]);
    add_terms(filled, counts);
    note_counts(fitted_);
    if (!fitted_.terms.empty()) fitted_.feature = Feature{column_, feature_};
    return std::move(fitted_);
  }

 private:
  [[nodiscard]] const std::vector<std::string>& levels() const { return std::get<Category>(feature_.value).levels; }

  [[nodiscard]] std::vector<std::string> found_levels() const {
    auto found = levels_in(context_, column_);
    const std::size_t most = context_.rules.defaults.most_levels;
    if (found.empty()) {
      throw UserError(fmt::format("expected values, found none in {} training samples", context_.training_ids.size()),
                      place_of(context_, column_), "leave the column out (--features)");
    }
    if (found.size() > most) {
      throw UserError(
          fmt::format("expected a category of {} levels at most, found {} different texts in {} training samples", most,
                      found.size(), context_.training_ids.size()),
          place_of(context_, column_),
          "leave out ids and free text (--features), or declare the levels or more of them (--cleaning)");
    }
    return found;
  }

  /// Training samples of each level.
  [[nodiscard]] std::vector<std::size_t> count(const FeatureColumn& column) const {
    std::vector<std::size_t> counts(levels().size());
    for (std::size_t i = 0; i < column.value.size(); ++i) {
      if (column.state[i] != ValueState::missing) ++counts[static_cast<std::size_t>(column.value[i])];
    }
    return counts;
  }

  [[nodiscard]] std::vector<std::size_t> members() const {
    CleaningCounts counts;
    auto members = count(covariate_column(feature_, context_.table, context_.training_ids, counts));
    if (std::all_of(members.begin(), members.end(), [](std::size_t number) { return number == 0; })) {
      throw UserError(fmt::format("expected values, found none in {} training samples ({} missing, {} of an unknown "
                                  "level)",
                                  context_.training_ids.size(), counts.missing, counts.unknown_level),
                      place_of(context_, column_), "leave the column out (--features)");
    }
    return members;
  }

  static std::size_t most_frequent(const std::vector<std::size_t>& counts) {
    return static_cast<std::size_t>(std::max_element(counts.begin(), counts.end()) - counts.begin());
  }

  [[nodiscard]] std::size_t index_of(const std::string& level, std::string_view what) const {
    const auto found = std::find(levels().begin(), levels().end(), level);
    if (found != levels().end()) return static_cast<std::size_t>(found - levels().begin());
    throw UserError(fmt::format("expected one of the levels {} {}, found '{}'", fmt::join(levels(), ", "), what, level),
                    rule_place(context_, column_));
  }

  void set_fill(const std::vector<std::size_t>& counts) {
    const FillRule rule = rules_.fill.value_or(context_.rules.defaults.fill_category);
    if (const auto* const constant = std::get_if<FillConstant>(&rule)) {
      const auto* const level = std::get_if<std::string>(&constant->value);
      if (level == nullptr) {
        throw UserError(
            "expected a level for missing values, in quotes, because the column is a category; found a "
            "number",
            rule_place(context_, column_));
      }
      fill_with(index_of(*level, "for missing values"));
      return;
    }
    switch (std::get<FillBy>(rule)) {
      case FillBy::mode: fill_with(most_frequent(counts)); return;
      case FillBy::refuse: feature_.missing = RefuseMissing{}; return;
      case FillBy::keep: return;
      case FillBy::mean:
      case FillBy::median: break;
    }
    throw UserError("expected mode, a level, error or na for missing values, because the column is a category",
                    rule_place(context_, column_));
  }

  void fill_with(std::size_t level) {
    feature_.missing = ImputeMissing{static_cast<double>(level)};
    fitted_.report.fill = levels()[level];
  }

  /// What nobody has cannot be learned from: in scoring such a level is unknown.
  void drop_empty_levels(const std::vector<std::size_t>& counts) {
    Category& category = std::get<Category>(feature_.value);
    std::vector<std::string> kept;
    std::vector<std::string> dropped;
    for (std::size_t k = 0; k < counts.size(); ++k) (counts[k] > 0 ? kept : dropped).push_back(category.levels[k]);
    if (dropped.empty()) return;
    fitted_.notes.push_back(fmt::format("{}: nobody has the level(s) {}, which the model will not know", column_,
                                        fmt::join(dropped, ", ")));
    category.levels = std::move(kept);
    if (const auto& fill = fitted_.report.fill) {
      feature_.missing = ImputeMissing{static_cast<double>(index_of(*fill, "for missing values"))};
    }
  }

  [[nodiscard]] std::size_t reference_level(const std::vector<std::size_t>& counts) const {
    if (rules_.reference) return index_of(*rules_.reference, "as reference");
    return rules_.levels.empty() ? most_frequent(counts) : 0;
  }

  void add_terms(const FeatureColumn& filled, const std::vector<std::size_t>& counts) {
    const auto present = std::count_if(counts.begin(), counts.end(), [](std::size_t number) { return number > 0; });
    if (present < 2) {
      fitted_.report.use = ColumnReport::Use::constant;
      fitted_.notes.push_back(
          fmt::format("{}: '{}' in all training samples, left out", column_, levels()[most_frequent(counts)]));
    } else if (ordinal_) {
      add_ordinal(filled, counts);
    } else {
      const std::size_t reference = reference_level(counts);
      fitted_.report.reference = levels()[reference];
      for (std::size_t k = 0; k < counts.size(); ++k) {
        if (k == reference) continue;
        fitted_.terms.push_back({fmt::format("{}={}", column_, levels()[k]), {}, 0, {{0, LevelIs{k}}}});
      }
    }
    add_indicator(context_, rules_, fitted_);
  }

  void add_ordinal(const FeatureColumn& filled, const std::vector<std::size_t>& counts) {
    Affine transform;
    if (rules_.standardize.value_or(context_.rules.defaults.standardize)) {
      double n = 0;
      double sum = 0;
      for (std::size_t k = 0; k < counts.size(); ++k) {
        n += static_cast<double>(counts[k]);
        sum += static_cast<double>(k * counts[k]);
      }
      transform.center = sum / n;
      double squares = 0;
      for (std::size_t i = 0; i < filled.value.size(); ++i) {
        if (filled.state[i] == ValueState::missing) continue;
        squares += (filled.value[i] - transform.center) * (filled.value[i] - transform.center);
      }
      transform.scale = std::sqrt(squares / n);
    }
    const auto usual = static_cast<double>(most_frequent(counts));
    fitted_.terms.push_back({column_, {}, (usual - transform.center) / transform.scale, {{0, transform}}});
  }

  const FitContext& context_;
  const std::string& column_;
  const ColumnRules& rules_;
  bool ordinal_;
  CovariateFeature feature_;
  FittedColumn fitted_;
};

}  // namespace

FittedColumn fit_category(const FitContext& context, const std::string& column, const ColumnRules& rules) {
  return CategoryFit(context, column, rules).fit();
}

}  // namespace varisk::models
