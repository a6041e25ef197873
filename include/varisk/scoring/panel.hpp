#pragma once
/// \file
/// A reference panel: loadings of its sites, components and score sums of its samples (docs/formats.md).

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "varisk/core/types.hpp"
#include "varisk/scoring/score_plan.hpp"
#include "varisk/sites/contig.hpp"

namespace varisk::scoring {

struct PanelSite {
  std::string contig;  ///< canonical, an autosome
  Position position;
  std::string effect_allele;  ///< one base
  std::string other_allele;   ///< one base, not the complement of the other
  double frequency = 0;       ///< of the effect allele, above 0 and below 1
};

struct PanelSample {
  std::string id;
  std::uint32_t population = 0;
  bool unrelated = true;    ///< takes part in the components and in every distribution
  std::vector<double> pcs;  ///< the reported components
};

/// What a row of a score added to the panel's sums.
enum class RowUse : std::uint8_t {
  called,    ///< what was called, or the expectation for a missing call
  expected,  ///< the expectation for everybody: no record, but a frequency in the scoring file
  none,
};
[[nodiscard]] std::string_view to_string(RowUse use);

struct PanelRow {
  RowUse use = RowUse::none;
  std::optional<double> frequency;  ///< of the effect allele among the panel's calls; set if `called`
};

struct PanelScore {
  std::string id;
  std::string digest;          ///< of the rows and weights, see `score_digest`
  std::vector<PanelRow> rows;  ///< by entry of the score
  std::vector<double> sums;    ///< of each sample
};

struct Panel {
  std::string path;
  sites::GenomeBuild build = sites::GenomeBuild::unknown;
  std::size_t components = 0;           ///< that are reported
  std::vector<double> singular_values;  ///< of all components in the loadings
  double total_variance = 0;
  std::vector<std::string> populations;
  std::vector<PanelSample> samples;
  std::vector<PanelSite> sites;
  std::vector<float> loadings;  ///< site by site
  std::vector<PanelScore> scores;
  bool other_is_ref = true;  ///< the other alleles of the sites are REF
  std::string haploid;       ///< the options behind the sums that the run must share
  std::string impute_model;

  [[nodiscard]] std::size_t loaded_components() const noexcept { return singular_values.size(); }
  [[nodiscard]] std::span<const float> loadings_of(std::size_t site) const noexcept {
    return {loadings.data() + site * loaded_components(), loaded_components()};
  }
  [[nodiscard]] const PanelScore* find_score(std::string_view id) const;
};

/// Components that tell populations apart, and components that scores are adjusted for; as pgsc_calc takes them.
inline constexpr std::size_t population_components = 5;
inline constexpr std::size_t adjustment_components = 4;
/// Unrelated samples that a population must have.
inline constexpr std::size_t least_samples_of_population = 10;

/// Digest of what a score's rows ask for and what they weigh.
[[nodiscard]] std::string score_digest(const ScoringFile& file, const ScoreColumn& column);

inline constexpr std::string_view panel_file = "panel.json";
inline constexpr std::string_view loadings_file = "loadings.tsv";
inline constexpr std::string_view score_rows_file = "score_rows.tsv";

/// Reads and checks `path`, panel.json or the folder that holds it, and the tables beside it.
/// \throws UserError, IoError
[[nodiscard]] Panel read_panel(const std::string& path);

}  // namespace varisk::scoring
