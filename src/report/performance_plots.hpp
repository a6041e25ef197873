#pragma once
/// \file
/// The plots of performance_sections.

#include "varisk/report/page.hpp"
#include "varisk/report/performance.hpp"

namespace varisk::report {

[[nodiscard]] XyPlot roc_plot(const std::vector<RocCurve>& curves);
[[nodiscard]] XyPlot precision_recall_plot(const std::vector<RocCurve>& curves, std::optional<double> prevalence);
/// \param probabilities  both axes run from 0 to 1 at most
[[nodiscard]] XyPlot calibration_plot(const CalibrationCurve& curve, bool probabilities);
[[nodiscard]] XyPlot decision_plot(const DecisionCurves& curves);
[[nodiscard]] XyPlot fit_plot(const std::vector<FitPoint>& points);
[[nodiscard]] RowPlot quantile_plot(const std::vector<QuantileRow>& rows);
[[nodiscard]] RowPlot subgroup_plot(const SubgroupTable& table, std::size_t measure);
[[nodiscard]] MatrixPlot confusion_plot(const ConfusionMatrix& matrix);

}  // namespace varisk::report
