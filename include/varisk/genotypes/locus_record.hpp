#pragma once
/// \file
/// What the genotype files say of one position of a gene.

#include <string>
#include <vector>

#include "varisk/genotypes/allele_calls.hpp"

namespace varisk::genotypes {

/// In the order of preference; nothing is known in the first three.
enum class LocusState : std::uint8_t {
  absent,
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
  std::size_t further_records = 0;  ///< of the same position and REF, not used
};

}  // namespace varisk::genotypes
