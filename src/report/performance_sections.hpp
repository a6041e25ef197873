#pragma once
/// \file
/// What the card and the evaluation report say about predictions, with the same words and plots.

#include <string>
#include <vector>

#include "varisk/report/page.hpp"
#include "varisk/report/performance.hpp"

namespace varisk::report {

/// Sections `performance`, `discrimination`, `calibration`, `decision`, `classes`, `subgroups`, as far as there is
/// something to say. \param suffix  behind the ids and, as words, behind the titles; empty for the only or first one
[[nodiscard]] std::vector<Section> performance_sections(const Performance& performance, const std::string& id_suffix,
                                                        const std::string& title_suffix);

[[nodiscard]] Table metric_table(const std::vector<MetricRow>& metrics, const std::string& title);
[[nodiscard]] std::vector<Fact> metric_facts(const std::vector<MetricRow>& metrics);

}  // namespace varisk::report
