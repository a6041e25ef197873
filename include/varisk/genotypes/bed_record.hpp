#pragma once
/// \file
/// One variant of a PLINK 1 file set: a line of the .bim, and its packed calls in the .bed.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "varisk/core/types.hpp"
#include "varisk/genotypes/record.hpp"

namespace varisk::genotypes {

/// Views into the batch.
struct BimLine {
  std::string_view contig;
  Position position;
  std::string_view id;  ///< negative: the variant is not to be used (PLINK 1.9)
  std::string_view a1;
  std::string_view a2;
};
[[nodiscard]] std::optional<BimLine> parse_bim_line(std::string_view line, RecordFault& fault);

/// Which of the .bim's two alleles stand where in a record.
struct BedAlleles {
  bool a1_is_first = false;  ///< A1 is the record's allele 0; else A2 is, which mostly is REF
  bool monomorphic = false;  ///< the .bim says that the other one is not known: nobody may have it
};

/// The alleles as a record has them, upper case: A2 and A1, or the only one that is known. PLINK writes `0` (plink2
/// also
/// `.`) for an allele that nobody has. Letters that are no bases are kept; they match nothing.
[[nodiscard]] BedAlleles bed_alleles(const BimLine& line, std::vector<std::string>& alleles);

/// Two bits for each sample, from the lowest of each byte on: 00 two copies of A1, 01 missing, 10 one, 11 none.
struct BedCalls {
  std::string_view packed;
  BedAlleles alleles;
};

}  // namespace varisk::genotypes
