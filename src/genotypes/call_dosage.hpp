#pragma once
/// \file
/// What DS, GP and HDS say of one call; the same for text and BCF.

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "varisk/core/types.hpp"
#include "varisk/genotypes/call_decoder.hpp"
#include "varisk/genotypes/record.hpp"

namespace varisk::genotypes {

/// The order of preference.
inline constexpr DosageSource dosage_fields[] = {DosageSource::ds, DosageSource::gp, DosageSource::hds};

[[nodiscard]] std::string_view key_of(DosageSource field) noexcept;

/// Whether a FORMAT field is asked for.
[[nodiscard]] constexpr bool wants(DosageSource choice, DosageSource field) noexcept {
  return choice == field || choice == DosageSource::automatic;
}

/// The dosages of one call.
struct CallDosage {
  DosageSource field = DosageSource::ds;
  double effect = 0;          ///< of the effect allele, if it is an ALT
  double all_alts = 0;        ///< of all ALTs
  std::optional<double> two;  ///< probability of two copies of the effect allele, REF included
  std::optional<int> ploidy;  ///< as the number of values tells it
};

/// Where the values stand.
struct DosagePlace {
  DosageSource field = DosageSource::ds;
  std::size_t column = 0;  ///< of the sample, from 0
  AlleleIndex effect;      ///< may be none of the record's
  std::size_t alleles = 2;
  std::optional<int> ploidy;  ///< of the call, where GT tells it
};

/// DS: one number for each ALT. GP: one probability for each genotype in the order of the VCF specification (1.6.2,
/// fields with Number=G), which must be within 0 to 1 and sum to 1. HDS: for each haplotype one number, 0 to 1, for
/// each ALT. \param values  none of them missing \return nothing and a fault if the values cannot be
[[nodiscard]] std::optional<CallDosage> read_dosage(const DosagePlace& place, std::span<const double> values,
                                                    RecordFault& fault);

}  // namespace varisk::genotypes
