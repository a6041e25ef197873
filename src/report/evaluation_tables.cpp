#include "varisk/report/evaluation_tables.hpp"

#include <fmt/format.h>

#include "varisk/core/number.hpp"
#include "varisk/evaluation/result_json.hpp"
#include "varisk/report/score_writers.hpp"

namespace varisk::report {
namespace {

using evaluation::BinaryResult;
using evaluation::Bounds;
using evaluation::GaussianResult;
using evaluation::Metric;
using evaluation::Metrics;
using evaluation::MulticlassResult;
using io::Json;

constexpr std::string_view none = "NA";

/// The first cells of each row: which samples, and which class against the others.
struct Place {
  const EvaluatedGroup* group;
  std::string_view class_name = none;
};

void start_row(TsvWriter& table, const Place& place) {
  table << std::string_view(place.group->column) << std::string_view(place.group->level) << place.class_name;
}

void write_bounds(TsvWriter& table, const std::optional<Bounds>& bounds) {
  table << (bounds ? std::optional(bounds->low) : std::nullopt)
        << (bounds ? std::optional(bounds->high) : std::nullopt);
}

/// Calls `action(place, result)` for the binary results of all groups.
template <typename Action>
void each_binary(const Evaluation& evaluation, const Action& action) {
  const auto in_group = [&](const EvaluatedGroup& group) {
    if (const auto* binary = std::get_if<BinaryResult>(&group.result)) {
      action(Place{&group, evaluation.event ? std::string_view(*evaluation.event) : none}, *binary);
    } else if (const auto* several = std::get_if<MulticlassResult>(&group.result)) {
      for (const auto& one : several->classes) {
        if (one.judged) action(Place{&group, one.name}, one.one_vs_rest);
      }
    }
  };
  in_group(evaluation.overall);
  for (const EvaluatedGroup& group : evaluation.subgroups) in_group(group);
}

class MetricRows {
 public:
  explicit MetricRows(TsvWriter& table) : table_(&table) {}

  void group(const EvaluatedGroup& group, const std::optional<std::string>& event) {
    const Place place{&group};
    count(place, "samples", group.count, group.reason);
    if (group.events) count(place, "events", *group.events, group.reason);
    if (const auto* binary = std::get_if<BinaryResult>(&group.result)) {
      result({&group, event ? std::string_view(*event) : none}, *binary);
    } else if (const auto* several = std::get_if<MulticlassResult>(&group.result)) {
      metrics(place, several->metrics);
      for (const auto& one : several->classes) {
        const Place of_class{&group, one.name};
        count(of_class, "events", one.one_vs_rest.events, one.judged ? "" : "nobody or everybody has this class");
        if (one.judged) result(of_class, one.one_vs_rest);
        metrics(of_class, one.predicted);
      }
    } else if (const auto* line = std::get_if<GaussianResult>(&group.result)) {
      metrics(place, line->metrics);
    }
    if (group.adjusted) metrics(place, *group.adjusted);
    if (group.comparison) metrics(place, group.comparison->metrics);
    if (group.comparison_metrics) metrics(place, *group.comparison_metrics);
  }

 private:
  void row(const Place& place, std::optional<double> threshold, std::string_view name, const Metric& metric) {
    start_row(*table_, place);
    *table_ << threshold << name << metric.value;
    write_bounds(*table_, metric.interval);
    *table_ << metric.standard_error << metric.p_value
            << (metric.method.empty() ? none : std::string_view(metric.method))
            << (metric.note.empty() ? none : std::string_view(metric.note));
    table_->end_row();
  }

  void count(const Place& place, std::string_view name, std::uint64_t value, const std::string& note) {
    Metric metric;
    metric.value = static_cast<double>(value);
    metric.note = note;
    row(place, std::nullopt, name, metric);
  }

  void metrics(const Place& place, const Metrics& list, std::optional<double> threshold = std::nullopt) {
    for (const Metric& metric : list) row(place, threshold, metric.name, metric);
  }

  void result(const Place& place, const BinaryResult& result) {
    metrics(place, result.metrics);
    for (const auto& one : result.thresholds) metrics(place, one.metrics, one.threshold);
    for (const auto& decile : result.deciles)
      row(place, std::nullopt, fmt::format("odds_ratio_decile_{}", decile.number), decile.odds_ratio);
  }

  TsvWriter* table_;
};

void write_metrics(OutputFolder& folder, const Evaluation& evaluation) {
  TsvWriter table(folder.create("metrics.tsv"),
                  "subgroup\tlevel\tclass\tthreshold\tmetric\tvalue\tlow\thigh\tstandard_error\tp_value\tmethod\tnote");
  MetricRows rows(table);
  rows.group(evaluation.overall, evaluation.event);
  for (const EvaluatedGroup& group : evaluation.subgroups) rows.group(group, evaluation.event);
  table.flush();
}

void write_curve(TsvWriter& table, const Place& place, const evaluation::CalibrationCurve& curve, bool events) {
  for (const auto& bin : curve.bins) {
    start_row(table, place);
    table << std::string_view("bin") << bin.low << bin.high << static_cast<std::int64_t>(bin.count);
    if (events) {
      table << static_cast<std::int64_t>(bin.events);
    } else {
      table << none;
    }
    table << bin.predicted << bin.observed;
    write_bounds(table, bin.observed_interval);
    table.end_row();
  }
  for (const auto& point : curve.smooth) {
    start_row(table, place);
    table << std::string_view("smooth") << none << none << none << none << point.predicted << point.observed;
    write_bounds(table, point.interval);
    table.end_row();
  }
}

void write_calibration(OutputFolder& folder, const Evaluation& evaluation) {
  TsvWriter table(folder.create("calibration.tsv"),
                  "subgroup\tlevel\tclass\tkind\tlow\thigh\tsamples\tevents\tpredicted\tobserved\tobserved_"
                  "low\tobserved_high");
  each_binary(evaluation, [&](const Place& place, const BinaryResult& result) {
    write_curve(table, place, result.calibration, true);
  });
  const auto line = [&](const EvaluatedGroup& group) {
    if (const auto* result = std::get_if<GaussianResult>(&group.result))
      write_curve(table, {&group}, result->calibration, false);
  };
  line(evaluation.overall);
  for (const EvaluatedGroup& group : evaluation.subgroups) line(group);
  table.flush();
}

void write_roc(OutputFolder& folder, const Evaluation& evaluation) {
  TsvWriter table(folder.create("roc.tsv"),
                  "subgroup\tlevel\tclass\tthreshold\tfalse_positive_rate\ttrue_positive_rate\tprecision");
  each_binary(evaluation, [&](const Place& place, const BinaryResult& result) {
    for (const auto& point : result.roc) {
      start_row(table, place);
      table << point.threshold << point.false_positive_rate << point.true_positive_rate << point.precision;
      table.end_row();
    }
  });
  table.flush();
}

void write_decision(OutputFolder& folder, const Evaluation& evaluation) {
  TsvWriter table(folder.create("decision.tsv"),
                  "subgroup\tlevel\tclass\tthreshold\tnet_benefit\tlow\thigh\ttreat_all\tbaseline\tdifference\t"
                  "difference_low\tdifference_high");
  each_binary(evaluation, [&](const Place& place, const BinaryResult& result) {
    const auto& comparison = place.group->comparison;
    for (std::size_t t = 0; t < result.decision.size(); ++t) {
      const auto& point = result.decision[t];
      start_row(table, place);
      table << point.threshold << point.model;
      write_bounds(table, point.interval);
      table << point.all;
      if (comparison && t < comparison->decision.size()) {
        const auto& other = comparison->decision[t];
        table << other.baseline << other.difference;
        write_bounds(table, other.interval);
      } else {
        table << none << none << none << none;
      }
      table.end_row();
    }
  });
  table.flush();
}

Json group_json(const EvaluatedGroup& group) {
  Json json;
  if (group.column != "all" || group.level != "all") {
    json["column"] = group.column;
    json["level"] = group.level;
  }
  if (group.prevalence) json["prevalence"] = *group.prevalence;
  if (!group.reason.empty()) {
    json["samples"] = group.count;
    if (group.events) json["events"] = *group.events;
    json["not_evaluated"] = group.reason;
    return json;
  }
  Json result;
  if (const auto* binary = std::get_if<BinaryResult>(&group.result)) result = to_json(*binary);
  if (const auto* several = std::get_if<MulticlassResult>(&group.result)) result = to_json(*several);
  if (const auto* line = std::get_if<GaussianResult>(&group.result)) result = to_json(*line);
  json.update(result);
  if (group.adjusted) json["adjusted"] = {{"samples", group.adjusted_count}, {"metrics", to_json(*group.adjusted)}};
  if (group.comparison) json["comparison"] = to_json(*group.comparison);
  if (group.comparison_metrics)
    json["comparison"] = {{"samples", group.comparison_count}, {"metrics", to_json(*group.comparison_metrics)}};
  return json;
}

}  // namespace

Json metrics_json(const Evaluation& evaluation) {
  Json json = {{"format", "varisk-metrics/1"}, {"family", evaluation.family}, {"outcome", evaluation.outcome}};
  const auto or_null = [](const std::optional<std::string>& text) { return text ? Json(*text) : Json(nullptr); };
  json["model_id"] = or_null(evaluation.model_id);
  json["baseline"] = or_null(evaluation.baseline_id);
  json["event"] = or_null(evaluation.event);
  json["prediction_scale"] = evaluation.scale;
  json["settings"] = to_json(evaluation.settings);
  json["adjusted_for"] = evaluation.adjusted_for;
  json["counts"] = Json::object();
  for (const auto& [name, count] : evaluation.counts) json["counts"][name] = count;
  json["warnings"] = evaluation.warnings;
  json["overall"] = group_json(evaluation.overall);
  json["subgroups"] = Json::array();
  for (const EvaluatedGroup& group : evaluation.subgroups) json["subgroups"].push_back(group_json(group));
  return json;
}

void write_evaluation(OutputFolder& folder, const Evaluation& evaluation) {
  folder.create("metrics.json")
      .write(metrics_json(evaluation).dump(1, ' ', false, Json::error_handler_t::replace) + "\n");
  write_metrics(folder, evaluation);
  write_calibration(folder, evaluation);
  write_roc(folder, evaluation);
  write_decision(folder, evaluation);
}

}  // namespace varisk::report
