#include "varisk/core/log.hpp"

#include <fmt/format.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>

namespace varisk {
namespace {

spdlog::level::level_enum to_spdlog(LogLevel level) {
  switch (level) {
    case LogLevel::debug: return spdlog::level::debug;
    case LogLevel::info: return spdlog::level::info;
    case LogLevel::warning: return spdlog::level::warn;
    case LogLevel::error: return spdlog::level::err;
  }
  return spdlog::level::err;
}

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (code < 0x20) {
      out += fmt::format("\\u{:04x}", code);
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace

struct Log::Sink {
  explicit Sink(LogLevel threshold) : logger("varisk", std::make_shared<spdlog::sinks::stderr_sink_mt>()) {
    logger.set_level(to_spdlog(threshold));
  }
  spdlog::logger logger;
};

Log::Log(LogFormat format, LogLevel threshold) : format_(format), sink_(std::make_unique<Sink>(threshold)) {
  sink_->logger.set_pattern(format == LogFormat::json
                                ? R"({"time":"%Y-%m-%dT%H:%M:%S.%e%z","level":"%l","message":"%v"})"
                                : "varisk: %l: %v");
}

Log::~Log() = default;

void Log::write(LogLevel level, const std::string& message) const {
  sink_->logger.log(to_spdlog(level), "{}", format_ == LogFormat::json ? escaped(message) : message);
}

}  // namespace varisk
