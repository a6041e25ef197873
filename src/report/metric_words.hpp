#pragma once
#include <string>
#include <string_view>

#include "varisk/report/page.hpp"

namespace varisk::report {

/// How a metric or count is called and shown on a page.
struct MetricWords {
  std::string title;
  NumberFormat format;
};
/// Of a name that is not known: its words, with four significant digits.
[[nodiscard]] MetricWords metric_words(std::string_view name);

/// `rows_without_outcome` → `Rows without outcome`
[[nodiscard]] std::string in_words(std::string_view name);

}  // namespace varisk::report
