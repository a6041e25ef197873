#pragma once
/// \file
/// What the genotype files say of one position of a gene.

#include <string>
#include <vector>

#include "varisk/genotypes/allele_calls.hpp"

namespace varisk::genotypes {

/// In the order of preference; nothing is known in the first four.
enum class LocusState : std::uint8_t {
  absent,
  spanned,             ///< by a record that starts before it, such as a deletion: what stands there is not said
  reference_mismatch,  ///< REF of the record there is not that of the definition
  filtered,
  block,  ///< a reference block spans it
  record,
};

/// The first valid record of a position, one with the definition's REF before others, with everybody's calls.
struct LocusRecord {
  LocusState state = LocusState::absent;
  std::int64_t position = 0;         ///< POS of the record
  std::vector<std::string> alleles;  ///< REF, then the ALTs
  AlleleCalls calls;
  bool same_ref = false;  ///< REF is spelled as the definition spells it, and not only the beginning of it or longer
  std::string reason;     ///< of a mismatch or a filter
  std::vector<LocusRecord> further;  ///< valid records of the same position: a site may be split over several lines
};

/// One record of the lines of a site that `bcftools norm -m-` has split: all ALTs, and what each person has over all
/// lines. Phased people take ALTs chromosome by chromosome; of others the ALTs of all lines are put together. More ALTs
/// than chromosomes, and a missing call that leaves one open, are missing. \param lines  of one position; REF of each
/// begins that of the longest or is equal to it
[[nodiscard]] LocusRecord join_lines(const std::vector<const LocusRecord*>& lines);

}  // namespace varisk::genotypes
