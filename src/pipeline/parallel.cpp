#include "parallel.hpp"

#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

namespace varisk::pipeline {

std::function<void(std::size_t, const std::function<void(std::size_t)>&)> parallel_for_each(int threads) {
  return [threads](std::size_t count, const std::function<void(std::size_t)>& action) {
    tbb::task_arena arena(threads);
    arena.execute([&] { tbb::parallel_for(std::size_t{0}, count, action); });
  };
}

}  // namespace varisk::pipeline
