#include "varisk/evaluation/result_json.hpp"

namespace varisk::evaluation {
namespace {

using io::Json;

template <typename Value>
Json or_null(const std::optional<Value>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json metric_json(const Metric& metric) {
  Json json;
  json["value"] = or_null(metric.value);
  json["low"] = metric.interval ? Json(metric.interval->low) : Json(nullptr);
  json["high"] = metric.interval ? Json(metric.interval->high) : Json(nullptr);
  if (metric.standard_error) json["standard_error"] = *metric.standard_error;
  if (metric.p_value) json["p_value"] = *metric.p_value;
  json["method"] = metric.method.empty() ? Json(nullptr) : Json(metric.method);
  if (!metric.note.empty()) json["note"] = metric.note;
  return json;
}

Json thresholds_json(const std::vector<ThresholdResult>& thresholds) {
  Json list = Json::array();
  for (const ThresholdResult& one : thresholds) {
    list.push_back({{"threshold", one.threshold},
                    {"true_positives", one.true_positives},
                    {"false_positives", one.false_positives},
                    {"true_negatives", one.true_negatives},
                    {"false_negatives", one.false_negatives},
                    {"metrics", to_json(one.metrics)}});
  }
  return list;
}

Json deciles_json(const std::vector<Decile>& deciles) {
  Json list = Json::array();
  for (const Decile& one : deciles) {
    list.push_back({{"decile", one.number},
                    {"samples", one.count},
                    {"events", one.events},
                    {"low", one.low},
                    {"high", one.high},
                    {"odds_ratio", metric_json(one.odds_ratio)}});
  }
  return list;
}

/// Row by row.
Json square(const std::vector<std::uint64_t>& cells, std::size_t size) {
  Json rows = Json::array();
  for (std::size_t i = 0; i < size; ++i) {
    Json row = Json::array();
    for (std::size_t j = 0; j < size; ++j) row.push_back(cells[i * size + j]);
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace

Json to_json(const Metrics& metrics) {
  Json json = Json::object();
  for (const Metric& metric : metrics) json[metric.name] = metric_json(metric);
  return json;
}

Json to_json(const BinaryResult& result) {
  Json json = {{"samples", result.count}, {"events", result.events}, {"metrics", to_json(result.metrics)}};
  json["thresholds"] = thresholds_json(result.thresholds);
  json["deciles"] = deciles_json(result.deciles);
  return json;
}

Json to_json(const BinaryComparison& comparison) {
  Json json = {{"samples", comparison.count}, {"events", comparison.events}, {"metrics", to_json(comparison.metrics)}};
  if (const auto& table = comparison.reclassification) {
    json["reclassification"] = {{"events", square(table->events, table->groups)},
                                {"nonevents", square(table->nonevents, table->groups)}};
  }
  return json;
}

Json to_json(const MulticlassResult& result) {
  Json json = {{"samples", result.count}, {"metrics", to_json(result.metrics)}};
  Json names = Json::array();
  json["classes"] = Json::array();
  for (const ClassResult& one : result.classes) {
    names.push_back(one.name);
    Json entry = {{"class", one.name}};
    if (one.judged) {
      entry["one_vs_rest"] = to_json(one.one_vs_rest);
    } else {
      entry["one_vs_rest"] = {{"samples", one.one_vs_rest.count},
                              {"events", one.one_vs_rest.events},
                              {"note", "nobody or everybody has this class"}};
    }
    entry["most_probable"] = to_json(one.predicted);
    json["classes"].push_back(std::move(entry));
  }
  json["confusion"] = {{"classes", names}, {"outcome_by_most_probable", square(result.confusion, names.size())}};
  return json;
}

Json to_json(const GaussianResult& result) { return {{"samples", result.count}, {"metrics", to_json(result.metrics)}}; }

Json to_json(const Settings& settings) {
  Json json = {
      {"confidence", settings.confidence}, {"bootstrap", {{"replicates", settings.bootstrap}, {"seed", settings.seed}}},
      {"thresholds", settings.thresholds}, {"prevalence", or_null(settings.prevalence)},
      {"calibration_bins", settings.bins}, {"clip", or_null(settings.clip)}};
  json["proportions"] = settings.proportions == ProportionInterval::wilson ? "wilson" : "exact";
  return json;
}

}  // namespace varisk::evaluation
