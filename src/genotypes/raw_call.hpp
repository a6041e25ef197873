#pragma once
#include "call_dosage.hpp"
#include "call_text.hpp"
#include "varisk/genotypes/call_decoder.hpp"

namespace varisk::genotypes {

struct CallDecoder::RawCall {
  Genotype genotype;
  std::optional<CallDosage> dosage;
  std::optional<double> fraction;  ///< of the effect allele, in a heteroplasmic call
  bool filtered = false;           ///< missing by a filter
};

}  // namespace varisk::genotypes
