#pragma once
/// \file
/// Who belongs to which subgroup.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace varisk::evaluation {

struct Subgroup {
  std::string column;
  std::string level;
  std::vector<std::uint32_t> members;  ///< ascending indices of samples
};

/// One subgroup for each text, in their order; samples without one come last, as `(missing)`.
[[nodiscard]] std::vector<Subgroup> subgroups_by_text(const std::string& column,
                                                      std::span<const std::optional<std::string>> values);

/// One subgroup for each band that somebody is in: below the first cut, from each cut to below the next one, and from
/// the last one on. \param cuts  ascending
[[nodiscard]] std::vector<Subgroup> subgroups_by_bands(const std::string& column,
                                                       std::span<const std::optional<double>> values,
                                                       std::span<const double> cuts);

/// Cuts that make `bands` bands of about equal size; fewer if values are equal.
[[nodiscard]] std::vector<double> quantile_cuts(std::span<const std::optional<double>> values, std::size_t bands);

/// The entries of the members.
template <typename Value>
[[nodiscard]] std::vector<Value> entries_of(std::span<const Value> values, std::span<const std::uint32_t> members) {
  std::vector<Value> entries;
  entries.reserve(members.size());
  for (const std::uint32_t member : members) entries.push_back(values[member]);
  return entries;
}

}  // namespace varisk::evaluation
