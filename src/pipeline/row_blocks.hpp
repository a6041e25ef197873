#pragma once
/// \file
/// Long tables: rows are spelled by many threads and written in order.

#include <cstddef>
#include <functional>

#include "varisk/report/score_writers.hpp"

namespace varisk::pipeline {

/// Spells the rows of items [first, last).
using SpellRows = std::function<void(std::size_t first, std::size_t last, report::TsvRows& rows)>;

/// Writes the rows of `count` items; a bounded number of blocks of `block` items is in memory.
void write_rows(report::TsvWriter& table, std::size_t count, std::size_t block, int threads, const SpellRows& spell);

}  // namespace varisk::pipeline
