#pragma once
/// \file
/// From the results of the groups to the tables of the result folder.

#include <map>
#include <string>
#include <vector>

#include "score_cohort.hpp"
#include "varisk/core/output_folder.hpp"
#include "varisk/report/score_writers.hpp"

namespace varisk::pipeline {

class ResultTables {
 public:
  ResultTables(OutputFolder& folder, const ScoreInputs& inputs, const ScoreOptions& options, const ScorePlans& plans);

  /// Writes the samples of one group, and collects its row states.
  /// \param genes  with the calls of this group, if a model needs them
  void add(const GroupResult& result, const DosingTables* genes);
  /// A row of matches.tsv for a consumer that is neither score nor model.
  void add_match(std::string_view consumer, scoring::RowState state, std::size_t rows);
  /// Writes what is collected over all groups, and hands everything to the files.
  void finish();

  [[nodiscard]] const std::map<std::string, models::CleaningCounts>& cleaning() const { return cleaning_; }
  /// Rows in each state, of each score, over the groups.
  [[nodiscard]] const std::vector<std::array<std::size_t, scoring::row_states>>& states() const { return states_; }

 private:
  /// One line of sites.tsv; groups that agree share it.
  struct SiteLine {
    scoring::RowState state{};
    SiteOutcome outcome;
    std::int64_t imputed = 0;
  };
  using Lines = std::map<std::size_t, std::vector<SiteLine>>;

  void write_scores(const GroupResult& result);
  void write_risks(const GroupResult& result, const DosingTables* genes);
  void write_samples(const GroupResult& result);
  static void describe_absent(SiteLine& line, const GroupResult& result, bool assumed);
  void describe_joint(SiteLine& line, const GroupResult& result, const scoring::JointSites& joint) const;
  void collect_sites(const GroupResult& result);
  void collect(Lines& lines, std::size_t row, SiteLine line) const;
  void write_matches();
  void write_sites();
  void write_site(const std::string& consumer, std::int64_t row, const std::string& variant, const SiteLine& line);

  const ScoreInputs* inputs_;
  const ScoreOptions* options_;
  const ScorePlans* plans_;
  int threads_;
  report::TsvWriter scores_;
  report::TsvWriter risk_;
  report::TsvWriter samples_;
  report::TsvWriter matches_;
  std::optional<report::TsvWriter> sites_;
  std::optional<report::TsvWriter> explain_;
  std::vector<std::array<std::size_t, scoring::row_states>> states_;
  std::vector<std::map<scoring::RowState, std::size_t>> model_states_;
  struct OtherMatch {
    std::string consumer;
    scoring::RowState state{};
    std::size_t rows = 0;
  };
  std::vector<OtherMatch> other_matches_;
  std::vector<Lines> score_lines_;  ///< by set of rows
  Lines variant_lines_;             ///< by variant use
  std::map<std::string, models::CleaningCounts> cleaning_;
};

}  // namespace varisk::pipeline
