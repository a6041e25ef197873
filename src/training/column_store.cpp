#include "varisk/training/column_store.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>
#include <utility>

#include "varisk/core/error.hpp"

namespace varisk::training {
namespace {

constexpr std::size_t alignment = 64;
/// Columns are mapped in blocks of about this size.
constexpr std::size_t block_target = std::size_t{8} << 20U;

std::string reason() { return std::strerror(errno); }

}  // namespace

ColumnStore::ColumnStore(std::size_t column_bytes, MatrixStorage storage)
    : storage_(std::move(storage)),
      stride_((std::max<std::size_t>(column_bytes, 1) + alignment - 1) / alignment * alignment),
      block_columns_(std::max<std::size_t>(block_target / stride_, 1)) {}

ColumnStore::~ColumnStore() { release(); }

ColumnStore::ColumnStore(ColumnStore&& other) noexcept
    : storage_(std::move(other.storage_)),
      stride_(other.stride_),
      block_columns_(other.block_columns_),
      columns_(std::exchange(other.columns_, 0)),
      in_memory_(std::exchange(other.in_memory_, 0)),
      in_file_(std::exchange(other.in_file_, 0)),
      file_(std::exchange(other.file_, std::nullopt)),
      blocks_(std::exchange(other.blocks_, {})) {}

ColumnStore& ColumnStore::operator=(ColumnStore&& other) noexcept {
  if (this != &other) {
    release();
    storage_ = std::move(other.storage_);
    stride_ = other.stride_;
    block_columns_ = other.block_columns_;
    columns_ = std::exchange(other.columns_, 0);
    in_memory_ = std::exchange(other.in_memory_, 0);
    in_file_ = std::exchange(other.in_file_, 0);
    file_ = std::exchange(other.file_, std::nullopt);
    blocks_ = std::exchange(other.blocks_, {});
  }
  return *this;
}

void ColumnStore::release() noexcept {
  for (const Block& block : blocks_) munmap(block.bytes, block_bytes());
  blocks_.clear();
  if (file_) close(*file_);  // unlinked: nothing that could be lost
  file_.reset();
}

std::size_t ColumnStore::add_columns(std::size_t count) {
  const std::size_t first = columns_;
  while (blocks_.size() * block_columns_ < columns_ + count) add_block();
  columns_ += count;
  return first;
}

void ColumnStore::add_block() {
  blocks_.reserve(blocks_.size() + 1);
  const bool in_memory = !storage_.memory_limit || in_memory_ + block_bytes() <= *storage_.memory_limit;
  blocks_.push_back({in_memory ? map_memory() : map_file()});
  (in_memory ? in_memory_ : in_file_) += block_bytes();
}

std::byte* ColumnStore::map_memory() {
  void* const bytes = mmap(nullptr, block_bytes(), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (bytes == MAP_FAILED) {
    throw IoError("there is no memory for " + std::to_string(block_bytes()) + " more bytes of genotypes: " + reason(),
                  {}, "give a limit of memory, so that genotypes beyond it lie in a file");
  }
  madvise(bytes, block_bytes(), MADV_HUGEPAGE);  // advice only
  return static_cast<std::byte*>(bytes);
}

void ColumnStore::open_file() {
  std::string name = (storage_.folder / "varisk-genotypes-XXXXXX").string();
  const int file = mkstemp(name.data());
  if (file < 0) {
    throw IoError("cannot make a temporary file: " + reason(), storage_.folder.string(), "name a folder with room");
  }
  file_ = file;
  if (unlink(name.c_str()) != 0) throw IoError("cannot unlink the temporary file: " + reason(), name);
}

std::byte* ColumnStore::map_file() {
  if (!file_) open_file();
  const auto offset = static_cast<off_t>(in_file_);
  // Room is taken now: a full disk must not show as a signal when a column is written.
  const int failure = posix_fallocate(*file_, offset, static_cast<off_t>(block_bytes()));
  if (failure != 0) {
    throw IoError(
        "no room for " + std::to_string(block_bytes()) + " more bytes of genotypes: " + std::strerror(failure),
        storage_.folder.string(), "name a folder with more room, or a higher limit of memory");
  }
  void* const bytes = mmap(nullptr, block_bytes(), PROT_READ | PROT_WRITE, MAP_SHARED, *file_, offset);
  if (bytes == MAP_FAILED) throw IoError("cannot map the temporary file: " + reason(), storage_.folder.string());
  return static_cast<std::byte*>(bytes);
}

}  // namespace varisk::training
