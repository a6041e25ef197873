#pragma once
#include "call_text.hpp"
#include "varisk/genotypes/call_decoder.hpp"

namespace varisk::genotypes {

struct CallDecoder::RawCall {
  Genotype genotype;
  bool has_dosage = false;
  double effect_dosage = 0;        ///< of the effect allele, if it is an ALT
  double alt_dosage = 0;           ///< of all ALTs
  std::optional<double> fraction;  ///< of the effect allele, in a heteroplasmic call
  bool filtered = false;           ///< missing by a filter or by the choice of the dosage source
};

}  // namespace varisk::genotypes
