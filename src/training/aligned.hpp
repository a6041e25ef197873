#pragma once
#include <cstddef>
#include <new>
#include <vector>

namespace varisk::training {

/// For vectors that kernels read 64 bytes at a time.
template <typename Value>
struct AlignedAllocator {
  using value_type = Value;
  AlignedAllocator() = default;
  template <typename Other>
  explicit AlignedAllocator(const AlignedAllocator<Other>& /*other*/) noexcept {}
  [[nodiscard]] Value* allocate(std::size_t count) {
    return static_cast<Value*>(::operator new (count * sizeof(Value), std::align_val_t{64}));
  }
  void deallocate(Value* values, std::size_t /*count*/) noexcept { ::operator delete (values, std::align_val_t{64}); }
  friend bool operator==(const AlignedAllocator& /*one*/, const AlignedAllocator& /*other*/) noexcept { return true; }
};

template <typename Value>
using AlignedVector = std::vector<Value, AlignedAllocator<Value>>;

/// Rows of one cache line of packed calls. Vectors over rows are padded with zeros to a multiple of it.
inline constexpr std::size_t line_rows = 256;
[[nodiscard]] constexpr std::size_t padded_rows(std::size_t rows) noexcept {
  return (rows + line_rows - 1) / line_rows * line_rows;
}

}  // namespace varisk::training
