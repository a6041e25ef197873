#pragma once
/// \file
/// Allele frequencies from a file of their own: plink2 `.afreq`, or VCF or BCF with INFO/AF.

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "varisk/core/types.hpp"
#include "varisk/sites/contig.hpp"

namespace varisk::genotypes {

/// Where a line of the file is; `.afreq` as plink2 writes it by default has no positions.
struct FrequencyPlace {
  std::string_view contig;  ///< as in the file
  std::optional<Position> position;
  std::string_view id;            ///< as in the file
  std::int64_t reference_length;  ///< bases of REF
};

/// One line with the frequencies of all ALTs; views are valid during the call.
struct FrequencyEntry {
  FrequencyPlace place;
  std::span<const std::string> alleles;  ///< REF, then the ALTs; upper case
  std::span<const double> alts;          ///< of each ALT, 0 to 1; their sum is at most about 1
};

/// What the file is about.
struct FrequencyFile {
  sites::GenomeBuild build = sites::GenomeBuild::unknown;  ///< from contig lengths
  std::int64_t lines = 0;
  bool has_positions = false;  ///< of some line
};

/// Reads the file once, in its order. A line without frequency is passed over.
/// \param wanted  asked with each line's place; only lines for which it says so are parsed further
/// \param take    gets these, with where they stand for messages
/// \throws UserError for a file that is neither, a line that cannot be read, frequencies out of range; IoError
FrequencyFile read_frequencies(
    const std::string& path, const std::function<bool(const FrequencyPlace&)>& wanted,
    const std::function<void(const FrequencyEntry&, const std::function<std::string()>& where)>& take);

}  // namespace varisk::genotypes
