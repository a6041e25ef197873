#include "varisk/core/error.hpp"

#include <algorithm>

namespace varisk {
namespace {

constexpr std::size_t longest_part = 600;

/// One line of bounded length, whatever stands in the input that it quotes.
std::string tame(std::string text) {
  if (text.size() > longest_part) text = text.substr(0, longest_part) + "...";
  std::replace_if(
      text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; }, '?');
  return text;
}

std::string one_line(const std::string& what, const std::string& where, const std::string& help) {
  std::string line = where.empty() ? tame(what) : tame(where) + ": " + tame(what);
  if (!help.empty()) line += "; " + tame(help);
  return line;
}

}  // namespace

Error::Error(const std::string& what, const std::string& where, const std::string& help)
    : std::runtime_error(one_line(what, where, help)), where_(where) {}

}  // namespace varisk
