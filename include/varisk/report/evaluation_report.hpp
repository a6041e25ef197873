#pragma once
/// \file
/// `report.html` of `varisk evaluate`.

#include <string>
#include <vector>

#include "varisk/report/page.hpp"
#include "varisk/report/performance.hpp"

namespace varisk::report {

/// The judged model against a baseline, on the same samples.
struct BaselineComparison {
  std::string baseline;                ///< its name
  std::vector<MetricRow> model;        ///< measures of the judged predictions
  std::vector<MetricRow> base;         ///< the same of the baseline, in the same order
  std::vector<MetricRow> differences;  ///< differences, tests, NRI and IDI
  std::vector<MatrixPlot> movements;   ///< how people move between risk groups
};

struct EvaluationReport {
  std::string title;  ///< such as the model's id
  std::string outcome;
  std::string subtitle;  ///< may be empty
  std::vector<std::string> classes;
  std::vector<Fact> data;    ///< what was judged: model, event, files ...
  std::vector<Fact> counts;  ///< of rows and samples, those left out included; opens on request
  Performance performance;
  std::vector<BaselineComparison> comparisons;
  std::vector<Notice> notices;
  std::vector<std::string> limits;
  std::vector<Fact> software;
};

[[nodiscard]] Page evaluation_report_page(const EvaluationReport& report);

}  // namespace varisk::report
