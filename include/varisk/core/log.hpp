#pragma once
/// \file
/// Messages to stderr, for people or as JSON lines for machines.

#include <memory>
#include <string>

namespace varisk {

enum class LogFormat { text, json };
enum class LogLevel { debug, info, warning, error };

/// Writes to stderr, never to stdout. Sample ids and covariate values belong on `debug` only.
class Log {
 public:
  Log(LogFormat format, LogLevel threshold);
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  void debug(const std::string& message) const { write(LogLevel::debug, message); }
  void info(const std::string& message) const { write(LogLevel::info, message); }
  void warning(const std::string& message) const { write(LogLevel::warning, message); }
  void error(const std::string& message) const { write(LogLevel::error, message); }

 private:
  void write(LogLevel level, const std::string& message) const;

  struct Sink;
  LogFormat format_;
  std::unique_ptr<Sink> sink_;
};

}  // namespace varisk
