#pragma once
#include <functional>

namespace varisk::pipeline {

/// A `scoring::ForEach` on this many threads.
[[nodiscard]] std::function<void(std::size_t, const std::function<void(std::size_t)>&)> parallel_for_each(int threads);

}  // namespace varisk::pipeline
