#pragma once
/// \file
/// What the fuzz targets share: an input as a file, and which exceptions are allowed.

#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "varisk/core/error.hpp"

namespace varisk::fuzz {

/// Ends the program with a message, so that libFuzzer keeps the input.
inline void require(bool condition, const char* what) {
  if (condition) return;
  std::fprintf(stderr, "violated: %s\n", what);
  std::abort();
}

/// A file in memory, which can be opened by its path any number of times.
class MemoryFile {
 public:
  MemoryFile() : number_(::memfd_create("fuzz", MFD_CLOEXEC)) {
    require(number_ >= 0, "a file in memory can be made");
    path_ = "/proc/self/fd/" + std::to_string(number_);
  }
  ~MemoryFile() { ::close(number_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  void write(std::string_view content) {
    const auto size = static_cast<::off_t>(content.size());
    require(::ftruncate(number_, size) == 0, "the file in memory can be resized");
    require(::pwrite(number_, content.data(), content.size(), 0) == size, "the file in memory can be written");
  }
  [[nodiscard]] const std::string& path() const noexcept { return path_; }

 private:
  int number_;
  std::string path_;
};

inline std::string_view as_text(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

/// Runs `action`; false if it refused the input as the program may. Any other exception, `InternalError` included, is
/// a crash.
template <typename Action>
bool accepts(Action action) {
  try {
    action();
    return true;
  } catch (const UsageError&) {
  } catch (const UserError&) {
  } catch (const IoError&) {
  }
  return false;
}

}  // namespace varisk::fuzz
