#pragma once
/// \file
/// Adds up all scores of a run while the genotypes pass by.
///
/// Every term (weight × copies) is rounded once to a quantum of its score, a power of two, and added as a 64-bit
/// integer: the sum does not depend on the order of the terms. The quantum is chosen so that the largest possible sum
/// stays below 2^62; it is about 2^-62 of that sum, finer than a double shows.
///
/// Threads share the sums where many samples and scores make them large, see `docs/architecture.md`.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "varisk/genotypes/call_decoder.hpp"
#include "varisk/genotypes/call_sink.hpp"
#include "varisk/scoring/row_value.hpp"
#include "varisk/scoring/score_plan.hpp"

namespace varisk::scoring {

enum class ImputePolicy : std::uint8_t {
  file,    ///< the row's own effect-allele frequency
  cohort,  ///< the frequency among the observed calls of the run
  none,
  file_or_cohort,  ///< the row's own, else that of the run: how a reference panel is made
};

/// What one sample has collected for one score. Counts are exceptions: what differs from two observed alleles per row.
struct SampleScore {
  std::int64_t sum = 0;            ///< in quanta
  std::int32_t fewer_alleles = 0;  ///< 2 × rows − alleles
  std::int32_t unobserved = 0;     ///< rows without an observed call
  std::int32_t imputed = 0;        ///< of these, rows with an expectation instead
};

/// What threads may take beside one set of sums.
struct ScoreSinkMemory {
  std::size_t further_sums = std::size_t{32} << 20U;  ///< with less than one set for each thread, they share
  std::size_t calls = std::size_t{32} << 20U;         ///< that all of them together hold back
};

class ScoreSink final : public genotypes::CallSink {
 public:
  /// \param plan     must outlive the sink, sites set
  /// \param threads  that will ask for a partial, about; of it depends how much memory each may have
  ScoreSink(const ScorePlan& plan, std::size_t samples, ImputePolicy impute, ImputeModel model,
            SimdLevel level = best_simd_level(), int threads = 1, ScoreSinkMemory memory = {});
  ~ScoreSink() override;
  ScoreSink(const ScoreSink&) = delete;
  ScoreSink& operator=(const ScoreSink&) = delete;

  [[nodiscard]] std::unique_ptr<Partial> make_partial() const override;
  void take(Partial& partial, SiteId site, const genotypes::CallBlock& calls) const override;
  void merge(Partial& partial) override;

  /// A row whose site no record has: with a known frequency it adds the expectation for everybody. For each of the
  /// scores that have the row.
  /// \param sex  of each sample; empty: unknown for all; the same in all calls
  void add_absent(std::size_t score, std::size_t entry, genotypes::CopyRule rule, std::span<const Sex> sex);

  /// A row whose site no record has, taken for homozygous reference in everybody.
  void add_assumed(std::size_t score, std::size_t entry, bool effect_is_reference, genotypes::CopyRule rule,
                   std::span<const Sex> sex);

  /// A row about several sites, after `merge`: its value (copies) of each sample; nothing counts as unobserved.
  void add_joint(std::size_t score, std::size_t entry, std::span<const std::optional<double>> values);

  /// After `merge` of all partials.
  [[nodiscard]] SampleScore result(std::size_t score, std::size_t sample) const;
  /// The value of a sum in quanta.
  [[nodiscard]] double value(std::size_t score, std::int64_t quanta) const;
  /// The frequency with which a missing call of the row would be imputed.
  [[nodiscard]] std::optional<double> impute_frequency(std::size_t score, std::size_t entry,
                                                       const genotypes::CallBlock* calls) const;

 private:
  struct Pending;
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace varisk::scoring
