#pragma once
#include "varisk/genotypes/call_block.hpp"
#include "varisk/genotypes/dosage_kernel.hpp"

namespace varisk::genotypes {

/// The exceptions and the sums over the samples.
void summarise(CallBlock& block, SumDosages sum_dosages);

/// `--haploid as-diploid`: one copy counts as two. Goes by the exceptions. \return true if there was such a call
bool double_haploid_calls(CallBlock& block);

}  // namespace varisk::genotypes
