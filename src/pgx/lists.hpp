#pragma once
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace varisk::pgx {

template <typename T>
void add_once(std::vector<T>& list, const T& value) {
  if (std::find(list.begin(), list.end(), value) == list.end()) list.push_back(value);
}

[[nodiscard]] inline bool holds(const std::vector<std::string>& list, std::string_view value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

}  // namespace varisk::pgx
