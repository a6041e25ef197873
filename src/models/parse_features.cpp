#include "parse_features.hpp"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <limits>
#include <utility>

#include "varisk/sites/alleles.hpp"
#include "varisk/sites/contig.hpp"

namespace varisk::models {
namespace {

using io::JsonNode;

OnBadValue parse_on_bad_value(const JsonNode& feature, std::string_view key) {
  const auto node = feature.find(key);
  if (!node || node->json() == "error") return OnBadValue::error;
  if (node->json() == "missing") return OnBadValue::missing;
  node->fail("\"error\" or \"missing\"");
}

Range parse_range(const JsonNode& node) {
  node.expect_array();
  if (node.size() != 2) node.fail("two numbers, the lower one first");
  const Range range{node.element(0).number(), node.element(1).number()};
  if (range.low > range.high) node.fail("two numbers, the lower one first");
  return range;
}

Outliers parse_outliers(const JsonNode& node) {
  node.expect_keys({"low", "high", "action"});
  Outliers outliers;
  if (const auto low = node.find("low")) outliers.low = low->number();
  if (const auto high = node.find("high")) outliers.high = high->number();
  if (!outliers.low && !outliers.high) node.fail("low, high or both");
  if (outliers.low && outliers.high && *outliers.low > *outliers.high) node.fail("low not to be above high");
  const JsonNode action = node.at("action");
  if (action.json() == "missing") {
    outliers.action = OnOutlier::missing;
  } else if (action.json() == "winsorise") {
    outliers.action = OnOutlier::winsorise;
  } else if (action.json() == "error") {
    outliers.action = OnOutlier::error;
  } else {
    action.fail("\"missing\", \"winsorise\" or \"error\"");
  }
  return outliers;
}

NumberCovariate parse_number(const JsonNode& feature) {
  feature.expect_keys({"type", "column", "value", "unit", "analyte", "range", "out_of_range", "outliers", "missing"});
  NumberCovariate number;
  if (const auto unit = feature.find("unit")) number.unit = unit->label();
  if (const auto analyte = feature.find("analyte")) {
    number.analyte = cohort::parse_analyte(analyte->text());
    if (!number.analyte) analyte->fail("glucose, cholesterol or triglycerides");
  }
  if (const auto range = feature.find("range")) number.range = parse_range(*range);
  number.out_of_range = parse_on_bad_value(feature, "out_of_range");
  if (const auto outliers = feature.find("outliers")) number.outliers = parse_outliers(*outliers);
  return number;
}

Category parse_category(const JsonNode& feature) {
  const JsonNode levels = feature.at("levels");
  levels.expect_array();
  if (levels.size() == 0) levels.fail("at least one level");
  Category category;
  for (std::size_t i = 0; i < levels.size(); ++i) {
    std::string level = levels.element(i).label();
    if (std::find(category.levels.begin(), category.levels.end(), level) != category.levels.end()) {
      levels.element(i).fail("each level once");
    }
    category.levels.push_back(std::move(level));
  }
  category.unknown_level = parse_on_bad_value(feature, "unknown_level");
  return category;
}

/// \param category  null: a number
double parse_imputed(const JsonNode& node, const Category* category, const std::optional<Range>& range) {
  if (category != nullptr) {
    const auto found = std::find(category->levels.begin(), category->levels.end(), node.text());
    if (found == category->levels.end()) node.fail("one of the levels");
    return static_cast<double>(found - category->levels.begin());
  }
  const double value = node.number();
  if (range && (value < range->low || value > range->high)) node.fail("a number within the range");
  return value;
}

MissingRule parse_missing(const JsonNode& feature, const Category* category, const std::optional<Range>& range) {
  const auto node = feature.find("missing");
  if (!node || node->json() == "na") return KeepMissing{};
  if (node->json() == "error") return RefuseMissing{};
  if (!node->json().is_object()) node->fail("\"error\", \"na\" or {\"value\": …}");
  node->expect_keys({"value"});
  return ImputeMissing{parse_imputed(node->at("value"), category, range)};
}

CovariateFeature parse_covariate(const JsonNode& node) {
  CovariateFeature feature;
  const JsonNode value = node.at("value");
  if (value.json() == "number") {
    NumberCovariate number = parse_number(node);
    feature.missing = parse_missing(node, nullptr, number.range);
    feature.value = std::move(number);
  } else if (value.json() == "category") {
    node.expect_keys({"type", "column", "value", "levels", "unknown_level", "missing"});
    Category category = parse_category(node);
    feature.missing = parse_missing(node, &category, std::nullopt);
    feature.value = std::move(category);
  } else {
    value.fail("\"number\" or \"category\"");
  }
  feature.column = node.at("column").label();
  return feature;
}

ScoreFeature parse_score(const JsonNode& node) {
  node.expect_keys({"type", "score", "file", "mean", "sd"});
  if (node.has("score") == node.has("file")) node.fail_because("expected one of the keys 'score' and 'file'");
  ScoreFeature feature;
  if (const auto file = node.find("file")) {
    const std::filesystem::path folder = std::filesystem::path(node.file()).parent_path();
    feature.score = ScoreFeature::File{(folder / file->label()).string()};
  } else {
    feature.score = ScoreFeature::Id{node.at("score").label()};
  }
  if (const auto mean = node.find("mean")) feature.mean = mean->number();
  if (const auto sd = node.find("sd")) {
    feature.sd = sd->number();
    if (feature.sd <= 0) sd->fail("a number above 0");
  }
  return feature;
}

std::string parse_allele(const JsonNode& node) {
  std::string allele = node.text();
  if (!sites::is_bases(allele)) node.fail("an allele of the letters A, C, G and T");
  std::transform(allele.begin(), allele.end(), allele.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return allele;
}

Coding parse_coding(const JsonNode& node) {
  if (node.json() == "additive") return Coding::additive;
  if (node.json() == "dominant") return Coding::dominant;
  if (node.json() == "recessive") return Coding::recessive;
  node.fail("\"additive\", \"dominant\" or \"recessive\"");
}

VariantFeature parse_variant(const JsonNode& node) {
  node.expect_keys({"type", "contig", "position", "ref", "alt", "effect_allele", "coding", "mean"});
  VariantFeature feature;
  feature.contig = sites::canonical_contig(node.at("contig").label());
  feature.position = Position{node.at("position").positive_integer()};
  feature.ref = parse_allele(node.at("ref"));
  feature.alt = parse_allele(node.at("alt"));
  if (feature.ref == feature.alt) node.at("alt").fail("an allele that differs from ref");
  feature.effect_allele = parse_allele(node.at("effect_allele"));
  if (feature.effect_allele != feature.ref && feature.effect_allele != feature.alt) {
    node.at("effect_allele").fail("ref or alt");
  }
  if (const auto coding = node.find("coding")) feature.coding = parse_coding(*coding);
  if (const auto mean = node.find("mean")) {
    const double most = feature.coding == Coding::additive ? 2 : 1;
    feature.mean = mean->number();
    if (*feature.mean < 0 || *feature.mean > most)
      mean->fail(most == 2 ? "a number from 0 to 2" : "a number from 0 to 1");
  }
  return feature;
}

PharmacogeneFeature parse_pharmacogene(const JsonNode& node) {
  constexpr double most_copies = 2;
  PharmacogeneFeature feature;
  feature.gene = node.at("gene").label();
  const JsonNode value = node.at("value");
  std::optional<Range> range;
  const Category* category = nullptr;
  if (value.json() == "activity_score") {
    node.expect_keys({"type", "gene", "value", "missing"});
    range = Range{0, std::numeric_limits<double>::max()};
  } else if (value.json() == "allele_count") {
    node.expect_keys({"type", "gene", "value", "allele", "missing"});
    feature.value = GeneValue::allele_count;
    feature.allele = node.at("allele").label();
    range = Range{0, most_copies};
  } else if (value.json() == "phenotype" || value.json() == "diplotype") {
    node.expect_keys({"type", "gene", "value", "levels", "unknown_level", "missing"});
    feature.value = value.json() == "phenotype" ? GeneValue::phenotype : GeneValue::diplotype;
    feature.category = parse_category(node);
    category = &feature.category;
  } else {
    value.fail("\"activity_score\", \"allele_count\", \"phenotype\" or \"diplotype\"");
  }
  feature.missing = parse_missing(node, category, range);
  return feature;
}

Feature parse_feature(const std::string& name, const JsonNode& node) {
  const JsonNode type = node.at("type");
  if (type.json() == "covariate") return {name, parse_covariate(node)};
  if (type.json() == "score") return {name, parse_score(node)};
  if (type.json() == "variant") return {name, parse_variant(node)};
  if (type.json() == "pharmacogene") return {name, parse_pharmacogene(node)};
  type.fail("\"covariate\", \"score\", \"variant\" or \"pharmacogene\"");
}

}  // namespace

const Category* category_of(const Feature& feature) noexcept {
  if (const auto* gene = std::get_if<PharmacogeneFeature>(&feature.source)) {
    const bool is_number = gene->value == GeneValue::activity_score || gene->value == GeneValue::allele_count;
    return is_number ? nullptr : &gene->category;
  }
  const auto* covariate = std::get_if<CovariateFeature>(&feature.source);
  return covariate == nullptr ? nullptr : std::get_if<Category>(&covariate->value);
}

bool imputes_missing(const Feature& feature) noexcept {
  if (const auto* variant = std::get_if<VariantFeature>(&feature.source)) return variant->mean.has_value();
  const MissingRule* rule = nullptr;
  if (const auto* covariate = std::get_if<CovariateFeature>(&feature.source)) rule = &covariate->missing;
  if (const auto* gene = std::get_if<PharmacogeneFeature>(&feature.source)) rule = &gene->missing;
  return rule != nullptr && std::holds_alternative<ImputeMissing>(*rule);
}

std::vector<Feature> parse_features(const JsonNode& node) {
  node.expect_object();
  std::vector<Feature> features;
  for (const auto& [name, value] : node.json().items()) {
    const io::Json label = name;
    features.push_back(parse_feature(node.member(name, label).label(), node.member(name, value)));
  }
  return features;
}

}  // namespace varisk::models
