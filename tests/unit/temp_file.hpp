#pragma once
/// \file
/// A file for one test, gone after it.

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace varisk::test {

class TempFile {
 public:
  explicit TempFile(const std::string& name, std::string_view content = {})
      : folder_(std::filesystem::path(testing::TempDir()) / next_folder_name()), path_(folder_ / name) {
    std::filesystem::create_directories(folder_);
    write(content);
  }
  ~TempFile() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  TempFile(const TempFile&) = delete;
  TempFile& operator=(const TempFile&) = delete;

  [[nodiscard]] std::string path() const { return path_.string(); }

  void write(std::string_view content) const {
    std::ofstream(path_, std::ios::binary).write(content.data(), static_cast<std::streamsize>(content.size()));
  }
  [[nodiscard]] std::string read() const {
    std::ifstream file(path_, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

 private:
  static std::string next_folder_name() {
    static std::atomic<int> count = 0;
    return "varisk_" + std::to_string(::getpid()) + "_" + std::to_string(++count);
  }

  std::filesystem::path folder_;
  std::filesystem::path path_;
};

/// The message of the `Error` that `action` throws; a failure of the test if it throws none.
template <typename Error, typename Action>
std::string message_of(Action action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  ADD_FAILURE() << "nothing was thrown";
  return {};
}

}  // namespace varisk::test
