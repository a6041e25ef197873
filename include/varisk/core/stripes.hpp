#pragma once
/// \file
/// Locks for threads that add to the same long array.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>

namespace varisk {

/// The entries of an array, cut into stripes; who holds the lock of a stripe may change its entries.
class Stripes {
 public:
  /// \param stripe_size  entries, at least 1
  Stripes(std::size_t size, std::size_t stripe_size)
      : size_(size),
        stripe_size_(stripe_size),
        count_((size + stripe_size - 1) / stripe_size),
        locks_(std::make_unique<std::mutex[]>(count_)) {}

  /// Calls `action(first, last)` for each stripe under its lock, beginning with stripe `start` and going round: threads
  /// that begin at different stripes seldom wait for each other.
  template <typename Action>
  void each(std::size_t start, const Action& action) {
    for (std::size_t i = 0; i < count_; ++i) {
      const std::size_t stripe = (start + i) % count_;
      const std::lock_guard lock(locks_[stripe]);
      action(stripe * stripe_size_, std::min((stripe + 1) * stripe_size_, size_));
    }
  }

  /// Calls `action(entry)` for each of the entries, which ascend, under the lock of its stripe.
  template <typename Action>
  void each_of(std::span<const std::uint32_t> entries, const Action& action) {
    for (std::size_t i = 0; i < entries.size();) {
      const std::size_t stripe = entries[i] / stripe_size_;
      const std::lock_guard lock(locks_[stripe]);
      for (; i < entries.size() && entries[i] / stripe_size_ == stripe; ++i) action(entries[i]);
    }
  }

 private:
  std::size_t size_;
  std::size_t stripe_size_;
  std::size_t count_;
  std::unique_ptr<std::mutex[]> locks_;
};

}  // namespace varisk
