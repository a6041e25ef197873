#include "varisk/models/cleaning_rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "varisk/core/error.hpp"
#include "varisk/core/number.hpp"
#include "varisk/io/json_node.hpp"

namespace varisk::models {
namespace {

using io::JsonNode;

constexpr std::string_view supported_format = "varisk-cleaning/1";

OnBadValue parse_on_bad_value(const JsonNode& node) {
  if (node.json() == "error") return OnBadValue::error;
  if (node.json() == "missing") return OnBadValue::missing;
  node.fail("\"error\" or \"missing\"");
}

std::optional<OnOutlier> action_of(std::string_view word) {
  if (word == "missing") return OnOutlier::missing;
  if (word == "winsorise") return OnOutlier::winsorise;
  if (word == "error") return OnOutlier::error;
  return std::nullopt;
}

std::optional<FillBy> fill_of(std::string_view word) {
  if (word == "mean") return FillBy::mean;
  if (word == "median") return FillBy::median;
  if (word == "mode") return FillBy::mode;
  if (word == "error") return FillBy::refuse;
  if (word == "na") return FillBy::keep;
  return std::nullopt;
}

double parse_positive(const JsonNode& node) {
  const double value = node.number();
  if (value <= 0) node.fail("a number above 0");
  return value;
}

LimitsRule parse_limits(const JsonNode& node) {
  LimitsRule limits;
  if (const auto low = node.find("low")) limits.low = low->number();
  if (const auto high = node.find("high")) limits.high = high->number();
  if (!limits.low && !limits.high) node.fail("low, high or both");
  if (limits.low && limits.high && *limits.low > *limits.high) node.fail("low not to be above high");
  return limits;
}

OutlierPolicy parse_outliers(const JsonNode& node) {
  if (node.json() == "none") return {};
  if (!node.json().is_object()) node.fail(R"("none" or an object with rule and action)");
  OutlierPolicy policy;
  const JsonNode rule = node.at("rule");
  if (rule.json() == "z" || rule.json() == "iqr") {
    node.expect_keys({"rule", "k", "action"});
    const double k = parse_positive(node.at("k"));
    if (rule.json() == "z") {
      policy.rule = ZRule{k};
    } else {
      policy.rule = IqrRule{k};
    }
  } else if (rule.json() == "limits") {
    node.expect_keys({"rule", "low", "high", "action"});
    policy.rule = parse_limits(node);
  } else {
    rule.fail(R"("z", "iqr" or "limits")");
  }
  const JsonNode action = node.at("action");
  const auto known = action_of(action.text());
  if (!known) action.fail(R"("missing", "winsorise" or "error")");
  policy.action = *known;
  return policy;
}

FillRule parse_fill_rule(const JsonNode& node) {
  if (node.json().is_object()) {
    node.expect_keys({"value"});
    const JsonNode value = node.at("value");
    if (value.json().is_string()) return FillConstant{value.label()};
    return FillConstant{value.number()};
  }
  const auto known = node.json().is_string() ? fill_of(node.text()) : std::nullopt;
  if (!known) node.fail(R"("mean", "median", "mode", "error", "na" or {"value": …})");
  return *known;
}

FillBy parse_default_fill(const JsonNode& node, bool category) {
  const auto known = fill_of(node.text());
  const bool of_numbers = known == FillBy::mean || known == FillBy::median;
  if (!known || (category && of_numbers)) {
    node.fail(category ? R"("mode", "error" or "na")" : R"("mean", "median", "mode", "error" or "na")");
  }
  return *known;
}

CleaningDefaults parse_defaults(const JsonNode& node, CleaningDefaults defaults) {
  node.expect_keys({"outliers", "out_of_range", "unknown_level", "missing_number", "missing_category", "indicator",
                    "standardize", "most_levels"});
  if (const auto key = node.find("outliers")) {
    defaults.outliers = parse_outliers(*key);
    if (std::holds_alternative<LimitsRule>(defaults.outliers.rule)) key->at("rule").fail(R"("z" or "iqr" for all)");
  }
  if (const auto key = node.find("out_of_range")) defaults.out_of_range = parse_on_bad_value(*key);
  if (const auto key = node.find("unknown_level")) defaults.unknown_level = parse_on_bad_value(*key);
  if (const auto key = node.find("missing_number")) defaults.fill_number = parse_default_fill(*key, false);
  if (const auto key = node.find("missing_category")) defaults.fill_category = parse_default_fill(*key, true);
  if (const auto key = node.find("indicator")) defaults.indicator = key->boolean();
  if (const auto key = node.find("standardize")) defaults.standardize = key->boolean();
  if (const auto key = node.find("most_levels")) {
    defaults.most_levels = static_cast<std::size_t>(key->positive_integer());
  }
  return defaults;
}

ColumnType parse_type(const JsonNode& node) {
  for (const ColumnType type : {ColumnType::number, ColumnType::category}) {
    if (node.json() == to_string(type)) return type;
  }
  node.fail(R"("number" or "category")");
}

std::vector<std::string> parse_levels(const JsonNode& node) {
  node.expect_array();
  if (node.size() < 2) node.fail("two levels or more");
  std::vector<std::string> levels;
  for (std::size_t i = 0; i < node.size(); ++i) {
    std::string level = node.element(i).label();
    if (std::find(levels.begin(), levels.end(), level) != levels.end()) node.element(i).fail("each level once");
    levels.push_back(std::move(level));
  }
  return levels;
}

void parse_number_rules(const JsonNode& node, ColumnRules& rules) {
  if (const auto key = node.find("unit")) rules.unit = key->label();
  if (const auto key = node.find("analyte")) {
    rules.analyte = cohort::parse_analyte(key->text());
    if (!rules.analyte) key->fail("glucose, cholesterol or triglycerides");
  }
  if (const auto key = node.find("range")) {
    key->expect_array();
    if (key->size() != 2) key->fail("two numbers, the lower one first");
    rules.range = Range{key->element(0).number(), key->element(1).number()};
    if (rules.range->low > rules.range->high) key->fail("two numbers, the lower one first");
  }
  if (const auto key = node.find("out_of_range")) rules.out_of_range = parse_on_bad_value(*key);
  if (const auto key = node.find("outliers")) rules.outliers = parse_outliers(*key);
}

void parse_category_rules(const JsonNode& node, ColumnRules& rules) {
  if (const auto key = node.find("levels")) rules.levels = parse_levels(*key);
  if (const auto key = node.find("coding")) {
    if (key->json() == "onehot") {
      rules.coding = LevelCoding::onehot;
    } else if (key->json() == "ordinal") {
      rules.coding = LevelCoding::ordinal;
      if (rules.levels.empty()) key->fail("levels in their order beside it");
    } else {
      key->fail(R"("onehot" or "ordinal")");
    }
  }
  if (const auto key = node.find("reference")) {
    rules.reference = key->label();
    if (rules.coding == LevelCoding::ordinal) key->fail("no reference, because the coding is ordinal");
    const bool known = rules.levels.empty() ||
                       std::find(rules.levels.begin(), rules.levels.end(), *rules.reference) != rules.levels.end();
    if (!known) key->fail("one of the levels");
  }
  if (const auto key = node.find("unknown_level")) rules.unknown_level = parse_on_bad_value(*key);
}

/// Rules of numbers are none of a category, and the other way round.
void check_type(const JsonNode& node, ColumnRules& rules) {
  constexpr std::array<std::string_view, 4> of_category = {"levels", "coding", "reference", "unknown_level"};
  constexpr std::array<std::string_view, 5> of_number = {"unit", "analyte", "range", "out_of_range", "outliers"};
  const auto first_of = [&](std::span<const std::string_view> keys) {
    const auto found = std::find_if(keys.begin(), keys.end(), [&](auto key) { return node.has(key); });
    return found == keys.end() ? std::optional<JsonNode>{} : node.find(*found);
  };
  const auto category_key = first_of(of_category);
  const auto number_key = first_of(of_number);
  if (category_key && (rules.type == ColumnType::number || number_key)) {
    category_key->fail_because("is a rule of categories, the other rules are of a number");
  }
  if (number_key && rules.type == ColumnType::category) {
    number_key->fail_because("is a rule of numbers, the type is category");
  }
  if (category_key) rules.type = ColumnType::category;
}

ColumnRules parse_column(const JsonNode& node) {
  node.expect_keys({"type", "unit", "analyte", "range", "out_of_range", "outliers", "missing", "indicator",
                    "standardize", "coding", "levels", "reference", "unknown_level"});
  ColumnRules rules;
  if (const auto key = node.find("type")) rules.type = parse_type(*key);
  parse_number_rules(node, rules);
  parse_category_rules(node, rules);
  check_type(node, rules);
  if (const auto key = node.find("missing")) rules.fill = parse_fill_rule(*key);
  if (const auto key = node.find("indicator")) rules.indicator = key->boolean();
  if (const auto key = node.find("standardize")) rules.standardize = key->boolean();
  const bool unfilled = rules.fill == FillRule(FillBy::refuse) || rules.fill == FillRule(FillBy::keep);
  if (rules.indicator == true && unfilled) {
    node.at("indicator").fail("no indicator, because missing values are not filled");
  }
  return rules;
}

}  // namespace

std::string_view to_string(ColumnType type) noexcept {
  switch (type) {
    case ColumnType::number: return "number";
    case ColumnType::category: return "category";
  }
  return "";
}

CleaningRules read_cleaning_rules(const std::string& path, const CleaningDefaults& defaults) {
  const io::Json json = io::read_json(path);
  const JsonNode root(json, path);
  root.expect_object();
  const JsonNode format = root.at("format");
  if (format.json() != supported_format) {
    format.fail(fmt::format("\"{}\", the only version supported", supported_format));
  }
  root.expect_keys({"format", "defaults", "columns"});
  CleaningRules rules{defaults, {}, path};
  if (const auto node = root.find("defaults")) rules.defaults = parse_defaults(*node, defaults);
  const auto columns = root.find("columns");
  if (!columns) return rules;
  columns->expect_object();
  for (const auto& [name, value] : columns->json().items()) {
    rules.columns.emplace(name, parse_column(columns->member(name, value)));
  }
  return rules;
}

OutlierPolicy parse_outlier_policy(std::string_view text) {
  const auto fail = [&]() {
    throw UsageError(fmt::format("expected none, z=K or iqr=K with K above 0, and an action, found '{}'", text),
                     "for example iqr=3:winsorise; actions are missing, winsorise and error");
  };
  if (text == "none") return {};
  OutlierPolicy policy;
  const std::size_t colon = text.find(':');
  if (colon != std::string_view::npos) {
    const auto action = action_of(text.substr(colon + 1));
    if (!action) fail();
    policy.action = *action;
  }
  const std::string_view rule = text.substr(0, colon);
  const std::size_t equals = rule.find('=');
  const auto k = equals == std::string_view::npos ? std::nullopt : parse_double(rule.substr(equals + 1));
  if (!k || *k <= 0) fail();
  if (rule.substr(0, equals) == "z") {
    policy.rule = ZRule{*k};
  } else if (rule.substr(0, equals) == "iqr") {
    policy.rule = IqrRule{*k};
  } else {
    fail();
  }
  return policy;
}

FillBy parse_fill(std::string_view text) {
  if (const auto known = fill_of(text)) return *known;
  throw UsageError(fmt::format("expected mean, median, mode, error or na, found '{}'", text));
}

}  // namespace varisk::models
