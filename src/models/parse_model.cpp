#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <string_view>
#include <unordered_map>

#include "parse_features.hpp"
#include "varisk/core/error.hpp"
#include "varisk/io/json_node.hpp"
#include "varisk/models/model.hpp"

namespace varisk::models {
namespace {

constexpr std::string_view supported_format = "varisk-model/1";

using io::JsonNode;
using FeatureIndex = std::unordered_map<std::string, std::size_t>;

/// Of one family: how the file calls what differs between families.
struct FamilyKeys {
  std::string_view constants;
  std::string_view coefficients;
};

FamilyKeys keys_of(Family family) {
  switch (family) {
    case Family::binomial: return {"intercept", "coefficient"};
    case Family::multinomial: return {"intercepts", "coefficients"};
    case Family::ordinal: return {"thresholds", "coefficient"};
    case Family::gaussian: return {"intercept", "coefficient"};
  }
  throw InternalError("unknown family");
}

/// A key of another family says that something was mixed up.
void refuse_others(const JsonNode& node, std::string_view right, std::initializer_list<std::string_view> keys,
                   Family family) {
  for (const std::string_view key : keys) {
    if (key == right) continue;
    if (const auto found = node.find(key)) {
      found->fail(fmt::format("'{}' in its place, because the family is {}", right, to_string(family)));
    }
  }
}

Family parse_kind(const JsonNode& root) {
  const JsonNode format = root.at("format");
  if (format.json() != supported_format)
    format.fail(fmt::format("\"{}\", the only version supported", supported_format));
  const JsonNode family = root.at("family");
  for (const Family known : {Family::binomial, Family::multinomial, Family::ordinal, Family::gaussian}) {
    if (family.json() == to_string(known)) return known;
  }
  family.fail(R"("binomial", "multinomial", "ordinal" or "gaussian")");
}

std::vector<double> parse_numbers(const JsonNode& node, std::size_t count, std::string_view what) {
  node.expect_array();
  if (node.size() != count) {
    node.fail_because(fmt::format("expected {} numbers, {}, found {}", count, what, node.size()));
  }
  std::vector<double> numbers;
  for (std::size_t i = 0; i < count; ++i) numbers.push_back(node.element(i).number());
  return numbers;
}

Affine parse_affine(const JsonNode& node) {
  Affine affine;
  if (const auto log = node.find("log")) affine.log = log->boolean();
  if (const auto center = node.find("center")) affine.center = center->number();
  if (const auto scale = node.find("scale")) {
    affine.scale = scale->number();
    if (affine.scale == 0) scale->fail("a number that is not 0");
  }
  return affine;
}

Interval parse_interval(const JsonNode& node) {
  Interval interval;
  if (const auto low = node.find("at_least")) interval.at_least = low->number();
  if (const auto high = node.find("below")) interval.below = high->number();
  if (interval.at_least && interval.below && *interval.at_least >= *interval.below) {
    node.fail("at_least to be less than below");
  }
  return interval;
}

LevelIs parse_level(const JsonNode& node, const Category& category) {
  const auto found = std::find(category.levels.begin(), category.levels.end(), node.text());
  if (found == category.levels.end()) node.fail(fmt::format("one of the levels {}", fmt::join(category.levels, ", ")));
  return {static_cast<std::size_t>(found - category.levels.begin())};
}

/// `true`, or the key is left out.
void expect_true(const JsonNode& node) {
  if (!node.boolean()) node.fail("true; leave the key out otherwise");
}

WasMissing parse_was_missing(const JsonNode& node, const Feature& feature) {
  expect_true(node);
  if (!imputes_missing(feature)) node.fail_because("expected a feature with a value for missing ones, found none");
  return {};
}

Affine parse_ordinal(const JsonNode& node) {
  expect_true(node.at("ordinal"));
  if (const auto log = node.find("log")) log->fail("no logarithm of the index of a level, which may be 0");
  return parse_affine(node);
}

decltype(Factor::transform) parse_transform(const JsonNode& node, const Feature& feature) {
  const bool affine = node.has("center") || node.has("scale") || node.has("log") || node.has("ordinal");
  const bool interval = node.has("at_least") || node.has("below");
  const bool level = node.has("level");
  const auto missing = node.find("missing");
  if (static_cast<int>(affine) + static_cast<int>(interval) + static_cast<int>(level) + (missing ? 1 : 0) > 1) {
    node.fail("one transformation: log, center and scale, or at_least and below, or level, or missing");
  }
  if (missing) return parse_was_missing(*missing, feature);
  if (const Category* category = category_of(feature)) {
    if (node.has("ordinal")) return parse_ordinal(node);
    if (!level) node.fail("a level, or ordinal, because the feature is a category");
    return parse_level(node.at("level"), *category);
  }
  if (level || node.has("ordinal")) node.fail("no level and no ordinal, because the feature is a number");
  if (interval) return parse_interval(node);
  return parse_affine(node);
}

Factor parse_factor(const JsonNode& node, const std::vector<Feature>& features, const FeatureIndex& index) {
  node.expect_keys({"feature", "center", "scale", "log", "at_least", "below", "level", "ordinal", "missing"});
  const JsonNode name = node.at("feature");
  const auto found = index.find(name.text());
  if (found == index.end()) name.fail("the name of a feature");
  return {found->second, parse_transform(node, features[found->second])};
}

Term parse_term(const JsonNode& node, const Model& model, const FeatureIndex& index) {
  node.expect_keys({"name", "coefficient", "coefficients", "reference", "factors"});
  const std::string_view key = keys_of(model.family).coefficients;
  refuse_others(node, key, {"coefficient", "coefficients"}, model.family);
  Term term;
  term.name = node.at("name").label();
  if (model.family == Family::multinomial) {
    term.coefficients = parse_numbers(node.at(key), model.classes.size(), "one of each class");
  } else {
    term.coefficients = {node.at(key).number()};
  }
  if (const auto reference = node.find("reference")) term.reference = reference->number();
  const JsonNode factors = node.at("factors");
  factors.expect_array();
  if (factors.size() == 0) factors.fail("at least one factor");
  for (std::size_t i = 0; i < factors.size(); ++i) {
    term.factors.push_back(parse_factor(factors.element(i), model.features, index));
  }
  return term;
}

std::vector<Term> parse_terms(const JsonNode& node, const Model& model) {
  node.expect_array();
  FeatureIndex index;
  for (std::size_t i = 0; i < model.features.size(); ++i) index.emplace(model.features[i].name, i);
  std::vector<Term> terms;
  std::set<std::string> names;
  for (std::size_t i = 0; i < node.size(); ++i) {
    terms.push_back(parse_term(node.element(i), model, index));
    if (!names.insert(terms.back().name).second) node.element(i).at("name").fail("each name once");
  }
  return terms;
}

void check_all_used(const JsonNode& features_node, const Model& model) {
  std::vector<bool> used(model.features.size());
  for (const Term& term : model.terms) {
    for (const Factor& factor : term.factors) used[factor.feature] = true;
  }
  for (std::size_t i = 0; i < used.size(); ++i) {
    if (!used[i])
      features_node.at(model.features[i].name).fail_because("expected a term that uses this feature, found none");
  }
}

std::vector<double> parse_covariance(const JsonNode& node, std::size_t n) {
  node.expect_array();
  const std::string shape = fmt::format("{} rows of {} numbers, for the intercept and each term", n, n);
  if (node.size() != n) node.fail_because(fmt::format("expected {}, found {} rows", shape, node.size()));
  std::vector<double> matrix;
  matrix.reserve(n * n);
  for (std::size_t i = 0; i < n; ++i) {
    const JsonNode row = node.element(i);
    row.expect_array();
    if (row.size() != n) row.fail_because(fmt::format("expected {}, found {} numbers", shape, row.size()));
    for (std::size_t j = 0; j < n; ++j) matrix.push_back(row.element(j).number());
  }
  constexpr double rounding = 1e-9;
  for (std::size_t i = 0; i < n; ++i) {
    if (matrix[i * n + i] < 0) node.element(i).element(i).fail("a variance, not negative");
    for (std::size_t j = 0; j < i; ++j) {
      const double lower = matrix[i * n + j];
      const double upper = matrix[j * n + i];
      if (std::abs(lower - upper) > rounding * std::max(std::abs(lower), std::abs(upper))) {
        node.element(i).element(j).fail(fmt::format("a symmetric matrix, here {}", upper));
      }
    }
  }
  return matrix;
}

double parse_inside_unit_interval(const JsonNode& node) {
  const double value = node.number();
  if (value <= 0 || value >= 1) node.fail("a number above 0 and below 1");
  return value;
}

std::vector<Band> parse_bands(const JsonNode& node) {
  node.expect_array();
  if (node.size() == 0) node.fail("at least one band");
  std::vector<Band> bands;
  std::set<std::string> names;
  for (std::size_t i = 0; i < node.size(); ++i) {
    const JsonNode item = node.element(i);
    item.expect_keys({"name", "below"});
    Band band{item.at("name").label(), std::nullopt};
    if (!names.insert(band.name).second) item.at("name").fail("each name once");
    const bool last = i + 1 == node.size();
    if (last && item.has("below")) item.fail("no upper end on the last band");
    if (!last) {
      const JsonNode below = item.at("below");
      band.below = parse_inside_unit_interval(below);
      if (i > 0 && *band.below <= *bands.back().below) below.fail("a number above that of the band before");
    }
    bands.push_back(std::move(band));
  }
  return bands;
}

std::vector<std::string> parse_classes(const JsonNode& node, Family family) {
  node.expect_array();
  if (family == Family::binomial && node.size() != 2) {
    node.fail("two names, the second is the class that the probability is of");
  }
  if (node.size() < 2) node.fail("two or more names");
  std::vector<std::string> classes;
  for (std::size_t i = 0; i < node.size(); ++i) {
    std::string name = node.element(i).label();
    if (std::find(classes.begin(), classes.end(), name) != classes.end()) node.fail("different names");
    classes.push_back(std::move(name));
  }
  return classes;
}

void parse_constants(const JsonNode& root, Model& model) {
  const std::string_view key = keys_of(model.family).constants;
  refuse_others(root, key, {"intercept", "intercepts", "thresholds"}, model.family);
  const JsonNode node = root.at(key);
  switch (model.family) {
    case Family::binomial:
    case Family::gaussian: model.intercepts = {node.number()}; return;
    case Family::multinomial: model.intercepts = parse_numbers(node, model.classes.size(), "one of each class"); return;
    case Family::ordinal: break;
  }
  model.intercepts = {0};
  model.thresholds = parse_numbers(node, model.classes.size() - 1, "one between each two classes");
  for (std::size_t i = 1; i < model.thresholds.size(); ++i) {
    if (model.thresholds[i] <= model.thresholds[i - 1]) node.element(i).fail("a number above the one before");
  }
}

sites::GenomeBuild parse_build(const JsonNode& node) {
  const sites::GenomeBuild build = sites::build_from_name(node.text());
  if (build == sites::GenomeBuild::unknown) node.fail("GRCh37 or GRCh38");
  return build;
}

/// Classes, or of a number its unit and spread.
void parse_outcome_scale(const JsonNode& root, Model& model) {
  const bool is_number = model.family == Family::gaussian;
  const auto refuse = [&](std::string_view key) {
    if (const auto node = root.find(key)) {
      node->fail(fmt::format("no {}, because the family is {}", key, to_string(model.family)));
    }
  };
  if (!is_number) {
    for (const std::string_view key : {"outcome_unit", "residual_sd"}) refuse(key);
    const auto classes = model.family == Family::binomial ? root.find("classes") : root.at("classes");
    if (classes) model.classes = parse_classes(*classes, model.family);
    return;
  }
  refuse("classes");
  model.classes.clear();
  if (const auto node = root.find("outcome_unit")) model.outcome_unit = node->label();
  if (const auto node = root.find("residual_sd")) {
    model.residual_sd = node->number();
    if (*model.residual_sd <= 0) node->fail("a number above 0");
  }
}

void parse_description(const JsonNode& root, Model& model) {
  model.id = root.at("id").label();
  model.outcome = root.at("outcome").label();
  if (const auto node = root.find("name")) model.name = node->text();
  if (const auto node = root.find("description")) model.description = node->text();
  parse_outcome_scale(root, model);
  if (const auto node = root.find("genome_build")) model.genome_build = parse_build(*node);
  if (const auto node = root.find("intended_population")) model.intended_population = node->text();
  if (const auto node = root.find("provenance")) model.provenance = node->json();
  if (const auto node = root.find("performance")) model.performance = node->json();
  if (const auto node = root.find("notice")) model.notice = node->text();
}

Calibration parse_calibration(const JsonNode& node, const Model& model) {
  node.expect_keys({"intercept", "intercepts", "slope"});
  const bool several = model.family == Family::multinomial;
  const std::string_view key = several ? "intercepts" : "intercept";
  refuse_others(node, key, {"intercept", "intercepts"}, model.family);
  Calibration calibration;
  calibration.intercepts = several ? parse_numbers(node.at(key), model.classes.size(), "one of each class")
                                   : std::vector<double>{node.at(key).number()};
  calibration.slope = node.at("slope").number();
  return calibration;
}

/// What follows the linear predictor.
void parse_output(const JsonNode& root, Model& model) {
  const bool one_sum = model.family == Family::binomial || model.family == Family::gaussian;
  const auto refuse = [&](std::string_view key) {
    if (const auto node = root.find(key)) {
      node->fail(fmt::format("no {}, because the family is {}", key, to_string(model.family)));
    }
  };
  if (!one_sum) refuse("covariance");
  if (model.family != Family::binomial) {
    for (const std::string_view key : {"prevalence", "bands"}) refuse(key);
  }
  if (const auto node = root.find("covariance")) model.covariance = parse_covariance(*node, 1 + model.terms.size());
  if (const auto node = root.find("calibration")) model.calibration = parse_calibration(*node, model);
  if (const auto node = root.find("prevalence")) {
    node->expect_keys({"training", "population"});
    model.prevalence = Prevalence{parse_inside_unit_interval(node->at("training")),
                                  parse_inside_unit_interval(node->at("population"))};
  }
  if (const auto node = root.find("bands")) model.bands = parse_bands(*node);
}

}  // namespace

std::string_view to_string(Family family) noexcept {
  switch (family) {
    case Family::binomial: return "binomial";
    case Family::multinomial: return "multinomial";
    case Family::ordinal: return "ordinal";
    case Family::gaussian: return "gaussian";
  }
  return "";
}

Model parse_model(const io::Json& json, const std::string& path) {
  const JsonNode root(json, path);
  root.expect_object();
  Model model;
  model.family = parse_kind(root);
  root.expect_keys({"format",       "id",          "name",       "description", "outcome",
                    "outcome_unit", "residual_sd", "classes",    "family",      "genome_build",
                    "features",     "intercept",   "intercepts", "thresholds",  "terms",
                    "covariance",   "calibration", "prevalence", "bands",       "intended_population",
                    "provenance",   "performance", "notice"});
  parse_description(root, model);
  model.features = parse_features(root.at("features"));
  parse_constants(root, model);
  model.terms = parse_terms(root.at("terms"), model);
  check_all_used(root.at("features"), model);
  parse_output(root, model);
  return model;
}

Model read_model(const std::string& path) { return parse_model(io::read_json(path), path); }

}  // namespace varisk::models
