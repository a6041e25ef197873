#pragma once
/// \file
/// From a person's calls to diplotypes, with the rules of PharmCAT 3.1.1's NamedAlleleMatcher.

#include <memory>
#include <string>
#include <vector>

#include "varisk/pgx/gene_sample.hpp"

namespace varisk::pgx {

struct MatchOptions {
  bool all_matches = false;   ///< not only those of the highest score
  bool exemptions = true;     ///< required positions and priorities of the gene
  bool combinations = false;  ///< research: partial and combined alleles
};

/// What is on one chromosome: an allele, several (`[a + b]`), or variants without a name.
struct Strand {
  std::vector<std::string> parts;
  [[nodiscard]] std::string name() const;
  bool operator==(const Strand&) const = default;
};

struct Diplotype {
  std::vector<Strand> strands;  ///< two; one where people have one copy
  int score = 0;
  [[nodiscard]] std::string name() const;
  bool operator==(const Diplotype&) const = default;
};

enum class NoMatch : std::uint8_t {
  none,               ///< there is a match
  no_positions,       ///< nothing was genotyped
  required_position,  ///< one that the gene cannot do without is missing
  no_allele,          ///< no two alleles explain the calls
  mixed_ploidy,       ///< one copy here, two different ones there
};

struct GeneMatch {
  std::vector<Diplotype> diplotypes;
  /// Lowest-function genes whose phase is not known: one entry for each copy of a variant.
  std::vector<std::string> variants;
  NoMatch reason = NoMatch::none;
  bool effectively_phased = false;  ///< at most one block of heterozygous positions
  bool has_one_copy = false;
  bool is_research = false;               ///< found as a combination
  std::vector<std::size_t> missing;       ///< positions without a call
  std::vector<std::size_t> undocumented;  ///< positions with an ALT that no definition knows
  bool hapb3_exonic_only = false;         ///< DPYD: the intronic variant was not genotyped
  bool hapb3_mismatch = false;            ///< DPYD: exonic ALT without intronic ALT

  [[nodiscard]] bool is_called() const noexcept { return !diplotypes.empty() || !variants.empty(); }
};

class VariantTable;

/// Matches many people at one gene.
class GeneMatcher {
 public:
  /// \param gene  must outlive it
  explicit GeneMatcher(const Gene& gene);
  ~GeneMatcher();
  GeneMatcher(const GeneMatcher&) = delete;
  GeneMatcher& operator=(const GeneMatcher&) = delete;

  [[nodiscard]] const Gene& gene() const noexcept { return *gene_; }
  [[nodiscard]] GeneMatch match(const GeneSample& sample, const MatchOptions& options) const;

 private:
  const Gene* gene_;
  std::unique_ptr<VariantTable> variants_;  ///< of lowest-function genes
};

[[nodiscard]] GeneMatch match_gene(const Gene& gene, const GeneSample& sample, const MatchOptions& options);

}  // namespace varisk::pgx
