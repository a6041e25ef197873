#include "varisk/sites/reference.hpp"

#include <algorithm>

namespace varisk::sites {
namespace {

std::int64_t longest_allele(const WantedSite& site) {
  return static_cast<std::int64_t>(
      std::max(site.effect_allele.size(), site.other_allele ? site.other_allele->size() : 0));
}

ReferenceAllele decide(std::string_view effect, std::string_view other, std::string_view bases) {
  const bool is_effect = bases.starts_with(effect);
  const bool is_other = bases.starts_with(other);
  if (is_effect && is_other) return ReferenceAllele::ambiguous;
  if (is_effect) return ReferenceAllele::effect;
  return is_other ? ReferenceAllele::other : ReferenceAllele::neither;
}

}  // namespace

ReferenceMatch reference_allele(const WantedSite& site, std::string_view bases) {
  bases = bases.substr(0, static_cast<std::size_t>(longest_allele(site)));
  if (static_cast<std::int64_t>(bases.size()) < longest_allele(site) || !is_bases(bases)) return {};
  if (!site.other_allele) {
    // An insertion or deletion cannot be told from one allele.
    if (site.effect_allele.size() > 1) return {ReferenceAllele::ambiguous, false};
    return {bases == site.effect_allele ? ReferenceAllele::effect : ReferenceAllele::other, false};
  }
  const ReferenceAllele as_given = decide(site.effect_allele, *site.other_allele, bases);
  if (as_given != ReferenceAllele::neither) return {as_given, false};
  const ReferenceAllele flipped =
      decide(reverse_complement(site.effect_allele), reverse_complement(*site.other_allele), bases);
  return {flipped, flipped != ReferenceAllele::neither};
}

ReferenceMatch reference_allele(const WantedSite& site, std::string_view canonical_contig,
                                const ReferenceBases& reference) {
  return reference_allele(site, reference.bases(canonical_contig, site.position, longest_allele(site)));
}

}  // namespace varisk::sites
