#pragma once
/// \file
/// On which strand a matched row with palindromic alleles is.

#include <optional>
#include <span>
#include <string>

#include "varisk/genotypes/record.hpp"
#include "varisk/pipeline/variant_pass.hpp"
#include "varisk/sites/alleles.hpp"

namespace varisk::pipeline {

/// INFO/AF of one of the record's alleles.
[[nodiscard]] std::optional<double> frequency_of(const genotypes::SiteFields& site, AlleleIndex allele);

struct StrandRule {
  bool keep = false;  ///< rows without other allele are taken as given
  /// Of the allele that was matched as the effect allele; never this cohort's.
  std::optional<double> frequency;
};

/// Leaves the match as it is, or swaps its alleles (`flipped`), or makes it `ambiguous` with a reason. Only rows whose
/// side is known are swapped; those with both alleles and no side are left to the plan.
void resolve_strand(const sites::WantedSite& wanted, std::span<const std::string> alleles, const StrandRule& rule,
                    sites::AlleleMatch& match, SiteOutcome& outcome);

}  // namespace varisk::pipeline
