#pragma once
/// \file
/// The sample sheet (`--samples`): which samples, under which name, of which sex.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "varisk/core/types.hpp"

namespace varisk::cohort {

using varisk::Sex;

struct SampleEntry {
  std::string sample_id;
  std::string source_id;  ///< the name in the genotype file
  Sex sex = Sex::unknown;
};

/// Samples in the order of the sheet; sample ids are unique, and so are source ids.
class SampleSheet {
 public:
  /// \throws IoError if the file cannot be read, UserError if a row is wrong or there is none
  [[nodiscard]] static SampleSheet read(const std::string& path);

  [[nodiscard]] std::span<const SampleEntry> entries() const noexcept { return entries_; }

 private:
  std::vector<SampleEntry> entries_;
};

}  // namespace varisk::cohort
