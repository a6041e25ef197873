#pragma once
/// \file
/// The text of one GT or DS value.

#include <cstdint>
#include <optional>
#include <string_view>

namespace varisk::genotypes {

/// The alleles of one call, counted.
struct Genotype {
  unsigned alleles = 0;  ///< called and missing ones; 0: no GT
  unsigned missing = 0;
  unsigned effect = 0;
  bool heterozygous = false;  ///< two called alleles differ
  bool any_alt = false;       ///< a called allele is not REF
};

/// \return nothing if the text is no genotype, or names an allele that the record lacks
[[nodiscard]] std::optional<Genotype> parse_genotype(std::string_view text, unsigned effect, std::size_t alleles);

/// A dosage, exact for up to six decimals and otherwise of single precision, so that VCF and BCF agree.
[[nodiscard]] std::optional<double> parse_dosage(std::string_view text);
/// The same for the single-precision number that BCF stores.
[[nodiscard]] double exact_dosage(float stored);

}  // namespace varisk::genotypes
