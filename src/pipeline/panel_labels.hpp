#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace varisk::pipeline {

/// Populations of the samples of a panel, in the order of the genotypes.
struct PanelLabels {
  std::vector<std::string> populations;   ///< by name
  std::vector<std::uint32_t> population;  ///< of each sample
  std::vector<bool> unrelated;            ///< of each sample
};

/// Table with sample_id, population and, if there is one, related (0 or 1).
/// \throws UserError unless it has exactly these samples, and enough unrelated ones of each population
[[nodiscard]] PanelLabels read_labels(const std::string& path, const std::vector<std::string>& sample_ids);

}  // namespace varisk::pipeline
