#include "row_blocks.hpp"

#include <tbb/parallel_pipeline.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <memory>

namespace varisk::pipeline {
namespace {

struct Block {
  std::size_t first = 0;
  std::size_t last = 0;
  std::unique_ptr<report::TsvRows> rows;
};

}  // namespace

void write_rows(report::TsvWriter& table, std::size_t count, std::size_t block, int threads, const SpellRows& spell) {
  if (threads == 1 || count <= block) {
    report::TsvRows rows;
    for (std::size_t first = 0; first < count; first += block) {
      rows.clear();
      spell(first, std::min(first + block, count), rows);
      table.write(rows);
    }
    return;
  }
  std::size_t next = 0;
  const auto start = [&](tbb::flow_control& control) {
    Block work;
    work.first = next;
    work.last = next = std::min(next + block, count);
    if (work.first == work.last) control.stop();
    return work;
  };
  const auto fill = [&](Block work) {
    work.rows = std::make_unique<report::TsvRows>();
    spell(work.first, work.last, *work.rows);
    return work;
  };
  const auto write = [&](const Block& work) { table.write(*work.rows); };
  tbb::task_arena arena(threads);
  arena.execute([&] {
    tbb::parallel_pipeline(static_cast<std::size_t>(threads) + 2,
                           tbb::make_filter<void, Block>(tbb::filter_mode::serial_in_order, start) &
                               tbb::make_filter<Block, Block>(tbb::filter_mode::parallel, fill) &
                               tbb::make_filter<Block, void>(tbb::filter_mode::serial_in_order, write));
  });
}

}  // namespace varisk::pipeline
