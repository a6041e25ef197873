#pragma once
/// \file
/// Results of module `evaluation` as the pages show them.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "varisk/report/evaluation_report.hpp"
#include "varisk/report/evaluation_tables.hpp"
#include "varisk/report/performance.hpp"

namespace varisk::report {

/// A measure in words, with decimals that suit it; its p value goes into the note.
[[nodiscard]] MetricRow metric_row(const evaluation::Metric& metric, const std::string& class_name = {});
[[nodiscard]] std::vector<MetricRow> metric_rows(const evaluation::Metrics& metrics,
                                                 const std::string& class_name = {});

/// \param model  its name in legends \param event  name of the class that counts as the event
[[nodiscard]] Performance performance_of(const evaluation::BinaryResult& result, const std::string& model,
                                         const std::string& event = "yes");
[[nodiscard]] Performance performance_of(const evaluation::MulticlassResult& result, bool ordered);
[[nodiscard]] Performance performance_of(const evaluation::GaussianResult& result);

/// Probabilities of cases and of others, in bins of 0.025. One entry per sample in each span.
[[nodiscard]] std::vector<Histogram> prediction_histograms(std::span<const std::uint8_t> outcome,
                                                           std::span<const double> probability);
/// One entry per sample in each span.
[[nodiscard]] std::vector<FitPoint> fit_points(std::span<const double> outcome, std::span<const double> prediction);

/// One row for each group, with the measures that matter most for the family of the overall result.
[[nodiscard]] SubgroupTable subgroup_table(const EvaluatedGroup& overall, const std::vector<EvaluatedGroup>& subgroups);

/// What the tables of an evaluation leave out, sample by sample; may be empty.
struct PredictedSamples {
  std::vector<Histogram> histograms;
  std::vector<FitPoint> fit;
};
[[nodiscard]] EvaluationReport evaluation_report_of(const Evaluation& evaluation, PredictedSamples samples = {});

}  // namespace varisk::report
