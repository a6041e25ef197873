#include "gene_patterns.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "varisk/sites/alleles.hpp"

namespace varisk::pipeline {
namespace {

using genotypes::AlleleCallKind;
using genotypes::LocusRecord;
using genotypes::LocusState;
using pgx::BaseIndex;
using pgx::PositionCall;

constexpr std::size_t locus_states = 5;

void append(std::string& key, std::uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) key += static_cast<char>((value >> (8 * i)) & 0xFFU);
}

PositionCall reference_call() {
  PositionCall call;
  call.kind = AlleleCallKind::two;
  return call;
}

PositionCall position_call(const genotypes::AlleleCall& call, const std::vector<BaseIndex>& bases,
                           const LocusRecord& record) {
  PositionCall at;
  at.kind = call.kind;
  if (call.kind == AlleleCallKind::missing) return at;
  at.phased = call.phased;
  at.phase_set = call.phase_set;
  at.first = bases[call.first];
  at.second = bases[call.second];
  for (const auto allele : {call.first, call.second}) {
    if (bases[allele] == pgx::undocumented_base) at.undocumented = record.alleles[allele];
  }
  if (call.kind == AlleleCallKind::first_only) at.second = pgx::unknown_base;
  if (call.kind == AlleleCallKind::second_only) at.first = pgx::unknown_base;
  if (call.kind == AlleleCallKind::first_only || call.kind == AlleleCallKind::second_only) {
    at.kind = AlleleCallKind::two;
  }
  return at;
}

}  // namespace

/// A call that is not the usual one of its position.
struct GeneCalls::Exception {
  std::size_t position;
  PositionCall call;
};

std::vector<BaseIndex> bases_of_record(const pgx::GenePosition& position, const LocusRecord& record) {
  std::vector<BaseIndex> bases(record.alleles.size(), pgx::undocumented_base);
  bases[0] = 0;
  for (std::size_t k = 1; k < record.alleles.size(); ++k) {
    const auto found = sites::trimmed({Position{record.position}, record.alleles[0], record.alleles[k]});
    for (std::size_t alt = 1; alt < position.bases.size(); ++alt) {
      if (found == sites::trimmed({position.position, position.bases[0], position.bases[alt]})) {
        bases[k] = static_cast<BaseIndex>(alt);
      }
    }
  }
  return bases;
}

GeneCalls::GeneCalls(const DosingPlan& plan, const PlannedGene& gene, const DosingOptions& options)
    : plan_(&plan), gene_(&gene), absent_(options.absent), states_(locus_states) {
  match_.all_matches = options.all_matches;
  match_.exemptions = options.exemptions;
  match_.combinations = options.research_combinations;
  if (gene.gene->lookup == pgx::LookupKind::allele) {
    tested_ = pgx::tested_alleles(plan.data().guidelines, gene.gene->name);
  }
}

/// What people without an exception have; notes the states of the positions.
pgx::GeneSample GeneCalls::usual_sample(const VariantPass& pass) {
  pgx::GeneSample usual;
  usual.at.resize(gene_->loci.size());
  for (std::size_t p = 0; p < gene_->loci.size(); ++p) {
    const LocusRecord& record = pass.locus(gene_->loci[p]);
    ++states_[static_cast<std::size_t>(record.state)];
    polyploid_ += record.calls.polyploid;
    const bool assumed = record.state == LocusState::absent && absent_ == AbsentPolicy::reference && !pass.has_blocks();
    if (record.state >= LocusState::block || assumed) usual.at[p] = reference_call();
    const auto doubt = [&](const std::string& what) {
      const std::string text =
          fmt::format("{} at {}:{}: {}", gene().name, gene().contig, gene().positions[p].position.value, what);
      if (std::find(doubts_.begin(), doubts_.end(), text) == doubts_.end()) doubts_.push_back(text);
    };
    if (record.state == LocusState::reference_mismatch) doubt(record.reason + "; the record is not used");
    if (record.further_records > 0) {
      doubt(fmt::format("{} further record(s) are not used; bcftools norm -m +any joins split lines",
                        record.further_records));
    }
  }
  return usual;
}

CallNumber GeneCalls::number_of(const std::string& key, const pgx::GeneSample& sample) {
  const auto [entry, is_new] = known_.try_emplace(key, CallNumber{static_cast<std::uint32_t>(calls_.size())});
  if (is_new) calls_.push_back(pgx::call_gene(gene(), sample, match_, plan_->data().messages));
  return entry->second;
}

void GeneCalls::add_group(const VariantPass& pass, std::size_t samples, std::vector<CallNumber>& call_of) {
  const pgx::GeneSample usual = usual_sample(pass);
  std::string usual_key;
  for (const PositionCall& at : usual.at) usual_key += at.is_missing() ? '.' : '0';
  const CallNumber usual_number = number_of(usual_key, usual);
  call_of.assign(samples, usual_number);

  std::vector<std::uint32_t> first(samples + 1);
  for (const SiteId locus : gene_->loci) {
    for (const genotypes::AlleleCall& call : pass.locus(locus).calls.others) ++first[call.sample + 1];
  }
  std::partial_sum(first.begin(), first.end(), first.begin());
  std::vector<Exception> exceptions(first.back());
  std::vector<std::uint32_t> next(first.begin(), first.end() - 1);
  for (std::size_t p = 0; p < gene_->loci.size(); ++p) {
    const LocusRecord& record = pass.locus(gene_->loci[p]);
    if (record.calls.others.empty()) continue;
    const auto bases = bases_of_record(gene().positions[p], record);
    for (const genotypes::AlleleCall& call : record.calls.others) {
      exceptions[next[call.sample]++] = {p, position_call(call, bases, record)};
    }
  }
  std::string key;
  std::vector<std::int32_t> phase_sets;
  for (std::size_t sample = 0; sample < samples; ++sample) {
    if (first[sample] == first[sample + 1]) continue;
    key = usual_key;
    phase_sets.clear();
    pgx::GeneSample person;
    for (std::uint32_t i = first[sample]; i < first[sample + 1]; ++i) {
      PositionCall& at = exceptions[i].call;
      if (at.phased && at.phase_set != 0) {
        // The number of a phase set means nothing beyond the person.
        auto known = std::find(phase_sets.begin(), phase_sets.end(), at.phase_set);
        if (known == phase_sets.end()) known = phase_sets.insert(phase_sets.end(), at.phase_set);
        at.phase_set = static_cast<std::int32_t>(known - phase_sets.begin()) + 1;
      }
      append(key, exceptions[i].position, 2);
      append(key, static_cast<std::uint64_t>(at.kind) * 2 + (at.phased ? 1 : 0), 1);
      append(key, at.first, 1);
      append(key, at.second, 1);
      append(key, static_cast<std::uint32_t>(at.phase_set), 4);
      key += at.undocumented;
      key += ';';
    }
    const auto known = known_.find(key);
    if (known != known_.end()) {
      call_of[sample] = known->second;
      continue;
    }
    person = usual;
    for (std::uint32_t i = first[sample]; i < first[sample + 1]; ++i) {
      person.at[exceptions[i].position] = exceptions[i].call;
    }
    call_of[sample] = number_of(key, person);
  }
}

CallNumber GeneCalls::add_outside(const std::vector<pgx::OutsideCall>& calls) {
  std::string key = "outside";
  for (const pgx::OutsideCall& call : calls) {
    key += fmt::format("\n{}\t{}\t{}", call.diplotype, call.phenotype, call.activity_score.value_or(-1));
  }
  const auto [entry, is_new] = known_.try_emplace(key, CallNumber{static_cast<std::uint32_t>(calls_.size())});
  if (is_new) calls_.push_back(pgx::call_from_outside(gene(), calls, tested_));
  return entry->second;
}

}  // namespace varisk::pipeline
