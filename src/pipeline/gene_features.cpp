#include "gene_features.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <unordered_map>

#include "varisk/core/error.hpp"
#include "varisk/pgx/advice.hpp"

namespace varisk::pipeline {
namespace {

using models::GeneValue;
using models::PharmacogeneFeature;
using models::ValueState;

/// A number, or the text of a category.
using Answer = std::variant<double, std::string>;

std::vector<std::string> alleles_of(const std::string& diplotype) {
  std::vector<std::string> alleles;
  std::size_t start = 0;
  for (std::size_t end = 0; end != std::string::npos; start = end + 1) {
    end = diplotype.find('/', start);
    alleles.push_back(diplotype.substr(start, end - start));
  }
  return alleles;
}

std::string sorted_diplotype(std::vector<std::string> alleles) {
  std::sort(alleles.begin(), alleles.end(), pgx::natural_less);
  return fmt::format("{}", fmt::join(alleles, "/"));
}

/// As calls spell them.
std::vector<std::string> levels_of(const PharmacogeneFeature& feature) {
  std::vector<std::string> levels = feature.category.levels;
  if (feature.value != GeneValue::diplotype) return levels;
  for (std::string& level : levels) level = sorted_diplotype(alleles_of(level));
  return levels;
}

/// A suballele (`*4.024`) is a copy of its allele.
double copies_of(const std::string& allele, const std::vector<std::string>& diplotype) {
  const auto is_copy = [&](const std::string& name) { return name == allele || name.starts_with(allele + "."); };
  return static_cast<double>(std::count_if(diplotype.begin(), diplotype.end(), is_copy));
}

std::optional<Answer> answer_of(const PharmacogeneFeature& feature, const pgx::LookupEntry& entry) {
  switch (feature.value) {
    case GeneValue::activity_score:
      if (entry.activity_score) return *entry.activity_score;
      return std::nullopt;
    case GeneValue::allele_count:
      if (!entry.alleles.empty()) return copies_of(feature.allele, entry.alleles);
      return std::nullopt;
    case GeneValue::phenotype:
      if (entry.phenotypes.size() == 1) return entry.phenotypes.front();
      return std::nullopt;
    case GeneValue::diplotype:
      if (!entry.alleles.empty()) return sorted_diplotype(entry.alleles);
      return std::nullopt;
  }
  throw InternalError("unknown value of a pharmacogene");
}

std::optional<Answer> answer_of(const PharmacogeneFeature& feature, const pgx::GeneCall& call) {
  const bool is_called = call.state != pgx::CallState::no_call && !call.lookup.empty();
  if (!is_called || call.is_research || !call.not_excluded.empty()) return std::nullopt;
  // The two worst variants are looked up, but all that a person carries count.
  if (feature.value == GeneValue::allele_count && !call.carried.empty()) return copies_of(feature.allele, call.carried);
  const auto first = answer_of(feature, call.lookup.front());
  const bool agree = std::all_of(call.lookup.begin(), call.lookup.end(),
                                 [&](const pgx::LookupEntry& entry) { return answer_of(feature, entry) == first; });
  return agree ? first : std::nullopt;
}

/// What one call means to the model.
struct Reading {
  std::optional<double> value;
  std::string unknown;  ///< a text that is none of the levels
};

Reading read_call(const PharmacogeneFeature& feature, const std::vector<std::string>& levels,
                  const pgx::GeneCall& call) {
  const auto answer = answer_of(feature, call);
  if (!answer) return {};
  if (const auto* const number = std::get_if<double>(&*answer)) return {*number, {}};
  const auto& text = std::get<std::string>(*answer);
  const auto found = std::find(levels.begin(), levels.end(), text);
  if (found == levels.end()) return {std::nullopt, text};
  return {static_cast<double>(found - levels.begin()), {}};
}

/// The rules of one feature for samples without a value.
class Filler {
 public:
  Filler(const PharmacogeneFeature& feature, std::string where, models::CleaningCounts& counts)
      : feature_(feature), where_(std::move(where)), counts_(counts) {}

  models::FeatureValue fill(const Reading& reading, std::size_t sample) {
    if (reading.unknown.empty()) {
      ++counts_.missing;
    } else if (feature_.category.unknown_level == models::OnBadValue::missing) {
      ++counts_.unknown_level;
    } else {
      throw UserError(fmt::format("expected {} to be one of {}, found '{}' in sample {}", feature_.gene,
                                  fmt::join(feature_.category.levels, ", "), reading.unknown, sample + 1),
                      where_, R"("unknown_level": "missing" allows it)");
    }
    if (const auto* const impute = std::get_if<models::ImputeMissing>(&feature_.missing)) {
      ++counts_.imputed;
      return {impute->value, ValueState::imputed};
    }
    if (std::holds_alternative<models::KeepMissing>(feature_.missing)) return {};
    // By number: ids of samples do not belong in messages.
    throw UserError(
        fmt::format("expected a call of {} that the model can use, found none in sample {}", feature_.gene, sample + 1),
        where_, "the model takes no missing value here; diplotypes.tsv of --dosing says what is wrong");
  }

 private:
  const PharmacogeneFeature& feature_;
  std::string where_;
  models::CleaningCounts& counts_;
};

std::string did_you_mean(const std::string& name, const std::vector<std::string>& known) {
  const auto nearest = pgx::nearest_names(name, known);
  return nearest.empty() ? std::string{} : fmt::format("did you mean {}?", fmt::join(nearest, " or "));
}

/// One feature against the tables.
class Checker {
 public:
  Checker(const PharmacogeneFeature& feature, const pgx::Gene& gene, std::string where)
      : feature_(feature), gene_(gene), where_(std::move(where)) {}

  void check() const {
    switch (feature_.value) {
      case GeneValue::activity_score:
        if (gene_.lookup == pgx::LookupKind::activity) return;
        fail("gene", "a gene with activity scores", feature_.gene, "its phenotype is a feature too");
      case GeneValue::allele_count: check_allele("allele", feature_.allele); return;
      case GeneValue::phenotype: check_phenotypes(); return;
      case GeneValue::diplotype: check_diplotypes(); return;
    }
  }

 private:
  [[noreturn]] void fail(std::string_view key, const std::string& expected, const std::string& found,
                         const std::string& help) const {
    throw UserError(fmt::format("expected {}, found '{}'", expected, found), fmt::format("{}.{}", where_, key), help);
  }

  /// Outside calls bring names that no table has: of HLA, and of copy numbers and tandems.
  [[nodiscard]] bool is_known(const std::string& name) const {
    if (gene_.lookup == pgx::LookupKind::allele) return true;
    if (const pgx::NamedAllele* const allele = gene_.find(name)) return allele->suballele_of.empty();
    return gene_.route == pgx::CallRoute::outside && pgx::look_up(gene_, {name}).activity_score;
  }

  void check_allele(std::string_view key, const std::string& name) const {
    if (is_known(name)) return;
    std::vector<std::string> known;
    for (const pgx::NamedAllele& one : gene_.alleles) known.push_back(one.name);
    fail(key, "an allele of " + gene_.name, name, did_you_mean(name, known));
  }

  void check_phenotypes() const {
    if (gene_.lookup == pgx::LookupKind::allele) {
      fail("gene", "a gene with one phenotype for each person", feature_.gene, "count copies of its alleles");
    }
    auto known = gene_.phenotypes.phenotypes();
    known.emplace_back(pgx::indeterminate);
    for (const std::string& level : feature_.category.levels) {
      if (std::find(known.begin(), known.end(), level) != known.end()) continue;
      fail("levels", "a phenotype of " + gene_.name, level, fmt::format("known are: {}", fmt::join(known, ", ")));
    }
  }

  void check_diplotypes() const {
    std::vector<std::string> known;
    for (const std::string& level : feature_.category.levels) {
      const auto alleles = alleles_of(level);
      if (alleles.size() > 2) fail("levels", "one or two alleles", level, "they are separated by /");
      for (const std::string& allele : alleles) check_allele("levels", allele);
      known.push_back(sorted_diplotype(alleles));
      if (std::count(known.begin(), known.end(), known.back()) == 1) continue;
      fail("levels", "each diplotype once", level, "the order of its alleles does not count");
    }
  }

  const PharmacogeneFeature& feature_;
  const pgx::Gene& gene_;
  std::string where_;
};

std::string place_of(const ScoreInputs& inputs, std::size_t model, std::size_t feature) {
  return fmt::format("{}: features.{}", inputs.model_paths[model], inputs.models[model].features[feature].name);
}

}  // namespace

std::vector<std::string> genes_of(const std::vector<models::Model>& models) {
  std::vector<std::string> genes;
  for (const models::Model& model : models) {
    for (const models::Feature& feature : model.features) {
      const auto* const gene = std::get_if<PharmacogeneFeature>(&feature.source);
      if (gene == nullptr || std::find(genes.begin(), genes.end(), gene->gene) != genes.end()) continue;
      genes.push_back(gene->gene);
    }
  }
  return genes;
}

void check_gene_features(const ScoreInputs& inputs, const DosingPlan& plan) {
  std::vector<std::string> known;
  for (const pgx::Gene& gene : plan.data().genes) known.push_back(gene.name);
  for (std::size_t m = 0; m < inputs.models.size(); ++m) {
    for (std::size_t f = 0; f < inputs.models[m].features.size(); ++f) {
      const auto* const feature = std::get_if<PharmacogeneFeature>(&inputs.models[m].features[f].source);
      if (feature == nullptr) continue;
      const std::string where = place_of(inputs, m, f);
      const pgx::Gene* const gene = plan.data().find(feature->gene);
      if (gene == nullptr) {
        throw UserError(fmt::format("expected a gene of the tables, found '{}'", feature->gene), where + ".gene",
                        did_you_mean(feature->gene, known));
      }
      if (!plan.find_gene(gene->name)) {
        throw UsageError(fmt::format("--genes leaves out {}, which {} needs", gene->name, where), "add it to --genes");
      }
      Checker(*feature, *gene, where).check();
    }
  }
}

models::FeatureColumn gene_column(const ScoreInputs& inputs, std::size_t model, std::size_t feature,
                                  const DosingTables& genes, std::map<std::string, models::CleaningCounts>& cleaning) {
  const models::Feature& named = inputs.models[model].features[feature];
  const auto& source = std::get<PharmacogeneFeature>(named.source);
  const auto gene = genes.plan().find_gene(source.gene);
  if (!gene) throw InternalError("a gene that a model needs was not called: " + source.gene);
  const GeneCalls& calls = *genes.genes()[*gene];
  const auto levels = levels_of(source);
  auto& counts = cleaning[fmt::format("{}: {} ({})", inputs.models[model].id, source.gene, named.name)];
  Filler filler(source, place_of(inputs, model, feature), counts);
  std::unordered_map<std::uint32_t, Reading> readings;
  models::FeatureColumn column;
  for (const CallNumber number : genes.calls_of_group()[*gene]) {
    const auto [entry, is_new] = readings.try_emplace(to_number(number));
    if (is_new) entry->second = read_call(source, levels, calls.call(number));
    const auto value = entry->second.value ? models::FeatureValue{*entry->second.value, ValueState::observed}
                                           : filler.fill(entry->second, column.value.size());
    column.value.push_back(value.value);
    column.state.push_back(value.state);
  }
  return column;
}

}  // namespace varisk::pipeline
