#pragma once
/// \file
/// Result files that are whole or absent.

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace varisk {

/// A file that is written beside its final place. `commit` flushes, syncs and renames it; without `commit` nothing
/// is left behind.
class AtomicFile {
 public:
  /// \throws IoError if the file cannot be created
  explicit AtomicFile(std::filesystem::path target);
  ~AtomicFile();
  AtomicFile(AtomicFile&&) noexcept;
  AtomicFile& operator=(AtomicFile&&) = delete;
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  void write(std::string_view text);
  /// Flushes and syncs; the file still has its temporary name. \throws IoError
  void close();
  /// Gives the closed file its name. \throws IoError
  void publish();
  void commit() {
    close();
    publish();
  }

 private:
  struct CloseFile {
    void operator()(std::FILE* file) const noexcept;
  };
  std::filesystem::path target_;
  std::filesystem::path temporary_;
  std::unique_ptr<std::FILE, CloseFile> file_;
};

/// The folder of one run. `run.json` marks a complete result: it is removed before anything else is replaced and
/// appears last.
class OutputFolder {
 public:
  /// Creates the folder if need be and sees that it can be written.
  /// \param overwrite  replace the result of an earlier run
  /// Two runs into one folder exclude each other; what a killed run left half written is removed.
  /// \throws UsageError if the folder holds another result or is in use, IoError if it cannot be written
  OutputFolder(std::filesystem::path folder, bool overwrite);
  ~OutputFolder();
  OutputFolder(const OutputFolder&) = delete;
  OutputFolder& operator=(const OutputFolder&) = delete;

  /// What the constructor would refuse, without creating anything.
  static void check(const std::filesystem::path& folder, bool overwrite);

  /// True if `path` is where a result in `folder` would have one of its files.
  static bool holds_result_file(const std::filesystem::path& folder, const std::filesystem::path& path);

  /// A new file of the result; it gets its name in `commit`.
  AtomicFile& create(const std::string& name);
  /// Publishes all files, and `run_json` as the last one. Result files of an earlier run that this one lacks go.
  void commit(std::string_view run_json);

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return folder_; }

 private:
  void lock();
  void remove_leftovers() const;

  std::filesystem::path folder_;
  int lock_ = -1;
  bool created_ = false;
  bool committed_ = false;
  std::vector<std::pair<std::string, std::unique_ptr<AtomicFile>>> files_;
};

}  // namespace varisk
