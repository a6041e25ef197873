#pragma once
/// \file
/// From the records of a gene's positions to calls: people with the same genotypes share one.

#include <cstdint>
#include <deque>
#include <string>
#include <unordered_map>
#include <vector>

#include "dosing_plan.hpp"
#include "varisk/pgx/gene_call.hpp"
#include "varisk/pgx/outside_calls.hpp"
#include "varisk/pipeline/variant_pass.hpp"

namespace varisk::pipeline {

/// A call that some people share.
enum class CallNumber : std::uint32_t {};

/// Calls of one gene over all groups of a run. One thread at a time.
class GeneCalls {
 public:
  GeneCalls(const DosingPlan& plan, const PlannedGene& gene, const DosingOptions& options);

  /// What each sample of a group has at the gene's positions; fills `call_of` with the numbers of the calls.
  void add_group(const VariantPass& pass, std::size_t samples, std::vector<CallNumber>& call_of);
  /// A call from outside takes the place of the one from genotypes.
  [[nodiscard]] CallNumber add_outside(const std::vector<pgx::OutsideCall>& calls);

  [[nodiscard]] const pgx::Gene& gene() const noexcept { return *gene_->gene; }
  [[nodiscard]] const pgx::GeneCall& call(CallNumber number) const { return calls_[to_number(number)]; }
  [[nodiscard]] std::size_t size() const noexcept { return calls_.size(); }

  /// Positions in each state, summed over the groups.
  [[nodiscard]] const std::vector<std::size_t>& states() const noexcept { return states_; }
  /// Records that are not used: with another REF than the definition, or behind the first of a position. Each once.
  [[nodiscard]] const std::vector<std::string>& doubts() const noexcept { return doubts_; }
  [[nodiscard]] std::int64_t polyploid() const noexcept { return polyploid_; }

 private:
  struct Exception;
  [[nodiscard]] CallNumber number_of(const std::string& key, const pgx::GeneSample& sample);
  [[nodiscard]] pgx::GeneSample usual_sample();
  void take_records(const VariantPass& pass);
  void doubt(std::size_t position, const std::string& what);

  const DosingPlan* plan_;
  const PlannedGene* gene_;
  pgx::GeneMatcher matcher_;
  std::vector<pgx::MessageRule> rules_;  ///< of this gene
  pgx::MatchOptions match_;
  AbsentPolicy absent_;
  std::vector<std::string> tested_;
  std::vector<const genotypes::LocusRecord*> records_;  ///< of the group, of each position
  std::deque<genotypes::LocusRecord> joined_;           ///< those of split sites
  bool may_be_assumed_ = false;                         ///< absent positions, with --pgx-absent reference
  std::unordered_map<std::string, CallNumber> known_;
  std::deque<pgx::GeneCall> calls_;
  std::vector<std::size_t> states_;
  std::vector<std::string> doubts_;
  std::int64_t polyploid_ = 0;
};

/// The lines of a site that was split: the first, and those of the same REF or with ALTs of the definition, unless an
/// ALT is there already.
[[nodiscard]] std::vector<const genotypes::LocusRecord*> lines_of_site(const pgx::GenePosition& position,
                                                                       const genotypes::LocusRecord& first);

/// The bases of a record's alleles among those of a gene's position: equal once shared bases are taken off.
[[nodiscard]] std::vector<pgx::BaseIndex> bases_of_record(const pgx::GenePosition& position,
                                                          const genotypes::LocusRecord& record);

}  // namespace varisk::pipeline
