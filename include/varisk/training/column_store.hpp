#pragma once
/// \file
/// Bytes of many equally long columns, in memory or beyond a limit in a file that has no name.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <vector>

namespace varisk::training {

/// Where columns lie.
struct MatrixStorage {
  std::optional<std::uint64_t> memory_limit;  ///< bytes; what comes beyond lies in a file; none: all in memory
  std::filesystem::path folder = ".";         ///< of that file, which is unlinked as soon as it is open
};

/// Columns of the same number of bytes, each beginning at a multiple of 64 and padded with zeros to one. They do not
/// move when more are added.
class ColumnStore {
 public:
  /// \param column_bytes  wanted bytes of a column
  ColumnStore(std::size_t column_bytes, MatrixStorage storage);
  ~ColumnStore();
  ColumnStore(const ColumnStore&) = delete;
  ColumnStore& operator=(const ColumnStore&) = delete;
  ColumnStore(ColumnStore&& other) noexcept;
  ColumnStore& operator=(ColumnStore&& other) noexcept;

  /// Adds columns of zeros and returns the index of the first. Not at the same time as anything else.
  /// Throws `IoError` when there is no room.
  std::size_t add_columns(std::size_t count);
  [[nodiscard]] std::size_t columns() const noexcept { return columns_; }
  /// Bytes from one column to the next, a multiple of 64.
  [[nodiscard]] std::size_t stride() const noexcept { return stride_; }
  /// `stride()` bytes. Different columns may be written at the same time.
  [[nodiscard]] std::byte* column(std::size_t index) noexcept {
    return blocks_[index / block_columns_].bytes + (index % block_columns_) * stride_;
  }
  [[nodiscard]] const std::byte* column(std::size_t index) const noexcept {
    return blocks_[index / block_columns_].bytes + (index % block_columns_) * stride_;
  }
  [[nodiscard]] std::uint64_t bytes_in_memory() const noexcept { return in_memory_; }
  [[nodiscard]] std::uint64_t bytes_in_file() const noexcept { return in_file_; }

 private:
  struct Block {
    std::byte* bytes = nullptr;  ///< mapped, `block_bytes()` of them
  };
  [[nodiscard]] std::size_t block_bytes() const noexcept { return block_columns_ * stride_; }
  void add_block();
  [[nodiscard]] std::byte* map_memory();
  [[nodiscard]] std::byte* map_file();
  void open_file();
  void release() noexcept;

  MatrixStorage storage_;
  std::size_t stride_;
  std::size_t block_columns_;
  std::size_t columns_ = 0;
  std::uint64_t in_memory_ = 0;
  std::uint64_t in_file_ = 0;
  std::optional<int> file_;
  std::vector<Block> blocks_;
};

}  // namespace varisk::training
