#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "column_fit.hpp"
#include "varisk/cohort/training_columns.hpp"
#include "varisk/core/error.hpp"
#include "varisk/core/number.hpp"

namespace varisk::models {
namespace {

double mean_of(std::span<const double> values) {
  const double n = static_cast<double>(values.size());
  const double first = std::accumulate(values.begin(), values.end(), 0.0) / n;
  // What rounding lost, so that a column of equal numbers has exactly their mean and no spread.
  double rest = 0;
  for (const double value : values) rest += value - first;
  return first + rest / n;
}

/// Over n.
double sd_of(std::span<const double> values, double mean) {
  double sum = 0;
  for (const double value : values) sum += (value - mean) * (value - mean);
  return std::sqrt(sum / static_cast<double>(values.size()));
}

/// The most frequent number, the smallest of several. \param sorted  not empty
double mode_of(std::span<const double> sorted) {
  double best = sorted.front();
  std::size_t most = 0;
  for (std::size_t start = 0; start < sorted.size();) {
    std::size_t end = start;
    while (end < sorted.size() && sorted[end] == sorted[start]) ++end;
    if (end - start > most) {
      most = end - start;
      best = sorted[start];
    }
    start = end;
  }
  return best;
}

/// One column of numbers, step by step.
class NumberFit {
 public:
  NumberFit(const FitContext& context, const std::string& column, const ColumnRules& rules)
      : context_(context), column_(column), rules_(rules) {
    feature_.column = column;
    const std::size_t index = cohort::require_column(context.table, column, "--features");
    NumberCovariate number;
    number.unit = rules.unit ? rules.unit : context.table.columns()[index].unit;
    number.analyte = rules.analyte;
    number.range = rules.range;
    number.out_of_range = rules.out_of_range.value_or(context.rules.defaults.out_of_range);
    feature_.value = std::move(number);
    fitted_.report.column = column;
    fitted_.report.type = ColumnType::number;
    fitted_.report.declared = rules.type.has_value();
    fitted_.report.unit = std::get<NumberCovariate>(feature_.value).unit;
    fitted_.report.samples = context.training_ids.size();
  }

  FittedColumn fit() {
    set_limits(sorted_values());
    set_fill(sorted_values());
    const FeatureColumn filled =
        covariate_column(feature_, context_.table, context_.training_ids, fitted_.report.counts);
    add_terms(filled);
    note_counts(fitted_);
    if (!fitted_.terms.empty()) fitted_.feature = Feature{column_, feature_};
    return std::move(fitted_);
  }

 private:
  /// As the feature now cleans them.
  std::vector<double> sorted_values() {
    CleaningCounts counts;
    const FeatureColumn column = covariate_column(feature_, context_.table, context_.training_ids, counts);
    std::vector<double> values;
    for (std::size_t i = 0; i < column.value.size(); ++i) {
      if (column.state[i] != ValueState::missing) values.push_back(column.value[i]);
    }
    if (values.empty()) {
      throw UserError(fmt::format("expected values, found none in {} training samples ({} missing, {} out of range, "
                                  "{} outliers)",
                                  column.value.size(), counts.missing, counts.out_of_range, counts.outliers),
                      place_of(context_, column_), "leave the column out (--features)");
    }
    std::sort(values.begin(), values.end());
    return values;
  }

  void set_limits(const std::vector<double>& sorted) {
    const bool own = rules_.outliers.has_value();
    const OutlierPolicy& policy = own ? *rules_.outliers : context_.rules.defaults.outliers;
    const auto different = [&] {
      return 1 + std::inner_product(sorted.begin() + 1, sorted.end(), sorted.begin(), std::size_t{0}, std::plus<>{},
                                    [](double a, double b) -> std::size_t { return a == b ? 0 : 1; });
    };
    if (!own && different() <= 2) return;
    Outliers limits{std::nullopt, std::nullopt, policy.action};
    if (const auto* const z = std::get_if<ZRule>(&policy.rule)) {
      const double mean = mean_of(sorted);
      const double sd = sd_of(sorted, mean);
      if (sd > 0) limits = {mean - z->k * sd, mean + z->k * sd, policy.action};
    } else if (const auto* const iqr = std::get_if<IqrRule>(&policy.rule)) {
      const double q1 = quantile(sorted, 0.25);
      const double q3 = quantile(sorted, 0.75);
      if (q3 > q1) limits = {q1 - iqr->k * (q3 - q1), q3 + iqr->k * (q3 - q1), policy.action};
    } else if (const auto* const given = std::get_if<LimitsRule>(&policy.rule)) {
      limits = {given->low, given->high, policy.action};
    } else {
      return;
    }
    if (!limits.low && !limits.high) {
      fitted_.notes.push_back(column_ + ": no limits for outliers, because its values have no spread");
      return;
    }
    fitted_.report.outliers = limits;
    std::get<NumberCovariate>(feature_.value).outliers = limits;
  }

  void set_fill(const std::vector<double>& sorted) {
    const FillRule rule = rules_.fill.value_or(context_.rules.defaults.fill_number);
    if (const auto* const constant = std::get_if<FillConstant>(&rule)) {
      feature_.missing = ImputeMissing{checked(*constant)};
    } else {
      switch (std::get<FillBy>(rule)) {
        case FillBy::mean: feature_.missing = ImputeMissing{mean_of(sorted)}; break;
        case FillBy::median: feature_.missing = ImputeMissing{quantile(sorted, 0.5)}; break;
        case FillBy::mode: feature_.missing = ImputeMissing{mode_of(sorted)}; break;
        case FillBy::refuse: feature_.missing = RefuseMissing{}; break;
        case FillBy::keep: break;
      }
    }
    const auto* const fill = std::get_if<ImputeMissing>(&feature_.missing);
    if (fill != nullptr) fitted_.report.fill = format_double(fill->value);
  }

  [[nodiscard]] double checked(const FillConstant& constant) const {
    const auto* const value = std::get_if<double>(&constant.value);
    if (value == nullptr) {
      throw UserError(fmt::format("expected a number for missing values, because the column is of numbers, found '{}'",
                                  std::get<std::string>(constant.value)),
                      rule_place(context_, column_));
    }
    const auto& range = std::get<NumberCovariate>(feature_.value).range;
    if (range && (*value < range->low || *value > range->high)) {
      throw UserError(fmt::format("expected a value for missing ones from {} to {}, the range, found {}",
                                  format_double(range->low), format_double(range->high), format_double(*value)),
                      rule_place(context_, column_));
    }
    return *value;
  }

  void add_terms(const FeatureColumn& filled) {
    std::vector<double> values;
    for (std::size_t i = 0; i < filled.value.size(); ++i) {
      if (filled.state[i] != ValueState::missing) values.push_back(filled.value[i]);
    }
    std::sort(values.begin(), values.end());
    const double mean = mean_of(values);
    const double sd = sd_of(values, mean);
    fitted_.report.summary = NumberSummary{mean, sd, values.front(), quantile(values, 0.5), values.back()};
    if (values.front() == values.back()) {
      fitted_.report.use = ColumnReport::Use::constant;
      fitted_.notes.push_back(
          fmt::format("{}: {} in all training samples, left out", column_, format_double(values.front())));
    } else {
      const bool standardize = rules_.standardize.value_or(context_.rules.defaults.standardize);
      const Affine transform = standardize ? Affine{false, mean, sd} : Affine{};
      fitted_.terms.push_back({column_, {}, standardize ? 0 : mean, {{0, transform}}});
    }
    add_indicator(context_, rules_, fitted_);
  }

  const FitContext& context_;
  const std::string& column_;
  const ColumnRules& rules_;
  CovariateFeature feature_;
  FittedColumn fitted_;
};

}  // namespace

double quantile(std::span<const double> sorted, double p) {
  const double at = static_cast<double>(sorted.size() - 1) * p;
  const auto below = static_cast<std::size_t>(at);
  if (below + 1 >= sorted.size()) return sorted.back();
  const double part = at - static_cast<double>(below);
  return part == 0 ? sorted[below] : sorted[below] + part * (sorted[below + 1] - sorted[below]);
}

FittedColumn fit_number(const FitContext& context, const std::string& column, const ColumnRules& rules) {
  return NumberFit(context, column, rules).fit();
}

}  // namespace varisk::models
