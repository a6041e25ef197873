// FORMAT and sample columns of one line, decoded at every instruction set: all must agree, in what they refuse too.
// First byte: options; second: allele that is counted and number of alleles.
#include <algorithm>
#include <numeric>
#include <optional>

#include "fuzz_input.hpp"
#include "varisk/genotypes/call_decoder.hpp"

namespace {

using namespace varisk;
using namespace varisk::genotypes;

std::optional<CallBlock> decode(std::string_view line, const DecodeOptions& options, unsigned effect, unsigned alleles,
                                SimdLevel level) {
  const std::size_t tab = line.find('\t');
  if (tab == std::string_view::npos) return std::nullopt;
  TextFields fields;
  fields.format = line.substr(0, tab);
  fields.calls = line.substr(tab + 1);
  SampleColumns samples;
  samples.file_samples = static_cast<std::size_t>(std::count(fields.calls.begin(), fields.calls.end(), '\t')) + 1;
  samples.column.resize(samples.file_samples);
  std::iota(samples.column.begin(), samples.column.end(), 0U);
  samples.identity = true;
  CallDecoder decoder(options, samples, level);
  CallBlock block;
  RecordFault fault;
  if (decoder.decode(fields, AlleleIndex{static_cast<std::uint16_t>(effect)}, alleles, CopyRule::diploid, block,
                     fault)) {
    return block;
  }
  fuzz::require(!fault.what.empty(), "a refused line has a reason");
  return std::nullopt;
}

void compare(const std::optional<CallBlock>& a, const std::optional<CallBlock>& b) {
  fuzz::require(a.has_value() == b.has_value(), "all instruction sets accept the same lines");
  if (!a) return;
  fuzz::require(a->code == b->code && a->exceptions == b->exceptions, "all instruction sets give the same calls");
  fuzz::require(a->has_dosage == b->has_dosage && (!a->has_dosage || a->dosage == b->dosage), "and dosages");
  fuzz::require(a->has_two == b->has_two && (!a->has_two || a->two == b->two), "and probabilities");
  fuzz::require(a->observed_calls == b->observed_calls && a->observed_alleles == b->observed_alleles, "and counts");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  DecodeOptions options;
  options.dosage = static_cast<DosageSource>(data[0] % 5);
  options.half_call = static_cast<HalfCallPolicy>(data[0] / 5 % 3);
  options.haploid = (data[0] & 128U) == 0 ? HaploidPolicy::as_called : HaploidPolicy::as_diploid;
  const unsigned alleles = 1 + data[1] / 16U;
  const unsigned effect = data[1] % 16U % alleles;
  const std::string_view line = fuzz::as_text(data + 2, size - 2);
  if (line.find('\n') != std::string_view::npos) return 0;
  const auto scalar = decode(line, options, effect, alleles, SimdLevel::scalar);
  const SimdLevel best = best_simd_level();
  if (best >= SimdLevel::avx2) compare(scalar, decode(line, options, effect, alleles, SimdLevel::avx2));
  if (best >= SimdLevel::avx512) compare(scalar, decode(line, options, effect, alleles, SimdLevel::avx512));
  return 0;
}
