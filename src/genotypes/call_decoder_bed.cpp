#include <fmt/format.h>

#include <algorithm>

#include "call_dosage.hpp"
#include "varisk/genotypes/call_decoder.hpp"

namespace varisk::genotypes {
namespace {

constexpr std::size_t calls_per_byte = 4;

/// The unused bits of the last byte are zero, or the .fam has fewer samples than the .bed.
bool has_clean_end(std::string_view packed, std::size_t samples) {
  const std::size_t used = samples % calls_per_byte;
  return used == 0 || (static_cast<unsigned char>(packed.back()) >> (2 * used)) == 0;
}

}  // namespace

/// Hard calls only, and all of them diploid: what a male has one copy of is written as if he had two.
bool CallDecoder::decode(const BedCalls& calls, AlleleIndex effect, CopyRule rule, CallBlock& block,
                         RecordFault& fault) {
  start(effect, 2, rule);
  const std::size_t n = samples_->file_samples;
  if (calls.packed.size() != (n + calls_per_byte - 1) / calls_per_byte || !has_clean_end(calls.packed, n)) {
    fault = {fmt::format("the calls do not end with those of the {} samples of the .fam", n),
             ".bed, .bim and .fam must be of one file set"};
    return false;
  }
  const bool count_a1 = effect.is_ref() == calls.alleles.a1_is_first;
  unpack_bed_(calls.packed.data(), n, count_a1, code_.data());
  if (calls.alleles.monomorphic) {
    const CallCode only = effect.is_ref() ? CallCode::diploid_2 : CallCode::diploid_0;
    const auto other = std::find_if(code_.begin(), code_.end(),
                                    [&](CallCode code) { return code != only && code != CallCode::diploid_missing; });
    if (other != code_.end()) {
      fault = {
          fmt::format("the call of sample {} has the allele that the .bim does not name", other - code_.begin() + 1),
          ".bed, .bim and .fam must be of one file set"};
      return false;
    }
  }
  // Whoever asks for dosages or evidence gets a call without them as a missing one.
  if (!wants(options_.dosage, DosageSource::gt) || options_.min_gq || options_.min_dp) {
    for (std::size_t column = 0; column < n; ++column) {
      const bool heterozygous = code_[column] == CallCode::diploid_1;
      if (rule == CopyRule::hemizygous && heterozygous) x_call_[column] = XCall::heterozygous;
      code_[column] = CallCode::diploid_missing;
    }
  }
  apply_copy_rule(0, n);
  finish(block);
  return true;
}

}  // namespace varisk::genotypes
