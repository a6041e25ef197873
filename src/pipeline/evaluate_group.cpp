#include "evaluate_group.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace varisk::pipeline {
namespace {

using evaluation::entries_of;
using evaluation::Settings;
using report::EvaluatedGroup;

/// Predictions of some samples, one of each class.
std::vector<double> rows_of(const std::vector<double>& values, std::size_t columns,
                            std::span<const std::uint32_t> members) {
  std::vector<double> rows;
  rows.reserve(members.size() * columns);
  for (const std::uint32_t member : members) {
    for (std::size_t k = 0; k < columns; ++k) rows.push_back(values[member * columns + k]);
  }
  return rows;
}

template <typename Value>
std::vector<Value> some(const std::vector<Value>& values, std::span<const std::uint32_t> members) {
  return entries_of(std::span<const Value>(values), members);
}

class GroupJudge {
 public:
  GroupJudge(const EvaluateData& data, std::span<const std::uint32_t> members, const EvaluateOptions& options)
      : data_(&data), members_(members), options_(&options), settings_(options.settings) {}

  EvaluatedGroup judge(std::uint64_t least) {
    group_.count = members_.size();
    switch (data_->family) {
      case OutcomeFamily::gaussian: gaussian(least); break;
      case OutcomeFamily::multinomial:
      case OutcomeFamily::ordinal: multiclass(least); break;
      default: binary(least);
    }
    return std::move(group_);
  }

 private:
  void binary(std::uint64_t least);
  void multiclass(std::uint64_t least);
  void gaussian(std::uint64_t least);
  bool too_few(std::uint64_t found, std::uint64_t least, const std::string& what);
  void set_prevalence();

  /// Members that have all covariates, and those.
  [[nodiscard]] std::vector<std::uint32_t> complete() const;
  [[nodiscard]] evaluation::Covariates covariates_of(std::span<const std::uint32_t> members) const;
  /// Members with a prediction of the baseline.
  [[nodiscard]] std::vector<std::uint32_t> with_baseline() const;
  [[nodiscard]] bool has_both(std::span<const std::uint32_t> members) const;

  const EvaluateData* data_;
  std::span<const std::uint32_t> members_;
  const EvaluateOptions* options_;
  Settings settings_;
  EvaluatedGroup group_;
};

bool GroupJudge::too_few(std::uint64_t found, std::uint64_t least, const std::string& what) {
  if (found >= least) return false;
  group_.reason = fmt::format("too small: {} {}, at least {} are needed", found, what, least);
  return true;
}

/// Cases were sampled by the same factor in every subgroup, so its prevalence follows from that of all.
void GroupJudge::set_prevalence() {
  if (!options_->settings.prevalence) return;
  const auto odds = [](double p) { return p / (1 - p); };
  const auto fraction = [](std::uint64_t events, std::size_t all) {
    return static_cast<double>(events) / static_cast<double>(all);
  };
  const auto events = std::accumulate(data_->binary.begin(), data_->binary.end(), std::uint64_t{0});
  const double factor = odds(*options_->settings.prevalence) / odds(fraction(events, data_->binary.size()));
  const double here = factor * odds(fraction(*group_.events, members_.size()));
  const bool everybody = members_.size() == data_->binary.size();
  settings_.prevalence = everybody ? *options_->settings.prevalence : here / (1 + here);
  group_.prevalence = settings_.prevalence;
}

std::vector<std::uint32_t> GroupJudge::complete() const {
  std::vector<std::uint32_t> members;
  for (const std::uint32_t member : members_) {
    const auto there = [&](const AdjustColumn& column) { return column.value[member].has_value(); };
    if (std::all_of(data_->adjust.begin(), data_->adjust.end(), there)) members.push_back(member);
  }
  return members;
}

evaluation::Covariates GroupJudge::covariates_of(std::span<const std::uint32_t> members) const {
  evaluation::Covariates covariates;
  for (const AdjustColumn& column : data_->adjust) {
    covariates.names.push_back(column.name);
    auto& values = covariates.columns.emplace_back();
    for (const std::uint32_t member : members) values.push_back(*column.value[member]);
  }
  return covariates;
}

std::vector<std::uint32_t> GroupJudge::with_baseline() const {
  std::vector<std::uint32_t> members;
  for (const std::uint32_t member : members_) {
    if (!data_->has_baseline.empty() && data_->has_baseline[member]) members.push_back(member);
  }
  return members;
}

/// Events and non-events.
bool GroupJudge::has_both(std::span<const std::uint32_t> members) const {
  const auto event = [&](std::uint32_t member) { return data_->binary[member] == 1; };
  const auto events = std::count_if(members.begin(), members.end(), event);
  return events > 0 && events < static_cast<std::ptrdiff_t>(members.size());
}

void GroupJudge::binary(std::uint64_t least) {
  const auto outcome = some(data_->binary, members_);
  const auto prediction = some(data_->prediction, members_);
  group_.events = std::accumulate(outcome.begin(), outcome.end(), std::uint64_t{0});
  if (too_few(*group_.events, least, "events") || too_few(group_.count - *group_.events, least, "non-events")) return;
  set_prevalence();
  group_.result = evaluate_binary({outcome, prediction, options_->scale}, settings_);
  const auto whole = complete();
  if (!data_->adjust.empty() && has_both(whole)) {
    group_.adjusted_count = whole.size();
    const auto y = some(data_->binary, whole);
    const auto x = some(data_->prediction, whole);
    group_.adjusted =
        adjusted_metrics(evaluation::BinarySample{y, x, options_->scale}, covariates_of(whole), settings_);
  }
  const auto paired = with_baseline();
  if (has_both(paired)) {
    group_.comparison_count = paired.size();
    const auto y = some(data_->binary, paired);
    const auto x = some(data_->prediction, paired);
    const auto other = some(data_->baseline, paired);
    group_.comparison = compare_binary({y, x, options_->scale}, other, options_->scale, settings_);
  }
}

void GroupJudge::multiclass(std::uint64_t least) {
  const std::size_t classes = data_->classes.size();
  const auto outcome = some(data_->class_index, members_);
  std::vector<std::uint64_t> size(classes);
  for (const std::uint32_t k : outcome) ++size[k];
  std::sort(size.rbegin(), size.rend());
  if (too_few(size[1], std::max<std::uint64_t>(least, 1), "samples of the second largest class")) return;
  const bool ordered = data_->family == OutcomeFamily::ordinal;
  const auto prediction = rows_of(data_->prediction, classes, members_);
  group_.result = evaluate_multiclass({data_->classes, outcome, prediction, ordered}, settings_);
  const auto paired = with_baseline();
  const auto y = some(data_->class_index, paired);
  const bool differ = std::any_of(y.begin(), y.end(), [&](std::uint32_t k) { return k != y.front(); });
  if (!differ) return;
  group_.comparison_count = paired.size();
  const auto x = rows_of(data_->prediction, classes, paired);
  const auto other = rows_of(data_->baseline, classes, paired);
  group_.comparison_metrics = compare_multiclass({data_->classes, y, x, ordered}, other, settings_);
}

void GroupJudge::gaussian(std::uint64_t least) {
  constexpr std::uint64_t least_samples = 3;
  if (too_few(group_.count, std::max(least, least_samples), "samples")) return;
  const auto outcome = some(data_->number, members_);
  const auto differ = [](const std::vector<double>& y) {
    return y.size() >= least_samples &&
           std::any_of(y.begin(), y.end(), [&](double value) { return value != y.front(); });
  };
  if (!differ(outcome)) {
    group_.reason = "all outcomes are equal";
    return;
  }
  const auto prediction = some(data_->prediction, members_);
  group_.result = evaluate_gaussian({outcome, prediction}, settings_);
  const auto whole = complete();
  if (const auto y = some(data_->number, whole); !data_->adjust.empty() && differ(y)) {
    group_.adjusted_count = whole.size();
    const auto x = some(data_->prediction, whole);
    group_.adjusted = adjusted_metrics(evaluation::GaussianSample{y, x}, covariates_of(whole), settings_);
  }
  const auto paired = with_baseline();
  if (const auto y = some(data_->number, paired); differ(y)) {
    group_.comparison_count = paired.size();
    const auto x = some(data_->prediction, paired);
    const auto other = some(data_->baseline, paired);
    group_.comparison_metrics = compare_gaussian({y, x}, other, settings_);
  }
}

}  // namespace

EvaluatedGroup evaluate_group(const EvaluateData& data, std::span<const std::uint32_t> members,
                              const EvaluateOptions& options, std::uint64_t least) {
  return GroupJudge(data, members, options).judge(least);
}

}  // namespace varisk::pipeline
