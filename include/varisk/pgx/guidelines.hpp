#pragma once
/// \file
/// What guidelines say for the phenotypes of a drug's genes, as structured actions.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "varisk/pgx/definitions.hpp"

namespace varisk::pgx {

struct Guideline {
  std::string id;
  std::string source;  ///< CPIC, DPWG, FDA
  std::string pmid;
  std::string year;
  std::string version;
};

/// What is looked up for one gene: phenotypes (of HLA several at a time, also `Indeterminate`), an activity score.
/// Without both there is no result.
struct LookupKey {
  std::vector<std::string> phenotypes;
  std::optional<double> activity_score;

  [[nodiscard]] bool is_no_result() const noexcept { return phenotypes.empty() && !activity_score; }
  bool operator==(const LookupKey&) const = default;
};
inline constexpr std::string_view no_result = "No Result";
inline constexpr std::string_view indeterminate = "Indeterminate";

/// The keys of one gene that a row is for.
struct KeySet {
  std::string gene;
  bool any = false;
  std::vector<std::string> phenotypes;  ///< `No Result` among them
  std::vector<ScoreInterval> scores;
  /// \param lookup  of the gene: by activity score, or by phenotype
  [[nodiscard]] bool contains(const LookupKey& key, LookupKind lookup) const;
};

/// One row of the table.
struct Recommendation {
  std::size_t guideline = 0;
  std::vector<KeySet> when;  ///< one for each gene of the drug, in the order of its first row
  std::string population;
  std::string primary_action;
  std::string fallback_action;  ///< `.`: none
  std::string condition;
  std::string dose_value;
  std::string dose_unit;
  std::string dose_low;
  std::string dose_high;
  std::string strength;
  std::string text;
  std::string cautions;
};

struct Drug {
  std::string name;
  std::vector<std::string> genes;
  std::vector<std::string> populations;  ///< in the order of the table
  std::vector<Recommendation> rows;
};

/// All drugs, by name.
struct GuidelineTable {
  std::vector<Guideline> guidelines;
  std::vector<Drug> drugs;
  std::map<std::string, std::string> cautions;  ///< texts of the codes

  [[nodiscard]] const Drug* find(std::string_view drug) const;
};

/// The row of one population for these keys, one for each of the drug's genes; null if the table has none.
[[nodiscard]] const Recommendation* find_row(const Drug& drug, std::string_view population,
                                             const std::vector<LookupKey>& keys,
                                             const std::vector<LookupKind>& lookups);

/// Parses `GENE: KEY | KEY; GENE: KEY`. \throws UserError that names `where`
[[nodiscard]] std::vector<KeySet> parse_when(std::string_view text, const std::string& where);

}  // namespace varisk::pgx
