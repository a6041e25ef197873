#include "varisk/genotypes/locus_record.hpp"

#include <algorithm>
#include <array>
#include <map>

namespace varisk::genotypes {
namespace {

/// What one person has over the lines.
class Person {
 public:
  void add(const AlleleCall& call, std::uint16_t offset) {
    const auto renumbered = [&](std::uint16_t allele) {
      return allele == 0 ? std::uint16_t{0} : static_cast<std::uint16_t>(allele + offset);
    };
    const std::uint16_t first = renumbered(call.first);
    const std::uint16_t second = renumbered(call.second);
    switch (call.kind) {
      case AlleleCallKind::missing: missing_ = true; return;
      case AlleleCallKind::conflict: conflict_ = true; return;
      case AlleleCallKind::one:
        ++ones_;
        take(0, first);
        return;
      case AlleleCallKind::two:
        take(0, first);
        take(1, second);
        break;
      case AlleleCallKind::first_only:
        take(0, first);
        open_[1] = true;
        break;
      case AlleleCallKind::second_only:
        take(1, second);
        open_[0] = true;
        break;
    }
    if (first == second) return;
    phased_ = phased_ && call.phased && (!any_phase_ || phase_set_ == call.phase_set);
    any_phase_ = any_phase_ || call.phased;
    phase_set_ = call.phase_set;
  }

  /// \param lines  of the site: on those where the person is not listed there are two copies of REF
  [[nodiscard]] AlleleCall result(std::uint32_t sample, std::size_t lines) const {
    AlleleCall call;
    call.sample = sample;
    if (conflict_) {
      call.kind = AlleleCallKind::conflict;
      return call;
    }
    if (ones_ > 0) {
      if (ones_ != lines || alts_.size() > 1) return call;
      call.kind = AlleleCallKind::one;
      call.first = alts_.empty() ? std::uint16_t{0} : alts_.front();
      return call;
    }
    if (missing_ || alts_.size() > 2) return call;
    const bool phased = phased_ && !clash_;
    // An open chromosome is known once both ALTs are; REF on another line does not close it.
    const bool is_open = (open_[0] || open_[1]) && alts_.size() < 2;
    if (is_open) return call;
    call.kind = AlleleCallKind::two;
    if (phased && any_phase_) {
      call.first = slot_[0];
      call.second = slot_[1];
      call.phased = call.first != call.second;
      call.phase_set = call.phased ? phase_set_ : 0;
    } else {
      call.first = alts_.size() == 2 ? alts_[0] : std::uint16_t{0};
      call.second = alts_.empty() ? std::uint16_t{0} : alts_.back();
    }
    return call;
  }

 private:
  void take(std::size_t slot, std::uint16_t allele) {
    if (allele == 0) return;
    alts_.push_back(allele);
    clash_ = clash_ || slot_[slot] != 0;
    slot_[slot] = allele;
  }

  std::size_t ones_ = 0;
  bool missing_ = false;
  bool conflict_ = false;
  bool clash_ = false;  ///< two ALTs on one chromosome
  bool phased_ = true;
  bool any_phase_ = false;
  std::int32_t phase_set_ = 0;
  std::array<bool, 2> open_{};
  std::array<std::uint16_t, 2> slot_{};
  std::vector<std::uint16_t> alts_;
};

}  // namespace

LocusRecord join_lines(const std::vector<const LocusRecord*>& lines) {
  LocusRecord joined;
  const auto* const longest = *std::max_element(lines.begin(), lines.end(), [](const auto* a, const auto* b) {
    return a->alleles.front().size() < b->alleles.front().size();
  });
  joined.state = LocusState::record;
  joined.position = lines.front()->position;
  joined.alleles = {longest->alleles.front()};
  std::map<std::uint32_t, Person> people;
  for (const LocusRecord* const line : lines) {
    const auto offset = static_cast<std::uint16_t>(joined.alleles.size() - 1);
    const std::string tail = joined.alleles.front().substr(line->alleles.front().size());
    for (std::size_t k = 1; k < line->alleles.size(); ++k) joined.alleles.push_back(line->alleles[k] + tail);
    for (const AlleleCall& call : line->calls.others) people[call.sample].add(call, offset);
    joined.calls.polyploid += line->calls.polyploid;
    joined.calls.male_heterozygous += line->calls.male_heterozygous;
    joined.calls.heteroplasmic += line->calls.heteroplasmic;
  }
  for (const auto& [sample, person] : people) {
    const AlleleCall call = person.result(sample, lines.size());
    const bool is_reference = call.kind == AlleleCallKind::two && call.first == 0 && call.second == 0;
    if (!is_reference) joined.calls.others.push_back(call);
  }
  return joined;
}

}  // namespace varisk::genotypes
