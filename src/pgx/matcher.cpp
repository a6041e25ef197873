#include "varisk/pgx/matcher.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <tuple>

#include "strands.hpp"

namespace varisk::pgx {
namespace {

using genotypes::AlleleCallKind;

/// An allele that fits the calls, and what it says on each of the two strands of the heterozygous positions.
struct FittingAllele {
  const NamedAllele* allele = nullptr;
  int score = 0;  ///< defined positions, less the codes for several bases that stand at REF of homozygous positions
  struct Side {
    bool fits = false;
    int loss = 0;
  };
  std::vector<std::array<Side, 2>> at;  ///< of each heterozygous position, for its first and its second base
};

struct UsedPositions {
  std::vector<std::size_t> same;                 ///< one base only
  std::vector<std::vector<std::size_t>> blocks;  ///< heterozygous positions
};

bool is_wobble(BaseSet bases) { return (bases & (bases - 1)) != 0; }

/// What stands where the allele says nothing: the reference allele's base, REF where that is a code for several.
BaseSet filled(const NamedAllele& allele, const NamedAllele& reference, std::size_t position) {
  const BaseSet own = allele.bases[position];
  if (own != 0) return own;
  const BaseSet usual = reference.bases[position];
  return is_wobble(usual) ? bit(0) : usual;
}

std::optional<FittingAllele> fit(const NamedAllele& allele, const NamedAllele& reference, const GeneSample& sample,
                                 const UsedPositions& used) {
  FittingAllele fitting;
  fitting.allele = &allele;
  const bool is_reference = &allele == &reference;
  const auto bases_at = [&](std::size_t p) { return is_reference ? allele.bases[p] : filled(allele, reference, p); };
  const auto side = [&](std::size_t p, BaseIndex base) {
    const BaseSet bases = bases_at(p);
    FittingAllele::Side result;
    result.fits = bases == 0 || (bases & bit(base)) != 0;
    result.loss = is_wobble(allele.bases[p]) && base == 0 ? 1 : 0;
    return result;
  };
  int defined = 0;
  for (const std::size_t p : used.same) {
    const auto only = side(p, sample.at[p].first);
    if (!only.fits) return std::nullopt;
    if (allele.bases[p] != 0) ++defined;
    fitting.score -= only.loss;
  }
  for (const auto& block : used.blocks) {
    for (const std::size_t p : block) {
      const std::array sides = {side(p, sample.at[p].first), side(p, sample.at[p].second)};
      if (!sides[0].fits && !sides[1].fits) return std::nullopt;
      if (allele.bases[p] != 0) ++defined;
      fitting.at.push_back(sides);
    }
  }
  if (defined == 0) return std::nullopt;
  fitting.score += defined;
  return fitting;
}

/// The best score of the pair over all ways to turn the blocks; nothing if one block fits in no way.
std::optional<int> pair_score(const FittingAllele& a, const FittingAllele& b, const UsedPositions& used) {
  int score = a.score + b.score;
  std::size_t at = 0;
  for (const auto& block : used.blocks) {
    std::array<bool, 2> fits = {true, true};
    std::array<int, 2> loss{};
    for (std::size_t k = 0; k < block.size(); ++k, ++at) {
      for (std::size_t turn = 0; turn < 2; ++turn) {
        fits[turn] = fits[turn] && a.at[at][turn].fits && b.at[at][1 - turn].fits;
        loss[turn] += a.at[at][turn].loss + b.at[at][1 - turn].loss;
      }
    }
    if (!fits[0] && !fits[1]) return std::nullopt;
    score -= fits[0] && fits[1] ? std::min(loss[0], loss[1]) : loss[fits[0] ? 0 : 1];
  }
  return score;
}

/// People with one copy: a caller may have written it twice.
bool unify_one_copy(GeneSample& sample) {
  const auto in_conflict = [](const PositionCall& call) { return call.kind == AlleleCallKind::conflict; };
  if (std::any_of(sample.at.begin(), sample.at.end(), in_conflict)) return false;
  const bool any_one = std::any_of(sample.at.begin(), sample.at.end(),
                                   [](const PositionCall& call) { return call.kind == AlleleCallKind::one; });
  if (!any_one) return true;
  for (PositionCall& call : sample.at) {
    if (call.is_heterozygous()) return false;
    if (call.has_two()) call.kind = AlleleCallKind::one;
  }
  return true;
}

void keep_best(std::vector<Diplotype>& diplotypes) {
  if (diplotypes.empty()) return;
  const int best = diplotypes.front().score;
  std::erase_if(diplotypes, [&](const Diplotype& one) { return one.score < best; });
}

/// The first diplotype of a list of which all fit.
const std::string* prioritised(const Gene& gene, const std::vector<Diplotype>& diplotypes) {
  for (const std::vector<std::string>& list : gene.priorities) {
    const bool all = std::all_of(list.begin(), list.end(), [&](const std::string& name) {
      return std::any_of(diplotypes.begin(), diplotypes.end(),
                         [&](const Diplotype& one) { return one.name() == name; });
    });
    if (all) return &list.front();
  }
  return nullptr;
}

/// Suballeles go by the name of their allele; what then is the same is there once.
void rename_suballeles(const Gene& gene, std::vector<Diplotype>& diplotypes) {
  std::vector<Diplotype> renamed;
  for (Diplotype& diplotype : diplotypes) {
    for (Strand& strand : diplotype.strands) {
      for (std::string& part : strand.parts) {
        const NamedAllele* const allele = gene.find(part);
        if (allele != nullptr && !allele->suballele_of.empty()) part = allele->suballele_of;
      }
    }
    const bool known = std::any_of(renamed.begin(), renamed.end(),
                                   [&](const Diplotype& other) { return other.strands == diplotype.strands; });
    if (!known) renamed.push_back(std::move(diplotype));
  }
  diplotypes = std::move(renamed);
}

void match_alleles(const Gene& gene, const GeneSample& sample, const std::vector<PhaseBlock>& blocks,
                   const MatchOptions& options, GeneMatch& match) {
  std::vector<Diplotype> found = find_pairs(gene, sample, blocks);
  if (found.empty() && options.combinations) {
    match.diplotypes = find_combinations(gene, sample, blocks);
    match.is_research = !match.diplotypes.empty();
  } else if (const std::string* const first =
                 options.exemptions && found.size() > 1 && blocks.size() > 1 ? prioritised(gene, found) : nullptr) {
    std::erase_if(found, [&](const Diplotype& one) { return one.name() != *first; });
    match.diplotypes = std::move(found);
  } else {
    if (!options.all_matches && !options.combinations) keep_best(found);
    match.diplotypes = std::move(found);
  }
  rename_suballeles(gene, match.diplotypes);
}

}  // namespace

std::string Strand::name() const {
  return parts.size() == 1 ? parts.front() : fmt::format("[{}]", fmt::join(parts, " + "));
}

std::string Diplotype::name() const {
  return strands.size() == 1 ? strands[0].name() : strands[0].name() + "/" + strands[1].name();
}

bool strand_less(const Strand& a, const Strand& b) {
  if (a.parts.size() != b.parts.size()) return a.parts.size() < b.parts.size();
  return std::lexicographical_compare(a.parts.begin(), a.parts.end(), b.parts.begin(), b.parts.end(), natural_less);
}

bool diplotype_less(const Diplotype& a, const Diplotype& b) {
  return std::lexicographical_compare(a.strands.begin(), a.strands.end(), b.strands.begin(), b.strands.end(),
                                      strand_less);
}

std::vector<PhaseBlock> phase_blocks(const GeneSample& sample) {
  std::vector<PhaseBlock> blocks;
  for (std::size_t i = 0; i < sample.at.size(); ++i) {
    const PositionCall& call = sample.at[i];
    if (!call.is_heterozygous()) continue;
    const auto known = std::find_if(blocks.begin(), blocks.end(), [&](const PhaseBlock& block) {
      return call.phased && block.phased && block.phase_set == call.phase_set;
    });
    if (known != blocks.end()) {
      known->positions.push_back(i);
    } else {
      blocks.push_back({call.phased, call.phase_set, {i}});
    }
  }
  return blocks;
}

std::vector<BaseIndex> strand_bases(const GeneSample& sample, const std::vector<PhaseBlock>& blocks,
                                    std::uint64_t turns, bool second) {
  std::vector<BaseIndex> bases;
  for (const PositionCall& call : sample.at) bases.push_back(call.first);
  for (std::size_t b = 0; b < blocks.size(); ++b) {
    const bool turned = ((turns >> b) & 1U) != 0;
    for (const std::size_t i : blocks[b].positions) {
      bases[i] = turned == second ? sample.at[i].first : sample.at[i].second;
    }
  }
  return bases;
}

std::vector<Diplotype> find_pairs(const Gene& gene, const GeneSample& sample, const std::vector<PhaseBlock>& blocks) {
  UsedPositions used;
  bool one_copy = false;
  for (std::size_t i = 0; i < sample.at.size(); ++i) {
    if (sample.at[i].is_missing() || sample.at[i].is_heterozygous()) continue;
    used.same.push_back(i);
    one_copy = one_copy || sample.at[i].kind == AlleleCallKind::one;
  }
  for (const PhaseBlock& block : blocks) used.blocks.push_back(block.positions);

  std::vector<FittingAllele> fitting;
  const NamedAllele& reference = gene.alleles[*gene.reference];
  for (const NamedAllele& allele : gene.alleles) {
    if (!allele.is_defined()) continue;
    if (auto found = fit(allele, reference, sample, used)) fitting.push_back(std::move(*found));
  }
  std::sort(fitting.begin(), fitting.end(), [](const FittingAllele& a, const FittingAllele& b) {
    return natural_less(a.allele->name, b.allele->name);
  });
  std::vector<Diplotype> found;
  for (std::size_t i = 0; i < fitting.size(); ++i) {
    if (one_copy) {
      found.push_back({{Strand{{fitting[i].allele->name}}}, fitting[i].score});
      continue;
    }
    for (std::size_t j = i; j < fitting.size(); ++j) {
      if (const auto score = pair_score(fitting[i], fitting[j], used)) {
        found.push_back({{Strand{{fitting[i].allele->name}}, Strand{{fitting[j].allele->name}}}, *score});
      }
    }
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const Diplotype& a, const Diplotype& b) { return a.score > b.score; });
  return found;
}

GeneMatcher::GeneMatcher(const Gene& gene) : gene_(&gene) {
  if (gene.lowest_function && gene.reference) variants_ = std::make_unique<VariantTable>(gene);
}

GeneMatcher::~GeneMatcher() = default;

GeneMatch match_gene(const Gene& gene, const GeneSample& sample, const MatchOptions& options) {
  return GeneMatcher(gene).match(sample, options);
}

GeneMatch GeneMatcher::match(const GeneSample& sample, const MatchOptions& options) const {
  const Gene& gene = *gene_;
  GeneMatch match;
  GeneSample person = sample;
  const bool takes_reference = gene.undocumented_is_reference && (gene.lowest_function || !options.combinations);
  bool any = false;
  for (std::size_t i = 0; i < person.at.size(); ++i) {
    PositionCall& call = person.at[i];
    if (call.is_missing()) {
      match.missing.push_back(i);
      continue;
    }
    any = true;
    if (call.first == undocumented_base || (call.has_two() && call.second == undocumented_base)) {
      match.undocumented.push_back(i);
      if (takes_reference && call.first == undocumented_base) call.first = 0;
      if (takes_reference && call.second == undocumented_base) call.second = 0;
    }
  }
  const bool lacks_required = std::any_of(match.missing.begin(), match.missing.end(),
                                          [&](std::size_t i) { return gene.positions[i].is_required; });
  if (!any) {
    match.reason = NoMatch::no_positions;
  } else if (options.exemptions && lacks_required) {
    match.reason = NoMatch::required_position;
  } else if (!unify_one_copy(person)) {
    match.reason = NoMatch::mixed_ploidy;
  }
  if (match.reason != NoMatch::none) return match;
  match.has_one_copy = std::any_of(person.at.begin(), person.at.end(),
                                   [](const PositionCall& call) { return call.kind == AlleleCallKind::one; });
  const std::vector<PhaseBlock> blocks = phase_blocks(person);
  match.effectively_phased = blocks.size() <= 1;
  if (gene.lowest_function) {
    match_variants(*variants_, person, blocks, match);
  } else {
    match_alleles(gene, person, blocks, options, match);
  }
  if (!match.is_called()) match.reason = NoMatch::no_allele;
  return match;
}

}  // namespace varisk::pgx
