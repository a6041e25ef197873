#pragma once
#include "varisk/genotypes/call_block.hpp"

namespace varisk::genotypes {

/// `--haploid as-diploid`: one copy counts as two.
void double_haploid_calls(CallBlock& block);

/// The exceptions and the sums over the samples.
void summarise(CallBlock& block);

}  // namespace varisk::genotypes
