#include "varisk/models/feature_column.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "varisk/core/error.hpp"
#include "varisk/core/number.hpp"

namespace varisk::models {
namespace {

/// One column of the table as one feature wants it.
class Cleaner {
 public:
  Cleaner(const CovariateFeature& feature, const cohort::CovariateTable& table, CleaningCounts& counts)
      : feature_(feature), table_(table), counts_(counts), column_(find_column()) {
    if (const auto conversion = find_conversion()) {
      conversion_ = *conversion;
      converts_ = true;
    }
  }

  FeatureValue clean(const std::string& sample_id, std::size_t sample) {
    const auto row = table_.find_row(sample_id);
    FeatureValue value;
    if (!row || table_.is_missing(*row, column_)) {
      ++counts_.missing;
    } else if (const auto* number = std::get_if<NumberCovariate>(&feature_.value)) {
      value = clean_number(*number, *row);
    } else {
      value = clean_category(std::get<Category>(feature_.value), *row);
    }
    return value.state == ValueState::missing ? without_value(row, sample) : value;
  }

 private:
  std::size_t find_column() const {
    if (const auto column = table_.find_column(feature_.column)) return *column;
    std::vector<std::string> names;
    for (const cohort::CovariateColumn& column : table_.columns()) names.push_back(column.name);
    throw UserError(
        fmt::format("expected a column '{}', which the model uses, found {}", feature_.column, fmt::join(names, ", ")),
        table_.path() + ": line 1");
  }

  /// Nothing if the values are in the model's unit already.
  std::optional<cohort::UnitConversion> find_conversion() const {
    const auto& declared = table_.columns()[column_].unit;
    if (!declared) return std::nullopt;
    const auto* number = std::get_if<NumberCovariate>(&feature_.value);
    const bool has_unit = number != nullptr && number->unit.has_value();
    if (has_unit && *number->unit == *declared) return std::nullopt;
    const auto conversion =
        has_unit ? cohort::unit_conversion(*declared, *number->unit, number->analyte) : std::nullopt;
    if (conversion) return conversion;
    throw UserError(
        fmt::format("expected {}, found the unit '{}'",
                    has_unit ? "a unit that converts to " + *number->unit : "no unit, as in the model", *declared),
        fmt::format("{}: line 1, column '{}'", table_.path(), feature_.column),
        "convert the column, or correct its unit");
  }

  FeatureValue clean_number(const NumberCovariate& number, std::size_t row) {
    const std::string_view text = table_.text(row, column_);
    const auto parsed = parse_double(text);
    if (!parsed) throw UserError(fmt::format("expected a number, found '{}'", text), table_.where(row, column_));
    const double value = converts_ ? conversion_(*parsed) : *parsed;
    if (converts_) ++counts_.converted;
    const std::string unit = number.unit ? " " + *number.unit : "";
    if (!number.range || (number.range->low <= value && value <= number.range->high)) {
      return number.outliers ? clean_outlier(*number.outliers, value, unit, row)
                             : FeatureValue{value, ValueState::observed};
    }
    if (number.out_of_range == OnBadValue::error) {
      throw UserError(fmt::format("expected a value from {} to {}{}, found {}", format_double(number.range->low),
                                  format_double(number.range->high), unit, format_double(value) + unit),
                      table_.where(row, column_), "correct the value or its unit");
    }
    ++counts_.out_of_range;
    return {};
  }

  FeatureValue clean_outlier(const Outliers& outliers, double value, const std::string& unit, std::size_t row) {
    const bool low = outliers.low && value < *outliers.low;
    const bool high = outliers.high && value > *outliers.high;
    if (!low && !high) return {value, ValueState::observed};
    switch (outliers.action) {
      case OnOutlier::missing: ++counts_.outliers; return {};
      case OnOutlier::winsorise:
        ++counts_.winsorised;
        return {low ? *outliers.low : *outliers.high, ValueState::winsorised};
      case OnOutlier::error: break;
    }
    throw UserError(
        fmt::format("expected no outlier, that is a value {} {}{}, found {}{}", low ? "not below" : "not above",
                    format_double(low ? *outliers.low : *outliers.high), unit, format_double(value), unit),
        table_.where(row, column_), "correct the value or its unit");
  }

  FeatureValue clean_category(const Category& category, std::size_t row) {
    const std::string_view text = table_.text(row, column_);
    const auto found = std::find(category.levels.begin(), category.levels.end(), text);
    if (found != category.levels.end()) {
      return {static_cast<double>(found - category.levels.begin()), ValueState::observed};
    }
    if (category.unknown_level == OnBadValue::error) {
      throw UserError(fmt::format("expected one of {}, found '{}'", fmt::join(category.levels, ", "), text),
                      table_.where(row, column_));
    }
    ++counts_.unknown_level;
    return {};
  }

  FeatureValue without_value(std::optional<std::size_t> row, std::size_t sample) {
    if (const auto* impute = std::get_if<ImputeMissing>(&feature_.missing)) {
      ++counts_.imputed;
      return {impute->value, ValueState::imputed};
    }
    if (std::holds_alternative<KeepMissing>(feature_.missing)) return {};
    if (row) {
      throw UserError(fmt::format("expected a value that the model can use, found '{}'", table_.text(*row, column_)),
                      table_.where(*row, column_), "the model takes no missing value here");
    }
    // By number: ids of samples do not belong in messages.
    throw UserError(fmt::format("expected a row for each sample, found none for sample {}", sample + 1),
                    fmt::format("{}: column '{}'", table_.path(), feature_.column),
                    "the model takes no missing value here");
  }

  const CovariateFeature& feature_;
  const cohort::CovariateTable& table_;
  CleaningCounts& counts_;
  std::size_t column_;
  bool converts_ = false;
  cohort::UnitConversion conversion_;
};

double coded(Coding coding, const VariantCall& call) {
  if (coding == Coding::additive || call.ploidy < 2) return call.dosage;
  return coding == Coding::dominant ? call.dosage - call.two : call.two;
}

}  // namespace

FeatureColumn covariate_column(const CovariateFeature& feature, const cohort::CovariateTable& table,
                               std::span<const std::string> sample_ids, CleaningCounts& counts) {
  Cleaner cleaner(feature, table, counts);
  FeatureColumn column;
  column.value.reserve(sample_ids.size());
  column.state.reserve(sample_ids.size());
  for (std::size_t sample = 0; sample < sample_ids.size(); ++sample) {
    const FeatureValue cell = cleaner.clean(sample_ids[sample], sample);
    column.value.push_back(cell.value);
    column.state.push_back(cell.state);
  }
  return column;
}

FeatureValue score_value(const ScoreFeature& feature, std::optional<double> sum) {
  if (!sum) return {};
  return {(*sum - feature.mean) / feature.sd, ValueState::observed};
}

FeatureValue variant_value(const VariantFeature& feature, const std::optional<VariantCall>& call) {
  if (call) return {coded(feature.coding, *call), ValueState::observed};
  if (feature.mean) return {*feature.mean, ValueState::imputed};
  return {};
}

}  // namespace varisk::models
