#include "sample_sink.hpp"

namespace varisk::pipeline {

using genotypes::CallBlock;
using genotypes::CallCode;
using genotypes::XCall;

/// Heterozygous calls are the only thing that is looked up for every call, so they are counted in bytes first.
struct SampleSink::Counts final : genotypes::CallSink::Partial {
  explicit Counts(std::size_t size) : recent_het(size), samples(size) {}

  void flush() {
    for (std::size_t i = 0; i < recent_het.size(); ++i) samples[i].heterozygous += recent_het[i];
    recent_het.assign(recent_het.size(), 0);
    sites_since_flush = 0;
  }

  std::vector<std::uint8_t> recent_het;
  int sites_since_flush = 0;
  std::int32_t hard_sites = 0;
  std::vector<SampleCounts> samples;
};

SampleSink::SampleSink(std::size_t samples) : samples_(samples), total_(samples) {}

std::unique_ptr<genotypes::CallSink::Partial> SampleSink::make_partial() const {
  return std::make_unique<Counts>(samples_);
}

void SampleSink::take(Partial& partial, SiteId /*site*/, const CallBlock& calls) const {
  auto& counts = static_cast<Counts&>(partial);
  if (!calls.has_dosage) {
    constexpr int byte_holds = 255;
    if (counts.sites_since_flush == byte_holds) counts.flush();
    ++counts.sites_since_flush;
    ++counts.hard_sites;
    std::uint8_t* const het = counts.recent_het.data();
    const CallCode* const code = calls.code.data();
    const std::size_t n = samples_;
    for (std::size_t i = 0; i < n; ++i)
      het[i] = static_cast<std::uint8_t>(het[i] + (code[i] == CallCode::diploid_1 ? 1 : 0));
  }
  for (const std::uint32_t i : calls.exceptions) {
    SampleCounts& sample = counts.samples[i];
    const bool missing = is_missing(calls.code[i]);
    sample.unobserved += missing ? 1 : 0;
    if (!calls.has_dosage) --sample.hard_diploid;
  }
  for (std::size_t i = 0; i < calls.x_call.size(); ++i) {
    if (calls.x_call[i] == XCall::haploid) ++counts.samples[i].hemizygous_one;
    if (calls.x_call[i] == XCall::heterozygous) ++counts.samples[i].hemizygous_het;
  }
}

void SampleSink::merge(Partial& partial) {
  auto& counts = static_cast<Counts&>(partial);
  counts.flush();
  for (std::size_t i = 0; i < samples_; ++i) {
    const SampleCounts& from = counts.samples[i];
    SampleCounts& to = total_[i];
    to.unobserved += from.unobserved;
    to.heterozygous += from.heterozygous;
    to.hard_diploid += counts.hard_sites + from.hard_diploid;
    to.hemizygous_one += from.hemizygous_one;
    to.hemizygous_het += from.hemizygous_het;
  }
}

SampleCounts SampleSink::counts(std::size_t sample) const { return total_[sample]; }

Sex SampleSink::inferred_sex(std::size_t sample) const {
  const SampleCounts& counts = total_[sample];
  if (counts.hemizygous_one > 0 && counts.hemizygous_het == 0) return Sex::male;
  if (counts.hemizygous_het > 0 && counts.hemizygous_one == 0) return Sex::female;
  return Sex::unknown;
}

}  // namespace varisk::pipeline
