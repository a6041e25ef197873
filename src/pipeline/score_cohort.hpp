#pragma once
/// \file
/// The whole way of one sample group: plan, pass, features, predictions. What it finds is handed on row by row.

#include <array>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "feature_sink.hpp"
#include "joint_sink.hpp"
#include "sample_sink.hpp"
#include "varisk/pipeline/score_inputs.hpp"
#include "varisk/pipeline/variant_pass.hpp"
#include "varisk/scoring/projection_sink.hpp"
#include "varisk/scoring/score_sink.hpp"
#include "varisk/sites/indel.hpp"

namespace varisk::pipeline {

/// Plans of a run: which sites, and who uses them.
struct ScorePlans {
  /// \param further  sites that are wanted beside those of scores and models, such as a panel's
  ScorePlans(const ScoreInputs& inputs, const ScoreOptions& options,
             const std::vector<sites::SiteRequest>& further = {});

  scoring::ScorePlan scores;
  std::vector<VariantUse> variant_uses;
  std::vector<SiteId> variant_sites;  ///< of each use
  std::vector<SiteId> further_sites;  ///< of each further request
  sites::SitePlan sites;
  std::vector<bool> required;                           ///< by site: a score or model wants it
  sites::RepeatSites repeats;                           ///< with --reference
  std::optional<scoring::SiteFrequencies> frequencies;  ///< --frequencies
  std::vector<sites::ReferenceMatch> reference;         ///< of each site
  const sites::SitePlan* loci = nullptr;                ///< positions of pharmacogenes; null: none
  std::vector<std::string> warnings;

  /// Whether REF is the effect allele, strand told by frequency included; nothing if that is not known.
  [[nodiscard]] std::optional<bool> reference_is_effect(SiteId id) const;

 private:
  void read_frequencies(const ScoreInputs& inputs, const ScoreOptions& options, std::span<const SiteId> score_sites);
};

class DosingTables;
class Warnings;

/// The results of one group after its pass.
class GroupResult {
 public:
  /// \param further  takes the calls too; may be null
  GroupResult(const ScoreInputs& inputs, const ScoreOptions& options, const ScorePlans& plans, const SampleGroup& group,
              int threads, genotypes::CallSink* further = nullptr);

  void read_genotypes();

  [[nodiscard]] const SampleGroup& group() const { return *group_; }
  [[nodiscard]] const VariantPass& pass() const { return *pass_; }
  [[nodiscard]] const scoring::ScoreSink& scores() const { return *scores_; }
  [[nodiscard]] const SampleSink& samples() const { return *samples_; }
  /// With a reference panel.
  [[nodiscard]] const scoring::ProjectionSink& projection() const { return *projection_; }
  [[nodiscard]] std::size_t matched_sites() const { return matched_sites_; }

  [[nodiscard]] const JointSink& joints() const { return *joints_; }
  /// The site of a row about several that decides its state: the first that is not used, else one that is flipped.
  [[nodiscard]] SiteId deciding_site(const scoring::JointSites& joint) const;
  /// State of one row, which is the same for all scores that have these rows.
  [[nodiscard]] scoring::RowState state_of(const scoring::PlannedRows& rows, std::size_t entry) const;
  [[nodiscard]] scoring::RowState row_state(std::size_t score, std::size_t entry) const {
    return state_of(plans_->scores.rows(plans_->scores.scores()[score].rows), entry);
  }
  /// Rows of a score in each state.
  [[nodiscard]] const std::array<std::size_t, scoring::row_states>& states(std::size_t score) const {
    return states_[score];
  }
  [[nodiscard]] std::size_t rows_used(std::size_t score) const;
  /// Absent rows that are taken for homozygous reference.
  [[nodiscard]] std::size_t rows_assumed(std::size_t score) const { return assumed_rows_[score]; }
  [[nodiscard]] bool is_assumed(SiteId site) const;
  [[nodiscard]] double match_rate(std::size_t score) const;
  [[nodiscard]] bool passes(std::size_t score) const;

  /// Columns of a model's features, for all samples of the group.
  /// \param genes  with the calls of this group, if a model needs them
  [[nodiscard]] std::vector<models::FeatureColumn> feature_columns(
      std::size_t model, const DosingTables* genes, std::map<std::string, models::CleaningCounts>& cleaning) const;
  /// Adds what makes results weak: scores without any call, model variants without a record.
  void warn(Warnings& warnings) const;
  /// Scores that a model uses and whose match rate is too low.
  [[nodiscard]] std::vector<std::string> low_scores(std::size_t model) const;

 private:
  void warn_of_variants(Warnings& warnings) const;
  void start_pass(const std::unordered_set<SiteId>& repeated_ids);
  void run_pass();
  void require_contigs() const;
  void check_reference() const;
  void add_absent_rows();
  void add_joint_row(const scoring::PlannedRows& rows, std::size_t entry, scoring::RowState state);
  void assume_variants();
  void assume_panel_sites();
  [[nodiscard]] genotypes::CopyRule rule_at(std::string_view contig, Position position) const;

  const ScoreInputs* inputs_;
  const ScoreOptions* options_;
  const ScorePlans* plans_;
  const SampleGroup* group_;
  int threads_;
  genotypes::CallSink* further_;
  std::optional<std::string> other_length_;  ///< of a contig, in --reference
  std::unique_ptr<scoring::ScoreSink> scores_;
  std::unique_ptr<FeatureSink> features_;
  std::unique_ptr<SampleSink> samples_;
  std::unique_ptr<scoring::ProjectionSink> projection_;  ///< null: no reference panel
  std::unique_ptr<JointSink> joints_;
  std::unique_ptr<VariantPass> pass_;
  std::vector<std::array<std::size_t, scoring::row_states>> states_;
  std::vector<std::size_t> assumed_rows_;
  std::size_t matched_sites_ = 0;
};

/// Index of a score by its id.
[[nodiscard]] std::size_t score_index(const ScoreInputs& inputs, const std::string& id);

[[nodiscard]] scoring::RowState row_state(SiteState state);

}  // namespace varisk::pipeline
