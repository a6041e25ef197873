#include "train_samples.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "varisk/cohort/training_columns.hpp"
#include "varisk/core/error.hpp"

namespace varisk::pipeline {
namespace {

using cohort::Part;

std::vector<std::size_t> wide(std::span<const std::uint32_t> rows) { return {rows.begin(), rows.end()}; }

cohort::Groups groups_of(const cohort::Groups& groups, std::span<const std::uint32_t> rows) {
  cohort::Groups some;
  if (groups.of.empty()) return some;
  std::unordered_map<std::uint32_t, std::uint32_t> number;
  for (const std::uint32_t row : rows) {
    const auto [known, is_new] = number.try_emplace(groups.of[row], static_cast<std::uint32_t>(some.names.size()));
    if (is_new) some.names.push_back(groups.names[groups.of[row]]);
    some.of.push_back(known->second);
  }
  return some;
}

/// Leaves samples out that have no row or no outcome.
void keep_observed(const TrainOptions& options, const cohort::CovariateTable& table,
                   const std::vector<std::string>& candidates, TrainSamples& samples) {
  std::vector<std::string> with_row;
  std::vector<std::uint32_t> number;
  for (std::uint32_t i = 0; i < candidates.size(); ++i) {
    if (!table.find_row(candidates[i])) continue;
    with_row.push_back(candidates[i]);
    number.push_back(i);
  }
  samples.candidates = candidates.size();
  samples.without_row = candidates.size() - with_row.size();
  if (with_row.empty()) {
    throw UserError("no sample with genotypes has a row there", table.path(),
                    "are the ids in --sample-column those of the genotypes?");
  }
  models::Outcome& outcome = samples.outcome;
  outcome = models::read_outcome({options.outcome, options.family, options.classes, options.missing_outcome}, table,
                                 with_row);
  samples.without_outcome = outcome.missing;
  std::size_t kept = 0;
  for (std::size_t i = 0; i < with_row.size(); ++i) {
    if (outcome.observed[i] == 0) continue;
    samples.ids.push_back(std::move(with_row[i]));
    samples.source.push_back(number[i]);
    outcome.value[kept++] = outcome.value[i];
  }
  outcome.value.resize(kept);
  outcome.observed.assign(kept, 1);
}

void warn_of_samples(const TrainOptions& options, const cohort::CovariateTable& table, TrainSamples& samples) {
  if (samples.without_row > 0) {
    samples.warnings.push_back(fmt::format("{}: {} of {} genotyped sample(s) have no row and are left out",
                                           table.path(), samples.without_row, samples.candidates));
  }
  if (samples.without_outcome > 0) {
    samples.warnings.push_back(fmt::format("{}: {} sample(s) have no {} and are left out", table.path(),
                                           samples.without_outcome, options.outcome));
  }
  if (!samples.groups.of.empty() || options.fold_column || options.folds == 0) return;
  // A second row of a person under another id is not seen; ids that share a stem are a hint.
  constexpr std::size_t least_repeats = 2;
  std::unordered_map<std::string_view, std::size_t> stems;
  for (const std::string& id : samples.ids) {
    const std::size_t end = id.find_last_of("_.-/:");
    if (end != std::string::npos && end > 0) ++stems[std::string_view(id).substr(0, end)];
  }
  std::size_t repeated = 0;
  for (const auto& [stem, count] : stems) repeated += count >= least_repeats ? count : 0;
  const bool most_repeat =
      stems.size() > 1 && stems.size() * least_repeats <= samples.size() && repeated * 10 >= samples.size() * 9;
  if (!most_repeat) return;
  samples.warnings.push_back(
      fmt::format("the ids look like several rows of the same people ({} stems for {} samples): without --group-by "
                  "their rows are on both sides of a split, and the estimates are too good",
                  stems.size(), samples.size()));
}

void split_samples(const TrainOptions& options, const cohort::CovariateTable& table, TrainSamples& samples) {
  samples.part.assign(samples.size(), Part::train);
  cohort::Split split;
  if (options.split_column) {
    split = cohort::read_split(table, *options.split_column, samples.ids);
    cohort::require_whole_groups(split.of, samples.groups, table.path() + ": column " + *options.split_column);
  } else if (options.split) {
    std::vector<std::size_t> all(samples.size());
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = i;
    split = cohort::deal_split(samples.ids, cohort::parse_split(*options.split), strata_of(samples.outcome, all),
                               samples.groups, options.seed);
  } else {
    return;
  }
  samples.has_split = true;
  samples.part = std::move(split.of);
  samples.warnings.insert(samples.warnings.end(), split.warnings.begin(), split.warnings.end());
}

}  // namespace

std::vector<std::uint32_t> TrainSamples::rows_of(Part which) const {
  std::vector<std::uint32_t> rows;
  for (std::uint32_t i = 0; i < part.size(); ++i) {
    if (part[i] == which) rows.push_back(i);
  }
  return rows;
}

std::vector<std::string> TrainSamples::ids_of(std::span<const std::uint32_t> rows) const {
  std::vector<std::string> some;
  some.reserve(rows.size());
  for (const std::uint32_t row : rows) some.push_back(ids[row]);
  return some;
}

TrainSamples choose_samples(const TrainOptions& options, const cohort::CovariateTable& table,
                            const std::vector<std::string>& candidates) {
  TrainSamples samples;
  keep_observed(options, table, candidates, samples);
  samples.weight = options.weights ? cohort::read_weights(table, *options.weights, samples.ids)
                                   : std::vector<double>(samples.size(), 1);
  if (options.offset) samples.offset = cohort::read_offsets(table, *options.offset, samples.ids);
  if (options.group_by) samples.groups = cohort::read_groups(table, *options.group_by, samples.ids);
  split_samples(options, table, samples);
  warn_of_samples(options, table, samples);
  models::require_variation(samples.outcome, wide(samples.rows_of(Part::train)), "the training part");
  return samples;
}

cohort::Folds deal_rows(const TrainSamples& samples, std::span<const std::uint32_t> rows, std::size_t folds,
                        std::uint64_t seed) {
  return cohort::deal_folds(samples.ids_of(rows), folds, strata_of(samples.outcome, wide(rows)),
                            groups_of(samples.groups, rows), seed);
}

cohort::Folds make_folds(const TrainOptions& options, const cohort::CovariateTable& table, const TrainSamples& samples,
                         std::span<const std::uint32_t> rows) {
  if (options.fold_column) {
    auto folds = cohort::read_folds(table, *options.fold_column, samples.ids_of(rows));
    cohort::require_whole_groups(folds.of, groups_of(samples.groups, rows),
                                 table.path() + ": column " + *options.fold_column);
    return folds;
  }
  if (options.folds == 0) return {};
  return deal_rows(samples, rows, options.folds, options.seed);
}

}  // namespace varisk::pipeline
