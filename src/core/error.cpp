#include "varisk/core/error.hpp"

namespace varisk {
namespace {

std::string one_line(const std::string& what, const std::string& where, const std::string& help) {
  std::string line = where.empty() ? what : where + ": " + what;
  if (!help.empty()) line += "; " + help;
  return line;
}

}  // namespace

Error::Error(const std::string& what, const std::string& where, const std::string& help)
    : std::runtime_error(one_line(what, where, help)), where_(where) {}

}  // namespace varisk
