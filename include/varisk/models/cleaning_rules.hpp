#pragma once
/// \file
/// How the covariates of a training are to be cleaned (`--cleaning FILE`, docs/formats.md "Cleaning file").

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "varisk/cohort/units.hpp"
#include "varisk/models/features.hpp"

namespace varisk::models {

enum class ColumnType : std::uint8_t { number, category };
[[nodiscard]] std::string_view to_string(ColumnType type) noexcept;

/// Which values are outliers: the limits come from the training samples' values within the plausible range.
struct NoOutliers {
  bool operator==(const NoOutliers&) const = default;
};
/// Further than k standard deviations (over n) from the mean.
struct ZRule {
  double k = 4;
  bool operator==(const ZRule&) const = default;
};
/// Below Q1 − k (Q3 − Q1) or above Q3 + k (Q3 − Q1) (Tukey, Exploratory Data Analysis 1977, chapter 2).
struct IqrRule {
  double k = 3;
  bool operator==(const IqrRule&) const = default;
};
/// Given limits, in the model's unit; at least one.
struct LimitsRule {
  std::optional<double> low;
  std::optional<double> high;
  bool operator==(const LimitsRule&) const = default;
};
using OutlierRule = std::variant<NoOutliers, ZRule, IqrRule, LimitsRule>;

struct OutlierPolicy {
  OutlierRule rule;
  OnOutlier action = OnOutlier::missing;
  bool operator==(const OutlierPolicy&) const = default;
};

/// What is written in place of a missing value: something of the training samples' values, or a constant (of a
/// category a level), or nothing: `refuse` (`error`) ends the run, `keep` (`na`) gives the sample no result.
enum class FillBy : std::uint8_t { mean, median, mode, refuse, keep };
struct FillConstant {
  std::variant<double, std::string> value;
  bool operator==(const FillConstant&) const = default;
};
using FillRule = std::variant<FillBy, FillConstant>;

/// Of a category: an indicator for each level but the reference one, or the index of the level as a number.
enum class LevelCoding : std::uint8_t { onehot, ordinal };

/// For the columns that no rule of their own says it of. The outlier rule is not for columns of only two values.
struct CleaningDefaults {
  OutlierPolicy outliers;
  OnBadValue out_of_range = OnBadValue::error;
  OnBadValue unknown_level = OnBadValue::error;
  FillRule fill_number = FillBy::median;
  FillRule fill_category = FillBy::mode;
  bool indicator = false;    ///< a term that is 1 where the value was missing
  bool standardize = false;  ///< (x − mean) / SD over n, both of the training samples
  std::size_t most_levels = 50;
};

/// What is not there comes from the table and from the defaults. `levels`, `coding` and `reference` make a category.
struct ColumnRules {
  std::optional<ColumnType> type;
  std::optional<std::string> unit;  ///< of the model; else the one that the table's header declares
  std::optional<cohort::Analyte> analyte;
  std::optional<Range> range;
  std::optional<OnBadValue> out_of_range;
  std::optional<OutlierPolicy> outliers;
  std::optional<FillRule> fill;
  std::optional<bool> indicator;
  std::optional<bool> standardize;
  std::optional<LevelCoding> coding;
  std::vector<std::string> levels;       ///< in their order; none: those that are there, by number or by name
  std::optional<std::string> reference;  ///< level of the one-hot coding that has no term; else the first of declared
                                         ///< levels, and of others the most frequent one
  std::optional<OnBadValue> unknown_level;
};

struct CleaningRules {
  CleaningDefaults defaults;
  std::map<std::string, ColumnRules> columns;
  std::string path;  ///< of the file, for messages; empty if there is none
};

/// \param defaults  of the command line; those in the file win
/// \throws IoError if the file cannot be read, UserError (file, JSON path, expected, found) for what it may not say
[[nodiscard]] CleaningRules read_cleaning_rules(const std::string& path, const CleaningDefaults& defaults = {});

/// `none`, or `z=4`, `iqr=3`, followed by `:missing`, `:winsorise` or `:error` (`missing` if nothing follows).
/// \throws UsageError
[[nodiscard]] OutlierPolicy parse_outlier_policy(std::string_view text);
/// `mean`, `median`, `mode`, `error`, `na`. \throws UsageError
[[nodiscard]] FillBy parse_fill(std::string_view text);

}  // namespace varisk::models
