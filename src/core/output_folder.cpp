#include "varisk/core/output_folder.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "varisk/core/error.hpp"

namespace varisk {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view run_file = "run.json";
/// What a run may leave in its folder; anything else there is somebody's and is never touched.
constexpr std::array result_files = std::to_array<std::string_view>(
    {"run.json",     "scores.tsv",     "risk.tsv",     "sites.tsv",       "matches.tsv",    "samples.tsv",
     "explain.tsv",  "ancestry.tsv",   "panel.json",   "loadings.tsv",    "score_rows.tsv", "normalized_scores.tsv",
     "dosing.tsv",   "diplotypes.tsv", "model.json",   "path.tsv",        "cv.tsv",         "coefficients.tsv",
     "metrics.json", "metrics.tsv",    "roc.tsv",      "calibration.tsv", "decision.tsv",   "predictions.tsv",
     "report.html",  "card.html",      "selection.tsv"});

IoError system_error(const std::string& what, const fs::path& path) {
  return {what + ": " + std::strerror(errno), path.string()};
}

void sync_folder(const fs::path& folder) {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) throw system_error("cannot open the folder", folder);
  const int result = ::fsync(descriptor);
  const int code = errno;
  ::close(descriptor);
  errno = code;
  // Some network file systems cannot sync a folder; the files themselves have been synced.
  if (result != 0 && errno != EINVAL) throw system_error("cannot sync the folder", folder);
}

}  // namespace

void AtomicFile::CloseFile::operator()(std::FILE* file) const noexcept {
  // Only during unwinding or after a failed close: the file is removed, its content does not matter.
  std::fclose(file);  // NOLINT(cert-err33-c)
}

AtomicFile::AtomicFile(fs::path target)
    : target_(std::move(target)),
      temporary_(target_.parent_path() / ("." + target_.filename().string() + ".part" + std::to_string(::getpid()))) {
  const int descriptor = ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
  if (descriptor < 0) throw system_error("cannot write", temporary_);
  file_.reset(::fdopen(descriptor, "wb"));
  if (!file_) throw system_error("cannot write", temporary_);
}

AtomicFile::AtomicFile(AtomicFile&&) noexcept = default;

AtomicFile::~AtomicFile() {
  if (temporary_.empty()) return;
  file_.reset();
  std::error_code ignored;
  fs::remove(temporary_, ignored);
}

void AtomicFile::write(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), file_.get()) != text.size()) throw system_error("cannot write", target_);
}

void AtomicFile::close() {
  if (std::fflush(file_.get()) != 0 || ::fsync(::fileno(file_.get())) != 0) throw system_error("cannot write", target_);
  if (std::fclose(file_.release()) != 0) throw system_error("cannot write", target_);
}

void AtomicFile::publish() {
  if (std::rename(temporary_.c_str(), target_.c_str()) != 0) throw system_error("cannot rename", target_);
  temporary_.clear();
}

bool OutputFolder::holds_result_file(const fs::path& folder, const fs::path& path) {
  std::error_code code;
  return std::any_of(result_files.begin(), result_files.end(),
                     [&](std::string_view name) { return fs::equivalent(folder / name, path, code); });
}

void OutputFolder::check(const fs::path& folder, bool overwrite) {
  std::error_code code;
  if (fs::exists(folder, code) && !fs::is_directory(folder, code)) {
    throw IoError("is a file, a folder was expected", folder.string());
  }
  const bool has_result = std::any_of(result_files.begin(), result_files.end(),
                                      [&](std::string_view name) { return fs::exists(folder / name, code); });
  if (has_result && !overwrite) {
    throw UsageError(folder.string() + ": holds the result of another run", "give another --out, or --overwrite");
  }
  fs::path existing = fs::absolute(folder);
  while (!fs::exists(existing, code) && existing.has_relative_path()) existing = existing.parent_path();
  if (!fs::is_directory(existing, code)) throw IoError("is a file, a folder was expected", existing.string());
  if (::access(existing.c_str(), W_OK | X_OK) != 0) throw system_error("cannot be written", existing);
}

OutputFolder::OutputFolder(fs::path folder, bool overwrite) : folder_(std::move(folder)) {
  check(folder_, overwrite);
  std::error_code code;
  if (!fs::is_directory(folder_, code)) {
    if (!fs::create_directories(folder_, code) && code) {
      throw IoError("cannot create the folder: " + code.message(), folder_.string());
    }
    created_ = true;
  }
  lock();
  remove_leftovers();
  // Found out now, not after hours of work.
  const AtomicFile probe(folder_ / "probe");
}

/// The lock is on the folder itself and ends with the process, however it ends.
void OutputFolder::lock() {
  lock_ = ::open(folder_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (lock_ < 0) throw system_error("cannot open the folder", folder_);
  if (::flock(lock_, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) return;  // not every file system has locks
  ::close(lock_);
  throw UsageError(folder_.string() + ": another run is writing here", "wait for it, or give another --out");
}

void OutputFolder::remove_leftovers() const {
  std::error_code code;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder_, code)) {
    const std::string name = entry.path().filename().string();
    const bool ours = std::any_of(result_files.begin(), result_files.end(), [&](std::string_view result) {
      return name.starts_with("." + std::string(result) + ".part");
    });
    if (ours) fs::remove(entry.path(), code);
  }
}

OutputFolder::~OutputFolder() {
  files_.clear();
  std::error_code ignored;
  if (!committed_ && created_) fs::remove(folder_, ignored);  // fails, as it should, unless the folder is empty
  ::close(lock_);
}

AtomicFile& OutputFolder::create(const std::string& name) {
  files_.emplace_back(name, std::make_unique<AtomicFile>(folder_ / name));
  return *files_.back().second;
}

void OutputFolder::commit(std::string_view run_json) {
  AtomicFile marker(folder_ / run_file);
  marker.write(run_json);
  marker.close();
  for (auto& [name, file] : files_) file->close();

  std::error_code code;
  fs::remove(folder_ / run_file, code);
  if (code) throw IoError("cannot remove: " + code.message(), (folder_ / run_file).string());
  sync_folder(folder_);
  for (auto& [name, file] : files_) file->publish();
  for (const std::string_view old : result_files) {
    const bool ours = std::any_of(files_.begin(), files_.end(), [&](const auto& file) { return file.first == old; });
    if (!ours) fs::remove(folder_ / old, code);
  }
  sync_folder(folder_);
  marker.publish();
  sync_folder(folder_);
  committed_ = true;
}

}  // namespace varisk
