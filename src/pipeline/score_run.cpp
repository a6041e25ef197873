#include "varisk/pipeline/score_run.hpp"

#include <fmt/format.h>

#include <chrono>

#include "result_tables.hpp"
#include "run_record.hpp"
#include "varisk/core/error.hpp"

namespace varisk::pipeline {
namespace {

void warn(const ScoreInputs& inputs, const Log& log) {
  for (const std::string& warning : inputs.warnings) log.warning(warning);
}

void note_pass(const PassCounts& counts, ScoreInputs& inputs) {
  const auto note = [&](std::int64_t calls, std::string_view what) {
    if (calls > 0) inputs.warnings.push_back(fmt::format("{} {}", calls, what));
  };
  note(counts.polyploid_calls, "call(s) of more than two alleles are missing");
  note(counts.heteroplasmic_calls, "heteroplasmic call(s) on MT are missing");
  note(counts.male_heterozygous_calls, "heterozygous call(s) of males where they have one copy are missing");
  note(counts.assumed_diploid_calls,
       "dosage(s) on X or Y of samples of unknown sex are taken for those of two copies; a sample sheet gives the sex");
  if (counts.assumed_diploid_calls > 0) inputs.flags.emplace_back("assumed_diploid");
  note(counts.unspecific_calls,
       "call(s) name *, <*> or <NON_REF>, which counts as another allele than the effect allele");
  note(counts.duplicate_records, "record(s) repeat a site that was matched already; the first was used");
}

void note_unsorted(const VariantPass& pass, std::vector<std::string>& warnings, bool strict) {
  for (const std::string& place : pass.unsorted()) {
    const std::string what = "the file is not sorted from here on";
    if (strict) throw UserError(what, place, "--strict was asked for; sort it with bcftools sort");
    warnings.push_back(fmt::format("{}: {}", place, what));
  }
}

void note_unterminated(const VariantPass& pass, std::vector<std::string>& warnings, bool strict) {
  for (const std::string& path : pass.unterminated()) {
    const std::string what = "the last line has no line end, the file may be cut off";
    if (strict) throw UserError(what, path, "--strict was asked for");
    warnings.push_back(fmt::format("{}: {}", path, what));
  }
}

/// Says how well the scores matched. \return true if one is below the threshold
bool report_matches(const GroupResult& result, ScoreInputs& inputs, const ScoreOptions& options, const Log& log) {
  bool low = false;
  for (std::size_t s = 0; s < inputs.score_ids.size(); ++s) {
    log.info(fmt::format(
        "score {}: {} of {} rows matched ({:.1f}%)", inputs.score_ids[s], result.rows_used(s),
        [&] {
          std::size_t total = 0;
          for (const std::size_t rows : result.states(s)) total += rows;
          return total;
        }(),
        100 * result.match_rate(s)));
    if (result.passes(s)) continue;
    low = true;
    inputs.warnings.push_back(
        fmt::format("score {}: match rate {:.4f} is below {}; it is NA, and so are the models on it",
                    inputs.score_ids[s], result.match_rate(s), options.min_match.value_or(default_min_match)));
  }
  return low;
}

/// --overwrite replaces results, never what they are made of.
void refuse_own_inputs(const ScoreOptions& options, const ScoreInputs& inputs) {
  std::vector<std::string> paths;
  for (const GenotypeFile& file : inputs.files) paths.push_back(file.path());
  for (const auto& file : inputs.scoring_files) paths.push_back(file.path);
  paths.insert(paths.end(), inputs.model_paths.begin(), inputs.model_paths.end());
  if (options.covariates) paths.push_back(*options.covariates);
  if (options.samples) paths.push_back(*options.samples);
  for (const std::string& path : paths) {
    if (OutputFolder::holds_result_file(options.out, path)) {
      throw UsageError(path + ": is an input, and would be replaced by the result in --out", "give another --out");
    }
  }
}

}  // namespace

ScoreOutcome run_score(const ScoreOptions& options, const std::vector<std::string>& command_line, const Log& log) {
  const auto started = std::chrono::system_clock::now();
  options.validate();
  if (options.out.empty()) throw UsageError("--out is missing", "give a folder for the results");
  ScoreInputs inputs = read_inputs(options);
  refuse_own_inputs(options, inputs);
  OutputFolder folder(options.out, options.overwrite);
  const ScorePlans plans(inputs, options);
  log.info(fmt::format("{} site(s) wanted by {} score(s) and {} model(s); {} file(s), streamed", plans.sites.size(),
                       inputs.score_ids.size(), inputs.models.size(), inputs.files.size()));
  ResultTables tables(folder, inputs, options, plans);
  PassCounts counts;
  bool low = false;
  for (const SampleGroup& group : inputs.groups) {
    GroupResult result(inputs, options, plans, group);
    result.read_genotypes();
    tables.add(result);
    counts += result.pass().counts();
    note_unsorted(result.pass(), inputs.warnings, options.strict);
    note_unterminated(result.pass(), inputs.warnings, options.strict);
    result.warn(inputs.warnings);
    low = report_matches(result, inputs, options, log) || low;
  }
  tables.finish();
  note_pass(counts, inputs);
  warn(inputs, log);
  folder.commit(run_record(inputs, options, tables, counts, command_line, started)
                    .dump(2, ' ', false, io::Json::error_handler_t::replace) +
                "\n");
  log.info(fmt::format("results are in {}", folder.path().string()));
  return {low && options.min_match.has_value()};
}

void run_check(const ScoreOptions& options, const Log& log) {
  options.validate();
  if (!options.out.empty()) OutputFolder::check(options.out, options.overwrite);
  ScoreInputs inputs = read_inputs(options);
  const ScorePlans plans(inputs, options);
  std::map<std::string, models::CleaningCounts> cleaning;
  PassCounts counts;
  for (const SampleGroup& group : inputs.groups) {
    GroupResult result(inputs, options, plans, group);
    if (options.strict) {
      result.read_genotypes();
      counts += result.pass().counts();
      note_unsorted(result.pass(), inputs.warnings, true);
      note_unterminated(result.pass(), inputs.warnings, true);
      result.warn(inputs.warnings);
      static_cast<void>(report_matches(result, inputs, options, log));
    }
    // Covariates are checked as scoring would: what it refuses is refused here.
    for (const models::Model& model : inputs.models) {
      for (const models::Feature& feature : model.features) {
        const auto* const covariate = std::get_if<models::CovariateFeature>(&feature.source);
        if (covariate == nullptr) continue;
        static_cast<void>(models::covariate_column(*covariate, *inputs.covariates, group.sample_ids,
                                                   cleaning[model.id + ": " + covariate->column]));
      }
    }
  }
  note_pass(counts, inputs);
  for (const auto& [column, count] : cleaning) {
    if (count.out_of_range + count.unknown_level + count.missing == 0) continue;
    inputs.warnings.push_back(fmt::format("{}: {} missing, {} out of range, {} of an unknown level; {} imputed", column,
                                          count.missing, count.out_of_range, count.unknown_level, count.imputed));
  }
  warn(inputs, log);
  std::size_t samples = 0;
  for (const SampleGroup& group : inputs.groups) samples += group.sample_ids.size();
  log.info(fmt::format("{} sample(s), {} score(s), {} model(s), {} site(s), build {}: {} warning(s){}", samples,
                       inputs.score_ids.size(), inputs.models.size(), plans.sites.size(),
                       sites::to_string(inputs.build), inputs.warnings.size(),
                       options.strict ? "" : "; genotypes were not read (--strict reads them)"));
}

void run_sites_check(const ScoreOptions& options, const Log& log) {
  const sites::SitePlan nothing_wanted;
  for (const std::string& path : expand_file_lists(options.variants)) {
    ScoreInputs inputs;
    const auto source = io::open_variant_source(path);
    genotypes::SampleColumns samples;
    samples.file_samples = source->header().samples().size();
    PassOptions pass_options;
    pass_options.parse_all = true;
    pass_options.threads = options.threads > 0 ? options.threads : allocated_threads();
    VariantPass pass(nothing_wanted, sites::GenomeBuild::unknown, pass_options, {});
    pass.run(*source, samples);
    note_unsorted(pass, inputs.warnings, options.strict);
    note_unterminated(pass, inputs.warnings, options.strict);
    warn(inputs, log);
    log.info(fmt::format("{}: {} record(s), {} sample(s)", path, pass.counts().records, samples.file_samples));
  }
}

}  // namespace varisk::pipeline
