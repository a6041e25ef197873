#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <string_view>
#include <unordered_map>

#include "parse_features.hpp"
#include "varisk/io/json_node.hpp"
#include "varisk/models/model.hpp"

namespace varisk::models {
namespace {

constexpr std::string_view supported_format = "varisk-model/1";

using io::JsonNode;
using FeatureIndex = std::unordered_map<std::string, std::size_t>;

void check_kind(const JsonNode& root) {
  const JsonNode format = root.at("format");
  if (format.json() != supported_format)
    format.fail(fmt::format("\"{}\", the only version supported", supported_format));
  const JsonNode family = root.at("family");
  if (family.json() == "binomial") return;
  const std::set<std::string> planned = {"multinomial", "ordinal", "gaussian"};
  if (planned.contains(family.text()))
    family.fail_because("expected \"binomial\"; " + family.text() + " is not supported yet");
  family.fail("\"binomial\"");
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

LevelIs parse_level(const JsonNode& node, const CategoryCovariate& category) {
  const auto found = std::find(category.levels.begin(), category.levels.end(), node.text());
  if (found == category.levels.end()) node.fail(fmt::format("one of the levels {}", fmt::join(category.levels, ", ")));
  return {static_cast<std::size_t>(found - category.levels.begin())};
}

Factor parse_factor(const JsonNode& node, const std::vector<Feature>& features, const FeatureIndex& index) {
  node.expect_keys({"feature", "center", "scale", "log", "at_least", "below", "level"});
  const JsonNode name = node.at("feature");
  const auto found = index.find(name.text());
  if (found == index.end()) name.fail("the name of a feature");
  const bool affine = node.has("center") || node.has("scale") || node.has("log");
  const bool interval = node.has("at_least") || node.has("below");
  const bool level = node.has("level");
  const bool several = (affine && interval) || (level && (affine || interval));
  if (several) node.fail("one transformation: log, center and scale, or at_least and below, or level");
  if (const CategoryCovariate* category = category_of(features[found->second])) {
    if (!level) node.fail("a level, because the feature is a category");
    return {found->second, parse_level(node.at("level"), *category)};
  }
  if (level) node.fail("no level, because the feature is a number");
  if (interval) return {found->second, parse_interval(node)};
  return {found->second, parse_affine(node)};
}

Term parse_term(const JsonNode& node, const std::vector<Feature>& features, const FeatureIndex& index) {
  node.expect_keys({"name", "coefficient", "reference", "factors"});
  Term term;
  term.name = node.at("name").label();
  term.coefficient = node.at("coefficient").number();
  if (const auto reference = node.find("reference")) term.reference = reference->number();
  const JsonNode factors = node.at("factors");
  factors.expect_array();
  if (factors.size() == 0) factors.fail("at least one factor");
  for (std::size_t i = 0; i < factors.size(); ++i) {
    term.factors.push_back(parse_factor(factors.element(i), features, index));
  }
  return term;
}

std::vector<Term> parse_terms(const JsonNode& node, const std::vector<Feature>& features) {
  node.expect_array();
  FeatureIndex index;
  for (std::size_t i = 0; i < features.size(); ++i) index.emplace(features[i].name, i);
  std::vector<Term> terms;
  std::set<std::string> names;
  for (std::size_t i = 0; i < node.size(); ++i) {
    terms.push_back(parse_term(node.element(i), features, index));
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

std::array<std::string, 2> parse_classes(const JsonNode& node) {
  node.expect_array();
  if (node.size() != 2) node.fail("two names, the second is the class that the probability is of");
  std::array<std::string, 2> classes = {node.element(0).label(), node.element(1).label()};
  if (classes[0] == classes[1]) node.fail("two different names");
  return classes;
}

sites::GenomeBuild parse_build(const JsonNode& node) {
  const sites::GenomeBuild build = sites::build_from_name(node.text());
  if (build == sites::GenomeBuild::unknown) node.fail("GRCh37 or GRCh38");
  return build;
}

void parse_description(const JsonNode& root, Model& model) {
  model.id = root.at("id").label();
  model.outcome = root.at("outcome").label();
  if (const auto node = root.find("name")) model.name = node->text();
  if (const auto node = root.find("description")) model.description = node->text();
  if (const auto node = root.find("classes")) model.classes = parse_classes(*node);
  if (const auto node = root.find("genome_build")) model.genome_build = parse_build(*node);
  if (const auto node = root.find("intended_population")) model.intended_population = node->text();
  if (const auto node = root.find("provenance")) model.provenance = node->json();
  if (const auto node = root.find("performance")) model.performance = node->json();
  if (const auto node = root.find("notice")) model.notice = node->text();
}

void parse_output(const JsonNode& root, Model& model) {
  if (const auto node = root.find("calibration")) {
    node->expect_keys({"intercept", "slope"});
    model.calibration = Calibration{node->at("intercept").number(), node->at("slope").number()};
  }
  if (const auto node = root.find("prevalence")) {
    node->expect_keys({"training", "population"});
    model.prevalence = Prevalence{parse_inside_unit_interval(node->at("training")),
                                  parse_inside_unit_interval(node->at("population"))};
  }
  if (const auto node = root.find("bands")) model.bands = parse_bands(*node);
}

}  // namespace

Model parse_model(const io::Json& json, const std::string& path) {
  const JsonNode root(json, path);
  root.expect_object();
  check_kind(root);
  root.expect_keys({"format", "id", "name", "description", "outcome", "classes", "family", "genome_build", "features",
                    "intercept", "terms", "covariance", "calibration", "prevalence", "bands", "intended_population",
                    "provenance", "performance", "notice"});
  Model model;
  parse_description(root, model);
  model.features = parse_features(root.at("features"));
  model.intercept = root.at("intercept").number();
  model.terms = parse_terms(root.at("terms"), model.features);
  check_all_used(root.at("features"), model);
  if (const auto node = root.find("covariance")) model.covariance = parse_covariance(*node, 1 + model.terms.size());
  parse_output(root, model);
  return model;
}

Model read_model(const std::string& path) { return parse_model(io::read_json(path), path); }

}  // namespace varisk::models
