#pragma once
/// \file
/// Which site each row of each score wants, and which rows are out before any genotype is read.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "varisk/scoring/scoring_file.hpp"
#include "varisk/scoring/site_frequencies.hpp"
#include "varisk/sites/reference.hpp"
#include "varisk/sites/site_plan.hpp"

namespace varisk::scoring {

enum class PalindromicPolicy : std::uint8_t {
  drop,
  keep,
  frequency,  ///< the strand is told by the frequency of the effect allele
};
enum class DuplicateRows : std::uint8_t { drop, first, sum };

/// In which each row of each score ends; exactly one.
enum class RowState : std::uint8_t {
  matched,
  flipped,
  absent,
  ambiguous,
  allele_mismatch,
  duplicate,
  filtered,
  unsupported,
  not_harmonised,
};
inline constexpr std::size_t row_states = 9;
[[nodiscard]] std::string_view to_string(RowState state);

/// A row about several sites.
struct JointSites {
  const JointRow* row = nullptr;
  std::vector<SiteId> sites;
};

/// Rows that one score has, or several of a wide file, and what is known of each before any genotype is read.
struct PlannedRows {
  const ScoringFile* file = nullptr;
  const RowList* row = nullptr;
  std::vector<std::uint32_t> scores;  ///< that have these rows, ascending
  /// State of each entry that is settled without genotypes, else nothing.
  std::vector<std::optional<RowState>> settled;
  /// Entries about several sites, by the number of their `JointSites`; they have no site of their own.
  std::map<std::size_t, std::size_t> joint;
  /// Site of each entry that is not settled.
  std::vector<SiteId> site;
  /// Entries that are ambiguous if their site is found: palindromic ones that are to be dropped.
  std::vector<bool> dropped_if_found;

  [[nodiscard]] bool is_joint(std::size_t entry) const { return !joint.empty() && joint.contains(entry); }
  /// Entries that want one site.
  [[nodiscard]] bool wants_site(std::size_t entry) const { return !settled[entry] && !is_joint(entry); }

  [[nodiscard]] const ScoringRow& row_of(std::size_t entry) const { return file->rows[(*row)[entry]]; }
};

/// A row that wants a site.
struct SiteUser {
  std::uint32_t rows = 0;   ///< index into `ScorePlan::rows`
  std::uint32_t entry = 0;  ///< index into these `PlannedRows`
};

/// The smallest power of two whose multiples below 2^62 hold the sum of the absolute values of all rows.
/// \throws UserError if the weights are too large to be added up
[[nodiscard]] int quantum_exponent(const ScoringFile& file, const ScoreColumn& column,
                                   std::span<const std::optional<RowState>> settled);

/// One score of the run.
struct PlannedScore {
  PlannedScore(const ScoringFile& scoring_file, const ScoreColumn& score, std::uint32_t index,
               const PlannedRows& planned)
      : file(&scoring_file),
        column(&score),
        rows(index),
        quantum_exponent(scoring::quantum_exponent(scoring_file, score, planned.settled)),
        joint(planned.joint),
        settled(planned.settled),
        site(planned.site),
        dropped_if_found(planned.dropped_if_found) {}

  const ScoringFile* file;
  const ScoreColumn* column;
  std::uint32_t rows;  ///< index into `ScorePlan::rows`
  /// Terms are added up in units of 2 to this power.
  int quantum_exponent;
  // Those of its `PlannedRows`.
  const std::map<std::size_t, std::size_t>& joint;
  const std::vector<std::optional<RowState>>& settled;
  const std::vector<SiteId>& site;
  const std::vector<bool>& dropped_if_found;

  [[nodiscard]] bool is_joint(std::size_t entry) const { return !joint.empty() && joint.contains(entry); }
  [[nodiscard]] const ScoringRow& row(std::size_t entry) const { return file->rows[column->row[entry]]; }
};

/// The scores of a run. The scoring files must outlive it.
class ScorePlan {
 public:
  /// \param reference  insertions and deletions are aligned to the left by it; null: they stay as they are
  /// \throws UserError if the weights of a score are too large to be added up
  ScorePlan(std::span<const ScoringFile> files, PalindromicPolicy palindromic, DuplicateRows duplicates,
            const sites::ReferenceBases* reference = nullptr);

  [[nodiscard]] std::span<const PlannedScore> scores() const noexcept { return scores_; }
  [[nodiscard]] std::size_t row_sets() const noexcept { return rows_.size(); }
  [[nodiscard]] const PlannedRows& rows(std::size_t index) const { return *rows_[index]; }
  /// What to ask the site plan for; `set_sites` takes the answer.
  [[nodiscard]] const std::vector<sites::SiteRequest>& requests() const noexcept { return requests_; }
  /// The same, for good: `requests` is empty afterwards.
  [[nodiscard]] std::vector<sites::SiteRequest> take_requests() noexcept { return std::move(requests_); }
  /// Sites by the ids of the rows that ask for them. \param ids  of each request, in the order of `requests`
  [[nodiscard]] SitesOfId sites_of_id(std::span<const SiteId> ids) const;
  /// \param ids          of each request, in the order of `requests`
  /// \param site_count   size of the site plan
  /// \param frequencies  of each site's effect allele, from --frequencies; empty: none
  void set_sites(std::span<const SiteId> ids, std::size_t site_count,
                 std::span<const std::optional<double>> frequencies = {});
  [[nodiscard]] const std::vector<JointSites>& joints() const noexcept { return joints_; }
  /// The rows that use the calls of a site.
  [[nodiscard]] std::span<const SiteUser> users(SiteId site) const;
  /// Frequency of the effect allele: the row's own, else that of --frequencies, else a panel's. Entries that want a
  /// site only.
  [[nodiscard]] std::optional<double> effect_frequency(const PlannedRows& rows, std::size_t entry) const;

 private:
  [[nodiscard]] std::uint32_t rows_of(const ScoringFile& file, const ScoreColumn& column,
                                      std::span<const sites::SiteRequest> requests, DuplicateRows duplicates);
  static void settle_duplicates(PlannedRows& rows, std::span<const sites::SiteRequest> requests, bool keep_first);
  void drop_unsure_strands(std::span<const std::optional<double>> frequencies);
  void add_requests(std::vector<sites::SiteRequest> requests, const std::vector<bool>& wanted);
  void plan_joint_rows();
  [[nodiscard]] sites::SiteRequest request_of(const ScoringFile& file, const ScoringRow& row) const;

  PalindromicPolicy palindromic_;
  const sites::ReferenceBases* reference_;
  std::vector<std::unique_ptr<PlannedRows>> rows_;
  std::vector<PlannedScore> scores_;
  std::vector<sites::SiteRequest> requests_;
  std::vector<JointSites> joints_;         ///< their requests come last
  std::vector<std::vector<bool>> wanted_;  ///< of each file: the rows that ask
  std::vector<std::size_t> first_user_;    ///< of each site, and one past the last
  std::vector<SiteUser> users_;
  std::vector<std::optional<double>> frequencies_;  ///< of each site; empty: none
};

}  // namespace varisk::scoring
