#pragma once
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <cstddef>
#include <memory>

namespace varisk::training {

/// The threads of a run. Work is cut into parts that do not depend on the number of threads; what parts yield is put
/// together in their order, so that results do not either.
class Threads {
 public:
  explicit Threads(int count) : count_(count), arena_(count > 1 ? std::make_unique<tbb::task_arena>(count) : nullptr) {}
  [[nodiscard]] int count() const noexcept { return count_; }

  /// Calls `action(part)` for each part below `parts`.
  template <typename Action>
  void each(std::size_t parts, const Action& action) const {
    if (!arena_ || parts < 2) {
      for (std::size_t part = 0; part < parts; ++part) action(part);
      return;
    }
    arena_->execute([&] { tbb::parallel_for(std::size_t{0}, parts, action, tbb::simple_partitioner()); });
  }

  /// Calls `action(first, last)` for pieces of `size` of the numbers below `count`.
  template <typename Action>
  void pieces(std::size_t count, std::size_t size, const Action& action) const {
    each((count + size - 1) / size, [&](std::size_t part) {
      const std::size_t first = part * size;
      action(first, first + size < count ? first + size : count);
    });
  }

 private:
  int count_;
  std::unique_ptr<tbb::task_arena> arena_;
};

}  // namespace varisk::training
