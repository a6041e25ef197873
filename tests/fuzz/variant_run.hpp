#pragma once
/// \file
/// One pass over a genotype file for a fixed set of wanted sites, with checks of every call that comes out.

#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include "fuzz_input.hpp"
#include "varisk/io/variant_source.hpp"
#include "varisk/pipeline/variant_pass.hpp"

namespace varisk::fuzz {

/// Takes calls as scoring does, and requires of them what scoring relies on.
class CheckedSink final : public genotypes::CallSink {
 public:
  explicit CheckedSink(std::size_t samples) : samples_(samples) {}
  [[nodiscard]] std::unique_ptr<Partial> make_partial() const override { return std::make_unique<Partial>(); }
  void merge(Partial& /*partial*/) override {}

  void take(Partial& /*partial*/, SiteId /*site*/, const genotypes::CallBlock& calls) const override {
    require(calls.code.size() == samples_, "one call for each sample");
    std::size_t exception = 0;
    std::int64_t observed = 0;
    for (std::size_t i = 0; i < samples_; ++i) {
      const genotypes::CallCode code = calls.code[i];
      require(code <= genotypes::CallCode::haploid_missing, "codes are known");
      if (code >= genotypes::CallCode::diploid_missing) {
        require(exception < calls.exceptions.size() && calls.exceptions[exception] == i, "exceptions are listed");
        ++exception;
      }
      if (genotypes::is_missing(code)) continue;
      ++observed;
      if (!calls.has_dosage) continue;
      const double dosage = calls.dosage.at(i);
      require(dosage >= 0 && dosage <= genotypes::ploidy(code), "a dosage is in the range of the ploidy");
    }
    require(exception == calls.exceptions.size(), "exceptions are listed once");
    require(observed == calls.observed_calls, "observed calls are counted");
    require(std::isfinite(calls.effect_alleles), "effect alleles are finite");
  }

 private:
  std::size_t samples_;
};

/// Wanted sites on the contigs and positions that the seeds have: substitutions, insertions, deletions, X and MT.
inline sites::SitePlan wanted_sites() {
  std::vector<sites::SiteRequest> requests;
  for (const char* const contig : {"1", "X", "MT"}) {
    for (const std::int64_t position : {1, 100, 101, 102, 3000000}) {
      requests.push_back({contig, Position{position}, "A", "C"});
      requests.push_back({contig, Position{position}, "T", std::nullopt});
      requests.push_back({contig, Position{position}, "A", "ATT"});
      requests.push_back({contig, Position{position}, "GAC", "G"});
    }
  }
  std::vector<SiteId> ids;
  return {requests, ids};
}

/// Every option that changes how calls are read gets a bit.
inline pipeline::PassOptions pass_options(unsigned bits) {
  pipeline::PassOptions options;
  options.decode.dosage = static_cast<genotypes::DosageSource>(bits % 3);
  options.decode.half_call = static_cast<genotypes::HalfCallPolicy>(bits / 3 % 3);
  options.decode.haploid =
      (bits & 16U) == 0 ? genotypes::HaploidPolicy::as_called : genotypes::HaploidPolicy::as_diploid;
  if ((bits & 32U) != 0) options.decode.min_gq = 20;
  if ((bits & 64U) != 0) options.decode.min_dp = 5;
  if ((bits & 128U) != 0) options.min_r2 = 0.3;
  options.pass_only = (bits & 128U) != 0;
  options.keep_palindromic = (bits & 64U) != 0;
  options.keep_all_records = (bits & 32U) != 0;
  return options;
}

/// Reads the file to its end. With `sexes`, the first sample is left out and the others are male and female in turn.
inline void read_variants(const std::string& path, const pipeline::PassOptions& options, bool sexes) {
  static const sites::SitePlan plan = wanted_sites();
  const auto opened = io::open_variant_source(path);
  io::VariantSource& source = *opened;
  genotypes::SampleColumns samples;
  samples.file_samples = source.header().samples().size();
  samples.column.resize(samples.file_samples);
  std::iota(samples.column.begin(), samples.column.end(), 0U);
  samples.identity = true;
  if (sexes && samples.file_samples > 1) {
    samples.identity = false;
    samples.column.erase(samples.column.begin());
    for (std::size_t i = 0; i < samples.column.size(); ++i) {
      samples.sex.push_back(i % 2 == 0 ? Sex::male : Sex::female);
    }
  }
  CheckedSink sink(samples.column.size());
  genotypes::CallSink* const sinks[] = {&sink};
  pipeline::VariantPass pass(plan, sites::GenomeBuild::grch38, options, sinks);
  pass.run(source, samples);
  pass.finish();
  std::int64_t matched = 0;
  for (std::uint32_t i = 0; i < plan.size(); ++i) {
    const pipeline::SiteOutcome& outcome = pass.outcome(SiteId{i});
    if (outcome.state >= pipeline::SiteState::flipped) ++matched;
    require(outcome.observed >= 0 && outcome.missing >= 0, "calls are counted");
  }
  require(matched == 0 || pass.counts().records > 0, "sites match records");
}

}  // namespace varisk::fuzz
