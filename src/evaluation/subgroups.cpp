#include "varisk/evaluation/subgroups.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "varisk/core/number.hpp"

namespace varisk::evaluation {
namespace {

constexpr const char* missing_level = "(missing)";

void add_missing(const std::string& column, std::vector<std::uint32_t> members, std::vector<Subgroup>& groups) {
  if (!members.empty()) groups.push_back({column, missing_level, std::move(members)});
}

std::string band_name(std::span<const double> cuts, std::size_t band) {
  if (cuts.empty()) return "all";
  if (band == 0) return "below " + format_double(cuts.front());
  if (band == cuts.size()) return "from " + format_double(cuts.back());
  return format_double(cuts[band - 1]) + " to below " + format_double(cuts[band]);
}

}  // namespace

std::vector<Subgroup> subgroups_by_text(const std::string& column, std::span<const std::optional<std::string>> values) {
  std::map<std::string, std::vector<std::uint32_t>> levels;
  std::vector<std::uint32_t> missing;
  for (std::uint32_t i = 0; i < values.size(); ++i) {
    auto& members = values[i] ? levels[*values[i]] : missing;
    members.push_back(i);
  }
  std::vector<Subgroup> groups;
  groups.reserve(levels.size() + 1);
  for (auto& [level, members] : levels) groups.push_back({column, level, std::move(members)});
  add_missing(column, std::move(missing), groups);
  return groups;
}

std::vector<Subgroup> subgroups_by_bands(const std::string& column, std::span<const std::optional<double>> values,
                                         std::span<const double> cuts) {
  std::vector<std::vector<std::uint32_t>> bands(cuts.size() + 1);
  std::vector<std::uint32_t> missing;
  for (std::uint32_t i = 0; i < values.size(); ++i) {
    if (!values[i]) {
      missing.push_back(i);
      continue;
    }
    bands[static_cast<std::size_t>(std::upper_bound(cuts.begin(), cuts.end(), *values[i]) - cuts.begin())].push_back(i);
  }
  std::vector<Subgroup> groups;
  for (std::size_t b = 0; b < bands.size(); ++b) {
    if (!bands[b].empty()) groups.push_back({column, band_name(cuts, b), std::move(bands[b])});
  }
  add_missing(column, std::move(missing), groups);
  return groups;
}

std::vector<double> quantile_cuts(std::span<const std::optional<double>> values, std::size_t bands) {
  std::vector<double> sorted;
  for (const auto& value : values) {
    if (value) sorted.push_back(*value);
  }
  std::sort(sorted.begin(), sorted.end());
  std::vector<double> cuts;
  for (std::size_t b = 1; b < bands && !sorted.empty(); ++b) {
    const double cut = sorted[b * sorted.size() / bands];
    if (cut > sorted.front() && (cuts.empty() || cut > cuts.back())) cuts.push_back(cut);
  }
  return cuts;
}

}  // namespace varisk::evaluation
