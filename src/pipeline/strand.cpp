#include "strand.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>

namespace varisk::pipeline {

using sites::FrequencySide;

std::optional<double> frequency_of(const genotypes::SiteFields& site, AlleleIndex allele) {
  const auto& alts = site.frequencies;
  if (alts.empty() || alts.size() + 1 != site.alleles.size() || allele.value > alts.size()) return std::nullopt;
  return allele.is_ref() ? 1 - std::accumulate(alts.begin(), alts.end(), 0.0) : alts[allele.value - 1U];
}

void resolve_strand(const sites::WantedSite& wanted, std::span<const std::string> alleles, const StrandRule& rule,
                    sites::AlleleMatch& match, SiteOutcome& outcome) {
  if (match.kind == sites::MatchKind::other_unknown) {
    const auto other = std::find(alleles.begin(), alleles.end(), sites::reverse_complement(wanted.effect_allele));
    if (other == alleles.end() || rule.keep) return;
    match.other = AlleleIndex{static_cast<std::uint16_t>(other - alleles.begin())};
    if (wanted.side == FrequencySide::unknown) {
      outcome.state = SiteState::ambiguous;
      outcome.reason = "palindromic, and the other allele is not given";
      return;
    }
  }
  if (wanted.side == FrequencySide::unknown) return;
  const FrequencySide side = sites::frequency_side(rule.frequency);
  if (side == FrequencySide::unknown) {
    outcome.state = SiteState::ambiguous;
    outcome.reason =
        rule.frequency ? fmt::format("palindromic, and its frequency {:.3f} does not tell the strand", *rule.frequency)
                       : "palindromic, and no frequency tells the strand";
  } else if (side != wanted.side) {
    outcome.state = SiteState::flipped;
    std::swap(match.effect, *match.other);
  }
}

}  // namespace varisk::pipeline
