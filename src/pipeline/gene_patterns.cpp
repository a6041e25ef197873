#include "gene_patterns.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <numeric>

#include "varisk/sites/alleles.hpp"

namespace varisk::pipeline {
namespace {

using genotypes::AlleleCallKind;
using genotypes::LocusRecord;
using genotypes::LocusState;
using pgx::BaseIndex;
using pgx::PositionCall;

constexpr std::size_t locus_states = 6;

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
    : plan_(&plan), gene_(&gene), matcher_(*gene.gene), absent_(options.absent), states_(locus_states) {
  std::copy_if(plan.data().messages.begin(), plan.data().messages.end(), std::back_inserter(rules_),
               [&](const pgx::MessageRule& rule) { return rule.gene == gene.gene->name; });
  match_.all_matches = options.all_matches;
  match_.exemptions = options.exemptions;
  match_.combinations = options.research_combinations;
  if (gene.gene->lookup == pgx::LookupKind::allele) {
    tested_ = pgx::tested_alleles(plan.data().guidelines, gene.gene->name);
  }
}

std::vector<const LocusRecord*> lines_of_site(const pgx::GenePosition& position, const LocusRecord& first) {
  std::vector<const LocusRecord*> lines = {&first};
  for (const LocusRecord& next : first.further) {
    const auto bases = bases_of_record(position, next);
    const bool documented = std::find(bases.begin(), bases.end(), pgx::undocumented_base) == bases.end();
    const auto repeats = [&](const LocusRecord* line) {
      return std::any_of(next.alleles.begin() + 1, next.alleles.end(), [&](const std::string& alt) {
        const auto found = sites::trimmed({Position{next.position}, next.alleles[0], alt});
        return std::any_of(line->alleles.begin() + 1, line->alleles.end(), [&](const std::string& known) {
          return sites::trimmed({Position{line->position}, line->alleles[0], known}) == found;
        });
      });
    };
    const bool same_ref = next.alleles.front() == first.alleles.front();
    if (next.alleles.size() > 1 && (same_ref || documented) && std::none_of(lines.begin(), lines.end(), repeats)) {
      lines.push_back(&next);
    }
  }
  return lines;
}

void GeneCalls::doubt(std::size_t position, const std::string& what) {
  const std::string text =
      fmt::format("{} at {}:{}: {}", gene().name, gene().contig, gene().positions[position].position.value, what);
  if (std::find(doubts_.begin(), doubts_.end(), text) == doubts_.end()) doubts_.push_back(text);
}

void GeneCalls::take_records(const VariantPass& pass) {
  records_.clear();
  joined_.clear();
  // A contig without any record was not looked at.
  may_be_assumed_ = !pass.has_blocks() && pass.has_contig(gene().contig);
  for (std::size_t p = 0; p < gene_->loci.size(); ++p) {
    const LocusRecord& record = pass.locus(gene_->loci[p]);
    records_.push_back(&record);
    if (record.further.empty()) continue;
    const auto lines = lines_of_site(gene().positions[p], record);
    const auto unused = std::count_if(record.further.begin(), record.further.end(), [&](const LocusRecord& line) {
      return line.same_ref && std::find(lines.begin(), lines.end(), &line) == lines.end();
    });
    if (unused > 0) doubt(p, fmt::format("{} further record(s) repeat an ALT and are not used", unused));
    if (lines.size() < 2) continue;
    joined_.push_back(genotypes::join_lines(lines));
    records_.back() = &joined_.back();
  }
}

/// What people without an exception have; notes the states of the positions.
pgx::GeneSample GeneCalls::usual_sample() {
  pgx::GeneSample usual;
  usual.at.resize(gene_->loci.size());
  for (std::size_t p = 0; p < gene_->loci.size(); ++p) {
    const LocusRecord& record = *records_[p];
    ++states_[static_cast<std::size_t>(record.state)];
    polyploid_ += record.calls.polyploid;
    const bool assumed = record.state == LocusState::absent && absent_ == AbsentPolicy::reference && may_be_assumed_;
    if (record.state >= LocusState::block || assumed) usual.at[p] = reference_call();
    if (record.state == LocusState::reference_mismatch) doubt(p, record.reason + "; the record is not used");
  }
  return usual;
}

CallNumber GeneCalls::number_of(const std::string& key, const pgx::GeneSample& sample) {
  const auto [entry, is_new] = known_.try_emplace(key, CallNumber{static_cast<std::uint32_t>(calls_.size())});
  if (is_new) calls_.push_back(pgx::call_gene(matcher_, sample, match_, rules_));
  return entry->second;
}

void GeneCalls::add_group(const VariantPass& pass, std::size_t samples, std::vector<CallNumber>& call_of) {
  take_records(pass);
  const pgx::GeneSample usual = usual_sample();
  std::string usual_key;
  for (const PositionCall& at : usual.at) usual_key += at.is_missing() ? '.' : '0';
  const CallNumber usual_number = number_of(usual_key, usual);
  call_of.assign(samples, usual_number);

  std::vector<std::uint32_t> first(samples + 1);
  for (const LocusRecord* const record : records_) {
    for (const genotypes::AlleleCall& call : record->calls.others) ++first[call.sample + 1];
  }
  std::partial_sum(first.begin(), first.end(), first.begin());
  std::vector<Exception> exceptions(first.back());
  std::vector<std::uint32_t> next(first.begin(), first.end() - 1);
  for (std::size_t p = 0; p < gene_->loci.size(); ++p) {
    const LocusRecord& record = *records_[p];
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
