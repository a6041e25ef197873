#pragma once
/// \file
/// The fields of one sample column of a VCF line.

#include <cstddef>
#include <string_view>
#include <vector>

#include "varisk/core/number.hpp"

namespace varisk::genotypes {

[[nodiscard]] inline bool is_missing_text(std::string_view text) { return text.empty() || text == "."; }

[[nodiscard]] inline bool reaches(std::string_view text, double limit) {
  const auto value = parse_double(text);
  return value && *value >= limit;
}

/// A reference block says 0/0 also where there were no reads. Empty text is a field that is not there.
[[nodiscard]] inline bool has_block_evidence(std::string_view gq, std::string_view depth, double min_gq) {
  const auto quality = parse_double(gq);
  const auto reads = parse_double(depth);
  return (!quality || *quality >= min_gq) && (!reads || *reads > 0);
}

/// The first fields of a column; those that are left out at its end are empty.
inline void split_column(std::string_view column, std::vector<std::string_view>& fields) {
  for (std::string_view& field : fields) {
    const std::size_t end = column.find(':');
    field = column.substr(0, end);
    column = end == std::string_view::npos ? std::string_view{} : column.substr(end + 1);
  }
}

}  // namespace varisk::genotypes
