#include "group_run.hpp"

#include <tbb/parallel_pipeline.h>
#include <tbb/task_arena.h>

#include <atomic>
#include <exception>

#include "varisk/core/error.hpp"

namespace varisk::pipeline {
namespace {

/// One group and its result, or why there is none: that is thrown in the order of the groups.
struct Turn {
  const SampleGroup* group = nullptr;
  std::unique_ptr<GroupResult> result;
  std::exception_ptr failure;
};

}  // namespace

void for_each_group(const ScoreInputs& inputs, const ScoreOptions& options, const ScorePlans& plans,
                    const std::function<void(GroupResult&)>& action) {
  const int threads = options.threads > 0 ? options.threads : allocated_threads();
  const std::size_t groups = inputs.groups.size();
  if (threads == 1 || groups < 2 * static_cast<std::size_t>(threads)) {
    for (const SampleGroup& group : inputs.groups) {
      GroupResult result(inputs, options, plans, group, threads);
      result.read_genotypes();
      action(result);
    }
    return;
  }
  std::size_t next = 0;
  std::atomic<bool> failed = false;
  const auto start = [&](tbb::flow_control& control) {
    Turn turn;
    if (next < groups && !failed) {
      turn.group = &inputs.groups[next++];
    } else {
      control.stop();
    }
    return turn;
  };
  const auto read = [&](Turn turn) {
    try {
      turn.result = std::make_unique<GroupResult>(inputs, options, plans, *turn.group, 1);
      turn.result->read_genotypes();
    } catch (const Error&) {
      turn.failure = std::current_exception();
      failed = true;
    }
    return turn;
  };
  const auto take = [&](Turn turn) {
    if (turn.failure) std::rethrow_exception(turn.failure);
    action(*turn.result);
  };
  tbb::task_arena arena(threads);
  arena.execute([&] {
    tbb::parallel_pipeline(static_cast<std::size_t>(threads) + 2,
                           tbb::make_filter<void, Turn>(tbb::filter_mode::serial_in_order, start) &
                               tbb::make_filter<Turn, Turn>(tbb::filter_mode::parallel, read) &
                               tbb::make_filter<Turn, void>(tbb::filter_mode::serial_in_order, take));
  });
}

}  // namespace varisk::pipeline
