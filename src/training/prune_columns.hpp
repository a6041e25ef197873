#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "parallel.hpp"
#include "selection_rows.hpp"

namespace varisk::training {

struct PruneColumn {
  std::uint32_t column = 0;
  std::uint32_t contig = 0;
  std::int64_t position = 0;
  double minor_frequency = 0;
};

struct Pruned {
  std::vector<std::uint32_t> columns;  ///< ascending
  std::size_t untested = 0;            ///< columns without variance
};

/// The columns that go; see selection.hpp. \param columns  in any order
[[nodiscard]] Pruned prune_columns(const SelectionRows& rows, std::vector<PruneColumn> columns, double max_r2,
                                   std::int64_t window, const Threads& threads);

}  // namespace varisk::training
