#include "run_record.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>

#include "varisk/core/digest.hpp"
#include "varisk/core/version.hpp"

namespace varisk::pipeline {
namespace {

std::string utc(std::chrono::system_clock::time_point time) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::chrono::system_clock::to_time_t(time)));
}

io::Json count_rows(const std::array<std::size_t, scoring::row_states>& states) {
  io::Json rows = io::Json::object();
  for (std::size_t k = 0; k < states.size(); ++k)
    rows[std::string(to_string(static_cast<scoring::RowState>(k)))] = states[k];
  return rows;
}

io::Json score_entries(const ScoreInputs& inputs, const ResultTables& tables) {
  io::Json scores = io::Json::array();
  std::size_t index = 0;
  for (const auto& file : inputs.scoring_files) {
    for (const auto& column : file.scores) {
      io::Json entry;
      entry["id"] = column.id;
      entry["build"] = std::string(sites::to_string(file.build));
      entry["rows"] = count_rows(tables.states()[index++]);
      entry["file"] = file_identity(file.path);
      scores.push_back(std::move(entry));
    }
  }
  return scores;
}

io::Json cleaning_entries(const ResultTables& tables) {
  io::Json cleaning = io::Json::object();
  for (const auto& [column, counts] : tables.cleaning()) {
    cleaning[column] = {
        {"converted", counts.converted},   {"out_of_range", counts.out_of_range},   {"outliers", counts.outliers},
        {"winsorised", counts.winsorised}, {"unknown_level", counts.unknown_level}, {"missing", counts.missing},
        {"imputed", counts.imputed}};
  }
  return cleaning;
}

/// What `explain.tsv` compares with: a number, or one of each class.
io::Json baseline_of(const models::Model& model) {
  if (model.family != models::Family::multinomial) return models::baseline(model);
  io::Json baselines = io::Json::object();
  for (std::size_t k = 0; k < model.classes.size(); ++k) baselines[model.classes[k]] = models::baseline(model, k);
  return baselines;
}

}  // namespace

io::Json file_identity(const std::string& path) {
  io::Json entry;
  entry["path"] = path;
  if (path == "-") return entry;
  const FileIdentity file = identify_file(path);
  entry["size"] = file.size;
  entry["modified_ns"] = file.modified_ns;
  entry["xxh3"] = file.digest;
  return entry;
}

io::Json run_header(const std::vector<std::string>& command_line, sites::GenomeBuild build) {
  io::Json record;
  record["format"] = "varisk-run/1";
  record["version"] = std::string(version());
  record["command_line"] = command_line;
  record["genome_build"] = std::string(sites::to_string(build));
  return record;
}

void add_usage(io::Json& record, std::chrono::system_clock::time_point started) {
  const auto now = std::chrono::system_clock::now();
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  record["started"] = utc(started);
  record["seconds"] = std::chrono::duration<double>(now - started).count();
  record["peak_memory_kib"] = usage.ru_maxrss;
}

io::Json run_record(const ScoreInputs& inputs, const ScoreOptions& options, const ScorePlans& plans,
                    const ResultTables& tables, const PassCounts& counts, const std::vector<std::string>& command_line,
                    std::chrono::system_clock::time_point started) {
  io::Json record = run_header(command_line, inputs.build);
  record["match_by"] = options.match_by == scoring::MatchBy::id ? "id" : "position";
  record["min_match"] = options.min_match.value_or(default_min_match);

  std::vector<std::string> paths;
  for (const GenotypeFile& file : inputs.files) paths.insert(paths.end(), file.files().begin(), file.files().end());
  std::sort(paths.begin(), paths.end());
  record["variants"] = io::Json::array();
  for (const std::string& path : paths) record["variants"].push_back(file_identity(path));
  if (inputs.reference) record["reference"] = file_identity(inputs.reference->path());
  if (inputs.covariates) record["covariates"] = file_identity(inputs.covariates->path());
  if (plans.frequencies) {
    record["frequencies"] = {{"file", file_identity(*options.frequencies)},
                             {"sites_found", plans.frequencies->found()},
                             {"sites_with_other_alleles", plans.frequencies->other_alleles()}};
  }
  record["scores"] = score_entries(inputs, tables);
  record["models"] = io::Json::array();
  for (std::size_t m = 0; m < inputs.models.size(); ++m) {
    io::Json entry;
    entry["id"] = inputs.models[m].id;
    entry["family"] = std::string(models::to_string(inputs.models[m].family));
    if (inputs.models[m].outcome_unit) entry["outcome_unit"] = *inputs.models[m].outcome_unit;
    if (inputs.models[m].residual_sd) entry["residual_sd"] = *inputs.models[m].residual_sd;
    entry["baseline"] = baseline_of(inputs.models[m]);
    entry["notice"] = inputs.models[m].notice;
    entry["file"] = file_identity(inputs.model_paths[m]);
    record["models"].push_back(std::move(entry));
  }
  std::size_t samples = 0;
  for (const SampleGroup& group : inputs.groups) samples += group.sample_ids.size();
  record["counts"] = {{"samples", samples},
                      {"records", counts.records},
                      {"polyploid_calls", counts.polyploid_calls},
                      {"heteroplasmic_calls", counts.heteroplasmic_calls},
                      {"male_heterozygous_calls", counts.male_heterozygous_calls},
                      {"assumed_diploid_calls", counts.assumed_diploid_calls},
                      {"unspecific_calls", counts.unspecific_calls},
                      {"split_dosage_sites", counts.split_dosage_sites},
                      {"unused_records", counts.unused_records},
                      {"reference_mismatches", counts.reference_mismatches},
                      {"duplicate_records", counts.duplicate_records}};
  record["cleaning"] = cleaning_entries(tables);
  record["flags"] = inputs.flags;
  record["warnings"] = inputs.warnings;
  add_usage(record, started);
  return record;
}

}  // namespace varisk::pipeline
