#pragma once
/// \file
/// The three ways in which a run ends early. Each says what happened, where, and what helps; only `main` turns them
/// into exit codes. Expected outcomes of one record or sample are values, never exceptions.

#include <stdexcept>
#include <string>

namespace varisk {

/// Base of the errors that `main` knows. `what()` is the one line that the user sees.
class Error : public std::runtime_error {
 public:
  /// \param what   what was expected and what was found
  /// \param where  file, and line, record or column; may be empty
  /// \param help   what to do about it; may be empty
  Error(const std::string& what, const std::string& where, const std::string& help);
  [[nodiscard]] const std::string& where() const noexcept { return where_; }

 private:
  std::string where_;
};

/// The command line or the configuration is wrong: exit code 2.
class UsageError : public Error {
 public:
  explicit UsageError(const std::string& what, const std::string& help = {}) : Error(what, {}, help) {}
};

/// The content of an input is wrong: exit code 3.
class UserError : public Error {
 public:
  using Error::Error;
  UserError(const std::string& what, const std::string& where) : Error(what, where, {}) {}
};

/// A file could not be read or written: exit code 4.
class IoError : public Error {
 public:
  using Error::Error;
  IoError(const std::string& what, const std::string& where) : Error(what, where, {}) {}
};

/// A fault of the program itself: exit code 70.
class InternalError : public Error {
 public:
  explicit InternalError(const std::string& what) : Error(what, {}, "please report this with the command line") {}
};

}  // namespace varisk
