#include "varisk/pipeline/score_inputs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <unordered_map>
#include <unordered_set>

#include "ancestry.hpp"
#include "gene_features.hpp"
#include "sample_groups.hpp"
#include "varisk/core/error.hpp"
#include "varisk/io/text_input.hpp"

namespace varisk::pipeline {
namespace {

/// One name for each file, however it is spelled.
std::string file_key(const std::string& path) {
  std::error_code code;
  const auto canonical = std::filesystem::weakly_canonical(path, code);
  return code ? path : canonical.string();
}

void require_regular_file(const std::string& path, std::string_view what) {
  std::error_code code;
  if (path == "-" || (std::filesystem::exists(path, code) && !std::filesystem::is_regular_file(path, code) &&
                      !std::filesystem::is_directory(path, code))) {
    throw UserError(fmt::format("is no regular file; {} read more than once", what), path, "save it to a file first");
  }
}

bool is_json(const std::string& path) {
  require_regular_file(path, "models and scoring files are");
  io::TextInput input(path);
  std::string_view line;
  while (input.next(line)) {
    const std::size_t start = line.find_first_not_of(" \t\xEF\xBB\xBF");
    if (start != std::string_view::npos) return line[start] == '{';
  }
  throw UserError("the file is empty, a scoring file or a model was expected", path);
}

/// Ids are the names in the results, so each may stand for one thing only.
class Ids {
 public:
  void add(const std::string& id, const std::string& path) {
    const auto [known, is_new] = path_of_.try_emplace(id, path);
    if (is_new) return;
    throw UserError(fmt::format("the id '{}' is also used by {}", id, known->second), path,
                    "give each score and model its own id, and each file once");
  }
  [[nodiscard]] bool contains(const std::string& id) const { return path_of_.contains(id); }

 private:
  std::unordered_map<std::string, std::string> path_of_;
};

void add_scoring_file(const std::string& path, const ScoreOptions& options, ScoreInputs& inputs, Ids& ids) {
  inputs.scoring_files.push_back(scoring::read_scoring_file(
      path, options.weights, options.match_by, options.threads > 0 ? options.threads : allocated_threads()));
  for (const std::string& doubt : inputs.scoring_files.back().doubts) {
    if (options.strict) throw UserError(doubt, path, "--strict was asked for");
    inputs.warnings.push_back(fmt::format("{}: {}", path, doubt));
  }
  if (options.weights == scoring::WeightPolicy::log) {
    inputs.warnings.push_back(fmt::format("{}: the logarithms of its weights are used (--weights log)", path));
  }
  for (const scoring::ScoreColumn& score : inputs.scoring_files.back().scores) {
    ids.add(score.id, path);
    inputs.score_ids.push_back(score.id);
  }
}

/// Models name scores by id, or bring the scoring file along; afterwards all of them go by id.
void resolve_scores(models::Model& model, const std::string& path, const ScoreOptions& options, ScoreInputs& inputs,
                    Ids& ids, std::unordered_map<std::string, std::string>& id_of_file) {
  for (models::Feature& feature : model.features) {
    auto* const score = std::get_if<models::ScoreFeature>(&feature.source);
    if (score == nullptr) continue;
    if (const auto* const file = std::get_if<models::ScoreFeature::File>(&score->score)) {
      const std::string key = file_key(file->path);
      if (!id_of_file.contains(key)) {
        add_scoring_file(file->path, options, inputs, ids);
        if (inputs.scoring_files.back().scores.size() != 1) {
          throw UserError("a model's scoring file must hold one score", file->path,
                          "name the score by id, and give the file with --model");
        }
        id_of_file[key] = inputs.scoring_files.back().scores.front().id;
      }
      score->score = models::ScoreFeature::Id{id_of_file[key]};
    }
    const std::string& id = std::get<models::ScoreFeature::Id>(score->score).text;
    if (std::find(inputs.score_ids.begin(), inputs.score_ids.end(), id) == inputs.score_ids.end()) {
      throw UserError(
          fmt::format("feature '{}' needs the score '{}', which no --model gives", feature.name, id), path,
          fmt::format("add the scoring file with that id; given are: {}", fmt::join(inputs.score_ids, ", ")));
    }
  }
}

void read_models(const ScoreOptions& options, ScoreInputs& inputs) {
  Ids ids;
  std::unordered_map<std::string, std::string> id_of_file;
  for (const std::string& path : expand_file_lists(options.models)) {
    if (is_json(path)) {
      inputs.models.push_back(models::read_model(path));
      inputs.model_paths.push_back(path);
      ids.add(inputs.models.back().id, path);
    } else {
      add_scoring_file(path, options, inputs, ids);
      if (inputs.scoring_files.back().scores.size() == 1) {
        id_of_file[file_key(path)] = inputs.scoring_files.back().scores.front().id;
      }
    }
  }
  for (std::size_t i = 0; i < inputs.models.size(); ++i) {
    resolve_scores(inputs.models[i], inputs.model_paths[i], options, inputs, ids, id_of_file);
  }
}

void find_build(ScoreInputs& inputs) {
  const GenotypeFile* known_in = nullptr;
  for (const GenotypeFile& file : inputs.files) {
    if (file.build() == sites::GenomeBuild::unknown) continue;
    if (known_in != nullptr && file.build() != inputs.build) {
      throw UserError(fmt::format("its contig lengths are those of {}, those of {} are of {}",
                                  sites::to_string(file.build()), known_in->path(), sites::to_string(inputs.build)),
                      file.path(), "all genotype files must be of one build");
    }
    inputs.build = file.build();
    known_in = &file;
  }
}

void read_reference(const ScoreOptions& options, ScoreInputs& inputs) {
  if (!options.reference) return;
  inputs.reference = std::make_unique<ReferenceGenome>(*options.reference);
  const auto build = inputs.reference->build();
  const bool known = build != sites::GenomeBuild::unknown && inputs.build != sites::GenomeBuild::unknown;
  if (!known || build == inputs.build || options.build_check == BuildCheck::off) return;
  throw UserError(fmt::format("its sequences are of {}, the genotypes' contig lengths are of {}",
                              sites::to_string(build), sites::to_string(inputs.build)),
                  *options.reference, "give the FASTA that the genotypes were called against");
}

class BuildChecker {
 public:
  BuildChecker(const ScoreOptions& options, ScoreInputs& inputs) : mode_(options.build_check), inputs_(inputs) {}

  void check(sites::GenomeBuild build, const std::string& text, const std::string& path) {
    if (mode_ == BuildCheck::off) return;
    const auto genotypes = inputs_.build;
    if (build != sites::GenomeBuild::unknown && genotypes != sites::GenomeBuild::unknown) {
      if (build == genotypes) return;
      throw UserError(fmt::format("its positions are of {}, the genotypes' contig lengths are of {}",
                                  sites::to_string(build), sites::to_string(genotypes)),
                      path, "use the file's harmonised version for this build; --build-check off overrules");
    }
    const std::string what =
        build == sites::GenomeBuild::unknown
            ? fmt::format("{}: the genome build is not known (genome_build is '{}')", path, text)
            : fmt::format("the genotype files have no contig lengths of a known build; {} is of {}", path,
                          sites::to_string(build));
    if (mode_ == BuildCheck::strict) throw UserError(what, {}, "--build-check strict was asked for");
    inputs_.warnings.push_back(what + "; positions are taken as they are");
    if (std::find(inputs_.flags.begin(), inputs_.flags.end(), "build_unknown") == inputs_.flags.end()) {
      inputs_.flags.emplace_back("build_unknown");
    }
  }

 private:
  BuildCheck mode_;
  ScoreInputs& inputs_;
};

void check_builds(const ScoreOptions& options, ScoreInputs& inputs) {
  BuildChecker checker(options, inputs);
  for (const auto& file : inputs.scoring_files) {
    if (file.match_by == scoring::MatchBy::id) continue;  // its positions are not used
    checker.check(file.build, file.build_text, file.path);
  }
  if (inputs.panel) {
    checker.check(inputs.panel->build, std::string(sites::to_string(inputs.panel->build)), inputs.panel->path);
  }
  if (options.dosing.enabled && options.build_check != BuildCheck::off) {
    if (inputs.build == sites::GenomeBuild::unknown) {
      checker.check(sites::GenomeBuild::grch38, "GRCh38", "the positions of pharmacogenes");
    }
  }
  for (std::size_t i = 0; i < inputs.models.size(); ++i) {
    const models::Model& model = inputs.models[i];
    const bool has_variants = std::any_of(
        model.features.begin(), model.features.end(),
        [](const models::Feature& feature) { return std::holds_alternative<models::VariantFeature>(feature.source); });
    if (has_variants) {
      checker.check(model.genome_build, std::string(sites::to_string(model.genome_build)), inputs.model_paths[i]);
    }
  }
}

/// A few of the numbers of samples or lines; ids do not belong in messages.
std::string some_of(const std::vector<std::size_t>& numbers) {
  constexpr std::size_t shown = 3;
  const auto stop = numbers.begin() + static_cast<std::ptrdiff_t>(std::min(shown, numbers.size()));
  return fmt::format("{}{}", fmt::join(numbers.begin(), stop, ", "), numbers.size() > shown ? ", ..." : "");
}

void read_covariates(const ScoreOptions& options, ScoreInputs& inputs) {
  const bool needed = std::any_of(inputs.models.begin(), inputs.models.end(), [](const models::Model& model) {
    return std::any_of(model.features.begin(), model.features.end(), [](const models::Feature& feature) {
      return std::holds_alternative<models::CovariateFeature>(feature.source);
    });
  });
  if (!options.covariates) {
    if (needed) throw UsageError("--covariates is missing", "a model uses covariates");
    return;
  }
  inputs.covariates =
      cohort::CovariateTable::read(*options.covariates, options.sample_column, options.duplicate_samples);
  std::unordered_set<std::string_view> genotyped;
  std::vector<std::size_t> without_row;
  std::size_t sample = 0;
  for (const SampleGroup& group : inputs.groups) {
    for (const std::string& id : group.sample_ids) {
      ++sample;
      genotyped.insert(id);
      if (!inputs.covariates->find_row(id)) without_row.push_back(sample);
    }
  }
  std::vector<std::size_t> without_genotypes;
  for (const std::string& id : inputs.covariates->sample_ids()) {
    const auto row = inputs.covariates->find_row(id);
    if (row && !genotyped.contains(id))
      without_genotypes.push_back(static_cast<std::size_t>(inputs.covariates->line(*row)));
  }
  if (!without_row.empty() && options.covariate_samples != CovariateSamples::any) {
    throw UserError(
        fmt::format("{} genotyped sample(s) have no row (sample number {})", without_row.size(), some_of(without_row)),
        *options.covariates, "complete the table, choose samples with --samples, or --covariate-samples any");
  }
  if (!without_genotypes.empty() && options.covariate_samples == CovariateSamples::exact) {
    throw UserError(
        fmt::format("{} sample(s) have no genotypes (line {})", without_genotypes.size(), some_of(without_genotypes)),
        *options.covariates, "if the table is of a larger cohort: --covariate-samples superset");
  }
  if (!without_row.empty()) {
    inputs.warnings.push_back(
        fmt::format("{}: no row for {} of the genotyped samples", *options.covariates, without_row.size()));
  }
  if (!without_genotypes.empty()) {
    inputs.warnings.push_back(fmt::format("{}: {} row(s) of samples without genotypes are not used",
                                          *options.covariates, without_genotypes.size()));
  }
  if (inputs.covariates->unterminated()) {
    const std::string doubt = "the last line has no line end, the file may be cut off";
    if (options.strict) throw UserError(doubt, *options.covariates, "--strict was asked for");
    inputs.warnings.push_back(fmt::format("{}: {}", *options.covariates, doubt));
  }
  if (inputs.covariates->dropped_duplicates() > 0) {
    inputs.warnings.push_back(fmt::format("{}: {} duplicate row(s) left out (--duplicate-samples)", *options.covariates,
                                          inputs.covariates->dropped_duplicates()));
  }
}

void check_sample_ids(const ScoreInputs& inputs, const ScoreOptions& options) {
  std::unordered_set<std::string_view> seen;
  std::size_t sample = 0;
  for (const SampleGroup& group : inputs.groups) {
    for (const std::string& id : group.sample_ids) {
      ++sample;
      if (seen.insert(id).second) continue;
      throw UserError(fmt::format("the id of sample {} stands for another sample too", sample),
                      options.samples.value_or(options.variants.front()));
    }
  }
}

}  // namespace

std::vector<std::string> expand_file_lists(const std::vector<std::string>& arguments) {
  std::vector<std::string> paths;
  for (const std::string& argument : arguments) {
    if (!argument.starts_with('@')) {
      paths.push_back(argument);
      continue;
    }
    io::TextInput list(argument.substr(1));
    std::string_view line;
    const std::size_t before = paths.size();
    while (list.next(line)) {
      constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
      if (list.line_number() == 1 && line.starts_with(byte_order_mark)) line.remove_prefix(byte_order_mark.size());
      if (!line.empty()) paths.emplace_back(line);
    }
    if (paths.size() == before) throw UserError("the list of files is empty", argument.substr(1));
  }
  return paths;
}

ScoreInputs read_inputs(const ScoreOptions& options) {
  ScoreInputs inputs;
  read_models(options, inputs);
  if (!options.dosing.enabled && options.dosing.is_any_given() && genes_of(inputs.models).empty()) {
    throw UsageError("options of pharmacogenes were given, and nothing needs them",
                     "add --dosing, or a model with a pharmacogene");
  }
  if (options.reference_panel) inputs.panel = scoring::read_panel(*options.reference_panel);
  join_panel(options, inputs);
  std::optional<cohort::SampleSheet> sheet;
  if (options.samples) sheet = cohort::SampleSheet::read(*options.samples);
  inputs.files = open_genotype_files(expand_file_lists(options.variants),
                                     options.threads > 0 ? options.threads : allocated_threads());
  inputs.groups = group_samples(inputs.files, sheet, options.samples.value_or(""), inputs.warnings);
  if (inputs.groups.size() > 1 && options.impute == scoring::ImputePolicy::cohort) {
    throw UsageError("--impute cohort needs one cohort, the files hold several sets of samples", "use --impute file");
  }
  check_sample_ids(inputs, options);
  if (options.frequencies) require_regular_file(*options.frequencies, "--frequencies is");
  find_build(inputs);
  read_reference(options, inputs);
  check_builds(options, inputs);
  read_covariates(options, inputs);
  return inputs;
}

}  // namespace varisk::pipeline
