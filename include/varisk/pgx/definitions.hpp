#pragma once
/// \file
/// Pharmacogenes: which bases make an allele, what an allele does, and which phenotype two of them give.
/// Rules as in PharmCAT 3.1.1 (NamedAlleleMatcher) and CPIC's tables; the data are in share/pgx, each with its source.

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "varisk/core/types.hpp"

namespace varisk::pgx {

/// Index of a base (or insertion, deletion) in `GenePosition::bases`: 0 is REF.
using BaseIndex = std::uint8_t;
/// Bit i: the base with index i.
using BaseSet = std::uint32_t;
/// A base that the definition does not know; no allele has its bit.
inline constexpr BaseIndex undocumented_base = 31;

[[nodiscard]] constexpr BaseSet bit(BaseIndex base) noexcept { return BaseSet{1} << base; }

struct GenePosition {
  Position position;
  std::string rsid;                ///< may be empty
  std::vector<std::string> bases;  ///< REF, then the ALTs, as VCF spells them
  bool is_tier1 = false;           ///< one that the AMP/CAP minimum set of alleles needs
  bool is_required = false;        ///< without it there is no call
};

struct NamedAllele {
  std::string name;
  std::string function;  ///< empty: not in the table
  std::optional<double> activity;
  /// At each position of the gene, 0 where the allele does not say; empty: not callable from a VCF.
  std::vector<BaseSet> bases;
  std::string suballele_of;  ///< reported under this name; empty: its own

  [[nodiscard]] bool is_defined() const noexcept { return !bases.empty(); }
};

enum class CallRoute : std::uint8_t {
  matcher,
  chromosome_m,  ///< one copy, variants of the rCRS
  outside,       ///< calls come from a file
};
enum class LookupKind : std::uint8_t {
  phenotype,
  activity,  ///< recommendations go by the activity score
  allele,    ///< HLA: by the presence of single alleles
};

/// `[0,0]`, `(0,1.25)`, `(2.25,]`: which numbers it holds.
struct ScoreInterval {
  std::optional<double> low;
  std::optional<double> high;
  bool with_low = false;
  bool with_high = false;
  [[nodiscard]] bool contains(double score) const noexcept;
};
/// Nothing if the text is no interval.
[[nodiscard]] std::optional<ScoreInterval> parse_interval(std::string_view text);

/// From functions or activity scores to the phenotype.
class PhenotypeTable {
 public:
  void add_functions(std::string_view first, std::string_view second, const std::string& phenotype);
  void add_function(std::string_view only, const std::string& phenotype);
  void add_alleles(std::string_view first, std::string_view second, const std::string& phenotype);
  void add_interval(const ScoreInterval& interval, const std::string& phenotype);

  /// What the table has for the pair of alleles, else for their functions.
  [[nodiscard]] std::optional<std::string> find(const NamedAllele& first, const NamedAllele& second) const;
  [[nodiscard]] std::optional<std::string> find(const NamedAllele& only) const;
  [[nodiscard]] std::optional<std::string> find(double activity_score) const;
  /// Every phenotype of the table, once.
  [[nodiscard]] std::vector<std::string> phenotypes() const;

 private:
  using Pair = std::pair<std::string, std::string>;
  std::map<Pair, std::string> by_functions_;
  std::map<std::string, std::string, std::less<>> by_function_;
  std::map<Pair, std::string> by_alleles_;
  std::vector<std::pair<ScoreInterval, std::string>> by_activity_;
};

struct Gene {
  std::string name;
  std::string contig;  ///< canonical; empty for genes without positions
  CallRoute route = CallRoute::outside;
  LookupKind lookup = LookupKind::phenotype;
  bool lowest_function = false;            ///< DPYD, RYR1: the two worst variants decide
  bool undocumented_is_reference = false;  ///< an ALT that no definition knows is taken for REF, and reported
  std::vector<GenePosition> positions;     ///< ascending
  std::vector<GenePosition> extra;         ///< read and reported, no allele is defined by them
  std::vector<NamedAllele> alleles;
  std::optional<std::size_t> reference;  ///< index into `alleles`
  PhenotypeTable phenotypes;
  /// Unphased people: if all of a list fit, its first stands. In the order of the table.
  std::vector<std::vector<std::string>> priorities;
  std::string source;
  std::string version;

  [[nodiscard]] const NamedAllele* find(std::string_view allele) const;
};

/// `*10` behind `*9`: runs of digits compare as numbers.
[[nodiscard]] bool natural_less(std::string_view a, std::string_view b);

}  // namespace varisk::pgx
