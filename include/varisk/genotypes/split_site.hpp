#pragma once
/// \file
/// Copies of REF at a site whose ALTs stand on several lines, as `bcftools norm -m-` writes them: each line calls
/// everything but its own ALT REF.

#include <span>
#include <vector>

#include "varisk/genotypes/call_block.hpp"
#include "varisk/genotypes/call_decoder.hpp"
#include "varisk/genotypes/record.hpp"

namespace varisk::genotypes {

/// One line of the site.
struct SplitLine {
  CallBlock copies;                  ///< of REF, by this line alone
  const TextFields* text = nullptr;  ///< its calls, if it is text
  std::span<const BcfField> bcf;     ///< its calls, if it is BCF
};

/// Copies of REF over all lines, into those of the first. A chromosome is REF if no line has an ALT on it: ploidy less
/// the ALT copies of all lines; where phased lines name the same chromosome twice, it counts once. A call that is
/// missing on one line is missing, and so is one with more ALT copies than chromosomes.
/// \param dosage_by_alt  false: dosages are those of a model of one ALT against everything else (FORMAT/DS declared
///                       with Number=1), and the first line's own stand
void join_split_lines(std::span<SplitLine> lines, const SampleColumns& samples, bool dosage_by_alt);

}  // namespace varisk::genotypes
