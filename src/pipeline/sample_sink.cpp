#include "sample_sink.hpp"

#include "varisk/core/stripes.hpp"

namespace varisk::pipeline {
namespace {

using genotypes::CallBlock;
using genotypes::CallCode;
using genotypes::XCall;

/// What all sets of counts beyond the first may take; with less, threads share them.
constexpr std::size_t memory_of_further_counts = std::size_t{16} << 20U;
constexpr std::size_t stripe_samples = 8192;

}  // namespace

struct SampleSink::Counts {
  explicit Counts(std::size_t size) : samples(size), stripes(size, stripe_samples) {}
  std::vector<SampleCounts> samples;
  Stripes stripes;
};

/// Heterozygous calls are the only thing that is looked up for every call, so each thread counts them in bytes first.
struct SampleSink::Recent final : genotypes::CallSink::Partial {
  Recent(Counts& shared, std::size_t size) : counts(&shared), het(size) {}

  void flush() {
    counts->stripes.each(0, [&](std::size_t first, std::size_t last) {
      for (std::size_t i = first; i < last; ++i) counts->samples[i].heterozygous += het[i];
    });
    het.assign(het.size(), 0);
    sites_since_flush = 0;
  }

  Counts* counts;
  std::vector<std::uint8_t> het;
  int sites_since_flush = 0;
  std::int32_t hard_sites = 0;
};

SampleSink::SampleSink(std::size_t samples) : samples_(samples) {
  const std::size_t one = samples * sizeof(SampleCounts);
  most_counts_ = 1 + memory_of_further_counts / (one + 1);
}

SampleSink::~SampleSink() = default;

std::unique_ptr<genotypes::CallSink::Partial> SampleSink::make_partial() const {
  const std::lock_guard lock(making_);
  if (counts_.size() < most_counts_) counts_.push_back(std::make_unique<Counts>(samples_));
  return std::make_unique<Recent>(*counts_[partials_made_++ % counts_.size()], samples_);
}

void SampleSink::take(Partial& partial, SiteId /*site*/, const CallBlock& calls) const {
  auto& recent = static_cast<Recent&>(partial);
  std::vector<SampleCounts>& samples = recent.counts->samples;
  if (!calls.has_dosage) {
    constexpr int byte_holds = 255;
    if (recent.sites_since_flush == byte_holds) recent.flush();
    ++recent.sites_since_flush;
    ++recent.hard_sites;
    std::uint8_t* const het = recent.het.data();
    const CallCode* const code = calls.code.data();
    const std::size_t n = samples_;
    for (std::size_t i = 0; i < n; ++i)
      het[i] = static_cast<std::uint8_t>(het[i] + (code[i] == CallCode::diploid_1 ? 1 : 0));
  }
  recent.counts->stripes.each_of(calls.exceptions, [&](std::uint32_t i) {
    samples[i].unobserved += is_missing(calls.code[i]) ? 1 : 0;
    if (!calls.has_dosage) --samples[i].hard_diploid;
  });
  if (calls.x_call.empty()) return;
  recent.counts->stripes.each(0, [&](std::size_t first, std::size_t last) {
    for (std::size_t i = first; i < last; ++i) {
      if (calls.x_call[i] == XCall::haploid) ++samples[i].hemizygous_one;
      if (calls.x_call[i] == XCall::heterozygous) ++samples[i].hemizygous_het;
    }
  });
}

void SampleSink::merge(Partial& partial) {
  auto& recent = static_cast<Recent&>(partial);
  recent.flush();
  hard_sites_ += recent.hard_sites;
  if (++partials_merged_ < partials_made_) return;
  for (std::size_t k = 1; k < counts_.size(); ++k) {
    for (std::size_t i = 0; i < samples_; ++i) {
      const SampleCounts& from = counts_[k]->samples[i];
      SampleCounts& to = counts_.front()->samples[i];
      to.unobserved += from.unobserved;
      to.heterozygous += from.heterozygous;
      to.hard_diploid += from.hard_diploid;
      to.hemizygous_one += from.hemizygous_one;
      to.hemizygous_het += from.hemizygous_het;
    }
  }
  counts_.resize(1);
}

SampleCounts SampleSink::counts(std::size_t sample) const {
  SampleCounts counts = counts_.empty() ? SampleCounts{} : counts_.front()->samples[sample];
  counts.hard_diploid += hard_sites_;
  return counts;
}

Sex SampleSink::inferred_sex(std::size_t sample) const {
  const SampleCounts counts = this->counts(sample);
  if (counts.hemizygous_one > 0 && counts.hemizygous_het == 0) return Sex::male;
  if (counts.hemizygous_het > 0 && counts.hemizygous_one == 0) return Sex::female;
  return Sex::unknown;
}

}  // namespace varisk::pipeline
