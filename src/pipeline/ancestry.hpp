#pragma once
/// \file
/// `score --reference-panel`: where samples lie among those of a panel, and what their scores mean there.

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "score_cohort.hpp"
#include "varisk/core/output_folder.hpp"
#include "varisk/io/json.hpp"
#include "varisk/report/score_writers.hpp"
#include "varisk/scoring/panel_projection.hpp"
#include "varisk/scoring/populations.hpp"
#include "varisk/scoring/score_norms.hpp"

namespace varisk::pipeline {

/// The panel's sites as requests, in their order; none without a panel.
[[nodiscard]] std::vector<sites::SiteRequest> panel_requests(const ScoreInputs& inputs);

/// Sees that the run can be compared with the panel, and gives rows the frequencies of the panel.
/// \throws UsageError, UserError
void join_panel(const ScoreOptions& options, ScoreInputs& inputs);

/// Writes ancestry.tsv and normalized_scores.tsv.
class AncestryTables {
 public:
  AncestryTables(OutputFolder& folder, const ScoreInputs& inputs, const ScoreOptions& options, const ScorePlans& plans);

  void add(const GroupResult& result);
  /// Hands everything to the files. \param warnings  gets what makes the values weak
  void finish(std::vector<std::string>& warnings);
  /// For run.json.
  [[nodiscard]] io::Json record() const;

 private:
  /// The reference of one score of the run.
  struct Reference {
    const scoring::PanelScore* score = nullptr;  ///< none: the panel does not have it
    bool same_rows = false;                      ///< the rows and weights are those of the panel's score
    std::optional<scoring::ScoreNorms> norms;    ///< with the same rows
    double incomparable = 0;                     ///< largest share of the weight over the groups
  };
  struct Place;
  struct Comparison;

  [[nodiscard]] std::vector<Place> find_places(const GroupResult& result);
  [[nodiscard]] Comparison compare_rows(const GroupResult& result, std::size_t score) const;
  void write_place(const std::string& id, const Place& place);
  void write_scores(const GroupResult& result, const std::vector<Place>& places);

  const ScoreInputs* inputs_;
  const ScorePlans* plans_;
  const scoring::Panel* panel_;
  int threads_;
  scoring::LoadingsGram gram_;
  std::optional<scoring::PopulationModel> populations_;
  std::vector<Reference> references_;
  report::TsvWriter places_;
  report::TsvWriter scores_;

  double overlap_ = 1;  ///< smallest over the groups
  std::map<std::string, std::int64_t> samples_of_population_;
  std::int64_t samples_ = 0;
  std::map<std::string, std::int64_t> flagged_;
};

}  // namespace varisk::pipeline
