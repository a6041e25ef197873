#pragma once
/// \file
/// The result of one gene for one person: diplotypes, phenotype, and what could not be told.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "varisk/pgx/matcher.hpp"
#include "varisk/pgx/outside_calls.hpp"
#include "varisk/pgx/pgx_data.hpp"

namespace varisk::pgx {

enum class CallState : std::uint8_t {
  called,
  ambiguous,   ///< several diplotypes with different phenotypes
  incomplete,  ///< a position of the minimum set (tier 1) was not genotyped
  no_call,
  outside,  ///< taken from an outside call
};
[[nodiscard]] std::string_view to_string(CallState state);

/// A pair of alleles (one where there is one copy), and what the tables say of it.
struct LookupEntry {
  std::string name;
  std::vector<std::string> alleles;
  std::vector<std::string> phenotypes;  ///< one; of HLA several; empty: the table has none
  std::optional<double> activity_score;
  bool operator==(const LookupEntry&) const = default;
};

struct GeneCall {
  CallState state = CallState::no_call;
  std::vector<std::string> matched;            ///< what the matcher found
  std::vector<std::string> source_diplotypes;  ///< what the phenotype came from
  std::vector<std::string> reported;           ///< as shown to people
  std::vector<LookupEntry> lookup;
  std::optional<bool> phased;        ///< nothing for outside calls and no call
  std::vector<std::string> missing;  ///< positions, with the alleles that need them
  std::size_t untested = 0;          ///< positions without a call
  /// DPYD and RYR1: every copy of a variant that the person has; the two worst of them are looked up.
  std::vector<std::string> carried;
  std::vector<std::string> not_excluded;  ///< tier-1 alleles that missing positions leave open
  std::vector<std::string> messages;      ///< codes
  std::string source = "genotypes";
  bool is_research = false;  ///< never leads to advice

  /// The different keys for the guideline tables; one without content if there is no result.
  [[nodiscard]] std::vector<LookupKey> keys(const Gene& gene) const;
};

/// From genotypes. \param rules  of messages; those of other genes are passed over
[[nodiscard]] GeneCall call_gene(const GeneMatcher& matcher, const GeneSample& sample, const MatchOptions& options,
                                 std::span<const MessageRule> rules);
/// The same for one person.
[[nodiscard]] GeneCall call_gene(const Gene& gene, const GeneSample& sample, const MatchOptions& options,
                                 std::span<const MessageRule> rules);
/// From outside; several lines of one sample are kept side by side.
/// \param tested_alleles  of HLA: those that a guideline asks for
[[nodiscard]] GeneCall call_from_outside(const Gene& gene, std::span<const OutsideCall> calls,
                                         std::span<const std::string> tested_alleles);

/// Alleles of a gene of `LookupKind::allele` whose presence some recommendation asks for, such as `*57:01`.
[[nodiscard]] std::vector<std::string> tested_alleles(const GuidelineTable& table, const std::string& gene);

/// What a guideline table is asked for; `Indeterminate` for what was called but is in no table.
[[nodiscard]] LookupKey key_of(const LookupEntry& entry, const Gene& gene);

/// Phenotype and activity score of alleles by name; `xN` multiplies, `*4.024` falls back to `*4`.
[[nodiscard]] LookupEntry look_up(const Gene& gene, std::vector<std::string> alleles);

}  // namespace varisk::pgx
