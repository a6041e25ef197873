// DPYD and RYR1: every variant is an allele, and the two worst decide.
#include <algorithm>
#include <optional>

#include "strands.hpp"

namespace varisk::pgx {
namespace {

std::vector<std::size_t> defined_positions(const NamedAllele& allele) {
  std::vector<std::size_t> positions;
  for (std::size_t p = 0; p < allele.bases.size(); ++p) {
    if (allele.bases[p] != 0) positions.push_back(p);
  }
  return positions;
}

BaseIndex only_base(BaseSet bases) {
  BaseIndex base = 0;
  while ((bases & bit(base)) == 0) ++base;
  return base;
}

/// The one allele that is made of two variants, and whether one of them has a name of its own.
HapB3 find_hapb3(const Gene& gene) {
  constexpr std::string_view exonic_rsid = "rs56038477";
  HapB3 found;
  for (std::size_t i = 0; i < gene.alleles.size(); ++i) {
    const auto positions = defined_positions(gene.alleles[i]);
    if (i == gene.reference || positions.size() != 2) continue;
    const bool first_is_exonic = gene.positions[positions[0]].rsid == exonic_rsid;
    const std::size_t exonic = positions[first_is_exonic ? 0 : 1];
    const std::size_t intronic = positions[first_is_exonic ? 1 : 0];
    found.exonic = exonic;
    found.intronic = intronic;
    found.exonic_alt = only_base(gene.alleles[i].bases[exonic]);
    found.intronic_alt = only_base(gene.alleles[i].bases[intronic]);
    found.both = found.intronic_only = gene.alleles[i].name;
  }
  for (const NamedAllele& allele : gene.alleles) {
    const auto positions = defined_positions(allele);
    if (found.intronic && positions.size() == 1 && positions[0] == *found.intronic) found.intronic_only = allele.name;
  }
  return found;
}

class VariantMatcher {
 public:
  VariantMatcher(const VariantTable& table, const GeneSample& sample)
      : table_(&table), sample_(&sample), b3_(table.hapb3()) {}

  /// The variants of one strand.
  [[nodiscard]] Strand strand(const std::vector<BaseIndex>& bases) const {
    Strand strand;
    for (std::size_t p = 0; p < bases.size(); ++p) {
      if (sample_->at[p].is_missing() || b3_.holds(p)) continue;
      if (const std::string* const name = table_->name(p, bases[p])) strand.parts.push_back(*name);
    }
    if (const auto name = hapb3_of(bases)) strand.parts.push_back(*name);
    std::sort(strand.parts.begin(), strand.parts.end(), natural_less);
    if (strand.parts.empty()) strand.parts.push_back(table_->reference());
    return strand;
  }

  /// One entry for each copy of a variant.
  [[nodiscard]] std::vector<std::string> copies() const {
    std::vector<std::string> found;
    for (std::size_t p = 0; p < sample_->at.size(); ++p) {
      const PositionCall& call = sample_->at[p];
      if (call.is_missing() || b3_.holds(p)) continue;
      for (const BaseIndex base : bases_of(call)) {
        if (const std::string* const name = table_->name(p, base)) found.push_back(*name);
      }
    }
    const auto exonic = count(b3_.exonic, b3_.exonic_alt);
    const auto intronic = count(b3_.intronic, b3_.intronic_alt);
    if (intronic) {
      const int both = std::min(exonic.value_or(0), *intronic);
      found.insert(found.end(), static_cast<std::size_t>(both), b3_.both);
      found.insert(found.end(), static_cast<std::size_t>(*intronic - both), b3_.intronic_only);
    } else if (exonic) {
      found.insert(found.end(), static_cast<std::size_t>(*exonic), b3_.both);
    }
    std::sort(found.begin(), found.end(), natural_less);
    if (found.size() < 2) found.insert(found.begin(), table_->reference());
    return found;
  }

  void note_hapb3(const std::vector<PhaseBlock>& blocks, GeneMatch& match) const {
    const auto exonic = count(b3_.exonic, b3_.exonic_alt);
    const auto intronic = count(b3_.intronic, b3_.intronic_alt);
    if (!exonic) return;
    if (!intronic) {
      match.hapb3_exonic_only = *exonic > 0;
      return;
    }
    const PositionCall& e = sample_->at[*b3_.exonic];
    const PositionCall& i = sample_->at[*b3_.intronic];
    const auto is_phased = [](const PositionCall& call) { return call.phased || !call.is_heterozygous(); };
    const bool together =
        blocks.size() <= 1 ||
        (is_phased(e) && is_phased(i) && (e.phase_set == i.phase_set || !e.is_heterozygous() || !i.is_heterozygous()));
    if (!together) {
      match.hapb3_mismatch = *exonic > *intronic;
      return;
    }
    const auto lacks_intronic = [&](BaseIndex at_e, BaseIndex at_i) {
      return at_e == b3_.exonic_alt && at_i != b3_.intronic_alt && at_i != unknown_base;
    };
    match.hapb3_mismatch = lacks_intronic(e.first, i.first) || lacks_intronic(e.second, i.second);
  }

 private:
  static std::vector<BaseIndex> bases_of(const PositionCall& call) {
    if (call.has_two()) return {call.first, call.second};
    return {call.first};
  }

  /// Copies of ALT; nothing if the position has no call.
  [[nodiscard]] std::optional<int> count(std::optional<std::size_t> position, BaseIndex alt) const {
    if (!position || sample_->at[*position].is_missing()) return std::nullopt;
    const auto bases = bases_of(sample_->at[*position]);
    return static_cast<int>(std::count(bases.begin(), bases.end(), alt));
  }

  /// The intronic variant decides where it is known.
  [[nodiscard]] std::optional<std::string> hapb3_of(const std::vector<BaseIndex>& bases) const {
    if (!b3_.exonic) return std::nullopt;
    const bool exonic_known = !sample_->at[*b3_.exonic].is_missing();
    const bool exonic = exonic_known && bases[*b3_.exonic] == b3_.exonic_alt;
    const bool intronic_known = !sample_->at[*b3_.intronic].is_missing() && bases[*b3_.intronic] != unknown_base;
    if (!intronic_known) return exonic ? std::optional(b3_.both) : std::nullopt;
    if (bases[*b3_.intronic] != b3_.intronic_alt) return std::nullopt;
    return exonic ? b3_.both : b3_.intronic_only;
  }

  const VariantTable* table_;
  const GeneSample* sample_;
  const HapB3& b3_;
};

}  // namespace

VariantTable::VariantTable(const Gene& gene)
    : reference_(gene.alleles[*gene.reference].name), b3_(find_hapb3(gene)), names_(gene.positions.size()) {
  for (std::size_t i = 0; i < gene.alleles.size(); ++i) {
    const auto positions = defined_positions(gene.alleles[i]);
    if (i == gene.reference || positions.size() != 1 || b3_.holds(positions[0])) continue;
    names_[positions[0]][only_base(gene.alleles[i].bases[positions[0]])] = gene.alleles[i].name;
  }
}

const std::string* VariantTable::name(std::size_t position, BaseIndex base) const {
  if (base == 0) return nullptr;
  const auto found = names_[position].find(base);
  return found == names_[position].end() ? nullptr : &found->second;
}

void match_variants(const VariantTable& table, const GeneSample& sample, const std::vector<PhaseBlock>& blocks,
                    GeneMatch& match) {
  constexpr std::size_t most_blocks = 10;  // 512 diplotypes
  const VariantMatcher matcher(table, sample);
  matcher.note_hapb3(blocks, match);
  const bool all_phased = std::all_of(blocks.begin(), blocks.end(), [](const PhaseBlock& b) { return b.phased; });
  if (blocks.size() > 1 && (!all_phased || blocks.size() > most_blocks)) {
    match.variants = matcher.copies();
    return;
  }
  const std::uint64_t turns = blocks.empty() ? 1 : std::uint64_t{1} << (blocks.size() - 1);
  for (std::uint64_t turn = 0; turn < turns; ++turn) {
    Diplotype found;
    found.strands.push_back(matcher.strand(strand_bases(sample, blocks, turn, false)));
    if (!match.has_one_copy) found.strands.push_back(matcher.strand(strand_bases(sample, blocks, turn, true)));
    std::sort(found.strands.begin(), found.strands.end(), strand_less);
    if (std::find(match.diplotypes.begin(), match.diplotypes.end(), found) == match.diplotypes.end()) {
      match.diplotypes.push_back(std::move(found));
    }
  }
  std::sort(match.diplotypes.begin(), match.diplotypes.end(), diplotype_less);
}

}  // namespace varisk::pgx
